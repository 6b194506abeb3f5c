"""What Open Badges 2.0 asks of its documents, as far as a check relies on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from cairn.vc import contexts
from cairn.vc.checks import many
from cairn.vc.datamodel import is_url
from cairn.vc.ob2.reading import CONTEXTS
from cairn.vc.problem import Problem
from cairn.vc.timestamps import read_timestamp

ASSERTION: Final = ("Assertion",)
BADGE: Final = ("BadgeClass",)
ISSUER: Final = ("Issuer", "Profile")

_REQUIRED: Final[Mapping[tuple[str, ...], tuple[str, ...]]] = {
    ASSERTION: ("id", "recipient", "badge", "verification", "issuedOn"),
    # The text asks for a picture as well; the official validator does not.
    BADGE: ("id", "name", "description", "criteria", "issuer"),
    ISSUER: ("id", "name", "url"),
}


def shape_problems(document: Mapping[str, Any], kind: tuple[str, ...]) -> Iterator[Problem]:
    """Yield what keeps a document from being an assertion, a badge class or an issuer (§ Badge Objects)."""
    types = many(document.get("type"))
    if not any(name in types for name in kind):
        yield Problem("/type", f"must contain {' or '.join(kind)}.")
    yield from _type_problems(types)
    for name in _REQUIRED[kind]:
        if document.get(name) in (None, "", [], {}):
            yield Problem(f"/{name}", "is missing.")
    if "id" in document and not is_url(document["id"]):
        yield Problem("/id", "must be a URL with a scheme, such as https: or urn:.")
    yield from _context_problems(document.get("@context"))
    if kind == ASSERTION:
        yield from _assertion_problems(document)


def _type_problems(types: list[Any]) -> Iterator[Problem]:
    known = contexts.load(CONTEXTS[0])
    for name in types:
        if not isinstance(name, str) or not (name in known or ":" in name):
            yield Problem("/type", "holds a word that is no class of Open Badges.")


def _context_problems(context: Any) -> Iterator[Problem]:
    """Refuse a vocabulary that gives a word of Open Badges another meaning."""
    known = contexts.load(CONTEXTS[0])
    for one in many(context):
        own = one if isinstance(one, Mapping) else {}
        for name, meaning in own.items():
            if name in known and known[name] != meaning:
                yield Problem("/@context", "gives words of Open Badges another meaning.")
                return


def _assertion_problems(document: Mapping[str, Any]) -> Iterator[Problem]:
    recipient = document.get("recipient")
    if not isinstance(recipient, Mapping):
        yield Problem("/recipient", "must be an object.")
    else:
        for name in ("type", "identity"):
            if not isinstance(recipient.get(name), str):
                yield Problem(f"/recipient/{name}", "is missing.")
        if not isinstance(recipient.get("hashed"), bool):
            yield Problem("/recipient/hashed", "must be true or false.")
    if not isinstance(document.get("verification"), Mapping):
        yield Problem("/verification", "must be an object.")
    yield from _date_problems(document)


def _date_problems(document: Mapping[str, Any]) -> Iterator[Problem]:
    moments = []
    for name in ("issuedOn", "expires"):
        if name not in document:
            continue
        try:
            moments.append(read_timestamp(str(document[name]), offset_required=False))
        except ValueError as exc:
            yield Problem(f"/{name}", f"{exc}.")
    if len(moments) == 2 and moments[1] < moments[0]:
        yield Problem("/expires", "is before issuedOn.")
