"""From one document to the statements of every document of its shape.

A skeleton is made from a document that went through the full processor, and from copies of it that
went through with other texts: what comes out at the same place is what a slot may hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cairn.vc.errors import CredentialError
from cairn.vc.jsonld import to_rdf
from cairn.vc.rdfc import ESCAPES, TO_ESCAPE, Quad
from cairn.vc.shapes.structure import put_together
from cairn.vc.shapes.trace import Roles, trace

#: Texts that a literal must be able to hold without another effect than being there.
_ODD: Final = (
    "",
    "@type",
    "id",
    "_:b1",
    "https://example.org/a",
    'a "quoted" \\ and\nbroken text',
    "\U0001d11e \uffff",
    "@none",
    "true",
    "en",
    "1",
)
#: The largest document that is taken for a shape, in statements.
MAX_QUADS: Final = 1_000

#: A piece of a term: text, the place of a text of the document, or a blank node's number in brackets.
Part = str | int | tuple[int]
Term = tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Skeleton:
    """The statements of a shape, and the places whose texts are only carried over into them."""

    quads: tuple[tuple[Term, ...], ...]
    nodes: tuple[str, ...]
    literals: frozenset[int]
    addresses: frozenset[int]
    roles: Roles


def skeleton(
    document: Mapping[str, Any],
    texts: Sequence[str],
    quads: Sequence[Quad],
    fixed: Mapping[str, str],
) -> Skeleton | None:
    """Find what can be a slot in a document whose quads are known; None where none is safe."""
    if len(quads) > MAX_QUADS:
        return None
    roles = trace(document, texts, fixed)
    if roles.blank_names:
        return None
    try:
        made = _marked(document, texts, quads, fixed, roles)
        tried = all(
            _filled(made, other) == to_rdf(put_together(document, other), fixed=fixed)
            for other in _others(texts, made)
        )
    except CredentialError:  # a text did more than being there
        return None
    return made if tried and _filled(made, texts) == list(quads) else None


def _marked(
    document: Mapping[str, Any],
    texts: Sequence[str],
    quads: Sequence[Quad],
    fixed: Mapping[str, str],
    roles: Roles,
) -> Skeleton:
    marks = _marks(texts, roles)
    marked = [marks.get(place, text) for place, text in enumerate(texts)]
    nodes = tuple(dict.fromkeys(node for quad in quads for node in _nodes(quad)))
    finder = _Finder(marks, nodes)
    found = to_rdf(put_together(document, marked), fixed=fixed)
    return Skeleton(
        tuple(tuple(map(finder.parts, quad)) for quad in found),
        nodes,
        frozenset(finder.seen & roles.literals),
        frozenset(finder.seen & roles.addresses),
        roles,
    )


def written_as(text: str) -> str:
    """Write a text as it stands in canonical N-Quads, between quotes or brackets."""
    return text.translate(ESCAPES) if TO_ESCAPE.search(text) else text


def _nodes(quad: Quad) -> Iterator[str]:
    return (term for term in (quad[0], quad[2], quad[3]) if term[:2] == "_:")


def _marks(texts: Sequence[str], roles: Roles) -> dict[int, str]:
    stem = "mark"
    while any(stem in text for text in texts):
        stem += "k"
    literals = {place: f"{stem}-{place}" for place in roles.literals}
    return literals | {place: f"urn:{stem}:{place}" for place in roles.addresses}


class _Finder:
    """Finds marks where a whole literal or a whole address is one."""

    def __init__(self, marks: Mapping[int, str], nodes: Sequence[str]) -> None:
        self._marks = {f'"{mark}"': place for place, mark in marks.items()}
        self._marks |= {f"<{mark}>": place for place, mark in marks.items()}
        self._nodes = {name: number for number, name in enumerate(nodes)}
        self.seen: set[int] = set()

    def parts(self, term: str) -> Term:
        """Take a term apart."""
        if term in self._nodes:
            return ((self._nodes[term],),)
        end = term.rfind('"') + 1 if term[:1] == '"' else len(term)
        place = self._marks.get(term[:end])
        if place is None:
            return (term,)
        self.seen.add(place)
        return (term[0], place, term[end - 1 :])


def _others(texts: Sequence[str], made: Skeleton) -> Iterable[list[str]]:
    """Put texts that ask for trouble into every slot, in two ways."""
    for turn in (0, 1):
        other = list(texts)
        for place in made.literals:
            other[place] = _ODD[(place + 5 * turn) % len(_ODD)]
        for place in made.addresses:
            other[place] = (f"https://a.example/{place}#b", f"did:web:b.example:{place}")[turn]
        yield other


def _filled(made: Skeleton, texts: Sequence[str]) -> list[Quad]:
    values = [written_as(text) for text in texts]

    def text(part: Part) -> str:
        if isinstance(part, str):
            return part
        return values[part] if isinstance(part, int) else made.nodes[part[0]]

    return [
        ("".join(map(text, s)), "".join(map(text, p)), "".join(map(text, o)), "".join(map(text, g)))
        for s, p, o, g in made.quads
    ]
