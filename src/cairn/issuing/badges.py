"""The badge of a micro-credential, drawn from what it says about itself (docs/decisions/0006)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import resvg_py

from cairn.design.selectors import AchievementView
from cairn.stones import Field, Pebble, badge, band, field_for

SIZES: Final = (1200, 600, 400, 96)
_KEPT: Final = 256
#: Where the stone lies, by its veins: how many stones there are, and its place from the ground.
_PLACES: Final = {0: (3, 0), 1: (3, 0), 2: (3, 1), 3: (3, 2), 4: (4, 3)}
_PLACE_WORDS: Final = {(3, 0): "lowest", (3, 1): "middle", (3, 2): "highest", (4, 3): "highest"}
_NUMBERS: Final = ("no", "one", "two", "three", "four")
_COLOURS: Final[dict[Field, str]] = {
    "slate": "slate blue",
    "rust": "rust red",
    "fern": "green",
    "heather": "purple",
    "rose": "rose",
    "ochre": "ochre",
    "basalt": "dark grey",
}
_AFTER_LEVEL: Final = re.compile(r"\blevel\s*([0-9]{1,2})\b", re.IGNORECASE)
_SOME_LEVEL: Final = re.compile(r"(?<![0-9.,/-])([0-9]{1,2})(?![0-9.,/-])")


def badge_svg(view: AchievementView) -> str:
    """The badge as a square drawing; whoever cannot see it reads its title."""
    pebble = badge_pebble(view)
    return _svg(pebble, badge_caption(view))


def badge_png(view: AchievementView, size: int = 600) -> bytes:
    """The badge as a transparent picture of so many pixels a side."""
    if size not in SIZES:
        raise ValueError(f"A badge has {', '.join(map(str, SIZES))} pixels a side, not {size}.")
    return _png(badge_pebble(view), size)


def badge_caption(view: AchievementView) -> str:
    """The badge in words: "three stacked stones, the middle one green with two veins, ..."."""
    pebble = badge_pebble(view)
    count, lit = _PLACES[pebble.bands]
    veins = "vein" if pebble.bands == 1 else "veins"
    words = (
        f"Badge: {_NUMBERS[count]} stacked stones, the {_PLACE_WORDS[count, lit]} one"
        f" {_COLOURS[pebble.field]} with {_NUMBERS[pebble.bands]} {veins}"
    )
    level = level_number(view)
    return words if level is None else f"{words}, for level {level}"


def badge_pebble(view: AchievementView) -> Pebble:
    """What the lit stone shows. A new version changes the stone only where its facts changed."""
    content = view.content
    return Pebble(
        seed=view.achievement,
        field=field_for(content.field_of_study or view.slug),
        bands=band(level_number(view)),
        hours=None if content.hours is None else float(content.hours),
    )


def level_number(view: AchievementView) -> int | None:
    """The number in a level such as "AQF level 7"; None for one that has no number."""
    content = view.content
    if not content.levelled:
        return None
    text = content.level or ""
    found = _AFTER_LEVEL.search(text) or _SOME_LEVEL.search(text)
    return int(found[1]) if found else None


@lru_cache(maxsize=_KEPT)
def _svg(pebble: Pebble, caption: str) -> str:
    count, lit = _PLACES[pebble.bands]
    return badge(pebble, caption, count=count, lit=lit)


@lru_cache(maxsize=_KEPT)
def _png(pebble: Pebble, size: int) -> bytes:
    drawn: bytes = bytes(
        resvg_py.svg_to_bytes(
            svg_string=_svg(pebble, ""), width=size, height=size, skip_system_fonts=True
        )
    )
    return drawn
