"""Reads of quality: for those who submit or decide where the proposal belongs."""

from __future__ import annotations

from cairn.design.models import Version
from cairn.design.selectors import proposal_facts
from cairn.design.states import ProposalState
from cairn.kernel.actor import Actor
from cairn.kernel.reach import reach
from cairn.kernel.tenancy import OwnedQuerySet
from cairn.quality.models import Decision, Review, ReviewQuerySet
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
        .select_related("version__achievement__org_unit", "version__proposal", "institution")
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
