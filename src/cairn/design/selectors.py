"""Reads of design. What is approved, everyone of the institution may see; what is on its way to
approval, those who write or decide where it belongs.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q

from cairn.design import rules
from cairn.design.content import Content, read
from cairn.design.models import (
    Achievement,
    Authorship,
    ContentPolicy,
    Proposal,
    ProposalQuerySet,
    Version,
    VersionQuerySet,
)
from cairn.design.policies import ProposalFacts
from cairn.design.problem import Problem
from cairn.kernel.actor import Actor
from cairn.kernel.models import Institution
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
