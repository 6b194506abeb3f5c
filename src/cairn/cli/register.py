"""index.csv: which file is whose, and where each credential's status stands."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Final

from cairn.cli.console import Stop
from cairn.cli.files import read_bounded
from cairn.sheet import neutralise, restore

NAME: Final = "index.csv"
MAX_BYTES: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Line:
    """One credential, as index.csv lists it."""

    id: str
    name: str
    credential: str
    file: str
    status_list: str
    status_index: str
    sha256: str


def dump(lines: Iterable[Line]) -> bytes:
    """Write the lines as CSV in UTF-8, no cell of which a spreadsheet will calculate."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(field.name for field in fields(Line))
    writer.writerows(map(neutralise, astuple(line)) for line in lines)
    # With the mark, spreadsheets read the names as UTF-8.
    return text.getvalue().encode("utf-8-sig")


def read(path: Path) -> list[Line]:
    """Read an index.csv that :func:`dump` wrote; an absent one has no lines."""
    if not path.exists():
        return []
    text = read_bounded(path, limit=MAX_BYTES).decode("utf-8-sig", "replace")
    rows = csv.DictReader(io.StringIO(text))
    names = [field.name for field in fields(Line)]
    if rows.fieldnames != names:
        raise Stop(f"{path} is not an index of credentials. Move it away, then try again.")
    return [Line(**{name: restore(row[name] or "") for name in names}) for row in rows]
