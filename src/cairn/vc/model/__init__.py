"""Open Badges 3.0 as small frozen windows on JSON, and builders that conform.

A view reads; ``View.raw`` is the JSON as it stands, and nothing here writes over it. ``build``
makes new JSON: lists where many may stand, objects where the specification wants objects, no nulls
and no empty lists, and only terms that the bundled contexts define.
"""

from cairn.vc.model.achievement import ACHIEVEMENT_TYPES, Achievement, Profile
from cairn.vc.model.credential import (
    CONTEXTS,
    Credential,
    EndorsementCredential,
    EndorsementSubject,
    Subject,
    compose_credential,
)
from cairn.vc.model.facts import Facts, Task, criteria_narrative
from cairn.vc.model.parts import (
    IDENTIFIER_TYPES,
    TARGET_TYPES,
    Address,
    Alignment,
    Criteria,
    Evidence,
    GeoCoordinates,
    IdentifierEntry,
    IdentityObject,
    Image,
    Related,
)
from cairn.vc.model.results import (
    RESULT_STATUSES,
    RESULT_TYPES,
    Result,
    ResultDescription,
    RubricCriterionLevel,
)
from cairn.vc.model.view import View, is_extension

__all__ = [
    "ACHIEVEMENT_TYPES",
    "CONTEXTS",
    "IDENTIFIER_TYPES",
    "RESULT_STATUSES",
    "RESULT_TYPES",
    "TARGET_TYPES",
    "Achievement",
    "Address",
    "Alignment",
    "Credential",
    "Criteria",
    "EndorsementCredential",
    "EndorsementSubject",
    "Evidence",
    "Facts",
    "GeoCoordinates",
    "IdentifierEntry",
    "IdentityObject",
    "Image",
    "Profile",
    "Related",
    "Result",
    "ResultDescription",
    "RubricCriterionLevel",
    "Subject",
    "Task",
    "View",
    "compose_credential",
    "criteria_narrative",
    "is_extension",
]
