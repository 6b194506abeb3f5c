"""Which texts of a shape change from one document to the next, learned by looking on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from cairn.vc.document import JsonObject
from cairn.vc.shapes.lines import pick
from cairn.vc.shapes.mould import Mould
from cairn.vc.shapes.skeleton import Skeleton

#: Documents in a row without a new difference, after which the differences are taken for all.
CALM: Final = 6
#: Orders of the blank nodes kept ready where almost every text is free.
MAX_WIDE: Final = 8
#: Sorts of documents of one shape that are told apart, such as the badges of several achievements.
MAX_SORTS: Final = 4
#: How often what was learned of one sort may turn out to be too little.
MAX_NARROWED: Final = 8


class Shape:
    """All documents of one structure whose deciding texts are the same."""

    def __init__(self, document: JsonObject, texts: Sequence[str], made: Skeleton) -> None:
        self._made = made
        free = made.literals | made.addresses
        self._given = pick([place for place in range(len(texts)) if place not in free])
        self._wanted = self._given(texts)
        self.wide = Mould(document, texts, made, free, MAX_WIDE)
        self._take = pick(self.wide.template.places)
        self._sorts: list[_Sort] = []

    @property
    def size(self) -> int:
        """About how much memory this takes, in bytes."""
        return self.wide.size + sum(sort.size for sort in self._sorts)

    @property
    def narrow(self) -> list[Mould]:
        """The moulds of those sorts that are known well enough."""
        return [sort.mould for sort in self._sorts if sort.mould is not None]

    def taken(self, texts: Sequence[str]) -> tuple[str, ...] | None:
        """Return the texts for the slots, if the others are those of this shape."""
        return self._take(texts) if self._given(texts) == self._wanted else None

    def watch(self, document: JsonObject, texts: Sequence[str]) -> Mould | None:
        """Learn from one more document; return a mould that will do for those like it."""
        unlike = [(sort, sort.unlike(texts)) for sort in self._sorts]
        sort, places = min(unlike, key=lambda one: len(one[1]), default=(None, []))
        if sort is None or 2 * len(places) > len(self.wide.template.places):
            self._sorts = [*self._sorts, _Sort(texts)][-MAX_SORTS:]
            return None
        if sort.fits(places):
            return sort.mould
        if sort.learned(places):
            sort.narrow(Mould(document, texts, self._made, sort.varying))
        return None


class _Sort:
    """Documents that have most texts in common."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = tuple(texts)
        self.varying: set[int] = set()
        self.mould: Mould | None = None
        self._open: frozenset[int] = frozenset()
        self._calm = 0
        self._narrowed = 0

    @property
    def size(self) -> int:
        own = sum(map(len, self._texts)) + 100 * len(self._texts)
        return own + (self.mould.size if self.mould is not None else 0)

    def unlike(self, texts: Sequence[str]) -> list[int]:
        """Return where these texts differ."""
        pairs = enumerate(zip(texts, self._texts, strict=True))
        return [place for place, (one, other) in pairs if one != other]

    def fits(self, places: Sequence[int]) -> bool:
        """Tell whether the mould that was made last leaves these places open."""
        return self.mould is not None and self._open.issuperset(places)

    def learned(self, places: Sequence[int]) -> bool:
        """Note what differs; tell whether it is time to take it for all that ever does."""
        before = len(self.varying)
        self.varying.update(places)
        self._calm = self._calm + 1 if len(self.varying) == before else 0
        return self._calm >= CALM and self._narrowed < MAX_NARROWED

    def narrow(self, mould: Mould) -> None:
        """Take a mould that leaves open what varied so far."""
        self.mould = mould
        self._open = frozenset(self.varying)
        self._narrowed += 1
        self._calm = 0
