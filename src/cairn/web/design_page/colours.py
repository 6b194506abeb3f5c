"""The colours of the style sheet and how well they can be read, counted from the sheet itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

_ROLE: Final = re.compile(
    r"--([a-z0-9-]+):\s*(?:light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)|(#[0-9a-f]{6}));"
)
#: What is read on what.
PAIRS: Final = (
    ("ink", "paper"),
    ("ink-2", "paper"),
    ("ink-3", "paper"),
    ("ink-3", "sunken"),
    ("edge", "surface"),
    ("action", "paper"),
    ("on-action", "action"),
    ("on-lichen", "lichen"),
    ("lichen-ink", "paper"),
    ("good", "good-tint"),
    ("warn", "warn-tint"),
    ("bad", "bad-tint"),
    ("info", "info-tint"),
    ("on-bar", "bar"),
)
#: WCAG 2.2 §1.4.11: borders of controls; §1.4.3: text.
LEAST: Final = {"edge": 3.0}
LEAST_TEXT: Final = 4.5


@dataclass(frozen=True, slots=True)
class Pair:
    """A colour on its ground, by day and by night."""

    colour: str
    ground: str
    day: float
    night: float

    @property
    def least(self) -> float:
        return LEAST.get(self.colour, LEAST_TEXT)

    @property
    def enough(self) -> bool:
        return min(self.day, self.night) >= self.least


@cache
def roles() -> dict[str, tuple[str, str]]:
    """Each role with its colour by day and by night."""
    sheet = files("cairn.web") / "static" / "cairn" / "css" / "tokens.css"
    found: dict[str, tuple[str, str]] = {}
    for name, day, night, both in _ROLE.findall(sheet.read_text("utf-8")):
        found.setdefault(name, (day or both, night or both))
    return found


def pairs() -> list[Pair]:
    known = roles()
    return [
        Pair(
            colour,
            ground,
            ratio(known[colour][0], known[ground][0]),
            ratio(known[colour][1], known[ground][1]),
        )
        for colour, ground in PAIRS
    ]


def ratio(one: str, other: str) -> float:
    """The contrast of two colours, cut after one digit (WCAG 2.2, contrast ratio)."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return int((light + 0.05) / (dark + 0.05) * 10) / 10


def _luminance(colour: str) -> float:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return 0.2126 * _linear(red) + 0.7152 * _linear(green) + 0.0722 * _linear(blue)


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
