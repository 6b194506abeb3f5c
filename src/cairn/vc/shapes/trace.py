"""Which texts of a document are only carried over, and which decide how it is read.

The converter itself says so, while it converts: a text that it did not report decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from cairn.vc.jsonld.quads import Converter
from cairn.vc.jsonld.terms import INITIAL, UNTYPED, Active, Term
from cairn.vc.shapes.structure import put_together

#: Addresses that mean themselves wherever they stand, so long as no vocabulary in use says otherwise;
#: a strict subset of what JSON-LD, N-Quads and the data model each call an address.
ADDRESS: Final = re.compile(
    r"(?:https?://|urn:|did:|mailto:)[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]+", re.ASCII
)
_SCHEMES: Final = frozenset(("http", "https", "urn", "did", "mailto"))


@dataclass(slots=True)
class Roles:
    """The places, in document order, of the texts that are carried over."""

    literals: set[int] = field(default_factory=set)
    addresses: set[int] = field(default_factory=set)
    #: The name of each object that has one: its place, and what it was read as. The document's own
    #: comes first where ``named``.
    names: list[tuple[int, str]] = field(default_factory=list)
    named: bool = False
    #: Whether some object has a name that holds within the document only (``_:a``).
    blank_names: bool = False


class _Text(str):
    """A text that knows where it stands."""

    __slots__ = ("place",)
    place: int


def trace(document: Mapping[str, Any], texts: Sequence[str], fixed: Mapping[str, str]) -> Roles:
    """Convert a document that can be converted, and tell what became of its texts."""
    known = []
    for place, text in enumerate(texts):
        item = _Text(text)
        item.place = place
        known.append(item)
    copy = put_together(document, known)
    _restore_contexts(copy)
    tracer = _Tracer(fixed)
    tracer.node(INITIAL, UNTYPED, copy, "")
    return tracer.roles()


def _restore_contexts(value: Any) -> None:
    """Let the addresses of contexts be plain text again: compiled contexts are kept under them."""
    if isinstance(value, dict):
        if "@context" in value:
            value["@context"] = _plain(value["@context"])
        for item in value.values():
            _restore_contexts(item)
    elif isinstance(value, list):
        for item in value:
            _restore_contexts(item)


def _plain(context: Any) -> Any:
    if isinstance(context, list):
        return [_plain(item) for item in context]
    return str(context) if isinstance(context, str) else context


class _Tracer(Converter):
    def __init__(self, fixed: Mapping[str, str]) -> None:
        super().__init__(fixed)
        self._literals: set[int] = set()
        self._addresses: set[int] = set()
        self._names: list[tuple[int, str]] = []
        self._blank_names = False
        self._judged: dict[int, tuple[Active, bool]] = {}

    def roles(self) -> Roles:
        """Tell what was seen, once the document is converted."""
        return Roles(
            literals=self._literals - self._addresses,
            addresses=self._addresses - self._literals,
            names=self._names,
            named=self._top is not None and not self._top.startswith("_:"),
            blank_names=self._blank_names,
        )

    def _identity(self, scope: Active, value: Any) -> str:
        self._address(scope, value)
        name = super()._identity(scope, value)
        self._names.append((value.place, name))
        return name

    def _reference(self, word: str | None, given: str) -> str:
        self._blank_names = self._blank_names or (word or "").startswith("_:")
        return super()._reference(word, given)

    def _scalar(self, scope: Active, term: Term, value: Any) -> str:
        if term.type == "@id":
            self._address(scope, value)
        elif term.type != "@vocab":
            self._literal(value)
        return super()._scalar(scope, term, value)

    def _map(self, container: frozenset[str], value: Mapping[str, Any]) -> Iterator[str]:
        yield from super()._map(container, value)
        for texts in value.values():
            for text in texts if isinstance(texts, list) else [texts]:
                self._literal(text)

    def _value(
        self,
        scope: Active,
        parts: Mapping[str, Any],
        item: Mapping[str, Any],
        words: Mapping[str, str],
    ) -> Iterator[str]:
        yield from super()._value(scope, parts, item, words)
        self._literal(parts["@value"])

    def _literal(self, value: Any) -> None:
        if isinstance(value, _Text):
            self._literals.add(value.place)

    def _address(self, scope: Active, value: Any) -> None:
        if isinstance(value, _Text) and ADDRESS.fullmatch(value) and self._usual(scope):
            self._addresses.add(value.place)

    def _usual(self, scope: Active) -> bool:
        if id(scope) not in self._judged:
            self._judged[id(scope)] = scope, _means_itself(scope)
        return self._judged[id(scope)][1]


def _means_itself(scope: Active) -> bool:
    """Whether no word of these vocabularies gives another meaning to an address of ours."""
    return _SCHEMES.isdisjoint(scope.terms) and not any(
        ":" in name and (term.iri or "")[:1] == "@" for name, term in scope.terms.items()
    )
