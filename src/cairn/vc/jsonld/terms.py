"""What words mean: the Context Processing Algorithms of JSON-LD 1.1 (§4), on bundled contexts only.

A context is compiled into an :class:`Active` once and kept: two credentials of one kind differ in
their values, not in their words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Final

from cairn.vc import contexts
from cairn.vc.errors import Unavailable, Unsignable

# fmt: off
KEYWORDS: Final = frozenset((
    "@base", "@container", "@context", "@default", "@direction", "@graph", "@id", "@import",
    "@included", "@index", "@json", "@language", "@list", "@nest", "@none", "@prefix",
    "@propagate", "@protected", "@reverse", "@set", "@type", "@value", "@version", "@vocab",
))
#: An absolute address: a scheme, nothing that N-Quads could not hold between angle brackets, and no
#: blank of any alphabet, at which other implementations stop reading.
ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\x00-\x20<>\"{}|\\^`\s\ufeff]*\Z")
_KEYWORD_LIKE = re.compile(r"@[A-Za-z]+\Z")
_SETTINGS: Final = frozenset((
    "@base", "@direction", "@import", "@language", "@propagate", "@protected", "@version", "@vocab",
))
_DEFINITION: Final = frozenset((
    "@id", "@type", "@container", "@context", "@language", "@direction", "@protected", "@prefix",
    "@nest", "@index", "@reverse",
))
_CONTAINERS: Final = frozenset((
    "@list", "@set", "@language", "@index", "@graph", "@id", "@type",
))
# fmt: on
_GEN_DELIMS: Final = tuple(":/?#[]@")

#: The longest ``@context`` array and the deepest chain of contexts that is followed.
MAX_CONTEXTS: Final = 32
#: How many compiled contexts are kept; strangers choose the combinations, so there is a bound.
CACHE_LIMIT: Final = 512


class BadContext(Unsignable):
    """A context breaks the rules of JSON-LD 1.1."""

    code = "context.malformed"


class Unsupported(Unavailable):
    """A feature of JSON-LD that no credential vocabulary uses, and that Cairn does not read."""

    code = "context.unsupported"


class _Absent:
    """Marks what a term does not say, where ``None`` is something it can say."""


ABSENT: Final = _Absent()


@dataclass(frozen=True, slots=True)
class Term:
    """One term definition (JSON-LD 1.1 API §4.2)."""

    iri: str | None
    name: str = field(default="", compare=False)
    type: str | None = None
    container: frozenset[str] = frozenset()
    context: Any = ABSENT
    language: str | _Absent | None = ABSENT
    direction: str | _Absent | None = ABSENT
    prefix: bool = False
    protected: bool = False


UNTYPED: Final = Term(None)


class Active:
    """An active context: what each term means at one place of a document."""

    __slots__ = ("_names", "derived", "direction", "language", "previous", "terms", "vocab")
    compiled: ClassVar[int] = 0

    def __init__(self, origin: Active | None = None) -> None:
        self.terms: dict[str, Term] = dict(origin.terms) if origin else {}
        self.vocab: str | None = origin.vocab if origin else None
        self.language: str | None = origin.language if origin else None
        self.direction: str | None = origin.direction if origin else None
        self.previous: Active | None = origin.previous if origin else None
        self.derived: dict[object, Active] = {}
        self._names: dict[str, str] | None = None

    @property
    def names(self) -> dict[str, str]:
        """A term for each address and keyword that has one; asked for once all are defined."""
        if self._names is None:
            self._names = {
                term.iri: name for name, term in self.terms.items() if term.iri and name != term.iri
            }
        return self._names

    def expand(self, value: str, *, vocab: bool) -> str | None:
        """Expand a term, compact IRI or IRI (§5.2); a relative reference comes back as it is."""
        if value in KEYWORDS:
            return value
        term = self.terms.get(value)
        if term is not None and (vocab or (term.iri or "")[:1] == "@"):
            return term.iri
        if _KEYWORD_LIKE.match(value):
            return None
        if ":" in value[1:]:
            prefix, _, suffix = value.partition(":")
            if prefix == "_" or suffix[:2] == "//":
                return value
            known = self.terms.get(prefix)
            if known is not None and known.prefix and known.iri is not None:
                return known.iri + suffix
            return value
        if vocab and self.vocab is not None:
            return self.vocab + value
        return value

    def under(
        self, local: Any, *, override: bool = False, propagate: bool = True, owned: bool = False
    ) -> Active:
        """Return this context with ``local`` applied (§4.1).

        ``owned`` says that one of our own terms holds ``local``, so that its identity may serve as
        the key of what is kept. ``override`` lets protected terms be redefined.
        """
        key: object = (override, propagate, id(local)) if owned else _address(local)
        if key is None:
            return _process(self, local, override=override, propagate=propagate)
        kept = self.derived.get(key)
        if kept is None:
            if Active.compiled >= CACHE_LIMIT:
                Active.compiled = 0
                INITIAL.derived.clear()
            kept = _process(self, local, override=override, propagate=propagate)
            self.derived[key] = kept
            Active.compiled += 1
        return kept


INITIAL: Final = Active()


def _address(local: Any) -> tuple[str, ...] | None:
    """The key of a context that is nothing but addresses; None for one written in place."""
    if isinstance(local, str):
        return (local,)
    if isinstance(local, list) and all(isinstance(item, str) for item in local):
        return tuple(local)
    return None


def _process(
    active: Active, local: Any, *, override: bool, propagate: bool, depth: int = 0
) -> Active:
    if isinstance(local, dict) and "@propagate" in local:
        if not isinstance(local["@propagate"], bool):
            raise BadContext("@propagate is true or false.")
        propagate = local["@propagate"]
    result = Active(active)
    if not propagate and result.previous is None:
        result.previous = active
    entries = local if isinstance(local, list) else [local]
    if len(entries) > MAX_CONTEXTS or depth > MAX_CONTEXTS:
        raise BadContext(f"More than {MAX_CONTEXTS} vocabularies in one place are not read.")
    for entry in entries:
        result = _apply(result, entry, override=override, propagate=propagate, depth=depth)
    return result


def _apply(active: Active, entry: Any, *, override: bool, propagate: bool, depth: int) -> Active:
    if entry is None:
        return _nullify(active, override=override, propagate=propagate)
    if isinstance(entry, str):
        loaded = contexts.load(entry)
        return _process(active, loaded, override=override, propagate=True, depth=depth + 1)
    if not isinstance(entry, dict):
        raise BadContext("A context is an address, an object or null.")
    if entry.keys() == {"@context"}:
        # A whole context document written in place: other processors take it for what is in it, and
        # published credentials rely on that.
        return _process(
            active, entry["@context"], override=override, propagate=True, depth=depth + 1
        )
    _settings(active, entry)
    definer = _Definer(active, entry, override=override)
    for term in entry:
        if term not in _SETTINGS:
            definer.define(term)
    return active


def _nullify(active: Active, *, override: bool, propagate: bool) -> Active:
    if not override and any(term.protected for term in active.terms.values()):
        raise BadContext("A context cannot be emptied where its terms are protected.")
    fresh = Active()
    if not propagate:
        fresh.previous = active
    return fresh


def _settings(active: Active, entry: dict[str, Any]) -> None:
    for name in ("@import", "@base"):
        if entry.get(name) is not None:
            raise Unsupported(f"A context that uses {name} is not read here.")
    if entry.get("@version", 1.1) != 1.1:
        raise BadContext("The @version of a context is the number 1.1.")
    if "@vocab" in entry:
        active.vocab = _vocab(active, entry["@vocab"])
    if "@language" in entry:
        active.language = _text_or_null(entry["@language"], "@language")
    if "@direction" in entry:
        active.direction = _text_or_null(entry["@direction"], "@direction")


def _vocab(active: Active, value: Any) -> str | None:
    if value is None:
        return None
    expanded = active.expand(value, vocab=True) if isinstance(value, str) else None
    if expanded is None or not ABSOLUTE.match(expanded):
        raise BadContext("@vocab is an absolute address or null.")
    return expanded


def _text_or_null(value: Any, name: str) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise BadContext(f"{name} is text or null.")


class _Definer:
    """Creates the term definitions of one context (§4.2), each once, those it needs first."""

    def __init__(self, active: Active, local: dict[str, Any], *, override: bool) -> None:
        self._active = active
        self._local = local
        self._override = override
        self._done: dict[str, bool] = {}

    def define(self, term: str) -> None:
        if term in self._done:
            if not self._done[term]:
                raise BadContext(f"The term {term} is defined by itself.")
            return
        if not term or term in KEYWORDS - {"@type"}:
            raise BadContext(f"“{term}” cannot be given a meaning.")
        self._done[term] = False
        if not _KEYWORD_LIKE.match(term) or term == "@type":
            self._store(term, self._build(term))
        self._done[term] = True

    def _store(self, term: str, definition: Term) -> None:
        previous = self._active.terms.get(term)
        if previous is not None and previous.protected and not self._override:
            if replace(definition, protected=True) != previous:
                raise BadContext(f"The term {term} is protected and cannot change its meaning.")
            definition = previous
        self._active.terms[term] = definition

    def _build(self, term: str) -> Term:
        value = self._local[term]
        simple = isinstance(value, str)
        if value is None or simple:
            value = {"@id": value}
        if not isinstance(value, dict) or not value.keys() <= _DEFINITION:
            raise BadContext(f"The definition of {term} is not one that JSON-LD 1.1 knows.")
        for name in ("@reverse", "@nest", "@index"):
            if name in value:
                raise Unsupported(f"A context that uses {name} is not read here.")
        protected = value.get("@protected", self._local.get("@protected", False))
        if not isinstance(protected, bool):
            raise BadContext(f"Whether {term} is protected is true or false.")
        if term == "@type":
            # §4.2.2 step 5: a container of @set and protection are all that @type can be given.
            if simple or not value.keys() <= {"@container", "@protected"} or not value:
                raise BadContext("The meaning of @type cannot be changed.")
            return Term("@type", container=_container(value), protected=protected)
        iri, prefix = self._identity(term, value, simple=simple)
        container = _container(value)
        type_ = self._type(term, value, container)
        return Term(
            iri,
            name=term,
            type=type_,
            container=container,
            context=value.get("@context", ABSENT),
            language=ABSENT if type_ else value.get("@language", ABSENT),
            direction=ABSENT if type_ else value.get("@direction", ABSENT),
            prefix=bool(value.get("@prefix", prefix)),
            protected=protected,
        )

    def _identity(
        self, term: str, value: dict[str, Any], *, simple: bool
    ) -> tuple[str | None, bool]:
        """Find the IRI of a term, and whether it may serve as a prefix (§4.2.2 steps 13 to 18)."""
        given = value.get("@id", term)
        if given is None:
            return None, False
        if not isinstance(given, str):
            raise BadContext(f"The @id of {term} is text.")
        if given != term:
            iri = self._expand(given)
            if iri is None or iri == "@context" or not _names_a_property(iri):
                raise BadContext(f"The meaning of {term} is not an absolute address.")
            if iri not in KEYWORDS and iri != self._own_address(term, iri):
                raise BadContext(f"The term {term} is an address and cannot mean another one.")
            ends = iri.endswith(_GEN_DELIMS) or iri.startswith("_:")
            return iri, simple and ends and ":" not in term and "/" not in term
        if ":" in term[1:]:
            iri = self._expand(term)
            if iri is None or not _names_a_property(iri):
                raise BadContext(f"The term {term} is not an absolute address.")
            return iri, False
        if self._active.vocab is None:
            raise BadContext(f"The term {term} is given no meaning.")
        return self._active.vocab + term, False

    def _own_address(self, term: str, otherwise: str) -> str:
        """What a term that looks like an address would mean undefined (§4.2.2 step 14.2.5)."""
        prefix, colon, suffix = term.partition(":")
        if not prefix or not suffix or suffix[:2] == "//" or prefix == "_":
            return term if colon and prefix and suffix else otherwise
        if prefix in self._local and prefix not in KEYWORDS:
            self.define(prefix)
        known = self._active.terms.get(prefix)
        return known.iri + suffix if known and known.prefix and known.iri else term

    def _type(self, term: str, value: dict[str, Any], container: frozenset[str]) -> str | None:
        given = value.get("@type")
        if given is None:
            return "@id" if "@type" in container else None
        type_ = self._expand(given) if isinstance(given, str) else None
        known = type_ in ("@id", "@vocab", "@json", "@none")
        if type_ is None or not (known or ABSOLUTE.match(type_)):
            raise BadContext(f"The type of {term} is not an absolute address.")
        return type_

    def _expand(self, value: str) -> str | None:
        """Expand against terms of this context too, defining them first (§5.2.2 steps 3 and 6)."""
        if value in self._local and value not in KEYWORDS:
            self.define(value)
        prefix = value.partition(":")[0]
        if prefix != value and prefix in self._local and prefix not in KEYWORDS:
            self.define(prefix)
        return self._active.expand(value, vocab=True)


def _names_a_property(word: str) -> bool:
    return word in KEYWORDS or word[:2] == "_:" or ABSOLUTE.match(word) is not None


def _container(value: dict[str, Any]) -> frozenset[str]:
    given = value.get("@container")
    names = given if isinstance(given, list) else [] if given is None else [given]
    if not all(isinstance(name, str) for name in names) or not _CONTAINERS.issuperset(names):
        raise BadContext("The @container of a term is not one that JSON-LD 1.1 knows.")
    return frozenset(names)
