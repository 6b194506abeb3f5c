"""The credential itself, and the endorsement that others sign about it."""

# A builder takes every property of its class by name, and "id" is the standard's own word.
# ruff: noqa: A002, PLR0913
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Self

from cairn.vc.document import JsonObject
from cairn.vc.model.achievement import Achievement, Profile
from cairn.vc.model.parts import Evidence, IdentityObject, Image
from cairn.vc.model.results import Result
from cairn.vc.model.view import Term, View, compact, many, moment, number, one, several, text, texts
from cairn.vc.timestamps import write_day, write_timestamp

#: Open Badges 3.0 §5: in this order, and both (checklist of every verifier).
CONTEXTS: Final = (
    "https://www.w3.org/ns/credentials/v2",
    "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
)


@dataclass(frozen=True, slots=True)
class Subject(View):
    """Whose achievement it is, and what was achieved."""

    id = Term("id", text)
    identifiers = Term("identifier", several(IdentityObject))
    achievement = Term("achievement", one(Achievement))
    results = Term("result", several(Result))
    credits_earned = Term("creditsEarned", number)
    narrative = Term("narrative", text)
    image = Term("image", one(Image))
    license_number = Term("licenseNumber", text)
    role = Term("role", text)
    term = Term("term", text)
    source = Term("source", one(Profile))
    activity_start = Term("activityStartDate", moment)
    activity_end = Term("activityEndDate", moment)

    @classmethod
    def build(
        cls,
        *,
        achievement: Achievement,
        id: str | None = None,
        identifiers: Sequence[IdentityObject] = (),
        results: Sequence[Result] = (),
        credits_earned: float | None = None,
        narrative: str | None = None,
        image: Image | None = None,
        license_number: str | None = None,
        role: str | None = None,
        term: str | None = None,
        source: Profile | None = None,
    ) -> Self:
        # Open Badges 3.0, AchievementSubject: either is enough, one must be there.
        if id is None and not identifiers:
            raise ValueError("A subject needs an id or an identifier, to say whose it is.")
        return cls(
            compact(
                id=id,
                type=["AchievementSubject"],
                identifier=identifiers,
                creditsEarned=credits_earned,
                achievement=achievement,
                image=image,
                licenseNumber=license_number,
                narrative=narrative,
                result=results,
                role=role,
                source=source,
                term=term,
            )
        )

    @property
    def name(self) -> str | None:
        """The holder's name, where an identifier states it in the open."""
        stated = (item for item in self.identifiers if item.identity_type == "name")
        return next((item.identity_hash for item in stated if not item.hashed), None)


@dataclass(frozen=True, slots=True)
class EndorsementSubject(View):
    """What is endorsed, and the endorser's words about it."""

    id = Term("id", text)
    comment = Term("endorsementComment", text)


@dataclass(frozen=True, slots=True)
class _Signed(View):
    """What achievement and endorsement credentials share, of either data model."""

    id = Term("id", text)
    types = Term("type", texts)
    name = Term("name", text)
    description = Term("description", text)
    issuer = Term("issuer", one(Profile))
    awarded = Term("awardedDate", moment)
    evidence = Term("evidence", several(Evidence))

    @property
    def valid_from(self) -> datetime | None:
        """From when it counts; version 1.1 of the data model calls it issuanceDate."""
        return moment(self.raw.get("validFrom", self.raw.get("issuanceDate")))

    @property
    def valid_until(self) -> datetime | None:
        """Until when it counts; version 1.1 of the data model calls it expirationDate."""
        return moment(self.raw.get("validUntil", self.raw.get("expirationDate")))

    @property
    def statuses(self) -> tuple[Mapping[str, Any], ...]:
        """Every entry of ``credentialStatus``, as it stands."""
        found = many(self.raw.get("credentialStatus"))
        return tuple(item for item in found if isinstance(item, Mapping))


@dataclass(frozen=True, slots=True)
class EndorsementCredential(_Signed):
    """What somebody else says, under a signature of their own."""

    subject = Term("credentialSubject", one(EndorsementSubject))


@dataclass(frozen=True, slots=True)
class Credential(_Signed):
    """An achievement credential (an Open Badge)."""

    image = Term("image", one(Image))
    subject = Term("credentialSubject", one(Subject))
    endorsements = Term("endorsement", several(EndorsementCredential))

    @property
    def achievement(self) -> Achievement | None:
        return None if self.subject is None else self.subject.achievement


def compose_credential(
    *,
    id: str,
    issuer: Profile,
    achievement: Achievement,
    name: str,
    valid_from: datetime,
    subject_id: str | None = None,
    identifiers: Sequence[IdentityObject] = (),
    valid_until: datetime | None = None,
    awarded: datetime | None = None,
    evidence: Sequence[Evidence] = (),
    results: Sequence[Result] = (),
    credits_earned: float | None = None,
    status: Mapping[str, Any] | None = None,
    image: Image | None = None,
    description: str | None = None,
) -> JsonObject:
    """Compose a credential that is ready to sign.

    The subject is named by ``subject_id`` (a URL or DID), by ``identifiers``, or by both.
    ``status`` is one ``credentialStatus`` entry. Raises ``ValueError`` when nobody is named, or
    when it would end before it begins.
    """
    if valid_until is not None and valid_until < valid_from:
        raise ValueError("A credential cannot end before it begins.")
    subject = Subject.build(
        achievement=achievement,
        id=subject_id,
        identifiers=identifiers,
        results=results,
        credits_earned=credits_earned,
    )
    return {
        "@context": list(CONTEXTS),
        **compact(
            id=id,
            type=["VerifiableCredential", "OpenBadgeCredential"],
            name=name,
            description=description,
            image=image,
            issuer=issuer,
            validFrom=write_timestamp(valid_from),
            validUntil=valid_until and write_timestamp(valid_until),
            awardedDate=awarded and write_day(awarded),
            credentialSubject=subject,
            credentialStatus=status,
            evidence=evidence,
        ),
    }
