import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.quality.rules import DecisionOutcome, DecisionView, ReviewOutcome, outcome

decisions = st.lists(st.builds(DecisionView, st.integers(1, 4), st.sampled_from(DecisionOutcome)))


def test_nothing_decided_is_pending():
    assert outcome([]) is ReviewOutcome.PENDING


def test_one_approval_is_enough_unless_more_are_asked_for():
    approval = DecisionView(1, DecisionOutcome.APPROVE)
    assert outcome([approval]) is ReviewOutcome.APPROVED
    assert outcome([approval], quorum=2) is ReviewOutcome.PENDING


def test_one_person_does_not_count_twice():
    assert (
        outcome([DecisionView(1, DecisionOutcome.APPROVE)] * 2, quorum=2) is ReviewOutcome.PENDING
    )


@given(decisions, st.integers(1, 4))
def test_one_return_returns_whoever_approves(made, quorum):
    returned = any(decision.outcome is DecisionOutcome.RETURN for decision in made)
    assert (outcome(made, quorum=quorum) is ReviewOutcome.RETURNED) == returned


@given(decisions, st.integers(1, 4))
def test_approval_takes_the_quorum_of_different_people(made, quorum):
    people = {decision.person_id for decision in made}
    approved = outcome(made, quorum=quorum) is ReviewOutcome.APPROVED
    assert approved == (
        len(people) >= quorum and all(d.outcome is DecisionOutcome.APPROVE for d in made)
    )


@given(st.permutations([DecisionView(n, v) for n in (1, 2) for v in DecisionOutcome]))
def test_the_order_of_decisions_does_not_matter(made):
    assert outcome(made, quorum=2) is ReviewOutcome.RETURNED


def test_a_review_without_reviewers_is_a_mistake_in_the_program():
    with pytest.raises(ValueError, match="at least one reviewer"):
        outcome([], quorum=0)
