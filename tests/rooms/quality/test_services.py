from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from cairn.design import services as design
from cairn.design.errors import ApprovalEnded, ContentNotReady
from cairn.design.models import Proposal, Version
from cairn.kernel import clock, events
from cairn.kernel import services as kernel
from cairn.kernel.actor import Actor
from cairn.kernel.errors import Denied, NotFound
from cairn.kernel.machine import BadMove
from cairn.kernel.models import LedgerEntry, Person
from cairn.kernel.permissions import Role
from cairn.quality import services
from cairn.quality.errors import AlreadyDecided, ReasonNeeded, ReasonUnreadable
from cairn.quality.models import Decision, Final, Review
from cairn.quality.states import REVIEW, ReviewState
from tests.support import contents

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
READY = {"outcome": "approve", "reason": "Ready."}


def state_of(campus):
    """Everything that a refused action must leave alone."""
    with campus.here():
        rows = [
            list(model.objects.order_by("pk").values())
            for model in (Proposal, Version, Review, Decision)
        ]
    return rows, campus.ledger()


def refused(campus, error, action, *args, **options):
    before = state_of(campus)
    with pytest.raises(error) as caught:
        action(*args, **options)
    assert state_of(campus) == before
    return caught.value


def states(review):
    review.refresh_from_db()
    proposal = Proposal.objects.unscoped().get(pk=review.version.proposal_id)
    return review.state, proposal.state


def test_approving_carries_the_version_to_its_end(campus):
    review = campus.submitted()
    assert states(review) == ("open", "in_review")
    with clock.frozen(NOON):
        until = NOON.date() + timedelta(days=730)
        decision = services.decide(review, **READY, until=until, by=campus.reviewer)
    review.version.refresh_from_db()
    assert states(review) == ("decided", "approved")
    assert (decision.outcome, decision.reason, decision.by_person_id) == (
        "approve",
        "Ready.",
        campus.reviewer.person_id,
    )
    assert (review.version.approved_on, review.version.approved_until) == (NOON.date(), until)
    version = review.version
    assert campus.ledger(review, decision, version, version.proposal, version.achievement) == [
        "proposal.made",
        "proposal.drafted",
        "version.frozen",
        "proposal.submitted",
        "review.opened",
        "decision.made",
        "proposal.approved",
        "achievement.approved",
        "review.decided",
    ]


def test_returning_gives_the_draft_back_and_the_next_review_is_another_row(campus):
    first = campus.submitted()
    services.decide(first, outcome="return", reason="Say more.", by=campus.reviewer)
    assert states(first) == ("returned", "draft")
    proposal = first.version.proposal
    proposal.refresh_from_db()
    design.save_draft(proposal, content=contents.content(title="Better"), by=campus.author)
    second = services.submit(proposal, by=campus.author)
    assert (second.pk != first.pk, second.version.number) == (True, 2)
    services.decide(second, **READY, by=campus.reviewer)
    assert (states(first), states(second)) == (("returned", "approved"), ("decided", "approved"))


def test_the_same_text_handed_in_again_is_the_same_version_in_another_review(campus):
    first = campus.submitted()
    services.decide(first, outcome="return", reason="Say more.", by=campus.reviewer)
    second = services.submit(first.version.proposal, by=campus.author)
    assert second.pk != first.pk
    assert second.version == first.version


def test_submitting_twice_changes_nothing_twice(campus):
    review = campus.submitted()
    before = state_of(campus)
    assert services.submit(review.version.proposal, by=campus.author) == review
    assert state_of(campus) == before


def test_deciding_the_same_twice_changes_nothing_twice(campus):
    review = campus.submitted()
    decision = services.decide(review, **READY, by=campus.reviewer)
    before = state_of(campus)
    assert services.decide(review, **READY, by=campus.reviewer) == decision
    assert state_of(campus) == before


def test_a_decision_stands(campus):
    review = campus.submitted()
    services.decide(review, **READY, by=campus.reviewer)
    for other in ({"outcome": "return", "reason": "Ready."}, READY | {"reason": "Another."}):
        error = refused(
            campus, AlreadyDecided, services.decide, review, **other, by=campus.reviewer
        )
        assert error.code == "decision.made"


def test_a_decided_review_takes_no_second_opinion(campus):
    second = campus.staff("edith second", Role.REVIEWER)
    review = campus.submitted()
    services.decide(review, **READY, by=campus.reviewer)
    error = refused(campus, BadMove, services.decide, review, **READY, by=second)
    assert error.code == "state.move"


@pytest.mark.parametrize("reason", ["", "  ", "\n\t"])
def test_a_decision_needs_a_reason(campus, reason):
    review = campus.submitted()
    decision = {"outcome": "approve", "reason": reason}
    refused(campus, ReasonNeeded, services.decide, review, **decision, by=campus.reviewer)


@pytest.mark.parametrize("reason", ["a\0b", "a\u202eb", "a" * 1_000_000])
def test_a_hostile_reason_is_refused(campus, reason):
    review = campus.submitted()
    decision = {"outcome": "return", "reason": reason}
    error = refused(
        campus, ReasonUnreadable, services.decide, review, **decision, by=campus.reviewer
    )
    assert error.code == "decision.reason"
    assert len(str(error)) < 300


def test_what_is_not_ready_opens_no_review(campus):
    proposal = campus.proposal(level=None)
    refused(campus, ContentNotReady, services.submit, proposal, by=campus.author)


def test_an_approval_over_before_it_begins_leaves_the_review_open(campus):
    review = campus.submitted()
    with clock.frozen(NOON):
        late = {"until": NOON.date() - timedelta(days=1)}
        refused(campus, ApprovalEnded, services.decide, review, **READY, **late, by=campus.reviewer)


def test_an_author_with_every_role_does_not_decide(campus):
    both = campus.staff("ada both", *Role)
    proposal = campus.proposal()
    design.save_draft(proposal, content=contents.content(title="Ours"), by=both)
    review = services.submit(proposal, by=campus.author)
    for outcome in ("approve", "return"):
        decision = {"outcome": outcome, "reason": "Mine."}
        error = refused(campus, Denied, services.decide, review, **decision, by=both)
        assert error.reason == "You wrote this proposal, so someone else decides."


def test_whoever_submits_does_not_decide(campus):
    both = campus.staff("ada both", *Role)
    review = services.submit(campus.proposal(), by=both)
    error = refused(campus, Denied, services.decide, review, **READY, by=both)
    assert error.reason == "You submitted this proposal, so someone else decides."


def test_a_reviewer_decides_below_their_unit_and_nowhere_else(campus):
    business = campus.unit("Business", under=campus.root)
    there = campus.staff("bob there", Role.REVIEWER, at=business)
    above = campus.staff("carol above", Role.REVIEWER, at=campus.root)
    review = campus.submitted()
    refused(campus, Denied, services.decide, review, **READY, by=there)
    assert services.decide(review, **READY, by=above).outcome == "approve"


def test_a_delegate_decides_until_the_last_day(campus):
    review = campus.submitted()
    delegate = campus.person("dora delegate")
    who, giver = Actor.of(delegate), Person.objects.unscoped().get(pk=campus.reviewer.person_id)
    with clock.frozen(NOON) as hands:
        kernel.delegate(
            giver,
            receiver=delegate,
            permission="quality.decide",
            at=campus.faculty,
            until=NOON.date(),
            by=campus.reviewer,
        )
        hands.advance(timedelta(days=1))
        refused(campus, Denied, services.decide, review, **READY, by=who)
        hands.advance(timedelta(days=-1))
        assert services.decide(review, **READY, by=who).by_person_id == delegate.pk


def test_nobody_else_submits_or_decides(campus):
    proposal = campus.proposal()
    for who in (campus.reviewer, campus.registrar, campus.teacher, campus.administrator):
        refused(campus, Denied, services.submit, proposal, by=who)
    review = services.submit(proposal, by=campus.author)
    for who in (campus.registrar, campus.teacher, campus.administrator, campus.console):
        refused(campus, Denied, services.decide, review, **READY, by=who)


def test_for_an_actor_of_another_university_there_is_nothing_here(campus, elsewhere):
    stranger = elsewhere.staff("mallory", *Role)
    proposal = campus.proposal()
    refused(campus, NotFound, services.submit, proposal, by=stranger)
    review = services.submit(proposal, by=campus.author)
    refused(campus, NotFound, services.decide, review, **READY, by=stranger)
    refused(campus, NotFound, services.close, review, by=stranger)


def test_giving_a_proposal_up_closes_its_review_once(campus):
    review = campus.submitted()
    design.withdraw(review.version.proposal, by=campus.author)
    assert states(review) == ("open", "withdrawn")
    refused(campus, BadMove, services.decide, review, **READY, by=campus.reviewer)
    campus.settle()
    assert states(review) == ("withdrawn", "withdrawn")
    before = state_of(campus)
    events.replay("quality.close_reviews", institution=campus.institution)
    campus.settle()
    assert state_of(campus) == before
    assert campus.ledger(review) == ["review.opened", "review.withdrawn"]


def test_a_review_is_closed_by_nobody_while_its_proposal_stands(campus):
    review = campus.submitted()
    for who in (campus.reviewer, campus.console):
        refused(campus, Denied, services.close, review, by=who)


def test_a_decision_is_never_altered_by_code(campus):
    decision = services.decide(campus.submitted(), **READY, by=campus.reviewer)
    before = state_of(campus)
    decision.reason = "Forged."
    with campus.here():
        for action in (
            decision.save,
            decision.delete,
            Decision.objects.all().delete,
            lambda: Decision.objects.update(reason="Forged."),
        ):
            with pytest.raises(Final):
                action()
    assert state_of(campus) == before


def test_a_decision_is_never_altered_in_the_database(campus):
    from django.db.models import QuerySet

    decision = services.decide(campus.submitted(), **READY, by=campus.reviewer)
    before = state_of(campus)
    rows = QuerySet(Decision).filter(pk=decision.pk)
    with pytest.raises(DatabaseError), transaction.atomic():
        rows.update(reason="Forged.")
    with pytest.raises(DatabaseError), transaction.atomic():
        rows._raw_delete("default")
    assert state_of(campus) == before


def test_the_ledger_alone_tells_the_state_of_every_review(campus):
    from cairn.kernel.facts import REGISTERED

    services.decide(campus.submitted("one"), **READY, by=campus.reviewer)
    services.decide(
        campus.submitted("two"), outcome="return", reason="Not yet.", by=campus.reviewer
    )
    design.withdraw(campus.submitted("three").version.proposal, by=campus.author)
    campus.submitted("four")
    campus.settle()
    with campus.here():
        told = {}
        for entry in LedgerEntry.objects.order_by("number"):
            if entry.subject.startswith("rev_") and REGISTERED[entry.fact].to:
                told[entry.subject] = REGISTERED[entry.fact].to
        kept = dict(Review.objects.values_list("public_id", "state"))
        texts = repr(list(LedgerEntry.objects.values_list("data", flat=True)))
    assert told == kept
    assert sorted(kept.values()) == ["decided", "open", "returned", "withdrawn"]
    assert "Not yet." not in texts


def test_every_state_but_the_first_is_final():
    assert [state.value for state in ReviewState if not REVIEW.is_final(state)] == ["open"]


def test_a_refused_approval_leaves_the_row_in_hand_as_it_was(campus):
    review = campus.submitted()
    with clock.frozen(NOON), pytest.raises(ApprovalEnded):
        late = NOON.date() - timedelta(days=1)
        services.decide(review, **READY, until=late, by=campus.reviewer)
    assert review.state == "open"
