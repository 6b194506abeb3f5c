from datetime import timedelta

import pytest

from cairn.design import selectors, services
from cairn.design.content import read
from cairn.kernel import clock
from cairn.kernel import services as kernel
from cairn.kernel.actor import Actor
from cairn.kernel.errors import NotFound
from cairn.kernel.permissions import Role
from cairn.kernel.tenancy import UnscopedRead
from tests.support import contents


@pytest.fixture
def learner(campus):
    return Actor.of(campus.person("lee learner"))


def test_a_view_holds_what_issuing_needs(campus):
    version = campus.approved_version()
    view = selectors.achievement_view(version)
    assert view.content == read(contents.content())
    assert (view.achievement, view.slug, view.version, view.number, view.digest) == (
        version.achievement.public_id,
        "security",
        version.public_id,
        1,
        version.digest,
    )
    assert (view.approved_on, view.approved_until) == (version.approved_on, None)
    assert view == selectors.achievement_view(version)


def test_a_view_costs_no_query_on_a_version_that_was_selected(campus, django_assert_num_queries):
    public_id = campus.approved_version().public_id
    version = selectors.version_for(campus.author, public_id)
    with django_assert_num_queries(0):
        selectors.achievement_view(version)


def test_approved_is_for_all_and_the_rest_for_those_who_work_there(campus, learner):
    approved = campus.approved_version("approved")
    draft = campus.proposal("draft")
    frozen = campus.submitted("frozen").version
    stranger = campus.staff(
        "eve stranger", Role.AUTHOR, at=campus.unit("Business", under=campus.root)
    )
    everything = [approved.achievement, draft.achievement, frozen.achievement]
    for who in (learner, stranger, campus.teacher):
        assert list(selectors.achievements(who)) == [approved.achievement]
        assert list(selectors.versions(who)) == [approved]
        assert list(selectors.proposals(who)) == []
        for public_id in (draft.public_id, "prp_unknown"):
            with pytest.raises(NotFound):
                selectors.proposal_for(who, public_id)
        with pytest.raises(NotFound):
            selectors.version_for(who, frozen.public_id)
        with pytest.raises(NotFound):
            selectors.achievement_for(who, draft.achievement.public_id)
    for who in (campus.author, campus.reviewer):
        assert list(selectors.achievements(who)) == everything
        assert {*selectors.versions(who)} == {approved, frozen}
        assert {*selectors.proposals(who)} == {draft, approved.proposal, frozen.proposal}
        assert selectors.proposal_for(who, draft.public_id) == draft


def test_a_delegate_sees_what_they_may_decide_while_it_lasts(campus, learner):
    draft = campus.proposal("draft")
    by = campus.reviewer
    with clock.frozen(clock.now()) as hands:
        kernel.delegate(
            campus.person("alan reviewer"),
            receiver=campus.person("lee learner"),
            permission="quality.decide",
            at=campus.school,
            until=clock.today(campus.institution),
            by=by,
        )
        assert list(selectors.proposals(learner)) == [draft]
        hands.advance(timedelta(days=2))
        assert list(selectors.proposals(learner)) == []


def test_another_university_sees_nothing(campus, elsewhere):
    version = campus.approved_version()
    draft = campus.proposal("draft")
    stranger = elsewhere.staff("mallory", *Role)
    system = Actor.system("command-line", institution=elsewhere.institution)
    for who in (stranger, system):
        assert list(selectors.achievements(who)) == []
        assert list(selectors.proposals(who)) == []
        assert list(selectors.versions(who)) == []
        for find, row in (
            (selectors.achievement_for, version.achievement),
            (selectors.version_for, version),
            (selectors.proposal_for, draft),
        ):
            with pytest.raises(NotFound):
                find(who, row.public_id)


def test_nothing_is_read_when_nobody_said_whose(campus):
    version = campus.approved_version()
    with pytest.raises(UnscopedRead):
        selectors.approved_version(version.achievement, on=version.approved_on)


def test_a_client_sees_what_its_permissions_bring(campus):
    draft = campus.proposal()
    writes, _ = kernel.create_client(
        campus.institution, name="Studio", permissions=["design.write"], by=campus.administrator
    )
    marks, _ = kernel.create_client(
        campus.institution, name="Marks", permissions=["assessment.mark"], by=campus.administrator
    )
    assert list(selectors.proposals(Actor.client(writes))) == [draft]
    assert list(selectors.proposals(Actor.client(marks))) == []


@pytest.mark.parametrize(
    ("select", "queries"),
    [(selectors.achievements, 3), (selectors.proposals, 3), (selectors.versions, 3)],
)
def test_lists_cost_the_same_for_one_and_for_five(
    campus, django_assert_num_queries, select, queries
):
    def shown():
        return [
            (str(row), str(getattr(row, "achievement", row).org_unit.name))
            for row in select(campus.author)
        ]

    campus.approved_version("first")
    with django_assert_num_queries(queries):
        assert len(shown()) == 1
    for number in range(4):
        campus.approved_version(f"more-{number}")
    with django_assert_num_queries(queries):
        assert len(shown()) == 5


def test_the_approved_version_is_the_newest_that_holds_on_the_day(campus):
    day = clock.today(campus.institution)
    achievement = campus.approved_version(until=day + timedelta(days=30)).achievement
    with campus.here():
        assert selectors.approved_version(achievement, on=day).number == 1
        assert selectors.approved_version(achievement, on=day - timedelta(days=1)) is None
        assert selectors.approved_version(achievement, on=day + timedelta(days=31)) is None


def test_problems_of_a_draft_are_told_before_it_is_submitted(campus):
    proposal = campus.proposal(level=None)
    with campus.here():
        assert [p.code for p in selectors.problems_of(proposal)] == ["level.missing"]
    services.set_content_policy(
        campus.institution,
        secure_task_required=True,
        hours_required=True,
        by=campus.administrator,
    )
    with campus.here():
        assert selectors.policy_of(campus.institution).secure_task_required is True
