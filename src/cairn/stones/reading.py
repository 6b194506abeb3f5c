"""What of a credential's data becomes colour, veins and width."""

from __future__ import annotations

from hashlib import sha256
from math import log
from typing import Final, Literal

Field = Literal["slate", "rust", "fern", "heather", "rose", "ochre", "basalt"]

#: Each has at least 3:1 on white, on black and on both papers.
FIELDS: Final[dict[Field, str]] = {
    "slate": "#5d7585",
    "rust": "#b0603a",
    "fern": "#4c8163",
    "heather": "#8d6088",
    "rose": "#b0665c",
    "ochre": "#9c7420",
    "basalt": "#66706c",
}
#: Basalt is for what names no field: it is close to the grey of the other stones.
_DRAWN: Final[tuple[Field, ...]] = ("slate", "rust", "fern", "heather", "rose", "ochre")
_LEAST_HOURS: Final = 10.0
_MOST_HOURS: Final = 150.0
_NARROW: Final = 0.84
_WIDE: Final = 1.12


def field_for(words: str) -> Field:
    """The colour of a field of study; the same words, however spaced or capitalised, the same."""
    plain = " ".join(words.split()).casefold()
    if not plain:
        return "basalt"
    return _DRAWN[sha256(plain.encode("utf-8", "replace")).digest()[0] % len(_DRAWN)]


def band(level: int | None) -> int:
    """How many veins a level has: 1 to 4, and none where there is no level."""
    if level is None:
        return 0
    if level <= 5:
        return 1
    return {6: 2, 7: 2, 8: 3}.get(level, 4)


def breadth(hours: float | None) -> float:
    """How wide a stone of so many hours is beside an ordinary one."""
    if hours is None:
        return 1.0
    share = log(min(max(hours, _LEAST_HOURS), _MOST_HOURS) / _LEAST_HOURS)
    return _NARROW + (_WIDE - _NARROW) * share / log(_MOST_HOURS / _LEAST_HOURS)
