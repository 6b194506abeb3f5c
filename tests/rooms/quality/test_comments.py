import pytest

from cairn.kernel.errors import Denied, NotFound
from cairn.quality import selectors, services
from cairn.quality.errors import CommentNowhere, CommentUnreadable, NothingSaid, ReviewOver
from cairn.quality.models import Comment


def refused(campus, error, review, **options):
    before = campus.ledger(), Comment.objects.unscoped().count()
    with pytest.raises(error):
        services.comment(review, **options)
    assert (campus.ledger(), Comment.objects.unscoped().count()) == before


def test_reviewers_remark_and_authors_answer_and_settle(campus):
    review = campus.submitted()
    made = services.comment(review, place="outcomes/o1", words=" Which? ", by=campus.reviewer)
    assert (made.words, made.resolved_at) == ("Which?", None)
    services.decide(review, outcome="return", reason="See there.", by=campus.reviewer)
    answer = services.comment(review, place="outcomes/o1", words="These.", by=campus.author)
    services.resolve(made, by=campus.author)
    assert made.resolved_by_id == campus.author.person_id
    length = len(campus.ledger())
    services.resolve(made, by=campus.reviewer)
    assert len(campus.ledger()) == length
    made.refresh_from_db()
    assert made.resolved_by_id == campus.author.person_id
    with campus.here():
        told = selectors.comments(campus.author, review.version.proposal)
    assert [one.pk for one in told] == [made.pk, answer.pk]
    assert campus.ledger(review.public_id)[-2:] == ["comment.made", "comment.resolved"]


@pytest.mark.parametrize("place", ["outcomes/o1", "assessment/t2", "hours", "matrix", "picture"])
def test_where_remarks_can_stand(campus, place):
    made = services.comment(campus.submitted(), place=place, words="So.", by=campus.reviewer)
    assert made.place == place


@pytest.mark.parametrize(
    "place", ["", "outcomes/", "outcomes/o9", "assessment/o1", "x", "hours/o1"]
)
def test_where_they_cannot(campus, place):
    refused(
        campus, CommentNowhere, campus.submitted(), place=place, words="So.", by=campus.reviewer
    )


def test_what_is_no_remark(campus):
    review, by = campus.submitted(), campus.reviewer
    refused(campus, NothingSaid, review, place="hours", words=" \n", by=by)
    refused(campus, CommentUnreadable, review, place="hours", words="a\0b", by=by)
    refused(campus, CommentUnreadable, review, place="hours", words="x" * 5_001, by=by)
    refused(campus, Denied, review, place="hours", words="So.", by=campus.teacher)
    refused(campus, Denied, review, place="hours", words="So.", by=campus.console)


def test_nothing_is_added_once_a_version_is_approved(campus):
    review = campus.submitted()
    services.decide(review, outcome="approve", reason="Ready.", by=campus.reviewer)
    refused(campus, ReviewOver, review, place="hours", words="Late.", by=campus.reviewer)


def test_a_remark_is_found_by_those_who_follow_the_review(campus):
    made = services.comment(campus.submitted(), place="hours", words="So.", by=campus.reviewer)
    with campus.here():
        assert selectors.comment_for(campus.author, made.public_id).pk == made.pk
        with pytest.raises(NotFound):
            selectors.comment_for(campus.teacher, made.public_id)


def test_what_one_read_last_is_what_one_decided_or_remarked_upon(campus):
    from cairn.design import services as design
    from tests.support import contents

    review = campus.submitted()
    proposal = review.version.proposal
    other = campus.staff("kurt second", "reviewer")
    reviews = [review]
    for mode in ("Second", "Third"):
        services.decide(reviews[-1], outcome="return", reason="Again.", by=campus.reviewer)
        design.save_draft(proposal, content=contents.content(mode=mode), by=campus.author)
        reviews.append(services.submit(proposal, by=campus.author))
    with campus.here():
        assert selectors.last_read(campus.reviewer, reviews[0]) is None
        assert selectors.last_read(campus.reviewer, reviews[2]).number == 2
        assert selectors.last_read(other, reviews[2]).number == 2
    services.comment(reviews[0], place="hours", words="So.", by=other)
    with campus.here():
        assert selectors.last_read(other, reviews[2]).number == 1


def test_who_may_decide_is_told_without_the_authors(campus):
    proposal = campus.proposal()
    campus.staff("grace author", "reviewer")
    assert campus.reviewer
    with campus.here():
        told = [one.full_name for one in selectors.deciders(proposal)]
    assert told == ["Alan Reviewer"]
