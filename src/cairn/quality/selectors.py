"""Reads of quality: for those who submit or decide where the proposal belongs."""

from __future__ import annotations

from collections.abc import Iterable

from cairn.design.models import Proposal, Version
from cairn.design.selectors import proposal_facts
from cairn.design.states import ProposalState
from cairn.kernel import clock
from cairn.kernel.actor import Actor
from cairn.kernel.models import Membership, Person
from cairn.kernel.permissions import roles_with
from cairn.kernel.reach import reach
from cairn.kernel.tenancy import OwnedQuerySet
from cairn.quality.models import Comment, Decision, Review, ReviewQuerySet
from cairn.quality.policies import ReviewFacts
from cairn.quality.rules import DecisionOutcome, DecisionView

_STAFF = ("design.write", "quality.submit", "quality.decide")
_UNIT = "version__achievement__org_unit"


def reviews(actor: Actor) -> ReviewQuerySet:
    """The reviews that this actor may follow, newest first."""
    return (
        Review.objects.for_actor(actor)
        .filter(reach(actor, *_STAFF, unit=_UNIT))
        .select_related("version__achievement__org_unit", "version__proposal", "institution")
        .order_by("-opened_at", "-pk")
    )


def review_for(actor: Actor, public_id: str) -> Review:
    return reviews(actor).find(public_id)


def to_decide(actor: Actor) -> ReviewQuerySet:
    """The open reviews where this actor holds the right to decide, oldest first."""
    return (
        Review.objects.for_actor(actor)
        .open()
        .filter(reach(actor, "quality.decide", unit=_UNIT))
        .select_related(
            "version__achievement__org_unit", "version__proposal", "institution", "opened_by"
        )
        .order_by("opened_at", "pk")
    )


def decisions(actor: Actor, review: Review) -> OwnedQuerySet[Decision]:
    """The decisions of a review with their reasons, oldest first."""
    seen = reviews(actor).filter(pk=review.pk)
    return (
        Decision.objects.for_actor(actor)
        .filter(review__in=seen)
        .select_related("by_person")
        .order_by("pk")
    )


def latest_review(version: Version) -> Review | None:
    """The review of a version that was opened last."""
    return Review.objects.filter(version=version).order_by("-pk").first()


def review_facts(review: Review) -> ReviewFacts:
    """What the policies need to know."""
    proposal = review.version.proposal
    return ReviewFacts(
        proposal=proposal_facts(proposal),
        opened_by_id=review.opened_by_id,
        given_up=proposal.state == ProposalState.WITHDRAWN,
    )


def decision_views(review: Review) -> list[DecisionView]:
    """The decisions of a review as the rules read them."""
    made = Decision.objects.filter(review=review).order_by("pk")
    return [
        DecisionView(person, DecisionOutcome(outcome))
        for person, outcome in made.values_list("by_person_id", "outcome")
    ]


def reviews_of(actor: Actor, proposals: Iterable[Proposal]) -> list[Review]:
    """The reviews of these proposals that this actor may follow, newest first."""
    return list(reviews(actor).filter(version__proposal__in=list(proposals)))


def decisions_on(actor: Actor, found: Iterable[Review]) -> list[Decision]:
    """The decisions of reviews that this actor was given, newest first."""
    return list(
        Decision.objects.for_actor(actor)
        .filter(review__in=list(found))
        .select_related("by_person", "review__version")
        .order_by("-pk")
    )


def decided_by(actor: Actor, *, most: int = 20) -> list[Decision]:
    """What this actor decided last."""
    return list(
        Decision.objects.for_actor(actor)
        .filter(by_person_id=actor.person_id)
        .select_related("review__version__achievement__org_unit", "review__version__proposal")
        .order_by("-pk")[:most]
    )


def comments(actor: Actor, proposal: Proposal) -> list[Comment]:
    """The remarks on every version of a proposal that this actor was given, oldest first."""
    return list(
        Comment.objects.for_actor(actor)
        .filter(review__version__proposal=proposal)
        .select_related("by_person", "resolved_by", "review__version__proposal")
        .order_by("pk")
    )


def comment_for(actor: Actor, public_id: str) -> Comment:
    seen = reviews(actor).values("pk")
    found: Comment = (
        Comment.objects.for_actor(actor)
        .filter(review__in=seen)
        .select_related("review__version__achievement__org_unit", "review__version__proposal")
        .find(public_id)
    )
    return found


def last_read(actor: Actor, review: Review) -> Version | None:
    """The version before this one that the actor decided or remarked upon; else the one before.

    That is what "since you last looked" compares with.
    """
    earlier = Version.objects.for_actor(actor).filter(
        achievement_id=review.version.achievement_id, number__lt=review.version.number
    )
    known = set(
        Decision.objects.for_actor(actor)
        .filter(by_person_id=actor.person_id, review__version__in=earlier)
        .values_list("review__version_id", flat=True)
    ) | set(
        Comment.objects.for_actor(actor)
        .filter(by_person_id=actor.person_id, review__version__in=earlier)
        .values_list("review__version_id", flat=True)
    )
    found: Version | None = (
        (earlier.filter(pk__in=known) if known else earlier).order_by("-number").first()
    )
    return found


def deciders(proposal: Proposal) -> list[Person]:
    """Who may decide about a proposal by their role: never its authors. Lent rights come beside."""
    unit, day = proposal.achievement.org_unit, clock.today(proposal.institution)
    held = (
        Membership.objects.on(day)
        .filter(role__in=roles_with("quality.decide"), org_unit_id__in=unit.line)
        .exclude(person_id__in=proposal_facts(proposal).author_ids)
        .filter(person__erased_on=None)
        .select_related("person")
    )
    return sorted({one.person for one in held}, key=lambda person: person.full_name)
