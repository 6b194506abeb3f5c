"""One fault in a document: where it is and, in plain words, what it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from cairn.vc.document import pointer


@dataclass(frozen=True, slots=True)
class Problem:
    """A place (JSON pointer, RFC 6901; "" is the whole document) and what is wrong there."""

    pointer: str
    message: str

    def __str__(self) -> str:
        return f"{self.pointer or 'The document'} {self.message}"


def each(value: Any, place: str) -> Iterator[tuple[Any, str]]:
    """Walk one value or many, each with its pointer; nothing where there is no value."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield item, place + pointer(index)
    elif value is not None:
        yield value, place
