"""Windows on JSON: typed reading that changes nothing and loses nothing.

A view holds the mapping as it stands, unknown fields and all. It never writes over it, so a signed
document stays the document that was signed. Reading is forgiving (one value or many, text or a
language object, an id in place of an object): what cannot be read as its type is absent.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Self, TypeVar, overload

from cairn.vc.document import JsonObject
from cairn.vc.timestamps import read_timestamp

T = TypeVar("T")
V = TypeVar("V", bound="View")


@dataclass(frozen=True, slots=True)
class View:
    """A JSON object, seen as one class of the specification."""

    raw: Mapping[str, Any]


class Term(Generic[T]):
    """A property of a view: the term in the JSON, and how its value is read."""

    __slots__ = ("_name", "_read")

    def __init__(self, name: str, read: Callable[[Any], T]) -> None:
        self._name = name
        self._read = read

    @overload
    def __get__(self, view: None, owner: type) -> Self: ...
    @overload
    def __get__(self, view: View, owner: type) -> T: ...
    def __get__(self, view: View | None, owner: type) -> Self | T:
        return self if view is None else self._read(view.raw.get(self._name))


def many(value: Any) -> list[Any]:
    """Return the values of a term that may stand alone or in a list."""
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def text(value: Any) -> str | None:
    """Read text, or the text of the first language object (VCDM 2.0 §11.1)."""
    for item in many(value):
        found = item.get("@value") if isinstance(item, Mapping) else item
        if isinstance(found, str):
            return found
    return None


def texts(value: Any) -> tuple[str, ...]:
    """Read every text of a term."""
    return tuple(item for item in map(text, many(value)) if item is not None)


def number(value: Any) -> float | None:
    """Read a number; true and false are not numbers."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def flag(value: Any) -> bool:
    """Read true or false; anything else is false."""
    return value is True


def moment(value: Any) -> datetime | None:
    """Read a timestamp as a moment in UTC; one that cannot be read is absent."""
    try:
        return read_timestamp(value, offset_required=False) if isinstance(value, str) else None
    except ValueError:
        return None


def one(view: type[V]) -> Callable[[Any], V | None]:
    """Read one object as a view; an id alone is an object with that id."""
    return lambda value: next(iter(several(view)(value)), None)


def several(view: type[V]) -> Callable[[Any], tuple[V, ...]]:
    """Read every object of a term as a view; an id alone is an object with that id."""

    def read(value: Any) -> tuple[V, ...]:
        items = ({"id": item} if isinstance(item, str) else item for item in many(value))
        return tuple(view(item) for item in items if isinstance(item, Mapping))

    return read


def compact(**terms: Any) -> JsonObject:
    """Build JSON from terms, leaving out nulls and empty lists (Open Badges 3.0 §3, JSON).

    Views become what they look at; tuples become lists. A trailing underscore is dropped, so that
    a term may bear the name of something else.
    """
    built = {name.rstrip("_"): _json(value) for name, value in terms.items()}
    return {name: value for name, value in built.items() if value is not None and value != []}


def kind_of(value: str, known: Iterable[str], what: str) -> str:
    """Return a member of a closed list, or an extension of it, or raise ``ValueError``."""
    known = tuple(known)
    if value in known or is_extension(value):
        return value
    raise ValueError(f"{value} is not a known {what}. Use {', '.join(known)}, or one with ext:.")


def is_extension(value: str) -> bool:
    """Tell whether a name extends a closed list, as ``ext:Workshop`` does."""
    # The published pattern has no hyphen of its own (it stands in a range), so none comes first.
    return re.fullmatch(r"ext:[A-Za-z0-9._][A-Za-z0-9._-]*", value) is not None


def _json(value: Any) -> Any:
    if isinstance(value, View):
        return value.raw
    if isinstance(value, list | tuple):
        return [_json(item) for item in value]
    return value
