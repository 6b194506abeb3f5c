"""Who may open and decide reviews, and why not."""

from __future__ import annotations

from dataclasses import dataclass

from cairn.design.policies import ProposalFacts, may_judge, may_submit
from cairn.kernel.actor import Actor, ActorKind
from cairn.kernel.permissions import Verdict, no, yes

__all__ = ["ReviewFacts", "may_close", "may_comment", "may_decide", "may_submit"]


@dataclass(frozen=True, slots=True)
class ReviewFacts:
    """What the policies need to know about a review."""

    proposal: ProposalFacts
    opened_by_id: int | None
    given_up: bool


def may_decide(actor: Actor, review: ReviewFacts) -> Verdict:
    if actor.person_id is not None and actor.person_id == review.opened_by_id:
        return no("You submitted this proposal, so someone else decides.")
    return may_judge(actor, review.proposal)


def may_close(actor: Actor, review: ReviewFacts) -> Verdict:
    """Closing is no decision: it follows when the authors have given the proposal up."""
    if actor.kind is not ActorKind.SYSTEM:
        return no("A review is closed by a decision, or by withdrawing the proposal.")
    return yes() if review.given_up else no("The proposal still stands.")


def may_comment(actor: Actor, review: ReviewFacts) -> Verdict:
    """Reviewers remark, authors answer; both may say that a remark is settled."""
    if actor.person_id is None:
        return no("A comment is somebody's, so a person writes it.")
    decides = actor.holds("quality.decide", at=review.proposal.org_unit_id)
    return decides or actor.holds("design.write", at=review.proposal.org_unit_id)
