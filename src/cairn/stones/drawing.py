"""Whole drawings: one stone, a badge, a cairn, a map, the logo."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from typing import Final, Literal

from cairn.stones.reading import FIELDS, Field, breadth
from cairn.stones.shapes import Box, contours, heap, layout, number, outline, veins

Kind = Literal["held", "part", "next", "out"]

_SVG: Final = 'xmlns="http://www.w3.org/2000/svg"'
_QUIET: Final = "#868e89"
_EDGE: Final = "#7d8580"
_INK: Final = "#1c2220"
_CONTOUR: Final = "#d9d6ca"
_LICHEN: Final = "#c9d44c"
_NO_CHARACTER: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
#: Of many outlines the one that reads best at 16 pixels.
_LOGO: Final = "cairn14"


@dataclass(frozen=True, slots=True)
class Pebble:
    """What a stone shows. ``seed`` is a public id; ``bands`` is the number of veins.

    ``kind``: held (solid), part (under way), next (could come next), out (is not counted).
    """

    seed: str
    field: Field = "slate"
    bands: int = 0
    hours: float | None = None
    kind: Kind = "held"


def stone(pebble: Pebble, box: Box, *, css: bool = False, key: str = "") -> str:
    """One stone as SVG elements, to stand in a drawing.

    Where two drawings of one stone stand in one page, give each a ``key`` of its own.
    """
    path = outline(pebble.seed, box)
    if pebble.kind in ("next", "out"):
        return _open(path, pebble.kind, css=css)
    fill = f'class="st st-{pebble.field}"' if css else f'fill="{FIELDS[pebble.field]}"'
    name = _name(key, pebble.kind, path)
    if pebble.kind == "part":
        clip = Box(box.cx, box.cy + box.h * 0.48, box.w * 2, box.h)
        rest = f'<clipPath id="{name}">{_rect(clip)}</clipPath>' + _open(path, "next", css=css)
        return f'{rest}<path {fill} clip-path="url(#{name})" d="{path}"/>'
    body = f'<path {fill} d="{path}"/>'
    if not pebble.bands:
        return body
    width = number(max(box.h * 0.085, 1.6))
    paint = 'class="st-vein"' if css else 'fill="none" stroke="#fff"'
    return (
        f'<clipPath id="{name}"><path d="{path}"/></clipPath>{body}'
        f'<path {paint} stroke-width="{width}" clip-path="url(#{name})"'
        f' d="{veins(pebble.seed, box, pebble.bands)}"/>'
    )


def single(
    pebble: Pebble, title: str = "", *, size: float = 96, css: bool = True, key: str = ""
) -> str:
    """One stone as a drawing of its own, wider than high; without a title it is decoration."""
    high = size * 0.56
    box = Box(size / 2, high / 2, size * 0.82 * breadth(pebble.hours), high * 0.8)
    return _svg(title, size, high, stone(pebble, box, css=css, key=key))


def badge(
    pebble: Pebble,
    title: str,
    *,
    count: int = 3,
    lit: int = 1,
    size: float = 600,
    css: bool = False,
    key: str = "",
) -> str:
    """A square badge: its own stone lit, on what it builds on, below the way on.

    ``lit`` is the place of its own stone among ``count``, counted from the ground.
    """
    if not 0 <= lit < count:
        raise ValueError(f"Stone {lit} is not among {count}.")
    line, marks = size * 0.018, []
    for place, spot in enumerate(layout(pebble.seed, count, size, gap=0.016, lit=lit)):
        seed = f"{pebble.seed} {place}"
        if place == lit:
            own = Pebble(seed, pebble.field, pebble.bands, pebble.hours)
            marks.append(stone(own, _broad(spot, pebble, size), css=css, key=key))
        elif place < lit:
            paint = 'class="st c-rest"' if css else f'fill="{_QUIET}"'
            marks.append(f'<path {paint} d="{outline(seed, spot)}"/>')
        else:
            inner = spot._replace(w=spot.w - line, h=spot.h - line)
            paint = 'class="st l-rest"' if css else f'stroke="{_EDGE}"'
            marks.append(
                f'<path fill="none" {paint} stroke-width="{number(line)}"'
                f' d="{outline(seed, inner)}"/>'
            )
    return _svg(title, size, size, "".join(marks))


def cairn(
    pebbles: Sequence[Pebble],
    title: str = "",
    *,
    size: float = 240,
    css: bool = True,
    key: str = "",
) -> str:
    """Stones that somebody holds, has under way or could take next, the lowest first.

    Each stone is a ``g`` of class ``n0``, ``n1``, ... in the order in which they settle. Past 28
    the heap is full; the title says how many there are.
    """
    seed = pebbles[0].seed if pebbles else ""
    groups = []
    for place, (pebble, spot) in enumerate(
        zip(pebbles, heap(seed, len(pebbles), size), strict=False)
    ):
        drawn = stone(pebble, _broad(spot, pebble, size), css=css, key=f"{key} {place}")
        groups.append(f'<g class="n{place}">{drawn}</g>' if css else drawn)
    return _svg(title, size, size, "".join(groups), classes="settle" if css else "")


def contour_map(
    seed: str, width: float, height: float, *, box: Box, rings: int, step: float, css: bool = True
) -> str:
    """Map contours as a decoration of its own; it fills its frame and is cut, not squeezed."""
    lines = "".join(f'<path d="{path}"/>' for path in contours(seed, box, rings=rings, step=step))
    paint = 'class="contours"' if css else f'fill="none" stroke="{_CONTOUR}"'
    return (
        f'<svg {_SVG} viewBox="0 0 {number(width)} {number(height)}"'
        f' preserveAspectRatio="xMidYMid slice" aria-hidden="true" {paint}>{lines}</svg>'
    )


def logo(title: str = "Cairn", *, ink: str = _INK, key: str = "") -> str:
    """The mark of the project: four stones, the top one touched by lichen."""
    boxes = layout(_LOGO, 4, 100, gap=0.025)
    paths = [outline(f"{_LOGO} {place}", box) for place, box in enumerate(boxes)]
    stones = "".join(f'<path fill="{escape(ink)}" d="{path}"/>' for path in paths)
    # Cut a hair outside the stone, so that no dark line shows around the lichen.
    top = boxes[-1]
    edge = outline(f"{_LOGO} 3", top._replace(w=top.w * 1.02, h=top.h * 1.04))
    spot = Box(top.cx - top.w * 0.06, top.cy - top.h * 0.42, top.w * 0.86, top.h * 0.86)
    patch = outline(f"{_LOGO} lichen", spot, rough=3)
    name = _name(key, "lichen", edge)
    clip = f'<clipPath id="{name}"><path d="{edge}"/></clipPath>'
    moss = f'<path fill="{_LICHEN}" clip-path="url(#{name})" d="{patch}"/>'
    return _svg(title, 100, 100, stones + clip + moss)


def _broad(spot: Box, pebble: Pebble, size: float) -> Box:
    """The place of a stone, as wide as its hours make it, still inside the square."""
    w = spot.w * breadth(pebble.hours)
    room = 2 * min(spot.cx, size - spot.cx) * 0.89
    return spot._replace(w=min(w, room))


def _open(path: str, kind: Kind, *, css: bool) -> str:
    if css:
        return f'<path class="st-{kind}" d="{path}"/>'
    dashes = f' stroke="{_INK}" stroke-dasharray="6 5"' if kind == "next" else f' stroke="{_EDGE}"'
    return f'<path fill="none" stroke-width="2"{dashes} d="{path}"/>'


def _rect(box: Box) -> str:
    x, y = number(box.cx - box.w / 2), number(box.cy - box.h / 2)
    return f'<rect x="{x}" y="{y}" width="{number(box.w)}" height="{number(box.h)}"/>'


def _name(*parts: str) -> str:
    """An id that only an equal drawing has, with nothing in it that a URL or attribute minds."""
    text = "\0".join(parts).encode("utf-8", "replace")
    return f"s{sha256(text).hexdigest()[:16]}"


def _svg(title: str, width: float, height: float, inside: str, *, classes: str = "") -> str:
    said = f' role="img"><title>{_text(title)}</title>' if title else ' aria-hidden="true">'
    kept = f' class="{classes}"' if classes else ""
    frame = f'viewBox="0 0 {number(width)} {number(height)}"'
    return f"<svg {_SVG} {frame}{kept}{said}{inside}</svg>"


def _text(words: str) -> str:
    """Words as XML text: what XML cannot hold is left out."""
    return escape(_NO_CHARACTER.sub("", words))
