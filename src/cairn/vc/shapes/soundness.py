"""Whether all documents of a shape conform, if their texts answer a few questions.

What the data model, Open Badges and its schema ask of a document they ask of its structure, but for a
few texts. A document that conforms tells for all others of its shape, so long as the texts in its
slots are such that nobody asks about them, or answer alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

from jsonschema_rs import Draft201909Validator

from cairn.vc.datamodel import data_model, datamodel_problems, is_presentation
from cairn.vc.numbers import unlike
from cairn.vc.schema import problems, read_schema, schema_for
from cairn.vc.shapes.rules import Path, Unreadable, alike, asked
from cairn.vc.timestamps import read_timestamp

_DATES: Final = ("validFrom", "validUntil")
_TEXTS: Final = ("description", "name")
_TYPED: Final = ("credentialSchema", "credentialStatus", "evidence", "refreshService", "termsOfUse")


class Asked(Exception):
    """A slot stands where a rule looks at more than this module knows."""


class Soundness:
    """What is left to ask of a document that is known but for the texts in its slots."""

    __slots__ = ("_dates", "_rules")

    def __init__(
        self,
        dates: Mapping[str, str],
        places: Mapping[Path, int],
        rules: Sequence[tuple[int, Draft201909Validator]],
    ) -> None:
        self._rules = rules
        slots = {name: places.get((name,)) for name in dates}
        self._dates = [(slot, dates[name]) for name, slot in slots.items()]
        if all(slot is None for slot in slots.values()):
            self._dates = []

    def holds(self, texts: Sequence[str]) -> bool:
        """Whether the document with these texts conforms; False where that has to be looked at."""
        return self._in_order(texts) and all(
            rule.is_valid(texts[slot]) for slot, rule in self._rules
        )

    def _in_order(self, texts: Sequence[str]) -> bool:
        """Check that the dates are dates, and that they do not run backwards (VCDM 2.0 §4.9)."""
        try:
            moments = [
                read_timestamp(known if slot is None else texts[slot])
                for slot, known in self._dates
            ]
        except ValueError:
            return False
        return moments == sorted(moments)


def soundness(
    document: Mapping[str, Any], paths: Sequence[Path], addresses: Sequence[bool]
) -> Soundness | None:
    """Look at a document with slots at these paths, those with addresses marked.

    None where it does not conform, or where something in a slot is asked about too closely.
    """
    if data_model(document) != "2.0" or is_presentation(document) or next(unlike(document), None):
        return None
    if datamodel_problems(document) or problems(document):
        return None
    try:
        for path, address in zip(paths, addresses, strict=True):
            _must_be_free(path, address=address)
        rules = list(_rules(document, paths))
    except (Asked, Unreadable):
        return None
    dates = {name: document[name] for name in _DATES if name in document}
    return Soundness(dates, {path: slot for slot, path in enumerate(paths)}, rules)


def _rules(
    document: Mapping[str, Any], paths: Sequence[Path]
) -> Iterator[tuple[int, Draft201909Validator]]:
    name = schema_for(document)
    if name is None:
        return
    for slot, path in enumerate(paths):
        # Whichever item of a list it is in.
        found = _asked(name, tuple(0 if isinstance(step, int) else step for step in path))
        if found:
            text: Any = document
            for step in path:
                text = text[step]
            yield slot, alike(found, text)


@lru_cache(maxsize=2_048)
def _asked(name: str, path: Path) -> tuple[dict[str, Any], ...]:
    return tuple(asked(read_schema(name), path))


def _must_be_free(path: Path, *, address: bool) -> None:
    """Raise :class:`Asked` where the data model or Open Badges looks at the text (numbers left out).

    Addresses, as :data:`~cairn.vc.shapes.trace.ADDRESS` has them, are URLs to everybody; texts that
    are dates are looked at one by one.
    """
    names = tuple(step for step in path if isinstance(step, str))
    match names:
        case ("@context" | "type" | "relatedResource", *_) | (*_, "type"):
            raise Asked(path)
        case ("id",) | ("issuer",) | ("issuer", "id"):
            free = address
        case (holder, "id") if holder == "credentialSubject" or holder in _TYPED:
            free = address
        case ("credentialSubject", "identifier"):
            free = False
        case (name, *more) if name in _TEXTS:
            free = more in ([], ["@value"])
        case ("issuer", name, *more) if name in _TEXTS:
            free = more in ([], ["@value"])
        case (_,):
            free = names[0] not in _TYPED and names[0] != "credentialSubject"
        case _:
            free = True
    if not free:
        raise Asked(path)
