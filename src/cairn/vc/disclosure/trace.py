"""Quads whose blank nodes keep their names from one reading of a document to the next.

The suite compares what a part of a document says with what the whole says, so the nodes of both need
the same names. The specification writes invented addresses into the document for that (VC-DI-ECDSA
§3.4.5 to §3.4.9), which no list can hold; here the names are kept beside it, by the object or array
that each node stands for.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cairn.vc.datamodel import LOOKED_UP
from cairn.vc.disclosure.pointers import Twins
from cairn.vc.document import JsonObject
from cairn.vc.jsonld.quads import Converter
from cairn.vc.jsonld.terms import INITIAL, UNTYPED, Active, Term
from cairn.vc.rdfc import Quad

Names = dict[tuple[object, int], str]
"""The name of each blank node, by what it stands for and which of its nodes it is."""


def trace(part: JsonObject, twins: Twins, names: Names) -> list[Quad]:
    """Turn a document, or what was selected from it, into quads.

    ``names`` is filled on the first reading and must belong to the document as long as its objects
    live. Raises what :func:`cairn.vc.jsonld.to_rdf` does.
    """
    tracer = _Tracer(twins, names)
    tracer.node(INITIAL, UNTYPED, part, "")
    return tracer.quads


class _Tracer(Converter):
    def __init__(self, twins: Twins, names: Names) -> None:
        super().__init__(LOOKED_UP)
        self._twins = twins
        self._names = names
        #: What is being read, outermost first: its key, and how many nodes it has so far.
        self._open: list[list[Any]] = []

    def _node(
        self, scope: Active, item: Mapping[str, Any], words: dict[str, str], graph: str
    ) -> str:
        self._enter("node", item)
        subject = super()._node(scope, item, words, graph)
        self._open.pop()
        return subject

    def _object(
        self, active: Active, term: Term, item: Mapping[str, Any], graph: str
    ) -> Iterator[str]:
        found = super()._object(active, term, item, graph)
        return self._named_graph(item, found) if "@graph" in term.container else found

    def _named_graph(self, item: Mapping[str, Any], found: Iterator[str]) -> Iterator[str]:
        self._enter("graph", item)
        yield from found
        self._open.pop()

    def _list(self, scope: Active, term: Term, value: Any, graph: str) -> str:
        if isinstance(value, dict | list):
            self._enter("list", value)
        else:
            # Many places share a bare value, so that its list is known to this reading only.
            self._open.append([("list", object()), 0])
        head = super()._list(scope, term, value, graph)
        self._open.pop()
        return head

    def _reference(self, word: str | None, given: str) -> str:
        if word is not None and word[:2] == "_:":
            return self._name((word, 0))
        return super()._reference(word, given)

    def _blank(self) -> str:
        here = self._open[-1]
        here[1] += 1
        return self._name((here[0], here[1]))

    def _enter(self, kind: str, owner: Any) -> None:
        self._open.append([(kind, id(self._twins.get(id(owner), owner))), 0])

    def _name(self, key: tuple[object, int]) -> str:
        return self._names.setdefault(key, f"_:b{len(self._names)}")
