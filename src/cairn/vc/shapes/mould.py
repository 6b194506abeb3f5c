"""A shape with everything that is known about its documents: form, conformance, and text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from cairn.vc.document import JsonObject
from cairn.vc.rdfc import Canonical
from cairn.vc.shapes.frame import Frame
from cairn.vc.shapes.skeleton import Skeleton
from cairn.vc.shapes.soundness import Soundness, soundness
from cairn.vc.shapes.structure import names, paths
from cairn.vc.shapes.template import MAX_LAYOUTS, Template


class Mould:
    """What makes the canonical form of the documents that differ in some texts only."""

    __slots__ = ("frame", "names", "size", "soundness", "template")

    def __init__(
        self,
        document: JsonObject,
        texts: Sequence[str],
        made: Skeleton,
        free: Iterable[int],
        most: int = MAX_LAYOUTS,
    ) -> None:
        self.template = Template(made, texts, free, most)
        places = self.template.places
        self.frame = Frame(document, texts, places)
        self.names = frozenset(names(document))
        where = list(paths(document))
        self.soundness: Soundness | None = soundness(
            document, [where[place] for place in places], [p in made.addresses for p in places]
        )
        self.size = self.template.size + self.frame.size


class Casting:
    """A document that was found to be of a known shape."""

    __slots__ = ("_mould", "_texts")

    def __init__(self, mould: Mould, texts: Sequence[str]) -> None:
        self._mould = mould
        self._texts = texts

    def canonical(self) -> Canonical | None:
        """Return the canonical form; None where the full processor has to be asked."""
        return self._mould.template.fill(self._texts)

    def conforms(self) -> bool:
        """Whether nothing is wrong with it; False where that has to be looked at."""
        known, template = self._mould.soundness, self._mould.template
        return (
            known is not None and known.holds(self._texts) and template.has_addresses(self._texts)
        )

    @property
    def names(self) -> frozenset[str]:
        """The names of all its members, at any depth."""
        return self._mould.names

    def json(self) -> str:
        """Write it as :func:`cairn.vc.document.dump` does."""
        return self._mould.frame.json(self._texts)
