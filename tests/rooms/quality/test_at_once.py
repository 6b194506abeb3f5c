"""Two people press the same button at the same moment, each on a connection of their own."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from cairn.design import services as design
from cairn.design.errors import DraftChanged
from cairn.design.models import Proposal, Version
from cairn.kernel.errors import Refused
from cairn.kernel.ledger import verify_chain
from cairn.kernel.permissions import Role
from cairn.quality import services
from cairn.quality.models import Decision, Review
from tests.support import contents

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*actions):
    """Run the actions at the same moment; the code of a refusal stands for its result."""
    start = Barrier(len(actions))

    def run(action):
        start.wait(timeout=20)
        try:
            return action()
        except Refused as exc:
            return exc.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def again(row):
    """The row as another connection reads it."""
    return type(row).objects.unscoped().get(pk=row.pk)


def test_two_submissions_open_one_review(campus):
    proposal = campus.proposal()
    by = campus.author
    reviews = at_once(*[lambda: services.submit(again(proposal), by=by)] * 2)
    assert reviews[0] == reviews[1]
    with campus.here():
        assert (Review.objects.count(), Version.objects.count()) == (1, 1)
    assert campus.ledger().count("review.opened") == 1
    assert verify_chain(campus.institution).intact


def test_two_reviewers_make_one_decision(campus):
    review = campus.submitted()
    reviewers = campus.reviewer, campus.staff("edith second", Role.REVIEWER)

    def decide(by, outcome):
        return lambda: services.decide(again(review), outcome=outcome, reason="So.", by=by)

    results = at_once(decide(reviewers[0], "approve"), decide(reviewers[1], "return"))
    assert len([result for result in results if result == "state.move"]) == 1
    with campus.here():
        decision = Decision.objects.get()
        states = (Review.objects.get().state, Proposal.objects.get().state)
    expected = {"approve": ("decided", "approved"), "return": ("returned", "draft")}
    assert states == expected[decision.outcome]


def test_two_drafts_at_once_do_not_overwrite_each_other(campus):
    proposal = campus.proposal()
    by = campus.author

    def save(title):
        text = contents.content(title=title)
        return lambda: design.save_draft(again(proposal), content=text, seen=1, by=by)

    results = at_once(save("Mine"), save("Yours"))
    assert len([result for result in results if result == DraftChanged.code]) == 1
    assert again(proposal).revision == 2


def test_a_short_name_wanted_twice_at_once_is_given_once(campus):
    by = campus.author
    idea = {"slug": "wanted", "title": "Wanted", "by": by}
    results = at_once(*[lambda: design.propose(campus.school, **idea)] * 2)
    assert len([result for result in results if result == "achievement.slug_taken"]) == 1


def test_giving_up_and_approving_at_once_leaves_one_of_them(campus):
    review = campus.submitted()
    by = campus.reviewer
    proposal = Proposal.objects.unscoped().get()
    at_once(
        lambda: services.decide(again(review), outcome="approve", reason="So.", by=by),
        lambda: design.withdraw(again(proposal), by=campus.author),
    )
    campus.settle()
    states = (again(review).state, again(proposal).state)
    assert states in {("decided", "approved"), ("withdrawn", "withdrawn")}
    with campus.here():
        assert Decision.objects.count() == (states[0] == "decided")
