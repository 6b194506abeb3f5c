"""The canonical form of every document of one shape, with slots for the texts that differ.

Filling in gives up (None) wherever the outcome could depend on more than the slots show: a blank node
that looks like another, a statement made twice, an address out of the ordinary.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from operator import itemgetter
from typing import Final

from cairn.vc.errors import OverBudget
from cairn.vc.rdfc import TO_ESCAPE, Canonical, labels
from cairn.vc.shapes.lines import Line, Sorted, line, pick, written
from cairn.vc.shapes.skeleton import Skeleton, Term, written_as
from cairn.vc.shapes.trace import ADDRESS

#: Orders of the blank nodes that are kept ready: the values of a thousand recipients of one achievement
#: make some hundred and fifty.
MAX_LAYOUTS: Final = 192

#: Orders that are remembered, for each that is kept ready.
_MET: Final = 8
#: Sets of blank nodes that look alike, with some values or always.
_MOST_CROWDS: Final = 2

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
        named, self._blank = self._blocks()
        # Those whose name is known stand in their order, whoever comes between them.
        self._fixed = sorted(
            ((str(name[0]), block) for name, block in named if len(name) == 1), key=_name
        )
        self._free = [(name, block) for name, block in named if len(name) > 1]
        self._most = most if self._varying else 1
        self._layouts: dict[tuple[int, ...], _Layout] = {}
        self._met: set[tuple[int, ...]] = set()
        self._crowds: dict[tuple[int, ...], _Crowd] = {}

    @property
    def size(self) -> int:
        """About how much memory this takes in the end, in bytes."""
        blocks = [block for _, block in (*self._fixed, *self._free)] + self._blank
        layout = sum(block.size for block in blocks)
        orders = _MET * self._most * (1 + _MOST_CROWDS) * (100 + 8 * len(self._blank))
        return orders + (2 + self._most) * layout + sum(block.size for _, block in self._varying)

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
        # RDFC-1.0 §4.4.3, step 4
        ranked = tuple(sorted(range(len(hashes)), key=hashes.__getitem__))
        if len(set(hashes)) < len(hashes):
            told_apart = self._told_apart(values, hashes)
            if told_apart is None:
                return None
            ranked = told_apart
        layout = self._layouts.get(ranked)
        if layout is not None:
            text = _written(layout.fixed, layout.free, [layout.blank], values)
            return None if text is None else Canonical(text, layout.labels)
        return self._filled(values, ranked)

    def _told_apart(self, values: Sequence[str], hashes: Sequence[str]) -> tuple[int, ...] | None:
        """Rank the blank nodes where some look alike from one step away (§4.4.3, step 5)."""
        seen = Counter(hashes)
        alone = sorted(
            (node for node, value in enumerate(hashes) if seen[value] == 1), key=hashes.__getitem__
        )
        alike = tuple(node for node, value in enumerate(hashes) if seen[value] > 1)
        crowd = self._crowds.get(alike) or self._crowd(alike)
        if len(self._crowds) < _MOST_CROWDS:
            self._crowds[alike] = crowd
        # Where no slot is near, only the labels of those beside them can make a difference.
        ranks = {node: rank for rank, node in enumerate(alone)}
        beside = tuple(ranks[node] for node in crowd.beside)
        order = crowd.known.get(beside) if crowd.fixed else None
        if order is None:
            quads = [
                (written(s, values), written(p, values), written(o, values), written(g, values))
                for s, p, o, g in crowd.quads
            ]
            try:
                names = labels(quads, dict(zip(self.made.nodes, hashes, strict=True)))
            except OverBudget:
                return None
            numbers = {name: node for node, name in enumerate(self.made.nodes)}
            order = tuple(numbers[name] for name in names)[len(alone) :]
            if crowd.fixed and len(crowd.known) < _MET * self._most:
                crowd.known[beside] = order
        return (*alone, *order)

    def _crowd(self, alike: Sequence[int]) -> _Crowd:
        """Gather the statements that mention blank nodes that look alike."""
        quads, beside = [], set[int]()
        for quad in self._quads:
            nodes = {part[0] for term in quad for part in term if isinstance(part, tuple)}
            if not nodes.isdisjoint(alike):
                beside |= nodes.difference(alike)
                s, p, o, g = (line(self._term(term, self.made.nodes)) for term in quad)
                quads.append((s, p, o, g))
        fixed = all(len(term) == 1 for quad in quads for term in quad)
        return _Crowd(quads, tuple(sorted(beside)), fixed, {})

    def _filled(self, values: Sequence[str], ranked: tuple[int, ...]) -> Canonical | None:
        """Fill in what stands in the slots, and the labels that go with an order of the blank nodes."""
        given = [""] * len(ranked)
        for rank, node in enumerate(ranked):
            given[node] = f"_:c14n{rank}"
        self._remember(ranked, given)
        blank = [self._blank[ranked[rank]] for rank in _by_label(len(ranked))]
        text = _written(self._fixed, self._free, blank, [*values, *given])
        if text is None:
            return None
        return Canonical(text, dict(zip(self.made.nodes, given, strict=True)))

    def _remember(self, ranked: tuple[int, ...], given: Sequence[str]) -> None:
        """Keep all lines ready with these labels in them, if it is not for the first time."""
        if ranked not in self._met:
            if len(self._met) < _MET * self._most:
                self._met.add(ranked)
        elif len(self._layouts) < self._most:
            known = {len(self._slot) + node: label for node, label in enumerate(given)}
            in_order = [self._blank[ranked[rank]] for rank in _by_label(len(ranked))]
            self._layouts[ranked] = _Layout(
                [(name, block.given(known)) for name, block in self._fixed],
                [(name, block.given(known)) for name, block in self._free],
                Sorted.after(block.given(known) for block in in_order),
                dict(zip(self.made.nodes, given, strict=True)),
            )

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
        slots = self._labels
        named, blank = defaultdict[Line, list[Line]](list), [list[Line]() for _ in slots]
        for quad in self._quads:
            written_line = line(self._parts(quad, slots))
            subject = quad[0]
            if isinstance(subject[0], tuple):
                blank[subject[0][0]].append(written_line)
            else:
                named[line(self._term(subject, slots))].append(written_line)
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


@dataclass(frozen=True, slots=True)
class _Crowd:
    """Blank nodes that look alike: what is said of them, who is beside them, and how they rank."""

    quads: list[tuple[Line, Line, Line, Line]]
    beside: tuple[int, ...]
    fixed: bool
    known: dict[tuple[int, ...], tuple[int, ...]]


@dataclass(frozen=True, slots=True)
class _Layout:
    """All lines, with the labels of the blank nodes in them."""

    fixed: list[tuple[str, Sorted]]
    free: list[tuple[Line, Sorted]]
    blank: Sorted
    labels: dict[str, str]


def _written(
    fixed: list[tuple[str, Sorted]],
    free: list[tuple[Line, Sorted]],
    blank: Sequence[Sorted],
    values: Sequence[str],
) -> str | None:
    """Write all lines in their order; None where two subjects or two statements are one."""
    named = fixed
    if free:
        named = fixed + [(written(name, values), block) for name, block in free]
        named.sort(key=_name)
        if any(one[0] == other[0] for one, other in pairwise(named)):
            return None
    out = []
    for block in (*(block for _, block in named), *blank):
        text = block.text(values, apart=True)
        if text is None:
            return None
        out.append(text)
    return "".join(out)


@cache
def _by_label(number: int) -> tuple[int, ...]:
    """The ranks of so many labels in the order of their text: ``_:c14n10`` before ``_:c14n2``."""
    return tuple(sorted(range(number), key=str))
