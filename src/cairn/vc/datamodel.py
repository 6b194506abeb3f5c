"""W3C Verifiable Credentials Data Model 2.0: what every credential must be, whatever it says.

Only the shape is asked here, and the digests of what is bundled. Types that no context defines are
:mod:`cairn.vc.jsonld`'s work. Version 1.1 is read too, because badges signed before 2025 keep their form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final, Literal

from cairn.vc.document import pointer
from cairn.vc.problem import Problem, each
from cairn.vc.related import related_problems
from cairn.vc.timestamps import read_timestamp

V2: Final = "https://www.w3.org/ns/credentials/v2"
V1: Final = "https://www.w3.org/2018/credentials/v1"

PRESENTATION: Final = "VerifiablePresentation"

_CRED: Final = "https://www.w3.org/2018/credentials#"
_SEC: Final = "https://w3id.org/security#"
#: What is looked up by name at the top of a credential or a proof, by what the name means.
LOOKED_UP: Final[Mapping[str, str]] = {
    **{
        _CRED + name: name
        for name in (
            "credentialSchema",
            "credentialStatus",
            "credentialSubject",
            "expirationDate",
            "issuanceDate",
            "issuer",
            "relatedResource",
            "validFrom",
            "validUntil",
        )
    },
    _SEC + "expiration": "expires",
    _SEC + "previousProof": "previousProof",
}

_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
_LANGUAGE: Final = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_LANGUAGE_KEYS: Final = {"@value", "@language", "@direction"}
#: VCDM 2.0 §4.9-§5.6: every entry of these has a type; a schema has an id besides.
_TYPED: Final = ("credentialStatus", "credentialSchema", "evidence", "refreshService", "termsOfUse")


def data_model(document: Mapping[str, Any]) -> Literal["2.0", "1.1"] | None:
    """Name the version of the data model by the first context, or None when it is neither."""
    context = document.get("@context")
    first = context[0] if isinstance(context, list) and context else context
    if first == V2:
        return "2.0"
    return "1.1" if first == V1 else None


def is_url(value: object) -> bool:
    """Tell whether a value is an absolute URL: a scheme, a colon, and something after it."""
    return isinstance(value, str) and _URL.fullmatch(value) is not None


def issuer_id(document: Mapping[str, Any]) -> str:
    """Return the issuer's identifier, or "" where there is none."""
    issuer = document.get("issuer")
    value = issuer.get("id") if isinstance(issuer, Mapping) else issuer
    return value if isinstance(value, str) else ""


def holder_id(document: Mapping[str, Any]) -> str:
    """Return the identifier of the holder of a presentation, or "" where there is none."""
    holder = document.get("holder")
    value = holder.get("id") if isinstance(holder, Mapping) else holder
    return value if isinstance(value, str) else ""


def is_presentation(document: Mapping[str, Any]) -> bool:
    """Tell a presentation from a credential by its type."""
    types = document.get("type")
    return PRESENTATION in (types if isinstance(types, list) else [types])


def presentation_shape(document: Mapping[str, Any]) -> list[Problem]:
    """List what breaks a MUST of a presentation whose proof stands inside it (VCDM 2.0 §4.13)."""
    context = document.get("@context")
    first = context[0] if isinstance(context, list) and context else None
    found = []
    if first not in (V1, V2):
        found.append(Problem("/@context", f"must be a list that starts with {V2}."))
    if not is_presentation(document):
        found.append(Problem("/type", f"must contain {PRESENTATION}."))
    found += _url_at(document, "id", "")
    if "holder" in document and not is_url(holder_id(document)):
        found.append(Problem("/holder", "must be a URL, or an object whose id is a URL."))
    for item, place in each(document.get("verifiableCredential"), "/verifiableCredential"):
        old = first == V1 and isinstance(item, str)
        if not old and not isinstance(item, Mapping):
            found.append(Problem(place, "must be a credential: an object."))
    return found


def validity(document: Mapping[str, Any]) -> tuple[datetime | None, datetime | None]:
    """Return from when until when a credential of either version holds, as far as it says.

    Where it says both in the words of 1.1 and of 2.0, all of them count. Raises ``ValueError`` for
    what is not a date.
    """
    starts, ends = (
        [_moment(document[name], offset_required=False) for name in names if name in document]
        for names in (("validFrom", "issuanceDate"), ("validUntil", "expirationDate"))
    )
    return max(starts, default=None), min(ends, default=None)


def datamodel_problems(document: Mapping[str, Any]) -> list[Problem]:
    """List what breaks a MUST of the data model that the first context names (2.0 if neither)."""
    old = data_model(document) == "1.1"
    found = [
        *_context_problems(document, V1 if old else V2),
        *_type_problems(document),
        *_id_problems(document),
        *_issuer_problems(document),
        *_subject_problems(document),
        *(_dates_1_1(document) if old else _dates_2_0(document)),
        *_typed_problems(document),
        *_schema_id_problems(document),
    ]
    if not old:
        found += [*_language_problems(document), *_related_problems(document)]
        found += related_problems(document)
    return found


def _context_problems(document: Mapping[str, Any], base: str) -> Iterator[Problem]:
    # VCDM 2.0 §4.3: an ordered set; the base context first; then URLs or objects.
    context = document.get("@context")
    if context is None:
        yield Problem("/@context", "is missing.")
    elif not isinstance(context, list):
        yield Problem("/@context", f"must be a list that starts with {base}.")
    elif not context or context[0] != base:
        yield Problem("/@context/0", f"must be {base}.")
    else:
        for index, item in enumerate(context):
            if not isinstance(item, Mapping) and not is_url(item):
                yield Problem(f"/@context/{index}", "must be a URL or an object.")


def _type_problems(document: Mapping[str, Any]) -> Iterator[Problem]:
    types = document.get("type")
    if types is None:
        yield Problem("/type", "is missing.")
    elif "VerifiableCredential" not in (types if isinstance(types, list) else [types]):
        yield Problem("/type", "must contain VerifiableCredential.")
    for item, place in each(types, "/type"):
        if not isinstance(item, str):
            yield Problem(place, "must be text.")


def _id_problems(document: Mapping[str, Any]) -> Iterator[Problem]:
    # VCDM 2.0 §4.4: an id is one URL. It may be left out, never left empty.
    yield from _url_at(document, "id", "")
    for name in ("credentialSubject", *_TYPED):
        for item, place in each(document.get(name), pointer(name)):
            if isinstance(item, Mapping):
                yield from _url_at(item, "id", place)


def _url_at(value: Mapping[str, Any], name: str, place: str) -> Iterator[Problem]:
    if name in value and not is_url(value[name]):
        yield Problem(place + pointer(name), "must be a URL with a scheme, such as https: or did:.")


def _issuer_problems(document: Mapping[str, Any]) -> Iterator[Problem]:
    issuer = document.get("issuer")
    if issuer is None:
        yield Problem("/issuer", "is missing.")
    elif isinstance(issuer, Mapping):
        if "id" not in issuer:
            yield Problem("/issuer/id", "is missing.")
        yield from _url_at(issuer, "id", "/issuer")
    elif not is_url(issuer):
        yield Problem("/issuer", "must be a URL, or an object whose id is a URL.")


def _subject_problems(document: Mapping[str, Any]) -> Iterator[Problem]:
    subjects = document.get("credentialSubject")
    if subjects is None or subjects == []:
        yield Problem("/credentialSubject", "is missing.")
    for subject, place in each(subjects, "/credentialSubject"):
        if not isinstance(subject, Mapping):
            yield Problem(place, "must be an object.")
        elif not subject:
            yield Problem(place, "is empty: it must say something about the subject.")


def _dates_2_0(document: Mapping[str, Any]) -> Iterator[Problem]:
    # VCDM 2.0 §4.9: both are optional here (Open Badges asks for validFrom), both dateTimeStamps.
    yield from _dates(document, "validFrom", "validUntil", offset_required=True)


def _dates_1_1(document: Mapping[str, Any]) -> Iterator[Problem]:
    # VCDM 1.1 §4.5-§4.6: issuanceDate is required; a date-time without an offset was let through.
    if "issuanceDate" not in document:
        yield Problem("/issuanceDate", "is missing.")
    yield from _dates(document, "issuanceDate", "expirationDate", offset_required=False)


def _dates(
    document: Mapping[str, Any], first: str, last: str, *, offset_required: bool
) -> Iterator[Problem]:
    moments: list[datetime] = []
    for name in (first, last):
        if name not in document:
            continue
        try:
            moments.append(_moment(document[name], offset_required=offset_required))
        except ValueError as exc:
            yield Problem(pointer(name), f"{exc}.")
    if len(moments) == 2 and moments[1] < moments[0]:
        yield Problem(pointer(last), f"is before {first}.")


def _moment(value: object, *, offset_required: bool) -> datetime:
    # Not text reads as no date at all: the sentence for both is the same.
    text = value if isinstance(value, str) else ""
    return read_timestamp(text, offset_required=offset_required)


def _typed_problems(document: Mapping[str, Any]) -> Iterator[Problem]:
    for name in _TYPED:
        for item, place in each(document.get(name), pointer(name)):
            if not isinstance(item, Mapping):
                yield Problem(place, "must be an object with a type.")
            elif not _names_type(item.get("type")):
                yield Problem(place + "/type", "is missing.")


def _names_type(types: object) -> bool:
    named = types if isinstance(types, list) else [types]
    return bool(named) and all(isinstance(item, str) and item for item in named)


def _schema_id_problems(document: Mapping[str, Any]) -> Iterator[Problem]:
    for item, place in each(document.get("credentialSchema"), "/credentialSchema"):
        if isinstance(item, Mapping) and "id" not in item:
            yield Problem(place + "/id", "is missing.")


def _language_problems(document: Mapping[str, Any]) -> Iterator[Problem]:
    # VCDM 2.0 §4.5, §11.1: text, a language object, or several of these.
    issuer = document.get("issuer")
    for holder, start in ((document, ""), (issuer, "/issuer")):
        if not isinstance(holder, Mapping):
            continue
        for name in ("name", "description"):
            for item, place in each(holder.get(name), start + pointer(name)):
                yield from _language_object(item, place)


def _language_object(value: Any, place: str) -> Iterator[Problem]:
    if isinstance(value, str):
        return
    if not isinstance(value, Mapping) or not isinstance(value.get("@value"), str):
        yield Problem(place, "must be text, or an object with @value and @language.")
        return
    for key in sorted(value.keys() - _LANGUAGE_KEYS):
        yield Problem(place + pointer(key), "has no place beside @value.")
    language = value.get("@language", "en")
    if not isinstance(language, str) or not _LANGUAGE.fullmatch(language):
        yield Problem(place + "/@language", "must be a language tag such as en or en-AU.")
    if value.get("@direction", "ltr") not in ("ltr", "rtl"):
        yield Problem(place + "/@direction", "must be ltr or rtl.")


def _related_problems(document: Mapping[str, Any]) -> Iterator[Problem]:
    # VCDM 2.0 §5.3: each has an id that no other has, and at least one digest.
    seen: set[str] = set()
    for item, place in each(document.get("relatedResource"), "/relatedResource"):
        if not isinstance(item, Mapping):
            yield Problem(place, "must be an object with an id and a digest.")
            continue
        if not is_url(item.get("id")):
            yield Problem(place + "/id", "must be a URL with a scheme, such as https:.")
        elif item["id"] in seen:
            yield Problem(place + "/id", "stands twice among the related resources.")
        else:
            seen.add(item["id"])
        yield from _digest_problems(item, place)


def _digest_problems(item: Mapping[str, Any], place: str) -> Iterator[Problem]:
    names = [name for name in ("digestSRI", "digestMultibase") if name in item]
    if not names:
        yield Problem(place, "must have a digestSRI or a digestMultibase.")
    for name in names:
        if not isinstance(item[name], str) or not item[name]:
            yield Problem(place + pointer(name), "must be text.")
