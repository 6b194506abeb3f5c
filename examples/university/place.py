"""Where one demo stands: what others need to verify offline, and the site with its secrets apart.

DIR/credentials/  one file for each credential, and index.csv
DIR/badges/       one of them inside a picture
DIR/status/       the status lists
DIR/did.json      the keys of the issuer
DIR/profile.json  the issuer, as every credential names it
DIR/sheets/       the class lists and marks that were imported
DIR/site/         the database and the secrets of the site: for this account alone
"""

from __future__ import annotations

import os
import shlex
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cairn.vc.keyfile import Kek
from university.telling import Surprise

#: By this name the world would know the site. It belongs to nobody: .example is reserved (RFC 2606).
ORIGIN: Final = "https://harbour.example"
#: Nobody reads what is sent here: letters of a demonstration stay in its own letterbox.
LEARNERS: Final = "students.harbour.example"
#: Stands in a folder that a demo began, and that the next one may therefore empty.
MARK: Final = ".cairn-demo"


def learner_address(key: str) -> str:
    """The address that the university gave a learner."""
    return f"learner.{key}@{LEARNERS}"


@dataclass(frozen=True, slots=True)
class Place:
    """The folder of one demo."""

    folder: Path

    @property
    def credentials(self) -> Path:
        return self.folder / "credentials"

    @property
    def badges(self) -> Path:
        return self.folder / "badges"

    @property
    def status(self) -> Path:
        return self.folder / "status"

    @property
    def sheets(self) -> Path:
        return self.folder / "sheets"

    @property
    def site(self) -> Path:
        return self.folder / "site"

    @property
    def settings(self) -> Mapping[str, str]:
        """What the commands of the server are told by the environment."""
        site = self.site.absolute()
        return {
            "CAIRN_ORIGIN": ORIGIN,
            "CAIRN_DATA_DIR": str(site),
            "CAIRN_KEK_FILE": str(site / "kek"),
            "DATABASE_URL": f"sqlite:///{site / 'cairn.sqlite3'}",
            # Anybody may act as anybody here, and every page says so.
            "CAIRN_DEMO": "true",
        }


def begun(folder: Path) -> Place:
    """Return an empty place; a folder with things in it is emptied only if a demo left them."""
    if folder.exists():
        if not folder.is_dir():
            raise Surprise(f"{folder} is not a folder. Name another with --dir.")
        if any(folder.iterdir()) and not (folder / MARK).exists():
            raise Surprise(f"{folder} holds files that no demo made. Name another with --dir.")
        for left in folder.iterdir():
            # The mark goes last: a demo that is interrupted here can be started again.
            if left.is_dir() and not left.is_symlink():
                shutil.rmtree(left)
            elif left.name != MARK:
                left.unlink()
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).write_text("The next run of the demo empties this folder.\n", "utf-8")
    place = Place(folder)
    for made in (place.credentials, place.badges, place.status, place.sheets):
        made.mkdir()
    place.site.mkdir(mode=0o700)
    _write_secret(place.site / "kek", Kek.generate().to_text())
    lines = [f"export {name}={shlex.quote(value)}\n" for name, value in place.settings.items()]
    (place.site / "settings.sh").write_text("".join(lines), "utf-8")
    return place


def enter(place: Place) -> None:
    """Let this process, and those it starts, work on this site and on no other."""
    for name in [name for name in os.environ if name.startswith(("CAIRN_", "DJANGO_"))]:
        del os.environ[name]
    os.environ.update(place.settings)
    os.environ["DJANGO_SETTINGS_MODULE"] = "cairn.site.settings"
    os.environ["CAIRN_LOG_LEVEL"] = "WARNING"
    # A demo that a power cut ends is started again, so it need not wait for the disk.
    os.environ["CAIRN_SQLITE_SYNC"] = "NORMAL"


def _write_secret(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as stream:
        stream.write(f"{text}\n")
