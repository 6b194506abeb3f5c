"""What verify, bake, unbake and show read: a file, an address or the standard input."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from cairn.cli.console import Misuse, Stop

if TYPE_CHECKING:
    from cairn.fetch import Fetcher

Form = Literal["json", "jws", "ob1"]

_PNG: Final = b"\x89PNG"
#: What a folder is searched for.
SUFFIXES: Final = (".json", ".jsonld", ".png", ".svg", ".jwt", ".jws", ".1ob")


class NoCredential(Stop):
    """A file of another kind; the message says which, and what to ask for instead."""


class TooLarge(Stop):
    """More bytes than any credential or picture may have."""


@dataclass(frozen=True, slots=True)
class Source:
    """A credential as it was found; ``form`` tells how it is secured, from its outside only."""

    content: bytes
    form: Form


def read_source(name: str, *, fetcher: Fetcher | None = None) -> bytes:
    """Return the bytes behind a file name, an https address or ``-``."""
    from cairn.vc.baking import MAX_IMAGE

    if name == "-":
        raw = sys.stdin.buffer.read(MAX_IMAGE + 1)
    elif is_address(name):
        if fetcher is None:
            raise Misuse(f"{name} is an address; here it cannot be fetched. Name a file.")
        return fetcher.get(name).content
    else:
        path = Path(name)
        if path.is_dir():
            raise Misuse(f"{name} is a folder. Name the files in it, such as {name}/*.json.")
        if not path.is_file():
            raise Misuse(
                f"{name} is not a file, a folder, an https address or - for the standard input."
            )
        with path.open("rb") as file:
            raw = file.read(MAX_IMAGE + 1)
    if len(raw) > MAX_IMAGE:
        raise TooLarge(f"{name} has more than {MAX_IMAGE:,} bytes, which is the most that is read.")
    return raw


def is_address(name: str) -> bool:
    """Tell an address from a file name."""
    return name.lower().startswith(("https://", "http://"))


def credential_in(raw: bytes) -> Source:
    """Take a credential out of a picture; return anything else as it is.

    Raises BadImage for a picture without one, and NoCredential for what is neither.
    """
    from cairn.cli.kinds import KEY_FILE, foreign, is_open_badges_1
    from cairn.vc.baking import unbake
    from cairn.vc.baking.payload import form_of

    if kind := foreign(raw):
        cure = (
            "Give it to nobody."
            if kind == KEY_FILE
            else "Ask for the credential itself: a .json file, or a badge as PNG or SVG."
        )
        raise NoCredential(f"This is {kind}. {cure}")
    if is_picture(raw):
        baked = unbake(raw)
        raw = baked.text.encode()
        form: Form = "jws" if baked.form == "jws" else "json"
        return Source(raw, "ob1" if is_open_badges_1(raw) else form)
    # A compact JWS is ASCII and has no brace, so most documents need no second look.
    if raw.lstrip()[:1] not in (b"{", b"") and form_of(raw.decode("utf-8", "replace")) == "jws":
        return Source(raw, "jws")
    return Source(raw, "ob1" if is_open_badges_1(raw) else "json")


def is_picture(raw: bytes) -> bool:
    """Tell a PNG or SVG by its first bytes, never by its name."""
    return raw.startswith(_PNG) or raw.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"
