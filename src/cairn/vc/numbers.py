"""Numbers that everybody writes alike, and those that readers would write in different ways."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context
from typing import Any, Final

from cairn.vc.document import pointer

_EVEN: Final = Context(16, ROUND_HALF_EVEN)
_UP: Final = Context(16, ROUND_HALF_UP)


def written_alike(number: float) -> bool:
    """Tell a number that every implementation writes in the same way (JSON-LD 1.1 API §8.6)."""
    if "e" in repr(number) or float(f"{number:.15E}") != number:
        return False
    # Fifteen digits after the point; where the next is a five and the last, some round up.
    return _EVEN.create_decimal_from_float(number) == _UP.create_decimal_from_float(number)


def unlike(document: Any) -> Iterator[str]:
    """Yield the place of each number that readers write in different ways."""
    for place, number in _floats(document, ()):
        if not written_alike(number):
            yield place


def _floats(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[str, float]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _floats(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _floats(item, (*path, index))
    elif isinstance(value, float):
        yield pointer(*path), value
