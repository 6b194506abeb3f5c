"""RDF Dataset Canonicalization 1.0 (W3C Recommendation, 21 May 2024), with a budget on its work.

A dataset is a collection of quads; a quad is four strings, each a term as canonical N-Quads writes
it (``<iri>``, ``"literal"^^<type>``, ``_:label``), the graph name ``""`` in the default graph.

The algorithm is exponential for graphs made to hurt (§7.1 calls them poison). Python cannot
interrupt a library call, so the work is counted here: over budget nobody has said "no", only
"not at this price".
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from cairn.vc.errors import OverBudget

Quad = tuple[str, str, str, str]

#: Steps of Hash N-Degree Quads: each neighbour hashed, each label written or copied. The hardest of
#: the W3C tests takes 28,296; an honest credential, none or a few hundred.
WORK_BUDGET: Final = 100_000
#: The longest chain of look-alike blank nodes that is followed.
DEPTH_BUDGET: Final = 100

# Canonical N-Quads (RDFC-1.0 §A): the ECHARs, and UCHAR for the other control characters.
ESCAPES: Final = {code: f"\\u{code:04X}" for code in (*range(0x20), 0x7F)} | {
    ord(char): f"\\{letter}" for char, letter in zip('\b\t\n\f\r"\\', 'btnfr"\\', strict=True)
}
TO_ESCAPE = re.compile(r'[\x00-\x1f\x7f"\\]')


def iri(value: str) -> str:
    return f"<{value}>"


def literal(value: str, *, datatype: str | None = None, language: str | None = None) -> str:
    """Write a literal; ``datatype`` None means xsd:string."""
    text = value.translate(ESCAPES) if TO_ESCAPE.search(value) else value
    if language is not None:
        return f'"{text}"@{language}'
    return f'"{text}"' if datatype is None else f'"{text}"^^<{datatype}>'


@dataclass(frozen=True, slots=True)
class Canonical:
    """The canonical form: sorted lines, and the canonical label of each blank node."""

    text: str
    labels: Mapping[str, str]

    @property
    def lines(self) -> tuple[str, ...]:
        # A line break within a literal is escaped, and no other character ends a line.
        return tuple(f"{line}\n" for line in self.text.split("\n")[:-1])

    def digest(self, algorithm: str = "sha256") -> bytes:
        return hashlib.new(algorithm, self.text.encode()).digest()


def canonicalize(
    quads: Iterable[Quad],
    *,
    algorithm: str = "sha256",
    work: int = WORK_BUDGET,
    depth: int = DEPTH_BUDGET,
) -> Canonical:
    """Canonicalise a dataset (§4.4.3), or raise :class:`OverBudget`."""
    dataset = list(dict.fromkeys(quads))
    labels = _Labelling(dataset, algorithm, work, depth).run()
    if labels:
        dataset = [
            (labels.get(s, s), p, labels.get(o, o), labels.get(g, g)) for s, p, o, g in dataset
        ]
    # Code point order and the order of UTF-8 bytes are the same; UTF-16 order is not (§A).
    return Canonical("".join(sorted(map(_line, dataset))), labels)


def labels(quads: Iterable[Quad], first: Mapping[str, str]) -> dict[str, str]:
    """Name blank nodes whose first-degree hashes (SHA-256) are known already.

    ``quads`` are the statements that mention a node whose hash is that of another as well: nobody
    looks at others. Raises :class:`OverBudget`.
    """
    dataset = list(dict.fromkeys(quads))
    return _Labelling(dataset, "sha256", WORK_BUDGET, DEPTH_BUDGET, first).run()


def _line(quad: Quad) -> str:
    s, p, o, g = quad
    return f"{s} {p} {o} {g} .\n" if g else f"{s} {p} {o} .\n"


@dataclass(slots=True)
class _Issuer:
    """Identifier issuer (§4.3): labels in the order in which they are asked for."""

    prefix: str
    issued: dict[str, str] = field(default_factory=dict)

    def issue(self, node: str) -> str:
        return self.issued.setdefault(node, f"_:{self.prefix}{len(self.issued)}")

    def copy(self) -> _Issuer:
        return _Issuer(self.prefix, dict(self.issued))


class _Labelling:
    """One run of the algorithm: the canonicalization state (§4.2) and what is left to spend."""

    def __init__(
        self,
        dataset: list[Quad],
        algorithm: str,
        work: int,
        depth: int,
        first: Mapping[str, str] | None = None,
    ) -> None:
        self._algorithm = algorithm
        self._work = work
        self._depth = depth
        self._canonical = _Issuer("c14n")
        self._first: dict[str, str] = dict(first or {})
        self._quads: dict[str, list[Quad]] = defaultdict(list)
        for quad in dataset:
            for node in {term for term in (quad[0], quad[2], quad[3]) if term[:2] == "_:"}:
                self._quads[node].append(quad)

    def run(self) -> dict[str, str]:
        by_hash: dict[str, list[str]] = defaultdict(list)
        for node in tuple(self._first) or self._quads:
            by_hash[self._first_degree(node)].append(node)
        for value in sorted(by_hash):  # §4.4.3 step 4
            if len(by_hash[value]) == 1:
                self._canonical.issue(by_hash[value][0])
        for value in sorted(by_hash):  # step 5
            if len(by_hash[value]) > 1:
                self._label_alike(by_hash[value])
        return self._canonical.issued

    def _label_alike(self, nodes: list[str]) -> None:
        """Tell apart nodes that look the same from one step away (§4.4.3 steps 5.1 to 5.3)."""
        paths: list[tuple[str, _Issuer]] = []
        for node in nodes:
            if node not in self._canonical.issued:
                issuer = _Issuer("b")
                issuer.issue(node)
                paths.append(self._n_degree(node, issuer, 0))
        for _, issuer in sorted(paths, key=lambda path: path[0]):
            for node in issuer.issued:
                self._canonical.issue(node)

    def _hash(self, text: str) -> str:
        return hashlib.new(self._algorithm, text.encode()).hexdigest()

    def _first_degree(self, node: str) -> str:
        """Hash First Degree Quads (§4.6)."""
        if node not in self._first:
            lines = [
                _line((_mark(s, node), p, _mark(o, node), _mark(g, node)))
                for s, p, o, g in self._quads[node]
            ]
            self._first[node] = self._hash("".join(sorted(lines)))
        return self._first[node]

    def _related(self, node: str, quad: Quad, issuer: _Issuer, position: str) -> str:
        """Hash Related Blank Node (§4.7)."""
        known = self._canonical.issued.get(node) or issuer.issued.get(node)
        predicate = "" if position == "g" else quad[1]
        return self._hash(f"{position}{predicate}{known or self._first_degree(node)}")

    def _neighbours(self, node: str, issuer: _Issuer) -> dict[str, list[str]]:
        """Group the blank nodes around ``node`` by how they hang on it (§4.8.3 step 3)."""
        found: dict[str, list[str]] = defaultdict(list)
        for quad in self._quads[node]:
            for term, position in ((quad[0], "s"), (quad[2], "o"), (quad[3], "g")):
                if term != node and term[:2] == "_:":
                    found[self._related(term, quad, issuer, position)].append(term)
        return found

    def _n_degree(self, node: str, issuer: _Issuer, depth: int) -> tuple[str, _Issuer]:
        """Hash N-Degree Quads (§4.8)."""
        self._spend(3 * len(self._quads[node]), depth)
        data: list[str] = []
        neighbours = self._neighbours(node, issuer)
        for value in sorted(neighbours):
            path, chosen = "", issuer
            for order in _orders(neighbours[value]):
                better = self._path(order, issuer, path, depth)
                if better is not None:
                    path, chosen = better
            data += (value, path)
            issuer = chosen
        return self._hash("".join(data)), issuer

    def _path(
        self, order: Sequence[str], issuer: _Issuer, best: str, depth: int
    ) -> tuple[str, _Issuer] | None:
        """Walk the neighbours in one order (§4.8.3 step 5.4); None when ``best`` comes first."""
        self._spend(len(order) + len(issuer.issued), depth)
        path, copy = "", issuer.copy()
        recurse: list[str] = []
        for node in order:
            label = self._canonical.issued.get(node)
            if label is None:
                if node not in copy.issued:
                    recurse.append(node)
                label = copy.issue(node)
            path += label
            if _comes_after(path, best):
                return None
        for node in recurse:
            label = copy.issue(node)
            value, copy = self._n_degree(node, copy, depth + 1)
            path += f"{label}<{value}>"
            if _comes_after(path, best):
                return None
        return (path, copy) if not best or path < best else None

    def _spend(self, steps: int, depth: int) -> None:
        self._work -= steps
        if self._work < 0 or depth > self._depth:
            raise OverBudget(
                "The data is tangled in a way that would take too long to put in order, "
                "so its signature was not checked."
            )


def _comes_after(path: str, best: str) -> bool:
    """Tell that however ``path`` goes on, ``best`` stays before it."""
    return bool(best) and len(path) >= len(best) and path > best


def _orders(nodes: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Yield every order of ``nodes`` once, lexically, however often a node stands among them.

    A proof of seven statements names its graph seven times: one order, where positions have 5,040.
    """
    order = sorted(nodes)
    while True:
        yield tuple(order)
        rise = next((i for i in range(len(order) - 2, -1, -1) if order[i] < order[i + 1]), -1)
        if rise < 0:
            return
        other = next(i for i in range(len(order) - 1, rise, -1) if order[i] > order[rise])
        order[rise], order[other] = order[other], order[rise]
        order[rise + 1 :] = reversed(order[rise + 1 :])


def _mark(term: str, node: str) -> str:
    """Replace blank nodes by ``_:a`` for the node in question and ``_:z`` for any other."""
    if term[:2] != "_:":
        return term
    return "_:a" if term == node else "_:z"
