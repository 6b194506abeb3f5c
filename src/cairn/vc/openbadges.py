"""What Open Badges 3.0 says in words, and its JSON Schema does not ask.

The schema accepts any text as a ``type`` that stands without a list, a subject that nobody can be
matched with, and criteria that say nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from cairn.vc.document import pointer
from cairn.vc.problem import Problem, each

#: Open Badges 3.0 §C: which class stands at which property of which class.
_CLASSES: Final[Mapping[str, Mapping[str, str]]] = {
    "AchievementCredential": {
        "credentialSubject": "AchievementSubject",
        "issuer": "Profile",
        "image": "Image",
        "evidence": "Evidence",
        "endorsement": "EndorsementCredential",
    },
    "EndorsementCredential": {
        "credentialSubject": "EndorsementSubject",
        "issuer": "Profile",
        "evidence": "Evidence",
    },
    "AchievementSubject": {
        "achievement": "Achievement",
        "identifier": "IdentityObject",
        "image": "Image",
        "result": "Result",
        "source": "Profile",
    },
    "Achievement": {
        "alignment": "Alignment",
        "creator": "Profile",
        "endorsement": "EndorsementCredential",
        "image": "Image",
        "otherIdentifier": "IdentifierEntry",
        "related": "Related",
        "resultDescription": "ResultDescription",
    },
    "Profile": {
        "address": "Address",
        "endorsement": "EndorsementCredential",
        "image": "Image",
        "otherIdentifier": "IdentifierEntry",
        "parentOrg": "Profile",
    },
    "Address": {"geo": "GeoCoordinates"},
}
#: Comprehensive Learner Record 2.0 §C, which speaks of achievements in the same words.
_OF_RECORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "ClrCredential": {
        "credentialSubject": "ClrSubject",
        "issuer": "Profile",
        "image": "Image",
        "evidence": "Evidence",
        "endorsement": "EndorsementCredential",
    },
    "ClrSubject": {
        "achievement": "Achievement",
        "association": "Association",
        "identifier": "IdentityObject",
    },
    "Result": {"alignment": "Alignment"},
    "ResultDescription": {
        "alignment": "Alignment",
        "rubricCriterionLevel": "RubricCriterionLevel",
    },
    "RubricCriterionLevel": {"alignment": "Alignment"},
}
_ALL_CLASSES: Final = {**_CLASSES, **_OF_RECORDS}
_ACHIEVEMENT_CREDENTIAL: Final = {"AchievementCredential", "OpenBadgeCredential"}


def openbadge_type(document: Mapping[str, Any]) -> str | None:
    """Name the 1EdTech class of a credential, or None when it is of another kind."""
    types = set(_types(document))
    if "ClrCredential" in types:
        return "ClrCredential"
    if types & _ACHIEVEMENT_CREDENTIAL:
        return "AchievementCredential"
    if "EndorsementCredential" in types:
        return "EndorsementCredential"
    return None


def openbadge_problems(document: Mapping[str, Any]) -> list[Problem]:
    """List what the prose of Open Badges 3.0 forbids and the schema lets through."""
    kind = openbadge_type(document)
    if kind is None:
        return []
    return [*_class_problems(document, kind, ""), *_subject_problems(document, kind)]


def is_learner_record(document: Mapping[str, Any]) -> bool:
    """Tell a Comprehensive Learner Record, which carries other credentials."""
    return openbadge_type(document) == "ClrCredential"


def _class_problems(value: Mapping[str, Any], kind: str, place: str) -> Iterator[Problem]:
    for name, wanted in _ALL_CLASSES.get(kind, {}).items():
        found = value.get(name)
        for item, where in each(found, place + pointer(name)):
            if not isinstance(item, Mapping):
                continue
            if wanted not in _types(item):
                yield Problem(where + "/type", f"must contain {wanted}.")
            yield from _class_problems(item, wanted, where)


def _subject_problems(document: Mapping[str, Any], kind: str) -> Iterator[Problem]:
    if kind != "AchievementCredential":
        return
    for subject, where in each(document.get("credentialSubject"), "/credentialSubject"):
        if not isinstance(subject, Mapping):
            continue
        # Open Badges 3.0 §B.1.4: either is enough, one of them must be there.
        if not subject.get("id") and not subject.get("identifier"):
            yield Problem(where, "must have an id or an identifier, to say whose it is.")
        for achievement, place in each(subject.get("achievement"), where + "/achievement"):
            criteria = achievement.get("criteria") if isinstance(achievement, Mapping) else None
            if isinstance(criteria, Mapping) and not criteria.keys() & {"id", "narrative"}:
                yield Problem(place + "/criteria", "must have a narrative, an id, or both.")


def _types(value: Mapping[str, Any]) -> list[str]:
    types = value.get("type")
    return [
        item for item in (types if isinstance(types, list) else [types]) if isinstance(item, str)
    ]
