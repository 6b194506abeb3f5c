"""Which secret opens a key file: a passphrase, or a key-encryption key that a machine keeps."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from cairn.cli.console import Stop, naming
from cairn.cli.files import read_bounded, write_new

if TYPE_CHECKING:
    from cairn.vc.keyfile import Kek, KeyFile, Secret
    from cairn.vc.keys import SoftwareSigner

PASSPHRASE: Final = "CAIRN_KEY_PASSPHRASE"  # noqa: S105 - the name of a setting
KEK: Final = "CAIRN_KEK"
KEK_FILE: Final = "CAIRN_KEK_FILE"

_KEK_FILE_LIMIT: Final = 1024


def kek_path() -> Path:
    """Return where the key-encryption key of this account stands."""
    base = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(base) / "cairn" / "kek"


def secret_for_new(*, ask: bool) -> tuple[Secret, str]:
    """Choose the secret that locks a new key file, and say in a sentence which one it is."""
    from cairn.vc.keyfile import Kek, Passphrase

    if ask:
        return Passphrase(_asked(confirm=True)), "It opens with your passphrase."
    if text := os.environ.get(PASSPHRASE):
        return Passphrase(text), f"It opens with the passphrase in {PASSPHRASE}."
    if kek := _configured_kek():
        return kek, f"It opens with the key-encryption key {kek.fingerprint}."
    path = kek_path()
    if path.exists():
        return _read_kek(path), f"It opens with the key-encryption key in {path}."
    kek = Kek.generate()
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_new(path, kek.to_text().encode() + b"\n", mode=0o600)
    return kek, (
        f"It opens with the key-encryption key in {path}, made just now. Back up both: either "
        "one is worth nothing without the other."
    )


def open_key(path: Path) -> tuple[KeyFile, SoftwareSigner]:
    """Open a key file with the secret that its header asks for."""
    from cairn.cli.kinds import KEY_FILE, foreign
    from cairn.vc import keyfile

    raw = read_bounded(path, limit=keyfile.MAX_BYTES)
    kind = foreign(raw)
    if kind not in (None, KEY_FILE):
        raise Stop(f"{path} is {kind}, not a key file. Name the file that cairn keygen wrote.")
    with naming(path):
        header = keyfile.read(raw)
    secret = _secret_for(header, path)
    with naming(path):
        return keyfile.unlock(raw, secret=secret)


def _secret_for(file: KeyFile, path: Path) -> Secret:
    from cairn.vc.keyfile import Passphrase, Scrypt

    if isinstance(file.protection, Scrypt):
        return Passphrase(os.environ.get(PASSPHRASE) or _asked(confirm=False))
    if kek := _configured_kek():
        return kek
    place = kek_path()
    if not place.exists():
        raise Stop(
            f"{path} opens with {file.asks_for}, and none was found. Set {KEK} or {KEK_FILE}, or "
            f"restore {place}."
        )
    return _read_kek(place)


def _configured_kek() -> Kek | None:
    from cairn.vc.keyfile import Kek

    if text := os.environ.get(KEK):
        return Kek.from_text(text)
    if name := os.environ.get(KEK_FILE):
        return _read_kek(Path(name))
    return None


def _read_kek(path: Path) -> Kek:
    from cairn.vc.keyfile import Kek

    return Kek.from_text(read_bounded(path, limit=_KEK_FILE_LIMIT).decode("utf-8", "replace"))


def _asked(*, confirm: bool) -> str:
    import getpass

    with warnings.catch_warnings():
        # Python would ask all the same, and show what is typed.
        warnings.simplefilter("error", getpass.GetPassWarning)
        try:
            return str(
                typer.prompt(
                    "Passphrase of the key file",
                    hide_input=True,
                    confirmation_prompt="The same passphrase again" if confirm else False,
                    err=True,
                )
            )
        except getpass.GetPassWarning as exc:
            how = ", without --passphrase" if confirm else ""
            raise Stop(f"\nThere is no terminal to ask for it. Set {PASSPHRASE}{how}.") from exc
