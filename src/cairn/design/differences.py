"""What changed between two texts of a micro-credential: part by part, and word by word."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Final

from cairn.design.sections import section_at
from cairn.vc.document import JsonObject

_WORDS: Final = re.compile(r"\S+\s*|\s+")
#: Beyond this many words a text is shown as a whole, before and after.
MOST_WORDS: Final = 3_000
_KEYED: Final = frozenset({"outcomes", "tasks"})


@dataclass(frozen=True, slots=True)
class Piece:
    """Words that stayed (``same``), went (``del``) or came (``ins``)."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One part that differs. ``place`` lasts; a side that does not exist is empty."""

    section: str
    place: str
    before: str
    after: str

    @property
    def pieces(self) -> tuple[Piece, ...]:
        return words(self.before, self.after)


def words(before: str, after: str) -> tuple[Piece, ...]:
    """The way from one text to another, word by word."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if max(len(old), len(new)) > MOST_WORDS:
        whole = (Piece("del", before), Piece("ins", after))
        return tuple(piece for piece in whole if piece.text)
    return tuple(_pieces(old, new))


def _pieces(old: list[str], new: list[str]) -> Iterator[Piece]:
    for kind, i, j, k, m in SequenceMatcher(None, old, new).get_opcodes():
        if kind == "equal":
            yield Piece("same", "".join(old[i:j]))
            continue
        if i != j:
            yield Piece("del", "".join(old[i:j]))
        if k != m:
            yield Piece("ins", "".join(new[k:m]))


def changes(before: JsonObject, after: JsonObject) -> tuple[Change, ...]:
    """Every part that differs between two contents, in the order of the newer one."""
    old, new = dict(_parts(before)), dict(_parts(after))
    places = [*new, *(place for place in old if place not in new)]
    return tuple(
        Change(section_at(place), place, old.get(place, ""), new.get(place, ""))
        for place in places
        if old.get(place, "") != new.get(place, "")
    ) + tuple(_moves(before, after))


def _moves(before: JsonObject, after: JsonObject) -> Iterator[Change]:
    """Outcomes and tasks that are the same, in another order."""
    for member in ("outcomes", "tasks"):
        was = [part.get("key", "") for part in before.get(member, [])]
        now = [part.get("key", "") for part in after.get(member, [])]
        both = set(was) & set(now)
        if [key for key in was if key in both] != [key for key in now if key in both]:
            yield Change(
                section_at("/" + member), f"/{member}/order", ", ".join(was), ", ".join(now)
            )


def _parts(data: JsonObject) -> Iterator[tuple[str, str]]:
    for name, value in data.items():
        yield from _part(f"/{name}", name, value)


def _part(place: str, name: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for inner, one in value.items():
            if inner != "key":
                yield from _part(f"{place}/{inner}", inner, one)
    elif isinstance(value, list) and value and isinstance(value[0], dict):
        for index, one in enumerate(value):
            label = one.get("key") if name in _KEYED else None
            yield from _part(f"{place}/{label or index}", name, one)
    elif isinstance(value, list):
        yield place, ", ".join(map(str, value))
    elif isinstance(value, bool):
        yield place, "yes" if value else "no"
    else:
        yield place, str(value)
