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
from cairn.quality.errors import (
    AlreadyDecided,
    CommentNowhere,
    CommentUnreadable,
    NothingSaid,
    ReasonNeeded,
    ReasonUnreadable,
    ReviewOver,
)
from cairn.quality.models import Comment, Decision, Review
from cairn.quality.rules import DecisionOutcome, ReviewOutcome
from cairn.quality.states import REVIEW, ReviewState

_REASON: Final = text(10_000, lines=True)
_COMMENT: Final = text(5_000, lines=True)


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


def comment(review: Review, *, place: str, words: str, by: Actor) -> Comment:
    """Remark on a part of the text under review, or answer such a remark."""
    said = _said(words)
    with change(review, by=by) as record:
        by.must(policies.may_comment, selectors.review_facts(review))
        if review.state not in (ReviewState.OPEN, ReviewState.RETURNED):
            raise ReviewOver
        if not rules.is_place(place, review.version.text):
            raise CommentNowhere
        assert by.person_id is not None  # the policy lets people comment, nobody else
        made = Comment.objects.create(
            institution=by.institution,
            review=review,
            place=place,
            words=said,
            by_person_id=by.person_id,
            made_at=clock.now(),
        )
        record(facts.COMMENT_MADE, review, comment_id=made)
    return made


def resolve(remark: Comment, *, by: Actor) -> Comment:
    """Say that a remark is settled. Settled already, it stays as it is."""
    review = remark.review
    with change(review, by=by) as record, change(remark, by=by):
        by.must(policies.may_comment, selectors.review_facts(review))
        if remark.resolved_at is None:
            remark.resolved_by_id, remark.resolved_at = by.person_id, clock.now()
            remark.save(update_fields=["resolved_by", "resolved_at"])
            record(facts.COMMENT_RESOLVED, review, comment_id=remark)
    return remark


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


def _said(words: str) -> str:
    try:
        said: str | None = _COMMENT(words)
    except Faulty as exc:
        told = exc.problems[0]
        raise CommentUnreadable(why=f"{told.message} {told.cure}") from exc
    if said is None:
        raise NothingSaid
    return said


def _readable(reason: str) -> str:
    try:
        why: str | None = _REASON(reason)
    except Faulty as exc:
        told = exc.problems[0]
        raise ReasonUnreadable(why=f"{told.message} {told.cure}") from exc
    if why is None:
        raise ReasonNeeded
    return why
