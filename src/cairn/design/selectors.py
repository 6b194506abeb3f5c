"""Reads of design. What is approved, everyone of the institution may see; what is on its way to
approval, those who write or decide where it belongs.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q

from cairn.design import rules
from cairn.design.content import Content, read
from cairn.design.models import (
    Achievement,
    Authorship,
    ContentPolicy,
    Dismissal,
    Proposal,
    ProposalQuerySet,
    Version,
    VersionQuerySet,
)
from cairn.design.policies import ProposalFacts
from cairn.design.problem import Problem
from cairn.design.sections import lasting
from cairn.kernel.actor import Actor
from cairn.kernel.models import Institution, LedgerEntry
from cairn.kernel.reach import reach
from cairn.kernel.tenancy import OwnedQuerySet

_STAFF = ("design.write", "quality.submit", "quality.decide")


@dataclass(frozen=True, slots=True)
class AchievementView:
    """A version as the rooms above read it; issuing turns it into ``cairn.vc.model.Achievement``.

    ``achievement`` and ``version`` are public ids; the address of an achievement is made from them.
    """

    achievement: str
    slug: str
    version: str
    number: int
    digest: str
    approved_on: date | None
    approved_until: date | None
    content: Content


def achievements(actor: Actor) -> OwnedQuerySet[Achievement]:
    """The achievements that this actor may know of, by short name."""
    approved = Version.objects.for_actor(actor).filter(
        achievement=OuterRef("pk"), approved_on__isnull=False
    )
    return (
        Achievement.objects.for_actor(actor)
        .filter(Q(Exists(approved)) | reach(actor, *_STAFF))
        .select_related("org_unit", "institution")
        .order_by("slug")
    )


def achievement_for(actor: Actor, public_id: str) -> Achievement:
    return achievements(actor).find(public_id)


def proposals(actor: Actor) -> ProposalQuerySet:
    """The proposals where this actor writes or decides, newest first."""
    return (
        Proposal.objects.for_actor(actor)
        .filter(reach(actor, *_STAFF, unit="achievement__org_unit"))
        .select_related("achievement__org_unit", "institution")
        .order_by("-created_at", "-pk")
    )


def proposal_for(actor: Actor, public_id: str) -> Proposal:
    return proposals(actor).find(public_id)


def versions(actor: Actor) -> VersionQuerySet:
    """The versions that this actor may read: approved ones, and those where they work."""
    return (
        Version.objects.for_actor(actor)
        .filter(Q(approved_on__isnull=False) | reach(actor, *_STAFF, unit="achievement__org_unit"))
        .select_related("achievement__org_unit", "institution")
        .order_by("achievement__slug", "-number")
    )


def version_for(actor: Actor, public_id: str) -> Version:
    return versions(actor).find(public_id)


def approved_version(achievement: Achievement, *, on: date) -> Version | None:
    """The newest version whose approval holds on this day."""
    return (
        Version.objects.filter(achievement=achievement)
        .approved(on=on)
        .select_related("achievement__org_unit")
        .order_by("-number")
        .first()
    )


def latest_version(achievement: Achievement) -> Version | None:
    """The version frozen last, approved or not."""
    return Version.objects.filter(achievement=achievement).order_by("-number").first()


def achievement_view(version: Version) -> AchievementView:
    """A version as frozen values."""
    return AchievementView(
        achievement=version.achievement.public_id,
        slug=version.achievement.slug,
        version=version.public_id,
        number=version.number,
        digest=version.digest,
        approved_on=version.approved_on,
        approved_until=version.approved_until,
        content=version.text,
    )


def proposal_facts(proposal: Proposal) -> ProposalFacts:
    """What the policies need to know."""
    authors = Authorship.objects.filter(proposal=proposal).values_list("person_id", flat=True)
    return ProposalFacts(proposal.achievement.org_unit_id, frozenset(authors))


def authors_of(actor: Actor, rows: Iterable[Proposal]) -> dict[int, frozenset[int]]:
    """The keys of the people who wrote in proposals that this actor was given, by proposal."""
    written = Authorship.objects.for_actor(actor).filter(proposal__in=list(rows))
    found: dict[int, frozenset[int]] = {}
    for proposal, person in written.values_list("proposal_id", "person_id"):
        found[proposal] = found.get(proposal, frozenset()) | {person}
    return found


def policy_of(institution: Institution) -> rules.Policy:
    """What the institution asks of every micro-credential."""
    row = ContentPolicy.objects.filter(institution=institution).first()
    if row is None:
        return rules.Policy()
    return rules.Policy(
        secure_task_required=row.secure_task_required, hours_required=row.hours_required
    )


def problems_of(proposal: Proposal) -> tuple[Problem, ...]:
    """What stands in the way of a review, or deserves a look."""
    return rules.problems(read(proposal.content), policy_of(proposal.institution))


@dataclass(frozen=True, slots=True)
class Point:
    """A problem, its lasting place, and the reason for which an author keeps it, if one does."""

    problem: Problem
    place: str
    dismissal: Dismissal | None = None

    @property
    def open(self) -> bool:
        return self.dismissal is None


def points(content: Content, policy: rules.Policy, kept: Iterable[Dismissal]) -> tuple[Point, ...]:
    """Every problem of a text, with the standing dismissals that still fit what it says."""
    reasons = {(one.code, one.place, one.told): one for one in kept}
    found = []
    for problem in rules.problems(content, policy):
        place = lasting(problem.pointer, content)
        reason = None if problem.blocks else reasons.get((problem.code, place, problem.message))
        found.append(Point(problem, place, reason))
    return tuple(found)


def dismissals(actor: Actor, proposals: Iterable[Proposal]) -> OwnedQuerySet[Dismissal]:
    """The standing dismissals of proposals that this actor was given."""
    return (
        Dismissal.objects.for_actor(actor)
        .filter(proposal__in=list(proposals), taken_back_at=None)
        .select_related("by_person", "proposal")
        .order_by("pk")
    )


def history(
    actor: Actor, rows: Iterable[Proposal], *, facts: Iterable[str] = ()
) -> list[LedgerEntry]:
    """What happened to proposals that this actor was given, oldest first."""
    entries = LedgerEntry.objects.for_actor(actor).filter(
        subject__in=[proposal.public_id for proposal in rows]
    )
    names = tuple(facts)
    if names:
        entries = entries.filter(fact__in=names)
    return list(entries.order_by("number"))


def saved_by_others(actor: Actor, proposal: Proposal, *, since: int) -> LedgerEntry | None:
    """The last save by somebody else after a revision, if there was one."""
    return (
        LedgerEntry.objects.for_actor(actor)
        .filter(subject=proposal.public_id, fact="proposal.drafted", data__revision__gt=since)
        .exclude(actor=actor.id)
        .order_by("-number")
        .first()
    )
