"""Reviews, without scripts: read what changed, remark, return, approve; and the whole story at once."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cairn.design import services as design
from cairn.design.models import Proposal, Version
from cairn.kernel.permissions import Role
from cairn.quality import services as quality
from cairn.quality.models import Comment, Decision, Review
from tests.doors.web.studio_story import desk, fields, said
from tests.support import contents


@pytest.fixture
def campus(db):
    from tests.support.campus import Campus

    made = Campus()
    assert made.issuer
    return made


@pytest.fixture
def author(campus):
    return desk(campus, campus.author)


@pytest.fixture
def reviewer(campus):
    return desk(campus, campus.reviewer)


def state_of():
    rows = (Proposal, Version, Review, Decision, Comment)
    return [list(model.objects.unscoped().order_by("pk").values()) for model in rows]


def save(author, proposal, section, **changes):
    url = f"/studio/{proposal.public_id}/{section}"
    return author.post(url, fields(author.get(url)) | {"action": "save"} | changes)


def submit(author, proposal):
    proposal.refresh_from_db()
    return author.post(
        f"/studio/{proposal.public_id}/submit", {"revision": proposal.revision}, follow=True
    )


def define(campus, author):
    author.post(
        "/studio/start",
        {
            "outcomes": "Understand weak points in a network\nExplain one to its owner",
            "prerequisites": "People who keep small networks",
            "hours": "12",
            "task": "Mend a real network",
            "title": "Mending networks",
            "org_unit": campus.school.public_id,
        },
    )
    proposal = Proposal.objects.unscoped().get()
    save(
        author,
        proposal,
        "basics",
        description="Find and mend weak points.",
        mode="Online",
        quality_assurance="The academic board",
    )
    save(author, proposal, "assessment", assessment="A live task", **{"tasks-0-secure": "yes"})
    save(author, proposal, "level", level="not levelled")
    save(author, proposal, "award", pass_mark="50")
    save(author, proposal, "criteria", narrative="Pass the task.")
    page = said(author.get(f"/studio/{proposal.public_id}"))
    assert "One is worth a look." in page
    author.post(
        f"/studio/{proposal.public_id}/keep",
        {
            "code": "outcome.not_measurable",
            "place": "/outcomes/o1/text",
            "reason": "The norm says it so.",
        },
    )
    return proposal


def return_it(author, reviewer, proposal):
    sent = submit(author, proposal)
    first = Review.objects.unscoped().get()
    assert sent.redirect_chain[-1][0].startswith(f"/studio/{proposal.public_id}/submitted")
    assert first.public_id in said(sent)
    assert "Who has it Alan Reviewer" in said(sent)

    inbox = said(reviewer.get("/review/"))
    assert "1 waits for you." in inbox
    assert "Mending networks Version 1, Computing. Submitted by Grace Author." in inbox
    read = said(reviewer.get(f"/review/{first.public_id}"))
    assert "Understand weak points in a network" in read
    assert "Kept by its author: The norm says it so." in read
    remark = reviewer.post(
        f"/review/{first.public_id}/comment",
        {"place": "outcomes/o1", "words": "What would I see?", "view": "text"},
        follow=True,
    )
    assert "Your remark stands beside the text." in said(remark)
    done = reviewer.post(
        f"/review/{first.public_id}/decide",
        {"outcome": "return", "reason": "Outcome 1 cannot be seen."},
        follow=True,
    )
    assert "Returned to its authors" in said(done)
    proposal.refresh_from_db()
    assert proposal.state == "draft"
    return first


def mend(author, proposal):
    back = said(author.get(f"/studio/{proposal.public_id}"))
    assert "It came back to you" in back
    assert "Outcome 1 cannot be seen." in back
    assert "1 remark waits for you beside the text." in back
    beside = said(author.get(f"/studio/{proposal.public_id}/outcomes"))
    assert "What would I see?" in beside
    save(author, proposal, "outcomes", **{"outcomes-0-text": "Find weak points in a network"})
    author.post(
        f"/studio/{proposal.public_id}/remark",
        {"place": "outcomes/o1", "words": "A list of defects."},
    )
    made = Comment.objects.unscoped().order_by("pk").first()
    author.post(f"/studio/{proposal.public_id}/settle/{made.public_id}")
    made.refresh_from_db()
    assert made.resolved_at is not None
    submit(author, proposal)


def test_from_three_questions_to_an_approval(campus, author, reviewer):
    """Define, submit, be returned with remarks, mend, submit again, be approved."""
    proposal = define(campus, author)
    first = return_it(author, reviewer, proposal)
    mend(author, proposal)
    second = Review.objects.unscoped().order_by("-pk").first()
    assert second.pk != first.pk
    changed = reviewer.get(f"/review/{second.public_id}")
    told = said(changed)
    assert "One thing changed since you last looked" in told
    assert "<del>Understand </del><ins>Find </ins>weak points in a network" in (
        changed.content.decode()
    )
    assert "A list of defects." in told
    assert "Pass the task." not in told
    reviewer.post(
        f"/review/{second.public_id}/decide",
        {"outcome": "approve", "reason": "Ready.", "until": "2090-06-30"},
    )
    version = Version.objects.unscoped().order_by("-number").first()
    proposal.refresh_from_db()
    assert (proposal.state, version.number) == ("approved", 2)
    assert version.approved_until.isoformat() == "2090-06-30"
    told = said(reviewer.get(f"/review/{second.public_id}/decided"))
    assert "Approved" in told
    assert "30 June 2090" in told
    inbox = said(reviewer.get("/review/"))
    assert "Nothing waits for you." in inbox
    assert "Mending networks, version 2 Approved" in inbox
    assert "Mending networks, version 1 Returned" in inbox
    facts = [name for name in campus.ledger() if name.startswith(("comment.", "warning."))]
    assert facts == ["warning.dismissed", "comment.made", "comment.made", "comment.resolved"]


def test_who_wrote_it_does_not_decide_and_is_told_why(campus, author):
    both = campus.staff("grace author", Role.REVIEWER)
    review = campus.submitted()
    page = author.get(f"/review/{review.public_id}")
    assert "You submitted this proposal, so someone else decides." in said(page)
    assert b"<fieldset" in page.content
    assert b"disabled" in page.content
    before = state_of()
    answer = author.post(
        f"/review/{review.public_id}/decide", {"outcome": "approve", "reason": "Mine."}
    )
    assert answer.status_code == 422
    assert "You submitted this proposal, so someone else decides." in said(answer)
    assert state_of() == before
    assert both.person_id == campus.author.person_id
    inbox = said(author.get("/review/"))
    assert "In review, not for you to decide" in inbox


def test_an_author_without_the_right_reads_and_is_told_who_decides(campus, author):
    review = campus.submitted()
    second = desk(campus, campus.staff("ada second", Role.AUTHOR, at=campus.school))
    told = said(second.get(f"/review/{review.public_id}"))
    assert "You may not do this here: decide a review." in told


def test_the_summary_leads_to_the_first_of_the_choices(campus, reviewer):
    review = campus.submitted()
    answer = reviewer.post(f"/review/{review.public_id}/decide", {"reason": "Ready."})
    page = answer.content.decode()
    [place] = re.findall(r'href="#([^"]+)">Choose what you decide', page)
    assert f'id="{place}"' in page


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ({"outcome": "approve", "reason": ""}, "Say why. The authors read it."),
        ({"outcome": "approve", "reason": " \n "}, "Say why. The authors read it."),
        ({"reason": "Ready."}, "Choose what you decide."),
        ({"outcome": "maybe", "reason": "Ready."}, "maybe"),
        ({"outcome": "approve", "reason": "R.", "until": "soon"}, "Write the day as 2028-12-31."),
        ({"outcome": "approve", "reason": "R.", "until": "1999-01-01"}, "Choose a later day."),
        ({"outcome": "return", "reason": "a\0b"}, "hidden NUL character"),
        ({"outcome": "return", "reason": "a\u202eb"}, "changes the order in which text is shown"),
        ({"outcome": "return", "reason": "x" * 1_000_000}, "Shorten it."),
        ({"outcome": "return", "reason": "x" * 12_000}, "at most 10,000 fit"),
    ],
)
def test_a_decision_that_is_not_one_changes_nothing(campus, reviewer, sent, says):
    review = campus.submitted()
    before = state_of()
    answer = reviewer.post(f"/review/{review.public_id}/decide", sent)
    assert answer.status_code == 422
    assert "There is a problem" in said(answer)
    assert says in said(answer)
    assert state_of() == before


@pytest.mark.parametrize(
    ("place", "words", "says"),
    [
        ("outcomes/o1", "", "Write what you would like the authors to know."),
        ("outcomes/o1", "a\0b", "hidden NUL character"),
        ("outcomes/o1", "a\u202eb", "changes the order in which text is shown"),
        ("outcomes/o1", "x" * 1_000_000, "Shorten it."),
        ("outcomes/o9", "Hello", "has no such part"),
        ("nowhere", "Hello", "has no such part"),
        ("", "Hello", "Fill in"),
    ],
)
def test_a_remark_that_is_not_one_changes_nothing(campus, reviewer, place, words, says):
    review = campus.submitted()
    before = state_of()
    answer = reviewer.post(f"/review/{review.public_id}/comment", {"place": place, "words": words})
    assert answer.status_code == 422
    assert says in said(answer)
    assert state_of() == before


def test_markup_in_remarks_and_reasons_stays_text(campus, author, reviewer):
    review = campus.submitted()
    evil = "<script>alert(1)</script>"
    reviewer.post(f"/review/{review.public_id}/comment", {"place": "hours", "words": evil})
    reviewer.post(
        f"/review/{review.public_id}/decide", {"outcome": "return", "reason": f"No {evil}"}
    )
    proposal = review.version.proposal
    for client, page in (
        (reviewer, f"/review/{review.public_id}?view=talk"),
        (reviewer, f"/review/{review.public_id}/decided"),
        (reviewer, "/review/"),
        (author, f"/studio/{proposal.public_id}"),
        (author, f"/studio/{proposal.public_id}/hours"),
    ):
        body = client.get(page).content
        assert b"<script>alert" not in body, page
        assert b"&lt;script&gt;alert" in body, page


def test_nobody_else_finds_a_review(campus):
    review = campus.submitted()
    before = state_of()
    stranger = desk(campus, campus.teacher)
    assert stranger.get(f"/review/{review.public_id}").status_code == 404
    assert stranger.get(f"/review/{review.public_id}/decided").status_code == 404
    for page in ("decide", "comment"):
        sent = {"outcome": "approve", "reason": "R.", "place": "hours", "words": "W."}
        assert stranger.post(f"/review/{review.public_id}/{page}", sent).status_code == 404
    assert state_of() == before
    assert "Nothing waits for you." in said(stranger.get("/review/"))


def test_a_decided_version_is_read_and_not_decided_again(campus, reviewer):
    version = campus.approved_version()
    review = Review.objects.unscoped().get(version=version)
    told = said(reviewer.get(f"/review/{review.public_id}"))
    assert "This version is decided." in told
    assert "Ready." in told
    before = state_of()
    sent = {"outcome": "return", "reason": "No."}
    answer = reviewer.post(f"/review/{review.public_id}/decide", sent)
    assert answer.status_code == 422
    assert state_of() == before
    sent = {"place": "hours", "words": "Too late."}
    answer = reviewer.post(f"/review/{review.public_id}/comment", sent)
    assert "This review is over" in said(answer)
    assert state_of() == before


def test_a_reviewer_compares_with_the_version_they_choose(campus, author, reviewer):
    review = campus.submitted()
    proposal = review.version.proposal
    for number, mode in enumerate(("Second", "Third"), 2):
        quality.decide(review, outcome="return", reason="Again.", by=campus.reviewer)
        data = contents.content(mode=mode)
        design.save_draft(proposal, content=data, by=campus.author)
        review = quality.submit(proposal, by=campus.author)
        assert review.version.number == number
    page = reviewer.get(f"/review/{review.public_id}").content.decode()
    assert "<del>Second</del><ins>Third</ins>" in page
    page = reviewer.get(f"/review/{review.public_id}?with=1").content.decode()
    assert "<del>Online</del><ins>Third</ins>" in page


def test_the_inbox_costs_the_same_for_many(campus, reviewer):
    def many(count, start):
        for number in range(start, start + count):
            campus.submitted(f"n-{number}", title=f"Number {number}")

    many(5, 0)
    reviewer.get("/review/")
    with CaptureQueriesContext(connection) as few:
        page = reviewer.get("/review/")
    assert "5 wait for you, the oldest first." in said(page)
    many(45, 5)
    with CaptureQueriesContext(connection) as lots:
        page = reviewer.get("/review/")
    assert "50 wait for you, the oldest first." in said(page)
    assert len(lots) == len(few)


def test_a_review_costs_the_same_for_many_remarks(campus, reviewer):
    review = campus.submitted()

    def remark(count):
        for number in range(count):
            quality.comment(review, place="hours", words=f"Number {number}", by=campus.reviewer)

    remark(5)
    reviewer.get(f"/review/{review.public_id}")
    with CaptureQueriesContext(connection) as few:
        reviewer.get(f"/review/{review.public_id}")
    remark(45)
    with CaptureQueriesContext(connection) as lots:
        page = reviewer.get(f"/review/{review.public_id}")
    assert "50 remarks are still open." in said(page)
    assert len(lots) == len(few)
