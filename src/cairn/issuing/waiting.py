"""What waits to be issued, what holds it up and why; what was issued together, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, Value, When

from cairn.assessment.models import Award
from cairn.delivery.models import Offering
from cairn.issuing.models import Credential, Issuance, IssuerProfile, NameCorrection, SigningKey
from cairn.issuing.states import CorrectionState, KeyState
from cairn.kernel import clock
from cairn.kernel.actor import Actor
from cairn.kernel.errors import NotFound
from cairn.kernel.models import EmailAddress, Job
from cairn.kernel.reach import reach

_UNIT: Final = "enrolment__offering__version__achievement__org_unit"


class Held(StrEnum):
    """Why an award is not signed."""

    WITHDRAWN = "withdrawn"
    ERASED = "erased"
    NAMELESS = "nameless"


def _awards(actor: Actor) -> Any:
    """Awards without a credential that anybody heard of, each with what holds it up."""
    heard_of = Q(issuance=None) | Q(issuance__undone_at=None)
    reachable = EmailAddress.objects.filter(person=OuterRef("enrolment__person")).exclude(
        kind=EmailAddress.Kind.PERSONAL, verified_at=None
    )
    return (
        Award.objects.for_actor(actor)
        .filter(reach(actor, "issuing.issue", unit=_UNIT))
        .filter(~Exists(Credential.objects.filter(heard_of, award=OuterRef("pk"))))
        .annotate(
            held=Case(
                When(~Q(withdrawn_on=None), then=Value(Held.WITHDRAWN.value)),
                When(~Q(enrolment__person__erased_on=None), then=Value(Held.ERASED.value)),
                When(enrolment__person__full_name="", then=Value(Held.NAMELESS.value)),
                default=Value(""),
                output_field=CharField(),
            ),
            has_address=Exists(reachable),
        )
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """An offering in the queue: how many could be signed now, and how many are held."""

    offering: Offering
    ready: int
    held: int
    without_address: int


def queue(actor: Actor, *, words: str = "", limit: int = 100) -> list[Waiting]:
    """Offerings with something to issue, those with the most ready first."""
    rows = _awards(actor)
    if words:
        rows = rows.filter(
            Q(enrolment__offering__title__icontains=words)
            | Q(enrolment__offering__code__icontains=words)
            | Q(enrolment__offering__version__achievement__title__icontains=words)
        )
    counted = list(
        rows.values("enrolment__offering")
        .annotate(
            ready=Count("pk", filter=Q(held="")),
            stopped=Count("pk", filter=~Q(held="")),
            without_address=Count("pk", filter=Q(held="", has_address=False)),
        )
        .order_by("-ready", "enrolment__offering")[:limit]
    )
    found = Offering.objects.for_actor(actor).filter(
        pk__in=[one["enrolment__offering"] for one in counted]
    )
    offerings = {one.pk: one for one in found.select_related("version__achievement")}
    return [
        Waiting(
            offerings[one["enrolment__offering"]],
            one["ready"],
            one["stopped"],
            one["without_address"],
        )
        for one in counted
    ]


def offering_to_issue(actor: Actor, public_id: str) -> Offering:
    """An offering whose credentials this actor may issue, or :class:`NotFound`."""
    unit = "version__achievement__org_unit"
    rows = Offering.objects.for_actor(actor).filter(reach(actor, "issuing.issue", unit=unit))
    found: Offering = rows.select_related("version__achievement", "institution").find(public_id)
    return found


@dataclass(frozen=True, slots=True)
class Candidate:
    """One award in the preview: who it is for, and what holds it up."""

    award: Award
    held: str
    has_address: bool


def cases(actor: Actor, offering: Offering) -> list[Candidate]:
    """Every award of an offering that waits, the held ones first."""
    rows = _awards(actor).filter(enrolment__offering=offering)
    related = rows.select_related("enrolment__person", "result").order_by("-held", "pk")
    return [Candidate(one, one.held, one.has_address) for one in related]


def obstacle(actor: Actor) -> str:
    """What keeps the institution from signing anything: ``issuer``, ``key``, or nothing."""
    if not IssuerProfile.objects.for_actor(actor).exists():
        return "issuer"
    current = SigningKey.objects.for_actor(actor).current().first()
    return "" if current is not None and current.state == KeyState.ACTIVE else "key"


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an issuance is; ``offerings`` are those of its credentials, at most a few."""

    issuance: Issuance
    job: Job | None
    credentials: int
    offerings: tuple[Offering, ...]
    now: datetime

    @property
    def signing(self) -> bool:
        return self.issuance.mail_at is None and not self.failed and self.issuance.undone_at is None

    @property
    def failed(self) -> bool:
        return self.job is not None and self.job.state == Job.State.FAILED

    @property
    def undoable(self) -> bool:
        until = self.issuance.mail_at
        return self.issuance.undone_at is None and until is not None and self.now < until

    @property
    def minutes_left(self) -> int:
        """Whole minutes, rounded up, until mail leaves."""
        if not self.undoable or self.issuance.mail_at is None:
            return 0
        return max(1, -(-int((self.issuance.mail_at - self.now).total_seconds()) // 60))


def issuance_for(actor: Actor, public_id: str) -> Issuance:
    """An issuance that this actor looks after, or :class:`NotFound`."""
    found: Issuance | None = _issuances(actor).filter(public_id=public_id).first()
    if found is None:
        raise NotFound("issuance")
    return found


def _issuances(actor: Actor) -> Any:
    unit = "offering__version__achievement__org_unit"
    there = reach(actor, "issuing.issue", unit=unit)
    if actor.holds("issuing.issue"):
        there |= Q(offering=None)
    rows = Issuance.objects.for_actor(actor).filter(there)
    return rows.select_related("offering__version__achievement", "institution")


def recent(actor: Actor, *, most: int = 5) -> list[Progress]:
    """What was issued last, with how far it is."""
    return _progress(actor, list(_issuances(actor).order_by("-pk")[:most]))


def progress(actor: Actor, issuance: Issuance) -> Progress:
    """How far one issuance is; the actor was let see it by :func:`issuance_for`."""
    return _progress(actor, [issuance])[0]


def _progress(actor: Actor, found: list[Issuance]) -> list[Progress]:
    jobs = {job.public_id: job for job in Job.objects.filter(public_id__in=[r.job for r in found])}
    counted: dict[int, dict[int, int]] = {row.pk: {} for row in found}
    for issuance, offering, count in (
        Credential.objects.filter(issuance__in=found)
        .values_list("issuance", "award__enrolment__offering")
        .annotate(count=Count("pk"))
        .order_by()
    ):
        counted[issuance][offering] = count
    named = {offering for each in counted.values() for offering in each}
    own = Offering.objects.for_actor(actor).select_related("version__achievement")
    offerings = own.in_bulk(named)
    now = clock.now()
    return [
        Progress(
            row,
            jobs.get(row.job),
            sum(counted[row.pk].values()),
            tuple(offerings[one] for one in counted[row.pk]),
            now,
        )
        for row in found
    ]


def corrections(actor: Actor) -> Any:
    """Name corrections; those that wait first, the oldest of them at the top."""
    if not actor.holds("issuing.revoke"):
        return NameCorrection.objects.for_actor(actor).none()
    waits = Case(When(state=CorrectionState.ASKED.value, then=Value(0)), default=Value(1))
    rows = NameCorrection.objects.for_actor(actor).select_related("person", "decided_by")
    return rows.annotate(waits=waits).order_by("waits", "-decided_at", "pk")


def correction_for(actor: Actor, public_id: str) -> NameCorrection:
    found: NameCorrection = corrections(actor).find(public_id)
    return found
