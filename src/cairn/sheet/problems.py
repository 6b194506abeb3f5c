"""What may be wrong with a sheet, said with its row and its cure; and the limits of what is read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

MAX_BYTES: Final = 50_000_000
MAX_ROWS: Final = 1_048_576  # where the spreadsheet programs end, too
MAX_FILLED_ROWS: Final = 100_000
MAX_COLUMNS: Final = 256
MAX_CELL: Final = 32_767  # likewise
MAX_LINE: Final = 1_000_000
MAX_PROBLEMS: Final = 100


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault, with what to do about it; ``message`` and ``cure`` are sentences."""

    row: int | None
    column: str | None
    message: str
    cure: str

    def __str__(self) -> str:
        row = [] if self.row is None else [f"row {self.row}"]
        column = [] if self.column is None else [self.column if row else f"column {self.column}"]
        place = ", ".join(row + column)
        place = f"{place[0].upper()}{place[1:]}: " if place else ""
        return f"{place}{self.message} {self.cure}"


class SheetError(Exception):
    """A sheet that cannot be used as it is; ``problems`` are in the order of the rows."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def unusable(message: str, cure: str) -> SheetError:
    """The whole file cannot be read."""
    return SheetError([Problem(None, None, message, cure)])


def letter(position: int) -> str:
    """Return the letters that a spreadsheet program shows over a column."""
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
