"""Reads of outreach: what the world may see of credentials and micro-credentials."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q

from cairn.assessment.models import Award
from cairn.delivery.models import Offering
from cairn.delivery.states import OfferingState
from cairn.design import selectors as design
from cairn.design.models import Version, VersionQuerySet
from cairn.design.selectors import AchievementView
from cairn.issuing import facts as issuing
from cairn.issuing.archive import Damaged
from cairn.issuing.documents import signed_bytes
from cairn.issuing.models import Credential, SignedDocument
from cairn.issuing.states import CredentialState
from cairn.kernel.models import Institution, LedgerEntry
from cairn.outreach.models import Face, Sharing, Visibility

#: What took a credential out of use, or back into it.
_MOVES: Final = (
    issuing.CREDENTIAL_REVOKED.name,
    issuing.CREDENTIAL_SUSPENDED.name,
    issuing.CREDENTIAL_REPLACED.name,
)
#: More than one page of dates is a calendar.
MOST_OFFERINGS: Final = 6


# --- who may see a credential --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shared:
    """Who may see a credential, since when, and whether the holder chose it."""

    visibility: Visibility
    since: datetime
    chosen: bool


def sharing_of(credential: Credential) -> Shared:
    """The holder's choice; without one, whoever has the link since it was issued.

    A credential that replaces another one keeps what was chosen for that one.
    """
    rows = Sharing.objects.filter(
        credential__institution=credential.institution_id,
        credential__award=credential.award_id,
        credential__lte=credential.pk,
    )
    row = rows.order_by("-credential").first()
    if row is None:
        return Shared(Visibility.LINK, credential.issued_at, chosen=False)
    return Shared(Visibility(row.visibility), row.chosen_at, chosen=True)


def is_private(public_id: str, *, for_person: int | None = None) -> bool:
    """Is this a credential that its holder keeps to themselves, and does somebody else ask?"""
    award = Credential.objects.filter(public_id=public_id).values("award")[:1]
    kept = Sharing.objects.filter(visibility=Visibility.PRIVATE, credential__award=award)
    if not kept.exists():  # one question for nearly all of them
        return False
    row = Credential.objects.get(public_id=public_id)
    if sharing_of(row).visibility is not Visibility.PRIVATE:
        return False
    return for_person is None or _holder(row) != for_person


def _holder(credential: Credential) -> int:
    rows = Award.objects.filter(pk=credential.award_id)
    return int(rows.values_list("enrolment__person_id", flat=True).get())


# --- one credential ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shown:
    """A credential as its page needs it. ``raw`` is None when the person was erased.

    ``damaged`` says that the stored bytes are not those that were signed. ``moved_at`` is when a
    credential that counts no more was taken out of use; ``successor`` is what stands in its place.
    """

    row: Credential
    holder: int
    view: AchievementView
    shared: Shared
    raw: bytes | None
    damaged: bool
    moved_at: datetime | None
    successor: str | None

    @property
    def state(self) -> CredentialState:
        return CredentialState(self.row.state)


def shown(public_id: str) -> Shown | None:
    """A credential of the institution at hand, with all that its page says of it."""
    row = (
        Credential.objects.filter(public_id=public_id)
        .select_related("award__enrolment__offering__version__achievement")
        .first()
    )
    if row is None:
        return None
    document = SignedDocument.objects.filter(credential=row).select_related("text").first()
    raw, damaged = None, False
    if document is not None:
        document.credential = row
        try:
            raw = signed_bytes(document)
        except Damaged:
            damaged = True
    return Shown(
        row=row,
        holder=row.award.enrolment.person_id,
        view=design.achievement_view(row.award.enrolment.offering.version),
        shared=sharing_of(row),
        raw=raw,
        damaged=damaged,
        moved_at=_moved_at(row),
        successor=_successor(row),
    )


def _moved_at(row: Credential) -> datetime | None:
    if row.state == CredentialState.ISSUED:
        return None
    told = LedgerEntry.objects.filter(subject=row.public_id, fact__in=_MOVES)
    return told.order_by("-number").values_list("at", flat=True).first()


def _successor(row: Credential) -> str | None:
    if row.state != CredentialState.REPLACED:
        return None
    later = Credential.objects.filter(
        institution=row.institution_id, award=row.award_id, pk__gt=row.pk
    )
    return later.order_by("-pk").values_list("public_id", flat=True).first()


# --- the catalogue -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Start:
    """A run of a micro-credential that has not begun, or is open."""

    code: str
    title: str
    starts_on: date
    ends_on: date
    pilot: bool


@dataclass(frozen=True, slots=True)
class Listed:
    """A micro-credential as the public reads it: its newest approved version, and when it runs."""

    view: AchievementView
    unit: str
    starts: tuple[Start, ...]

    @property
    def next_start(self) -> Start | None:
        return self.starts[0] if self.starts else None


def catalogue(*, on: date) -> list[Listed]:
    """Every micro-credential whose approval holds on this day, by title; two queries."""
    rows = list(_newest(on))
    starts = _starts([row.achievement_id for row in rows], on)
    found = [
        Listed(
            design.achievement_view(row),
            row.achievement.org_unit.name,
            tuple(starts[row.achievement_id]),
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: one.view.content.title.casefold())


def listed(slug: str, *, on: date) -> Listed | None:
    """One micro-credential by its short name, if it is approved on this day."""
    row = _newest(on).filter(achievement__slug=slug).first()
    if row is None:
        return None
    starts = _starts([row.achievement_id], on)
    return Listed(
        design.achievement_view(row),
        row.achievement.org_unit.name,
        tuple(starts[row.achievement_id]),
    )


def slug_of(public_id: str, *, on: date) -> str | None:
    """The short name behind the id of an achievement or of an approved version."""
    rows = _newest(on).filter(
        Q(achievement__public_id=public_id) | Q(achievement__in=_with_version(public_id))
    )
    return rows.values_list("achievement__slug", flat=True).first()


def _with_version(public_id: str) -> Any:
    rows = Version.objects.filter(public_id=public_id, approved_on__isnull=False)
    return rows.values("achievement")


def _newest(on: date) -> VersionQuerySet:
    """The newest version of each achievement whose approval holds."""
    approved = Version.objects.approved(on=on)
    newer = approved.filter(achievement=OuterRef("achievement"), number__gt=OuterRef("number"))
    rows: VersionQuerySet = approved.filter(~Exists(newer)).select_related("achievement__org_unit")
    return rows


def _starts(achievements: list[int], on: date) -> dict[int, list[Start]]:
    found: dict[int, list[Start]] = defaultdict(list)
    rows = (
        Offering.objects.filter(version__achievement__in=achievements, starts_on__gte=on)
        .exclude(state=OfferingState.CLOSED)
        .order_by("starts_on", "code")
        .values_list("version__achievement", "code", "title", "starts_on", "ends_on", "kind")
    )
    for achievement, code, title, starts_on, ends_on, kind in rows:
        if len(found[achievement]) < MOST_OFFERINGS:
            found[achievement].append(Start(code, title, starts_on, ends_on, kind == "pilot"))
    return found


# --- the institution -----------------------------------------------------------------------------


def face_of(institution: Institution) -> Face:
    """The public face of an institution; an empty one where nothing was written yet."""
    row = Face.objects.filter(institution=institution).defer("logo").first()
    return row or Face(institution=institution)


def logo_of(institution: Institution) -> Face | None:
    """The face with its logo, if there is one."""
    return Face.objects.filter(institution=institution).exclude(logo_type="").first()
