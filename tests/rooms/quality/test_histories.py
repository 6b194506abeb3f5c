"""Whatever people try, in whatever order: refused means unchanged, and the ledger tells it all."""

from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cairn.design import content
from cairn.design import services as design
from cairn.design.models import Authorship, Proposal, Version
from cairn.kernel.errors import Denied, Refused
from cairn.kernel.facts import REGISTERED
from cairn.kernel.ledger import verify_chain
from cairn.kernel.models import LedgerEntry
from cairn.quality import services as quality
from cairn.quality.models import Decision, Review
from tests.support import contents

numbers = count()


def save(campus, proposal, who, title):
    text = contents.content(title=f"Title {title}")
    design.save_draft(proposal, content=text, by=who)


def submit(campus, proposal, who, _):
    quality.submit(proposal, by=who)


def give_up(campus, proposal, who, _):
    design.withdraw(proposal, by=who)


def revise(campus, proposal, who, _):
    design.revise(proposal.achievement, by=who)


def approve(campus, proposal, who, _):
    _decide(campus, proposal, who, "approve")


def give_back(campus, proposal, who, _):
    _decide(campus, proposal, who, "return")


def settle(campus, proposal, who, _):
    campus.settle()


def _decide(campus, proposal, who, outcome):
    with campus.here():
        review = Review.objects.filter(version__proposal=proposal).order_by("-pk").first()
    if review is not None:
        quality.decide(review, outcome=outcome, reason="Because.", by=who)


steps = st.tuples(
    st.sampled_from([save, submit, give_up, revise, approve, give_back, settle]),
    st.sampled_from(["author", "reviewer", "author", "reviewer", "both"]),
    st.integers(1, 3),
)


def rows(campus):
    with campus.here():
        return [
            list(model.objects.order_by("pk").values())
            for model in (Proposal, Authorship, Version, Review, Decision)
        ], campus.ledger()


def take(campus, step, who, title):
    with campus.here():
        proposal = Proposal.objects.select_related("achievement").order_by("-pk").first()
    before = rows(campus)
    try:
        step(campus, proposal, who, title)
    except (Refused, Denied):
        assert rows(campus) == before


def told(campus):
    """The last state that the ledger tells of each subject."""
    with campus.here():
        entries = LedgerEntry.objects.order_by("number").values_list("subject", "fact")
        return {subject: REGISTERED[fact].to for subject, fact in entries if REGISTERED[fact].to}


def kept(campus):
    with campus.here():
        return {
            row.public_id: row.state for model in (Proposal, Review) for row in model.objects.all()
        }


@pytest.mark.django_db
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(history=st.lists(steps, min_size=4, max_size=14))
def test_any_history_is_told_by_the_ledger_and_breaks_no_rule(db, history):
    from cairn.kernel.permissions import Role
    from tests.support.campus import Campus

    campus = Campus(f"harbour-{next(numbers)}")
    people = {
        "author": campus.author,
        "reviewer": campus.reviewer,
        "both": campus.staff("ada both", Role.AUTHOR, Role.REVIEWER),
    }
    campus.proposal()
    for step, who, title in history:
        take(campus, step, people[who], title)
    campus.settle()
    assert told(campus) == kept(campus)
    assert verify_chain(campus.institution).intact
    with campus.here():
        for decision in Decision.objects.select_related("review__version"):
            written = Authorship.objects.filter(
                proposal=decision.review.version.proposal_id, person=decision.by_person_id
            )
            assert not written.exists() or decision.outcome == "return"
        for version in Version.objects.all():
            assert content.digest(version.content) == version.digest
        live = Proposal.objects.live()
        assert live.count() <= 1
