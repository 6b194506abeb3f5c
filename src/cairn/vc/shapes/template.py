"""The canonical form of every document of one shape, with slots for the texts that differ.

Filling in gives up (None) wherever the outcome could depend on more than the slots show: a blank node
that looks like another, a statement made twice, an address out of the ordinary.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from operator import itemgetter
from typing import Final

from cairn.vc.rdfc import TO_ESCAPE, Canonical
from cairn.vc.shapes.lines import Line, Sorted, line, pick, written
from cairn.vc.shapes.skeleton import Skeleton, Term, written_as
from cairn.vc.shapes.trace import ADDRESS

#: Orders of the blank nodes that are kept ready: the values of a thousand recipients of one achievement
#: make some hundred and fifty.
MAX_LAYOUTS: Final = 192

_name: Final = itemgetter(0)


class Template:
    """A skeleton with some of its texts given, and slots for those in ``free``.

    Lines are written with one list of values: what the slots hold, then the label of each blank node.
    ``most`` is how many orders of the blank nodes it keeps ready.
    """

    def __init__(
        self, made: Skeleton, texts: Sequence[str], free: Iterable[int], most: int = MAX_LAYOUTS
    ) -> None:
        self.made = made
        self.places = sorted(free)
        self._slot = {place: slot for slot, place in enumerate(self.places)}
        self._texts = [written_as(text) for text in texts]
        self._addresses = pick(
            [self._slot[place] for place in self.places if place in made.addresses]
        )
        names = [
            self._slot.get(place, term[1:-1])
            for place, term in (made.roles.names if made.roles.named else [])
        ]
        self._top = names[0] if names else None
        self._others = pick([name for name in names[1:] if isinstance(name, int)])
        self._known_names = frozenset(name for name in names[1:] if isinstance(name, str))
        self._labels = [len(self._slot) + node for node in range(len(made.nodes))]
        # A statement that is made twice, whatever the values are, is one statement.
        alike = {line(self._parts(quad, self._labels)): quad for quad in made.quads}
        self._quads = list(alike.values())
        self._hashes, self._varying = self._first_degrees()
        self._named, self._blank = self._blocks()
        self._most = most if self._varying else 1
        self._layouts: dict[tuple[int, ...], _Layout] = {}

    @property
    def size(self) -> int:
        """About how much memory this takes in the end, in bytes."""
        blocks = [block for _, block in self._named] + self._blank
        layout = sum(block.size for block in blocks)
        return (2 + self._most) * layout + sum(block.size for _, block in self._varying)

    def has_addresses(self, taken: Sequence[str]) -> bool:
        """Whether an address stands wherever one has to."""
        return all(map(ADDRESS.fullmatch, self._addresses(taken)))

    def fill(self, taken: Sequence[str]) -> Canonical | None:
        """Return the canonical form of the document with these in its slots; None where it takes more."""
        if not self.has_addresses(taken) or self._shares_name(taken):
            return None
        values = taken
        if TO_ESCAPE.search("".join(taken)):
            values = [written_as(text) for text in taken]
        hashes = self._hashes
        if self._varying:
            hashes = hashes.copy()
            for node, block in self._varying:
                lines = block.text(values, apart=False) or ""
                hashes[node] = hashlib.sha256(lines.encode()).hexdigest()
        if len(set(hashes)) < len(hashes):
            return None
        # RDFC-1.0 §4.4.3, step 4
        ranked = tuple(sorted(range(len(hashes)), key=hashes.__getitem__))
        layout = self._layouts.get(ranked) or self._lay_out(ranked)
        text = layout.text(values)
        return None if text is None else Canonical(text, layout.labels)

    def _lay_out(self, ranked: tuple[int, ...]) -> _Layout:
        """Write the labels that go with an order of the blank nodes into all lines."""
        labels = [""] * len(ranked)
        for rank, node in enumerate(ranked):
            labels[node] = f"_:c14n{rank}"
        known = {len(self._slot) + node: label for node, label in enumerate(labels)}
        layout = _Layout(
            [(name, block.given(known)) for name, block in self._named],
            Sorted.after(self._blank[ranked[rank]].given(known) for rank in _by_label(len(ranked))),
            dict(zip(self.made.nodes, labels, strict=True)),
        )
        if len(self._layouts) < self._most:
            self._layouts[ranked] = layout
        return layout

    def _shares_name(self, taken: Sequence[str]) -> bool:
        """Whether something else goes by the name of the document, where other rules hold."""
        if self._top is None:
            return False
        top = self._top if isinstance(self._top, str) else taken[self._top]
        return top in self._known_names or top in self._others(taken)

    def _first_degrees(self) -> tuple[list[str], list[tuple[int, Sorted]]]:
        """Prepare Hash First Degree Quads (§4.6): done where no slot is near, lines elsewhere."""
        hashes, varying = [], []
        for node in range(len(self.made.nodes)):
            marks = ["_:z"] * len(self.made.nodes)
            marks[node] = "_:a"
            block = Sorted.of(
                line(self._parts(quad, marks)) for quad in self._quads if ((node,),) in quad
            )
            text = block.text_if_fixed
            hashes.append("" if text is None else hashlib.sha256(text.encode()).hexdigest())
            if text is None:
                varying.append((node, block))
        return hashes, varying

    def _blocks(self) -> tuple[list[tuple[Line, Sorted]], list[Sorted]]:
        """Prepare the lines of each subject that has a name, and of each blank one."""
        labels = self._labels
        named, blank = defaultdict[Line, list[Line]](list), [list[Line]() for _ in labels]
        for quad in self._quads:
            written_line = line(self._parts(quad, labels))
            subject = quad[0]
            if isinstance(subject[0], tuple):
                blank[subject[0][0]].append(written_line)
            else:
                named[line(self._term(subject, labels))].append(written_line)
        return [(name, Sorted.of(one)) for name, one in named.items()], list(map(Sorted.of, blank))

    def _parts(self, quad: tuple[Term, ...], nodes: Sequence[str | int]) -> Iterator[str | int]:
        subject, predicate, item, graph = quad
        for term, end in ((subject, " "), (predicate, " "), (item, " ")):
            yield from self._term(term, nodes)
            yield end
        if graph != ("",):
            yield from self._term(graph, nodes)
            yield " "
        yield ".\n"

    def _term(self, term: Term, nodes: Sequence[str | int]) -> Iterator[str | int]:
        for part in term:
            if isinstance(part, tuple):
                yield nodes[part[0]]
            elif isinstance(part, int):
                yield self._slot.get(part, self._texts[part])
            else:
                yield part


class _Layout:
    """All lines, with the labels of the blank nodes in them."""

    __slots__ = ("_blank", "_fixed", "_named", "labels")

    def __init__(
        self, named: Sequence[tuple[Line, Sorted]], blank: Sorted, labels: dict[str, str]
    ) -> None:
        self.labels = labels
        self._blank = blank
        # Those whose name is known stand in their order, whoever comes between them.
        self._fixed = sorted(
            ((str(name[0]), block) for name, block in named if len(name) == 1), key=_name
        )
        self._named = [(name, block) for name, block in named if len(name) > 1]

    def text(self, values: Sequence[str]) -> str | None:
        """Write all lines in their order; None where two subjects or two statements are one."""
        named = self._fixed
        if self._named:
            named = named + [(written(name, values), block) for name, block in self._named]
            named.sort(key=_name)
        if any(one[0] == other[0] for one, other in pairwise(named)):
            return None
        out = [block.text(values, apart=True) for _, block in named]
        out.append(self._blank.text(values, apart=True))
        parts = [text for text in out if text is not None]
        return "".join(parts) if len(parts) == len(out) else None


@cache
def _by_label(number: int) -> tuple[int, ...]:
    """The ranks of so many labels in the order of their text: ``_:c14n10`` before ``_:c14n2``."""
    return tuple(sorted(range(number), key=str))
