"""Documents into quads: Expansion and RDF serialisation (JSON-LD 1.1 API §5.1, §8.1) in one pass.

Step numbers are those of the Expansion Algorithm, §5.1.2. The base address is null, as Data
Integrity demands, so that a relative reference is an error.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from cairn.vc import jcs
from cairn.vc.document import pointer
from cairn.vc.errors import DataLoss, OverBudget, Unavailable, Unsignable
from cairn.vc.jsonld.terms import ABSENT, ABSOLUTE, INITIAL, UNTYPED, Active, Term, Unsupported
from cairn.vc.rdfc import Quad, iri, literal

_RDF: Final = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_I18N: Final = "https://www.w3.org/ns/i18n#"
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_TYPE: Final = iri(_RDF + "type")
_FIRST: Final = iri(_RDF + "first")
_REST: Final = iri(_RDF + "rest")
_NIL: Final = iri(_RDF + "nil")
_JSON: Final = _RDF + "JSON"

_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*\Z")
_REFERENCES: Final = ("@id", "@vocab", "@none")
_NOT_READ: Final = frozenset(("@graph", "@included", "@nest", "@reverse"))
_OF_NODES: Final = frozenset(("@context", "@id", "@type"))
_OF_VALUES: Final = frozenset(("@context", "@direction", "@index", "@language", "@type", "@value"))
_OF_LISTS: Final = frozenset(("@list", "@set"))

_NO_ADDRESS = (
    "“{0}” is neither a word of the vocabularies in use nor an absolute address, so it would not "
    "be signed."
)


_NO_FIXED: Final[Mapping[str, str]] = {}

#: Different vocabularies in force at some place of one document. A complete badge with endorsements
#: has about 40; each costs up to a millisecond to put together.
MAX_SCOPES: Final = 128


class Disguised(Unsignable):
    """A statement is written so that whoever looks for its usual name does not find it."""

    code = "document.disguised"


def to_rdf(document: Mapping[str, Any], *, fixed: Mapping[str, str] = _NO_FIXED) -> list[Quad]:
    """Turn a JSON-LD document into quads.

    ``fixed`` names the statements about the document as a whole, by address, that may stand at its
    top under one name only. Raises :class:`DataLoss` for anything that would be left out,
    :class:`Disguised` for what is written under another name than its own, ``BadContext`` for a
    context that breaks the rules, and :class:`Unavailable` for one that is not bundled. Nulls and
    empty arrays say nothing and are passed over.
    """
    converter = Converter(fixed)
    converter.node(INITIAL, UNTYPED, document, "")
    return converter.quads


class Converter:
    """One document on its way into quads; whoever must know what became of a part may watch."""

    def __init__(self, fixed: Mapping[str, str]) -> None:
        self.quads: list[Quad] = []
        self._fixed = fixed
        self._top: str | None = None
        self._labels: dict[str, str] = {}
        self._scopes: dict[int, Active] = {}
        self._fresh = 0

    def node(self, active: Active, term: Term, item: Mapping[str, Any], graph: str) -> str:
        """Write the quads of one node object and return the name of its subject."""
        scope = self._visit(_enter(active, term, item))
        return self._node(scope, item, _keywords(scope, item), graph)

    def _node(
        self, scope: Active, item: Mapping[str, Any], words: dict[str, str], graph: str
    ) -> str:
        _only(_OF_NODES, words)
        subject, types = self._blank(), list[str]()
        for key, word in words.items():
            if word == "@id":
                subject = _at(key, self._identity, scope, item[key])
            elif word == "@type":
                types += _at(key, _types, item[key])
        inner = self._with_types(scope, types)
        for key, word in words.items():
            if word == "@type":
                _at(key, self._type_quads, scope, _types(item[key]), subject, graph)
        first, self._top = self._top is None, self._top or subject
        # What another mention of the document says of it is just as much out of sight.
        fixed = self._fixed if subject == self._top else _NO_FIXED
        for key, value in item.items():
            if key in words:
                _at(key, _must_be_usual, scope, key, words[key])
            else:
                _at(key, _must_stand_at_top, inner, key, fixed, key if first else None)
                _at(key, self._property, inner, key, value, subject, graph)
        return subject

    def _property(self, scope: Active, key: str, value: Any, subject: str, graph: str) -> None:
        term = scope.terms.get(key, UNTYPED)
        word = scope.expand(key, vocab=True)
        if word is None or not ABSOLUTE.match(word):
            raise DataLoss(_NO_ADDRESS.format(key))
        _must_be_usual(scope, key, word)
        predicate = iri(word)
        for item in self._objects(scope, term, value, graph):
            self.quads.append((subject, predicate, item, graph))

    def _objects(self, scope: Active, term: Term, value: Any, graph: str) -> Iterator[str]:
        """Yield the RDF term of each value of a property (step 13)."""
        container = term.container
        if term.type == "@json":
            yield literal(jcs.canonicalize(value), datatype=_JSON)
        elif "@list" in container and not _is_list(scope, term, value):
            yield self._list(scope, term, value, graph)
        elif container and isinstance(value, dict) and not container <= {"@set", "@graph", "@list"}:
            yield from self._map(container, value)
        else:
            yield from self._values(scope, term, value, graph)

    def _map(self, container: frozenset[str], value: Mapping[str, Any]) -> Iterator[str]:
        """Expand a language map (step 13.7)."""
        if "@language" not in container:
            raise Unsupported("Values kept in a map by index, id or type are not read here.")
        for language, texts in value.items():
            for text in texts if isinstance(texts, list) else [texts]:
                if text is not None and not isinstance(text, str):
                    raise DataLoss(
                        "A text in several languages holds text.", pointer=pointer(language)
                    )
                if text is not None:
                    plain = language == "@none"
                    yield literal(text, language=None if plain else _language(language))

    def _values(self, scope: Active, term: Term, value: Any, graph: str) -> Iterator[str]:
        if isinstance(value, list):
            for index, item in enumerate(value):
                yield from _at(index, list, self._values(scope, term, item, graph))
        elif isinstance(value, dict):
            yield from self._object(scope, term, value, graph)
        elif value is not None:
            if "@graph" in term.container:
                raise DataLoss("A bare reference stands where a whole object is signed.")
            if term.context is not ABSENT:  # step 4
                scope = scope.under(term.context, override=True, owned=True)
            yield self._scalar(scope, term, value)

    def _object(
        self, active: Active, term: Term, item: Mapping[str, Any], graph: str
    ) -> Iterator[str]:
        scope = self._visit(_enter(active, term, item))
        words = _keywords(scope, item)
        kinds = set(words.values())
        if "@graph" in term.container and kinds & {"@value", "@list", "@set"}:
            raise DataLoss("A text or a list stands where a whole object is signed.")
        if "@value" in kinds:
            yield from self._value(
                scope, {word: item[key] for key, word in words.items()}, item, words
            )
        elif "@list" in kinds or "@set" in kinds:
            key = next(key for key, word in words.items() if word in ("@list", "@set"))
            if len(item) > 1:
                raise DataLoss("A list holds its items and nothing else.")
            # The object leaves the context of a type (step 7), so the word may have another meaning.
            term = scope.terms.get(term.name, UNTYPED)
            if words[key] == "@list":
                yield _at(key, self._list, scope, term, item[key], graph)
            else:
                yield from _at(key, list, self._values(scope, term, item[key], graph))
        elif "@graph" in term.container:
            name, before = self._blank(), len(self.quads)
            self._node(scope, item, words, name)
            if len(self.quads) == before:
                raise DataLoss("A bare reference stands where a whole object is signed.")
            yield name
        else:
            yield self._node(scope, item, words, graph)

    def _value(
        self,
        scope: Active,
        parts: Mapping[str, Any],
        item: Mapping[str, Any],
        words: Mapping[str, str],
    ) -> Iterator[str]:
        """Read a value object (step 14): text with its language, or a literal with its type."""
        stray = next((key for key in item if key not in words), None)
        if stray is not None:
            raise DataLoss(
                f"“{stray}” stands in a text value and would not be signed.", pointer=pointer(stray)
            )
        _only(_OF_VALUES, words)
        value, type_, language = parts["@value"], parts.get("@type"), parts.get("@language")
        direction = parts.get("@direction")
        if parts.get("@index") is not None:
            raise DataLoss("An index has no place in the signed data. Leave it out.")
        if direction is not None and (direction not in ("ltr", "rtl") or type_ is not None):
            raise DataLoss("The direction of a text has no place in the signed data. Leave it out.")
        if type_ == "@json" or (type_ and scope.expand(type_, vocab=True) == "@json"):
            yield literal(jcs.canonicalize(value), datatype=_JSON)
            return
        if isinstance(value, (dict, list)) or (language is not None and type_ is not None):
            raise DataLoss("A value is one text or number, with a language or a type.")
        if value is None or ("@type" in parts and type_ is None):
            raise DataLoss("A null in the place of a text or its type would not be signed.")
        if language is not None or direction is not None:
            if not isinstance(value, str):
                raise DataLoss("Only a text has a language.")
            yield _worded(value, language, direction)
        else:
            yield _literal(value, None if type_ is None else self._datatype(scope, type_))

    def _datatype(self, scope: Active, name: Any) -> str:
        word = scope.expand(name, vocab=True) if isinstance(name, str) else None
        if word is None or not ABSOLUTE.match(word):
            raise DataLoss(_NO_ADDRESS.format(name))
        return word

    def _scalar(self, scope: Active, term: Term, value: Any) -> str:
        """Value expansion (§5.3.2)."""
        if isinstance(value, str) and term.type in ("@id", "@vocab"):
            return self._reference(scope.expand(value, vocab=term.type == "@vocab"), value)
        if term.type is not None and term.type not in _REFERENCES:
            return _literal(value, term.type)
        if not isinstance(value, str):
            return _literal(value, None)
        direction = scope.direction if term.direction is ABSENT else term.direction
        if direction is not None:
            raise DataLoss("The direction of a text has no place in the signed data.")
        language = scope.language if term.language is ABSENT else term.language
        return literal(value, language=None if language is None else _language(language))

    def _list(self, scope: Active, term: Term, value: Any, graph: str) -> str:
        """Write an RDF collection and return its head (§8.2 List Conversion)."""
        items: list[str] = []
        for index, item in enumerate(value if isinstance(value, list) else [value]):
            if isinstance(item, list):
                if "@list" not in term.container:
                    # Step 5.2.2 flattens it here; other implementations keep it, to some depth.
                    raise DataLoss(
                        "A list in a list is an object with @list.", pointer=pointer(index)
                    )
                items.append(_at(index, self._list, scope, term, item, graph))
            else:
                items += _at(index, list, self._values(scope, term, item, graph))
        cells = [self._blank() for _ in items]
        for cell, item, rest in zip(cells, items, [*cells[1:], _NIL], strict=False):
            self.quads.append((cell, _FIRST, item, graph))
            self.quads.append((cell, _REST, rest, graph))
        return cells[0] if cells else _NIL

    def _identity(self, scope: Active, value: Any) -> str:
        if not isinstance(value, str):
            raise DataLoss("An id is one address, as text.")
        return self._reference(scope.expand(value, vocab=False), value)

    def _type_quads(self, scope: Active, names: list[str], subject: str, graph: str) -> None:
        for name in names:
            kind = self._reference(scope.expand(name, vocab=True), name)
            self.quads.append((subject, _TYPE, kind, graph))

    def _reference(self, word: str | None, given: str) -> str:
        if word is not None and word.startswith("_:"):
            if word not in self._labels:
                self._labels[word] = self._blank()
            return self._labels[word]
        if word is None or not ABSOLUTE.match(word):
            raise DataLoss(_NO_ADDRESS.format(given))
        return iri(word)

    def _with_types(self, scope: Active, types: list[str]) -> Active:
        """Apply the contexts that come with an object's types (step 11)."""
        inner = scope
        for name in sorted(types):
            term = scope.terms.get(name)
            if term is not None and term.context is not ABSENT:
                inner = self._visit(inner.under(term.context, propagate=False, owned=True))
        return inner

    def _visit(self, scope: Active) -> Active:
        """Count the scope; a document made of ever new mixtures of words is too much work."""
        self._scopes[id(scope)] = scope
        if len(self._scopes) > MAX_SCOPES:
            raise OverBudget("The document mixes its words in more ways than will be followed.")
        return scope

    def _blank(self) -> str:
        self._fresh += 1
        return f"_:b{self._fresh}"


def _at(key: str | int, call: Any, *args: Any) -> Any:
    """Call, and let a fault that passes through know its place."""
    try:
        return call(*args)
    except (Unsignable, Unavailable) as exc:
        exc.pointer = pointer(key) + (exc.pointer or "")
        raise


def _enter(active: Active, term: Term, item: Mapping[str, Any]) -> Active:
    """Find the context that holds inside an object (steps 7 to 9)."""
    if active.previous is not None and not _keeps(active, item):
        active = active.previous
    if term.context is not ABSENT:
        active = active.under(term.context, override=True, owned=True)
    if "@context" in item:
        active = _at("@context", active.under, item["@context"])
    return active


def _keeps(active: Active, item: Mapping[str, Any]) -> bool:
    """Tell a value object or a bare reference: they stay in a type's own context (step 7)."""
    words = [active.expand(key, vocab=True) for key in item]
    return "@value" in words or words == ["@id"]


def _keywords(scope: Active, item: Mapping[str, Any]) -> dict[str, str]:
    """Map those keys of an object that mean a keyword to the keyword."""
    words: dict[str, str] = {}
    for key in item:
        term = scope.terms.get(key)
        word = term.iri if term is not None else key
        if word is None or word[:1] != "@":
            continue
        if word in _NOT_READ:
            raise Unsupported(
                f"A document that uses {word} is not read here.", pointer=pointer(key)
            )
        if word not in _OF_NODES | _OF_VALUES | _OF_LISTS:
            raise DataLoss(
                f"“{key}” has no meaning here and would not be signed.", pointer=pointer(key)
            )
        if word == "@id" and word in words.values():
            raise DataLoss("An object has one id.", pointer=pointer(key))
        words[key] = word
    return words


def _must_be_usual(scope: Active, key: str, word: str) -> None:
    """Refuse the long way to write what has a name here (VCDM 2.0 §1.3: a compacted document)."""
    if key not in scope.terms and (name := scope.names.get(word)) is not None:
        raise Disguised(
            f"“{key}” is another way to write “{name}”, and whoever looks for that word misses it."
        )


def _must_stand_at_top(scope: Active, key: str, fixed: Mapping[str, str], top: str | None) -> None:
    name = fixed.get(scope.expand(key, vocab=True) or "")
    if name is not None and name != top:
        raise Disguised(f"What is written here belongs under “{name}” at the top of the document.")


def _only(allowed: frozenset[str], words: Mapping[str, str]) -> None:
    for key, word in words.items():
        if word not in allowed:
            raise DataLoss(
                f"“{key}” has no place here and would not be signed.", pointer=pointer(key)
            )


def _types(value: Any) -> list[str]:
    names = value if isinstance(value, list) else [value]
    if not all(isinstance(name, str) for name in names):
        raise DataLoss("A type is a word or an address, as text.")
    return names


def _is_list(scope: Active, term: Term, value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    inner = _enter(scope, term, value)
    return any(inner.expand(key, vocab=True) == "@list" for key in value)


def _language(tag: Any) -> str:
    if not isinstance(tag, str) or not _LANGUAGE.match(tag):
        raise DataLoss(f"“{tag}” is not a language tag such as “en-AU”.")
    # JSON-LD leaves the choice (§5.1.2 step 13.4.7.3); every implementation we know takes this one.
    return tag.lower()


def _worded(value: str, language: Any, direction: str | None) -> str:
    """Write a text with its language, its direction or both (§8.3 steps 13 to 15)."""
    tag = None if language is None else _language(language)
    if direction is None:
        return literal(value, language=tag)
    # JSON-LD leaves the choice of a form; every implementation of Data Integrity takes this one.
    return literal(value, datatype=f"{_I18N}{tag or ''}_{direction}")


def _literal(value: Any, datatype: str | None) -> str:
    """Write a JSON scalar as a literal (§8.3 Object to RDF Conversion)."""
    if isinstance(value, str):
        return literal(value, datatype=None if datatype == _XSD + "string" else datatype)
    if isinstance(value, bool):
        return literal("true" if value else "false", datatype=datatype or _XSD + "boolean")
    double = datatype == _XSD + "double"
    if value == int(value) and not double:
        return literal(str(int(value)), datatype=datatype or _XSD + "integer")
    return literal(_double(value), datatype=datatype or _XSD + "double")


def _double(value: float) -> str:
    """Canonical xsd:double, fifteen digits after the point (§8.6)."""
    mantissa, exponent = f"{value:.15E}".split("E")
    mantissa = mantissa.rstrip("0")
    return f"{mantissa}{'0' if mantissa.endswith('.') else ''}E{int(exponent)}"
