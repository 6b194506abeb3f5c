"""From an award and a frozen version to a credential that is ready to sign. Pure.

What a micro-credential says goes where Open Badges 3.0 has a term for it, the rest into the criteria
narrative (docs/decisions/0004).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import ROUND_DOWN, Decimal
from functools import cached_property
from typing import Final, Protocol
from zoneinfo import ZoneInfo

from cairn.design.content import Alignment as Skill
from cairn.design.content import Content
from cairn.issuing import rules
from cairn.issuing.addresses import Addresses
from cairn.vc import statuslist
from cairn.vc.cryptosuites import PROOF_TYPE
from cairn.vc.document import JsonObject, dump
from cairn.vc.model import (
    CONTEXTS,
    Achievement,
    Address,
    Alignment,
    Criteria,
    Facts,
    IdentityObject,
    Image,
    Profile,
    Result,
    ResultDescription,
    Task,
    compose_credential,
    criteria_narrative,
)
from cairn.vc.timestamps import write_timestamp

PURPOSE: Final = "revocation"
_RESULT: Final = "result"
_HUNDREDTH: Final = Decimal("0.01")
_SAME: Final = (
    "assessment", "supervision", "identity_check", "mode", "quality_assurance", "prerequisites",
    "stacking", "recognition", "language", "cost", "valid_for",
)  # fmt: skip


class Version(Protocol):
    """A frozen version, as ``design.selectors.achievement_view`` gives it."""

    @property
    def achievement(self) -> str: ...
    @property
    def number(self) -> int: ...
    @property
    def content(self) -> Content: ...


@dataclass(frozen=True, slots=True)
class Issuer:
    """The issuer as a credential states it. ``country`` has two letters, ``zone`` is for dates."""

    addresses: Addresses
    name: str
    zone: str = "UTC"
    url: str = ""
    email: str = ""
    image: str = ""
    country: str = ""

    def profile(self) -> Profile:
        return Profile.build(
            id=self.addresses.did,
            name=self.name,
            url=self.url or None,
            email=self.email or None,
            image=Image.build(id=self.image) if self.image else None,
            address=Address.build(country_code=self.country) if self.country else None,
        )


@dataclass(frozen=True, slots=True)
class Learner:
    """Who earned it. ``reference`` is the person's public id, ``salt`` is drawn for the credential."""

    name: str
    address: str | None
    reference: str
    salt: str

    def identifiers(self) -> list[IdentityObject]:
        """Name the holder in the open, and let whoever knows their address recognise it."""
        named = [IdentityObject.plain(self.name, kind="name")] if self.name else []
        if self.address:
            return [*named, IdentityObject.hashed_email(self.address, salt=self.salt)]
        return [*named, _hashed_reference(self.reference, self.salt)]


@dataclass(frozen=True, slots=True)
class Case:
    """What one credential says that others of its batch do not."""

    credential: str
    learner: Learner
    conferred_on: date
    total: Decimal | None
    list_number: int
    list_index: int


class Composer:
    """Composes credentials of one version under one issuer."""

    def __init__(self, issuer: Issuer, version: Version) -> None:
        self._issuer = issuer
        self._version = version
        self._profile = issuer.profile()
        self._zone = ZoneInfo(issuer.zone)

    @cached_property
    def achievement(self) -> Achievement:
        return achievement(self._issuer.addresses, self._version)

    def compose(self, case: Case, *, at: datetime) -> JsonObject:
        """The credential, which counts from ``at``."""
        addresses, content = self._issuer.addresses, self._version.content
        results = [] if case.total is None else [self._result(case.total)]
        return compose_credential(
            id=addresses.credential(case.credential),
            issuer=self._profile,
            achievement=self.achievement,
            name=content.title,
            valid_from=at,
            valid_until=self.ends(at),
            awarded=datetime.combine(case.conferred_on, time(), self._zone),
            identifiers=case.learner.identifiers(),
            results=results,
            credits_earned=_number(content.credit.points) if content.credit else None,
            status=statuslist.entry(
                list_url=addresses.status_list(case.list_number),
                index=case.list_index,
                purpose=PURPOSE,
            ),
        )

    def ends(self, at: datetime) -> datetime | None:
        """When a credential issued at this moment runs out."""
        return rules.ends(self._version.content.valid_for, at)

    def sample(self, method: str, *, at: datetime) -> bytes:
        """A credential of nobody: what those of this version and key have in common."""
        nobody = Learner("", "", "per_", "0" * 22)
        case = Case("crd_", nobody, at.date(), Decimal(0), 1, 0)
        proof = {
            "type": PROOF_TYPE,
            "cryptosuite": "eddsa-rdfc-2022",
            "created": write_timestamp(at),
            "verificationMethod": method,
            "proofPurpose": "assertionMethod",
            "proofValue": "z",
        }
        return dump({**self.compose(case, at=at), "proof": proof})

    def _result(self, total: Decimal) -> Result:
        scale = _part(self.achievement.id or "", _RESULT)
        # Cut, never rounded up: 39.999 must not read 40.
        value = plain(total.quantize(_HUNDREDTH, rounding=ROUND_DOWN))
        return Result.build(result_description=scale, value=value, status="Completed")


def achievement(addresses: Addresses, version: Version) -> Achievement:
    """The achievement as it stands in each credential of a version."""
    content = version.content
    url = addresses.achievement(version.achievement)
    return Achievement.build(
        id=url,
        name=content.title,
        description=content.description,
        criteria=Criteria.build(
            id=content.criteria.url,
            narrative=_narrative(content) or None,
        ),
        alignments=[_alignment(item) for item in content.alignments],
        credits_available=_number(content.credit.points) if content.credit else None,
        field_of_study=content.field_of_study,
        human_code=content.code,
        image=_image(content),
        in_language=content.language,
        result_descriptions=[*_tasks(content, url), _scale(content, url)],
        specialization=content.specialization,
        # RDF knows a set of tags: one that stands twice would be signed once.
        tags=tuple(dict.fromkeys(content.tags)),
        version=str(version.number),
    )


def standalone(thing: Achievement | Profile) -> JsonObject:
    """An achievement or a profile as a JSON-LD document of its own."""
    return {"@context": list(CONTEXTS), **thing.raw}


def plain(number: Decimal) -> str:
    """A number without an exponent and without zeros that say nothing."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _narrative(content: Content) -> str:
    facts = Facts(
        outcomes=tuple(outcome.text for outcome in content.outcomes),
        tasks=tuple(
            Task(
                task.title,
                weight=_number(task.weight),
                secure=task.secure,
                pass_mark=None if task.pass_mark is None else plain(task.pass_mark),
            )
            for task in content.tasks
        ),
        hours=_number(content.hours),
        level=_level(content),
        credit=_number(content.credit.points) if content.credit else None,
        credit_rule=content.credit.rule if content.credit else None,
        review_date=content.review_date.isoformat() if content.review_date else None,
        national_qualification=content.national_qualification,
        **{name: getattr(content, name) for name in _SAME},
    )
    parts = (criteria_narrative(content.criteria.narrative, facts), _workload(content))
    return "\n\n".join(part for part in parts if part)


def _workload(content: Content) -> str:
    """How the hours come about, which the facts of a credential have no line for."""
    lines = [f"- {part.title}: {_hours(part.hours)}" for part in content.workload if part.title]
    if content.hours_note:
        lines.append(f"- {' '.join(content.hours_note.split())}")
    return "**Workload**\n\n" + "\n".join(lines) if lines else ""


def _hours(hours: Decimal | None) -> str:
    return "hours not stated" if hours is None else f"{plain(hours)} hours"


def _level(content: Content) -> str | None:
    """The level, and what it was compared with; the comparison has no term of its own."""
    if content.level is None or content.level_comparison is None:
        return content.level
    return f"{content.level} ({content.level_comparison.rstrip('.')})"


def _tasks(content: Content, url: str) -> Iterable[ResultDescription]:
    """Describe each task as a scale of its own, so that a result can point to it."""
    for number, task in enumerate(content.tasks, start=1):
        yield ResultDescription.build(
            id=_part(url, f"task-{task.key or number}"),
            name=task.title,
            result_type="Result",
            required_value=None if task.pass_mark is None else plain(task.pass_mark),
        )


def _scale(content: Content, url: str) -> ResultDescription:
    """The scale of the final result: the weighted mark out of a hundred."""
    rule = content.award_rule
    enough = None if rule is None or rule.pass_mark is None else plain(rule.pass_mark)
    return ResultDescription.build(
        id=_part(url, _RESULT),
        name="Final result",
        result_type="Percent",
        required_value=enough,
        value_min="0",
        value_max="100",
    )


def _part(url: str, name: str) -> str:
    return f"{url}#{name}"


def _alignment(item: Skill) -> Alignment:
    return Alignment.build(
        target_name=item.name,
        target_url=item.url,
        target_type=item.type,
        target_framework=item.framework,
        target_code=item.code,
        target_description=item.description,
    )


def _image(content: Content) -> Image | None:
    if content.image is None or not content.image.url:
        return None
    return Image.build(id=content.image.url, caption=content.image.caption or None)


def _number(value: Decimal | None) -> float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)


def _hashed_reference(reference: str, salt: str) -> IdentityObject:
    digest = hashlib.sha256((reference + salt).encode()).hexdigest()
    return IdentityObject(
        {
            "type": "IdentityObject",
            "hashed": True,
            "identityHash": f"sha256${digest}",
            "identityType": "identifier",
            "salt": salt,
        }
    )
