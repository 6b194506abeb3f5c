"""Outlines, veins and contours as SVG paths, and where stones stand. Pure geometry."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from math import cos, pi, sin
from typing import Final, NamedTuple

_CORNERS: Final = 20
_RING_CORNERS: Final = 28
_SQUARENESS: Final = 2.3
_WIDTHS: Final = (0.80, 0.68, 0.55, 0.43, 0.33)
_HEIGHTS: Final = {1: 0.46, 2: 0.66, 3: 0.84}
#: One above the other up to here; more stones lie in rows.
_TALLEST: Final = len(_WIDTHS)
_MOST_ROWS: Final = 7

Point = tuple[float, float]


class Box(NamedTuple):
    """Where a stone lies: its middle, its width and its height."""

    cx: float
    cy: float
    w: float
    h: float


def outline(seed: str, box: Box, *, rough: float = 1.0) -> str:
    """A closed, smooth pebble in a box, as path data."""
    dice = _dice(seed)
    tilt = (dice[0] - 0.5) * 0.10 * rough
    points = []
    for corner in range(_CORNERS):
        angle = 2 * pi * corner / _CORNERS
        bump = 1 + rough * (
            0.045 * cos(angle + 6.3 * dice[1])
            + 0.030 * cos(2 * angle + 6.3 * dice[2])
            + 0.028 * cos(3 * angle + 6.3 * dice[3])
        )
        x, y = cos(angle), sin(angle)
        # A superellipse: between an ellipse and a rectangle, as pebbles are.
        reach = bump / (abs(x) ** _SQUARENESS + abs(y) ** _SQUARENESS) ** (1 / _SQUARENESS)
        x, y = x * reach * box.w / 2, y * reach * box.h / 2
        points.append(
            (box.cx + x * cos(tilt) - y * sin(tilt), box.cy + x * sin(tilt) + y * cos(tilt))
        )
    return _smooth(points)


def veins(seed: str, box: Box, count: int) -> str:
    """So many quartz bands across a stone, as path data; clip them with its outline."""
    dice = _dice(seed)
    side = 1 if dice[6] > 0.5 else -1
    first = box.cx + box.w * (0.12 + 0.14 * dice[5]) * side - (count - 1) * box.w * 0.05
    lean = box.w * (0.05 + 0.05 * dice[7])
    top, foot = box.cy - box.h * 0.6, box.cy + box.h * 0.6
    bands = []
    for number in range(count):
        x = first + number * box.w * 0.105
        points = (x + lean, top), (x - lean * 0.7, box.cy), (x - lean * 0.2, foot)
        start, bend, end = (_pair(point) for point in points)
        bands.append(f"M{start}Q{bend} {end}")
    return "".join(bands)


def contours(seed: str, box: Box, *, rings: int, step: float) -> list[str]:
    """Map contours around a landmark, the innermost first, each as path data."""
    dice = _dice(seed)
    paths = []
    for ring in range(rings):
        points = []
        for corner in range(_RING_CORNERS):
            angle = 2 * pi * corner / _RING_CORNERS
            reach = (1 + ring * step) * (
                1
                + (0.05 + 0.006 * ring) * cos(2 * angle + 6.3 * dice[1] + ring * 0.05)
                + (0.03 + 0.006 * ring) * cos(3 * angle + 6.3 * dice[2] - ring * 0.08)
                + 0.003 * ring * cos(5 * angle + 6.3 * dice[3] + ring * 0.12)
            )
            points.append(
                (
                    box.cx + cos(angle) * box.w / 2 * reach,
                    box.cy + sin(angle) * box.h / 2 * reach,
                )
            )
        paths.append(_line(points))
    return paths


def layout(
    seed: str, count: int, size: float, *, gap: float = 0.012, ground: float = 0.95, lit: int = -1
) -> list[Box]:
    """Where one to five stones stand on each other in a square, lowest first.

    The stone of number ``lit`` is a little larger. ``gap`` and ``ground`` are parts of the size.
    """
    if not 1 <= count <= _TALLEST:
        raise ValueError(f"A stack has one to {_TALLEST} stones, not {count}.")
    dice = _dice(seed)
    raw = [
        (1 - 0.10 * number + 0.16 * (dice[8 + number] - 0.5)) * (1.22 if number == lit else 1)
        for number in range(count)
    ]
    scale = size * (_HEIGHTS.get(count, 0.90) - gap * (count - 1)) / sum(raw)
    boxes, foot = [], size * ground
    for number in range(count):
        h = raw[number] * scale
        w = size * _WIDTHS[number] * (1.08 if number == lit else 1)
        w += size * 0.05 * (dice[16 + number] - 0.5)
        aside = size * 0.075 * (dice[24 + number] - 0.5) * (1 if number else 0.4)
        boxes.append(Box(size / 2 + aside, foot - h / 2, w, h))
        foot -= h + size * gap
    return boxes


def heap(seed: str, count: int, size: float) -> list[Box]:
    """Where any number of stones lie in a square: a stack, and a broad heap when there are many.

    What no longer fits, past 28, is left out.
    """
    if count <= _TALLEST:
        return layout(seed, count, size) if count else []
    rows = _rows(min(count, _MOST_ROWS * (_MOST_ROWS + 1) // 2))
    w = size * 0.94 / rows[0]
    h = min(size * 0.88 / len(rows), w * 0.66)
    boxes, number = [], 0
    for row, wide in enumerate(rows):
        for place in range(wide):
            dice = _dice(f"{seed} {number}")
            cx = size / 2 + (place - (wide - 1) / 2) * w + w * 0.04 * (dice[0] - 0.5)
            cy = size * 0.95 - h * (row + 0.5)
            boxes.append(Box(cx, cy, w * (0.80 + 0.05 * dice[1]), h * (0.86 + 0.10 * dice[2])))
            number += 1
    return boxes


def _rows(count: int) -> list[int]:
    """How many stones lie in each row, the lowest first: each row is shorter than the one below."""
    lowest = 1
    while lowest * (lowest + 1) // 2 < count:
        lowest += 1
    rows, left, wide = [], count, lowest
    while left:
        rows.append(min(wide, left))
        left -= rows[-1]
        wide -= 1
    return rows


def _dice(seed: str) -> list[float]:
    return [byte / 255 for byte in sha256(seed.encode("utf-8", "replace")).digest()]


def _smooth(points: Sequence[Point]) -> str:
    """A closed curve through the points (Catmull-Rom, written as Bézier curves)."""
    many = len(points)
    parts = [f"M{_pair(points[0])}"]
    for number in range(many):
        before, here, there, after = (points[(number + step - 1) % many] for step in range(4))
        leave = here[0] + (there[0] - before[0]) / 6, here[1] + (there[1] - before[1]) / 6
        arrive = there[0] - (after[0] - here[0]) / 6, there[1] - (after[1] - here[1]) / 6
        parts.append("C" + " ".join(_pair(point) for point in (leave, arrive, there)))
    return "".join(parts) + "Z"


def _line(points: Sequence[Point]) -> str:
    """The same curve, thin enough for whole steps: each is told from where the last one ended."""
    many = len(points)
    x, y = round(points[0][0]), round(points[0][1])
    parts = [f"M{x} {y}"]
    for number in range(many):
        before, here, there, after = (points[(number + step - 1) % many] for step in range(4))
        leave = here[0] + (there[0] - before[0]) / 6, here[1] + (there[1] - before[1]) / 6
        arrive = there[0] - (after[0] - here[0]) / 6, there[1] - (after[1] - here[1]) / 6
        # How a curve leaves a point mirrors how the one before arrived, so it is said once.
        given = (arrive, there) if number else (leave, arrive, there)
        steps = [step for point in given for step in (round(point[0]) - x, round(point[1]) - y)]
        parts.append(("s" if number else "c") + " ".join(map(str, steps)).replace(" -", "-"))
        x, y = round(there[0]), round(there[1])
    return "".join(parts) + "Z"


def _pair(point: Point) -> str:
    return f"{number(point[0])} {number(point[1])}"


def number(value: float, places: int = 1) -> str:
    """A coordinate, short and without a negative zero."""
    text = f"{value:.{places}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
