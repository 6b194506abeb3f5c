"""Lines with slots: text that is known but for some values, kept in the order in which it is sorted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import eq, itemgetter
from typing import Any, Final, Self

#: Text and slots in turn, text first and last: ``('<urn:s> <urn:p> "', 3, '" .\n')``.
Line = tuple[str | int, ...]

_Pick = Callable[[Sequence[str]], tuple[str, ...]]
#: What a piece of text and a slot take beside their letters, in bytes.
_TEXT: Final = 64
_SLOT: Final = 36


def line(parts: Iterable[str | int]) -> Line:
    """Join neighbouring texts, so that text and slots take turns."""
    joined: list[str | int] = []
    text: list[str] = []
    for part in parts:
        if isinstance(part, str):
            text.append(part)
        else:
            joined += ("".join(text), part)
            text.clear()
    joined.append("".join(text))
    return tuple(joined)


def pick(slots: Sequence[Any]) -> _Pick:
    """Return what takes these places of a sequence, as a tuple whatever their number."""
    if not slots:
        return lambda _: ()
    if len(slots) == 1:
        only = slots[0]
        return lambda values: (values[only],)
    return itemgetter(*slots)


def written(parts: Line, values: Sequence[str]) -> str:
    """Write one line with these values."""
    if len(parts) == 1:
        return str(parts[0])
    out: list[Any] = list(parts)
    out[1::2] = [values[slot] for slot in out[1::2]]
    return "".join(out)


class Sorted:
    """Lines that come out sorted whatever the values are.

    Most lines are told apart by what stands before their first slot and never change places; the
    others form groups, each between the same neighbours, and are sorted each time. A group has a
    slot of its own, a negative one: it is counted from the end of the values.
    """

    __slots__ = ("_pick", "groups", "pieces")

    def __init__(self, pieces: Iterable[str | int], groups: list[list[Line]]) -> None:
        parts = line(pieces)
        self.groups = groups
        self.pieces: list[Any] = list(parts)
        self._pick = pick(parts[1::2])

    @classmethod
    def of(cls, lines: Iterable[Line]) -> Self:
        """Put lines in order."""
        whole: list[str | int] = []
        groups: list[list[Line]] = []
        for group in _groups(lines):
            if len(group) == 1:
                whole += group[0]
            else:
                groups.append(group)
                whole.append(-len(groups))
        return cls(whole, groups)

    @classmethod
    def after(cls, blocks: Iterable[Self]) -> Self:
        """Join lines that are known to stand in this order."""
        whole: list[str | int] = []
        groups: list[list[Line]] = []
        for block in blocks:
            whole += _moved(block.pieces, len(groups))
            groups += block.groups
        return cls(whole, groups)

    def given(self, known: Mapping[int, str]) -> Self:
        """Return the same lines with some slots filled for good."""
        groups = [[line(_known(one, known)) for one in group] for group in self.groups]
        return type(self)(_known(self.pieces, known), groups)

    @property
    def text_if_fixed(self) -> str | None:
        """The text where it is the same for all values."""
        return self.pieces[0] if len(self.pieces) == 1 else None

    @property
    def size(self) -> int:
        """About how much memory this takes, in bytes."""
        parts = [*self.pieces, *(part for group in self.groups for one in group for part in one)]
        return sum(_TEXT + len(part) if isinstance(part, str) else _SLOT for part in parts)

    def text(self, values: Sequence[str], *, apart: bool) -> str | None:
        """Write all lines; None when two are equal that have to be ``apart``."""
        pieces = self.pieces
        if len(pieces) == 1:
            return str(pieces[0])
        if self.groups:
            values = list(values)
            for group in reversed(self.groups):
                inner = sorted([written(one, values) for one in group])
                if apart and any(map(eq, inner, inner[1:])):
                    return None
                values.append("".join(inner))
        out = pieces.copy()
        out[1::2] = self._pick(values)
        return "".join(out)


def _known(parts: Iterable[str | int], known: Mapping[int, str]) -> Iterator[str | int]:
    return (known.get(part, part) if isinstance(part, int) else part for part in parts)


def _moved(parts: Iterable[str | int], by: int) -> Iterator[str | int]:
    """Count the slots of groups on from those that stand before."""
    return (part - by if isinstance(part, int) and part < 0 else part for part in parts)


def _groups(lines: Iterable[Line]) -> list[list[Line]]:
    """Put lines in order, those together that the values can make change places."""
    done: list[list[Line]] = []
    for one in sorted(lines, key=lambda parts: [str(part) for part in parts]):
        group = [one]
        while done and not all(_certain(a, b) for a in done[-1] for b in group):
            group = done.pop() + group
        done.append(group)
    return done


def _certain(one: Line, other: Line) -> bool:
    """Whether the order of two lines is the same for all values."""
    at = 0
    while at < min(len(one), len(other)) and one[at] == other[at]:
        at += 1
    if at % 2:  # a slot against another, or against the end
        return False
    left, right = str(one[at]), str(other[at])
    return left[: len(right)] != right[: len(left)]
