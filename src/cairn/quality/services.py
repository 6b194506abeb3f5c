"""The verbs of quality; nothing else writes its tables."""

from __future__ import annotations

from datetime import date
from typing import Final

from cairn.design import services as design
from cairn.design.models import Proposal, Version
from cairn.design.selectors import proposal_facts
from cairn.design.shape import Faulty, text
from cairn.kernel import clock
from cairn.kernel.actor import Actor
from cairn.kernel.change import Record, change
from cairn.quality import facts, policies, rules, selectors
from cairn.quality.errors import AlreadyDecided, ReasonNeeded, ReasonUnreadable
from cairn.quality.models import Decision, Review
from cairn.quality.rules import DecisionOutcome, ReviewOutcome
from cairn.quality.states import REVIEW, ReviewState

_REASON: Final = text(10_000, lines=True)


def submit(proposal: Proposal, *, by: Actor) -> Review:
    """Hand a proposal in: its text is frozen, and a review opened. Handed in already, it stays."""
    with change(proposal, by=by) as record:
        by.must(policies.may_submit, proposal_facts(proposal))
        version = design.freeze(proposal, by=by)
        under_way = Review.objects.filter(version=version).open().first()
        return under_way or _open(version, by=by, record=record)


def decide(
    review: Review,
    *,
    outcome: DecisionOutcome | str,
    reason: str,
    until: date | None = None,
    by: Actor,
) -> Decision:
    """Approve a version or return it, and say why. The same decision again changes nothing.

    ``until`` is the last day of an approval; without it, the approval has no end.
    """
    outcome, why = DecisionOutcome(outcome), _readable(reason)
    with change(review, by=by) as record:
        by.must(policies.may_decide, selectors.review_facts(review))
        made = Decision.objects.filter(review=review, by_person_id=by.person_id).first()
        if made is not None:
            if (made.outcome, made.reason) != (outcome.value, why):
                raise AlreadyDecided
            return made
        REVIEW.check(review.state, ReviewState.DECIDED)
        assert by.person_id is not None  # the policy lets people decide, nobody else
        decision = Decision.objects.create(
            institution=by.institution,
            review=review,
            outcome=outcome.value,
            reason=why,
            by_person_id=by.person_id,
            decided_at=clock.now(),
        )
        record(facts.DECISION_MADE, decision, review=review, outcome=outcome)
        _conclude(review, until=until, by=by, record=record)
    return decision


def close(review: Review, *, by: Actor) -> Review:
    """Close an open review whose proposal was given up. Closed already, it stays as it is."""
    with change(review, by=by) as record:
        by.must(policies.may_close, selectors.review_facts(review))
        if review.state == ReviewState.OPEN:
            _move(review, ReviewState.WITHDRAWN)
            record(facts.REVIEW_WITHDRAWN, review)
    return review


def _open(version: Version, *, by: Actor, record: Record) -> Review:
    review = Review.objects.create(
        institution=by.institution,
        version=version,
        opened_by_id=by.person_id,
        opened_at=clock.now(),
    )
    record(facts.REVIEW_OPENED, review, version=version, proposal=version.proposal)
    return review


def _conclude(review: Review, *, until: date | None, by: Actor, record: Record) -> None:
    """Draw the consequence of the decisions so far, in this room and in the one below."""
    come_to = rules.outcome(selectors.decision_views(review))
    if come_to is ReviewOutcome.APPROVED:
        design.mark_approved(review.version, until=until, by=by)
        _move(review, ReviewState.DECIDED)
        record(facts.REVIEW_DECIDED, review, version=review.version)
    elif come_to is ReviewOutcome.RETURNED:
        design.reopen(review.version.proposal, by=by)
        _move(review, ReviewState.RETURNED)
        record(facts.REVIEW_RETURNED, review, version=review.version)


def _move(review: Review, to: ReviewState) -> None:
    REVIEW.move(review, to)
    review.save(update_fields=["state"])


def _readable(reason: str) -> str:
    try:
        why: str | None = _REASON(reason)
    except Faulty as exc:
        told = exc.problems[0]
        raise ReasonUnreadable(why=f"{told.message} {told.cure}") from exc
    if why is None:
        raise ReasonNeeded
    return why
