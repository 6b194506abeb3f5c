import pytest

from cairn.design import selectors, services
from cairn.design.content import read
from cairn.design.errors import (
    DismissalUnreadable,
    DismissalWithoutReason,
    MustBeMended,
    NotWritable,
    WarningGone,
)
from cairn.design.models import Dismissal
from cairn.kernel.errors import Denied
from cairn.quality import services as quality

VAGUE = {"code": "outcome.not_measurable", "place": "/outcomes/o2/text"}
OUTCOMES = [
    {"key": "o1", "text": "Find weak points."},
    {"key": "o2", "text": "Understand networks."},
]


def refused(campus, error, *args, **options):
    before = campus.ledger(), Dismissal.objects.unscoped().count()
    with pytest.raises(error) as caught:
        services.dismiss(*args, **options)
    assert (campus.ledger(), Dismissal.objects.unscoped().count()) == before
    return caught.value


def points(campus, proposal):
    with campus.here():
        kept = selectors.dismissals(campus.author, [proposal])
        policy = selectors.policy_of(campus.institution)
        return selectors.points(read(proposal.content), policy, kept)


def test_a_reason_keeps_a_warning_and_the_same_again_changes_nothing(campus):
    proposal = campus.proposal(outcomes=OUTCOMES)
    made = services.dismiss(proposal, **VAGUE, reason=" The norm says so. ", by=campus.author)
    assert (made.reason, made.by_person_id) == ("The norm says so.", campus.author.person_id)
    assert campus.ledger(proposal.public_id)[-1] == "warning.dismissed"
    length = len(campus.ledger())
    again = services.dismiss(proposal, **VAGUE, reason="The norm says so.", by=campus.author)
    assert again.pk == made.pk
    assert len(campus.ledger()) == length
    other = services.dismiss(proposal, **VAGUE, reason="A better reason.", by=campus.author)
    made.refresh_from_db()
    assert made.taken_back_at is not None
    assert [p.dismissal.pk for p in points(campus, proposal) if not p.open] == [other.pk]


def test_a_reason_goes_with_its_outcome_and_ends_with_what_it_was_about(campus):
    proposal = campus.proposal(outcomes=OUTCOMES)
    services.dismiss(proposal, **VAGUE, reason="So.", by=campus.author)
    moved = dict(proposal.content, outcomes=OUTCOMES[::-1])
    services.save_draft(proposal, content=moved, by=campus.author)
    assert [p.problem.pointer for p in points(campus, proposal) if not p.open] == [
        "/outcomes/0/text"
    ]
    other = [OUTCOMES[0], {"key": "o2", "text": "Know networks."}]
    services.save_draft(proposal, content=dict(moved, outcomes=other), by=campus.author)
    assert [p for p in points(campus, proposal) if not p.open] == []


def test_what_cannot_be_kept(campus):
    proposal = campus.proposal(outcomes=OUTCOMES, level=None)
    by = campus.author
    refused(campus, DismissalWithoutReason, proposal, **VAGUE, reason=" \n", by=by)
    refused(campus, DismissalUnreadable, proposal, **VAGUE, reason="a\0b", by=by)
    refused(
        campus, WarningGone, proposal, code="tasks.not_secure", place="/tasks", reason="x", by=by
    )
    blocks = {"code": "level.missing", "place": "/level"}
    refused(campus, MustBeMended, proposal, **blocks, reason="x", by=by)
    refused(campus, Denied, proposal, **VAGUE, reason="x", by=campus.reviewer)
    services.save_draft(
        proposal, content=dict(proposal.content, level="not levelled"), by=campus.author
    )
    quality.submit(proposal, by=campus.author)
    refused(campus, NotWritable, proposal, **VAGUE, reason="x", by=by)


def test_a_reason_is_taken_back_once(campus):
    proposal = campus.proposal(outcomes=OUTCOMES)
    made = services.dismiss(proposal, **VAGUE, reason="So.", by=campus.author)
    services.heed(made, by=campus.author)
    length = len(campus.ledger())
    services.heed(made, by=campus.author)
    assert len(campus.ledger()) == length
    assert campus.ledger(proposal.public_id)[-1] == "warning.heeded"
    assert all(point.open for point in points(campus, proposal))
    with pytest.raises(Denied):
        services.heed(made, by=campus.reviewer)


def test_whoever_keeps_a_warning_is_an_author(campus):
    proposal = campus.proposal(outcomes=OUTCOMES)
    second = campus.staff("ada second", "author", at=campus.school)
    services.dismiss(proposal, **VAGUE, reason="So.", by=second)
    with campus.here():
        assert second.person_id in selectors.proposal_facts(proposal).author_ids
