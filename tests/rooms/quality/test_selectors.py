import pytest

from cairn.kernel.actor import Actor
from cairn.kernel.errors import NotFound
from cairn.kernel.permissions import Role
from cairn.quality import selectors, services
from cairn.quality.rules import DecisionOutcome, DecisionView


def test_reviews_are_for_those_who_write_or_decide_there(campus):
    review = campus.submitted()
    decision = services.decide(review, outcome="return", reason="More.", by=campus.reviewer)
    business = campus.unit("Business", under=campus.root)
    stranger = campus.staff("eve stranger", Role.AUTHOR, Role.REVIEWER, at=business)
    for who in (campus.author, campus.reviewer):
        assert selectors.review_for(who, review.public_id) == review
        assert list(selectors.decisions(who, review)) == [decision]
    for who in (stranger, campus.teacher, Actor.of(campus.person("lee learner"))):
        assert list(selectors.reviews(who)) == []
        assert list(selectors.decisions(who, review)) == []
        with pytest.raises(NotFound):
            selectors.review_for(who, review.public_id)


def test_another_university_sees_nothing(campus, elsewhere):
    review = campus.submitted()
    services.decide(review, outcome="return", reason="More.", by=campus.reviewer)
    stranger = elsewhere.staff("mallory", *Role)
    assert list(selectors.reviews(stranger)) == []
    assert list(selectors.to_decide(stranger)) == []
    assert list(selectors.decisions(stranger, review)) == []
    with pytest.raises(NotFound):
        selectors.review_for(stranger, review.public_id)


def test_what_waits_is_shown_to_those_who_decide_oldest_first(campus):
    first, second = campus.submitted("first"), campus.submitted("second")
    services.decide(campus.submitted("done"), outcome="return", reason="X", by=campus.reviewer)
    assert list(selectors.to_decide(campus.reviewer)) == [first, second]
    assert list(selectors.to_decide(campus.author)) == []


@pytest.mark.parametrize("select", [selectors.reviews, selectors.to_decide])
def test_lists_cost_the_same_for_one_and_for_five(campus, django_assert_num_queries, select):
    who = campus.reviewer

    def shown():
        return [
            (row.version.achievement.org_unit.name, row.version.proposal.state)
            for row in select(who)
        ]

    campus.submitted("first")
    with django_assert_num_queries(3):
        assert len(shown()) == 1
    for number in range(4):
        campus.submitted(f"more-{number}")
    with django_assert_num_queries(3):
        assert len(shown()) == 5


def test_decisions_reach_the_rules_as_values(campus):
    review = campus.submitted()
    services.decide(review, outcome="approve", reason="Ready.", by=campus.reviewer)
    with campus.here():
        assert selectors.decision_views(review) == [
            DecisionView(campus.reviewer.person_id, DecisionOutcome.APPROVE)
        ]
        assert selectors.latest_review(review.version) == review
