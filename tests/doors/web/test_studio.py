"""The studio, without scripts: write, be told what is missing, mend, submit."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cairn.design import services as design
from cairn.design.models import Dismissal, Proposal, Version
from cairn.kernel.permissions import Role
from tests.doors.web.studio_story import desk, fields, said
from tests.support import contents

START = {
    "outcomes": "Find weak points in a network\n- Explain one to its owner\n",
    "prerequisites": "People who keep small networks",
    "hours": "12",
    "task": "Mend a real network",
    "title": "Mending networks",
    "slug": "",
}


@pytest.fixture
def campus(db):
    from tests.support.campus import Campus

    made = Campus()
    assert made.issuer
    return made


@pytest.fixture
def author(campus):
    return desk(campus, campus.author)


def start(campus, author, **changes):
    answer = author.post(
        "/studio/start", START | {"org_unit": campus.school.public_id} | changes, follow=True
    )
    return answer, Proposal.objects.unscoped().order_by("-pk").first()


def now(proposal):
    return Proposal.objects.unscoped().get(pk=proposal.pk)


def save(author, proposal, section, *, action="save", **changes):
    url = f"/studio/{proposal.public_id}/{section}"
    sent = fields(author.get(url)) | {"action": action} | changes
    return author.post(url, sent)


def test_three_answers_make_a_first_draft(campus, author):
    answer, proposal = start(campus, author)
    assert answer.redirect_chain == [(f"/studio/{proposal.public_id}", 302)]
    assert (proposal.state, proposal.revision) == ("draft", 1)
    assert proposal.content == {
        "title": "Mending networks",
        "outcomes": [
            {"key": "o1", "text": "Find weak points in a network"},
            {"key": "o2", "text": "Explain one to its owner"},
        ],
        "tasks": [
            {
                "key": "t1",
                "title": "Mend a real network",
                "weight": 100,
                "outcomes": ["o1", "o2"],
            }
        ],
        "hours": 12,
        "language": "en",
        "prerequisites": "People who keep small networks",
        "national_qualification": False,
    }
    with campus.here():
        assert proposal.achievement.slug == "mending-networks"
    assert "Go on with Basics" in said(answer)


def test_a_second_of_the_same_name_gets_another_address(campus, author):
    start(campus, author)
    _, second = start(campus, author)
    with campus.here():
        assert second.achievement.slug == "mending-networks-2"


def test_a_start_without_answers_says_what_to_write(campus, author):
    answer = author.post("/studio/start", {"org_unit": campus.school.public_id})
    told = said(answer)
    assert "There is a problem" in told
    assert "Write at least one thing that people will be able to do." in told
    assert "Give it a working title." in told
    assert not Proposal.objects.unscoped().exists()


def test_a_short_name_that_is_taken_is_said_at_its_field(campus, author):
    start(campus, author, slug="nets")
    answer = author.post(
        "/studio/start", START | {"org_unit": campus.school.public_id, "slug": "nets"}
    )
    assert "Another micro-credential has the short name nets." in said(answer)
    assert Proposal.objects.unscoped().count() == 1


def test_every_section_shows_what_it_holds_and_saves_what_is_sent(campus, author):
    _, proposal = start(campus, author)
    save(author, proposal, "basics", description="Find and mend.", mode="Online")
    save(author, proposal, "hours", action="add")
    save(author, proposal, "hours", **{"workload-0-title": "Taught", "workload-0-hours": "12"})
    save(author, proposal, "level", level="not levelled", credit_points="2,5")
    save(author, proposal, "award", pass_mark="50", missing="wait")
    save(author, proposal, "criteria", narrative="Both tasks.\r\nNo more.")
    save(author, proposal, "alignments", action="add")
    save(
        author,
        proposal,
        "alignments",
        **{"alignments-0-name": "Nets", "alignments-0-url": "https://skills.example/n"},
    )
    save(author, proposal, "picture", image_url="https://a.example/b.png", image_caption="A net")
    told = now(proposal).content
    assert (told["description"], told["mode"]) == ("Find and mend.", "Online")
    assert told["workload"] == [{"title": "Taught", "hours": 12}]
    assert (told["level"], told["credit"]) == ("not levelled", {"points": 2.5})
    assert told["award_rule"] == {
        "kind": "weighted_mark",
        "pass": 50,
        "missing": "wait",
        "tasks": "all",
    }
    assert told["criteria"] == {"narrative": "Both tasks.\nNo more."}
    assert told["alignments"] == [{"name": "Nets", "url": "https://skills.example/n"}]
    assert told["image"] == {"url": "https://a.example/b.png", "caption": "A net"}
    # Saved again as they stand, no section changes anything.
    before = now(proposal).revision
    for name in ("basics", "outcomes", "assessment", "hours", "level", "award", "criteria"):
        assert save(author, proposal, name).status_code == 302, name
    for name in ("alignments", "picture"):
        assert save(author, proposal, name).status_code == 302, name
    assert now(proposal).revision == before
    assert now(proposal).content == told


def test_rows_are_added_moved_removed_and_brought_back(campus, author):
    _, proposal = start(campus, author)
    save(author, proposal, "outcomes", action="add")
    save(author, proposal, "outcomes", **{"outcomes-2-text": "Write it down"})
    assert [one["key"] for one in now(proposal).content["outcomes"]] == ["o1", "o2", "o3"]
    answer = save(author, proposal, "outcomes", action="up-2")
    assert answer.url.endswith("/outcomes#row-outcomes-1")
    assert [one["key"] for one in now(proposal).content["outcomes"]] == ["o1", "o3", "o2"]
    save(author, proposal, "outcomes", action="remove-0")
    gone = now(proposal).content
    assert [one["key"] for one in gone["outcomes"]] == ["o3", "o2"]
    assert gone["tasks"][0]["outcomes"] == ["o2"]
    assert "Undo" in said(author.get(f"/studio/{proposal.public_id}/outcomes"))
    author.post(f"/studio/{proposal.public_id}/undo")
    back = now(proposal).content
    assert [one["key"] for one in back["outcomes"]] == ["o1", "o3", "o2"]
    assert back["tasks"][0]["outcomes"] == ["o1", "o2"]


def test_undo_after_another_save_changes_nothing(campus, author):
    _, proposal = start(campus, author)
    save(author, proposal, "outcomes", action="remove-0")
    save(author, proposal, "basics", mode="Online")
    before = now(proposal).content
    answer = author.post(f"/studio/{proposal.public_id}/undo", follow=True)
    assert "there is nothing to undo" in said(answer)
    assert now(proposal).content == before


def test_saving_in_the_background_answers_with_the_time_and_the_checks(campus, author):
    _, proposal = start(campus, author)
    url = f"/studio/{proposal.public_id}/outcomes"
    sent = fields(author.get(url)) | {"outcomes-0-text": "Understand networks"}
    answer = author.post(url, sent, headers={"HX-Request": "true", "HX-Target": "saved"})
    told = said(answer)
    assert answer.status_code == 200
    assert "Saved" in told
    assert "Nobody can observe whether a learner can “understand” something." in told
    assert b'id="mark"' in answer.content
    assert b"<html" not in answer.content
    assert now(proposal).content["outcomes"][0]["text"] == "Understand networks"


def test_own_background_saves_are_no_conflict(campus, author):
    _, proposal = start(campus, author)
    url = f"/studio/{proposal.public_id}/basics"
    seen = fields(author.get(url))
    author.post(url, seen | {"mode": "On"}, headers={"HX-Target": "saved"})
    answer = author.post(url, seen | {"mode": "Online", "action": "save"})
    assert answer.status_code == 302
    assert now(proposal).content["mode"] == "Online"


def test_somebody_elses_save_is_shown_and_ones_own_kept(campus, author):
    _, proposal = start(campus, author)
    other = desk(campus, campus.staff("ada second", Role.AUTHOR, at=campus.school))
    url = f"/studio/{proposal.public_id}/basics"
    mine = fields(author.get(url)) | {"description": "Mine.", "action": "save"}
    save(other, proposal, "basics", description="Theirs.")
    answer = author.post(url, mine)
    assert answer.status_code == 409
    told = said(answer)
    assert "Ada Second saved this section since you opened it." in told
    assert "Description: Mine." in answer.content.decode()
    assert ">\nTheirs.</textarea>" in answer.content.decode()
    assert now(proposal).content["description"] == "Theirs."
    quiet = author.post(url, mine, headers={"HX-Target": "saved"})
    assert "Not saved" in said(quiet)
    assert now(proposal).content["description"] == "Theirs."
    # Having seen both, the author may put theirs in its place.
    again = fields(author.get(url)) | {"description": "Mine.", "action": "save"}
    assert author.post(url, again).status_code == 302
    assert now(proposal).content["description"] == "Mine."


def test_two_people_in_two_sections_do_not_meet(campus, author):
    _, proposal = start(campus, author)
    other = desk(campus, campus.staff("ada second", Role.AUTHOR, at=campus.school))
    url = f"/studio/{proposal.public_id}/basics"
    mine = fields(author.get(url)) | {"mode": "Online", "action": "save"}
    save(other, proposal, "award", pass_mark="50")
    assert author.post(url, mine).status_code == 302
    told = now(proposal).content
    assert (told["mode"], told["award_rule"]["pass"]) == ("Online", 50)


HOSTILE = {
    "nul": "a\0b",
    "reordering": "a\u202eb",
    "bell": "a\x07b",
    "long": "x" * 1_000_000,
}
PLACES = (
    ("basics", "title"),
    ("basics", "description"),
    ("basics", "language"),
    ("outcomes", "outcomes-0-text"),
    ("outcomes", "outcomes-0-key"),
    ("assessment", "tasks-0-title"),
    ("assessment", "tasks-0-weight"),
    ("assessment", "tasks-0-outcomes"),
    ("assessment", "supervision"),
    ("hours", "hours"),
    ("hours", "hours_note"),
    ("level", "level"),
    ("level", "credit_points"),
    ("award", "pass_mark"),
    ("award", "missing"),
    ("criteria", "narrative"),
    ("picture", "image_caption"),
)


@pytest.mark.parametrize(("section", "name"), PLACES)
def test_hostile_text_is_answered_and_changes_nothing(campus, author, section, name):
    _, proposal = start(campus, author)
    before = now(proposal).content
    for kind, value in HOSTILE.items():
        answer = save(author, proposal, section, **{name: value})
        assert answer.status_code == 422, (section, name, kind)
        assert "There is a problem" in said(answer), (section, name, kind)
        quiet = fields(author.get(f"/studio/{proposal.public_id}/{section}")) | {name: value}
        url = f"/studio/{proposal.public_id}/{section}"
        told = author.post(url, quiet, headers={"HX-Target": "saved"})
        assert told.status_code == 200
        assert "Not saved" in said(told)
        assert now(proposal).content == before


def test_markup_is_kept_as_text_and_never_becomes_markup(campus, author):
    _, proposal = start(campus, author)
    evil = '<script>alert("x")</script>'
    save(author, proposal, "outcomes", **{"outcomes-0-text": evil})
    save(author, proposal, "basics", title=evil)
    assert now(proposal).content["outcomes"][0]["text"] == evil
    for page in ("", "/outcomes", "/matrix", "/assessment", "/preview", "/history", "/submit"):
        body = author.get(f"/studio/{proposal.public_id}{page}").content
        assert b"<script>alert" not in body, page


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_answers_at_the_start_make_no_draft(campus, author, kind):
    for name in ("outcomes", "prerequisites", "task", "title", "slug", "hours"):
        answer = author.post(
            "/studio/start",
            START | {"org_unit": campus.school.public_id, name: HOSTILE[kind]},
        )
        assert answer.status_code == 200, name
        assert "There is a problem" in said(answer), name
    assert not Proposal.objects.unscoped().exists()


def test_the_matrix_links_and_unlinks_and_says_what_it_means(campus, author):
    _, proposal = start(campus, author)
    url = f"/studio/{proposal.public_id}/matrix"
    answer = author.post(url, {"cell": "o1:t1:off"})
    assert answer.status_code == 302
    assert now(proposal).content["tasks"][0]["outcomes"] == ["o2"]
    told = said(author.get(url))
    assert "Never assessed" in told
    assert "Press a cell in its row to say which task shows it, or remove the outcome." in told
    assert "Go on" in told
    # Pressed twice, the second press changes nothing.
    revision = now(proposal).revision
    author.post(url, {"cell": "o1:t1:off"})
    assert now(proposal).revision == revision
    swap = author.post(url, {"cell": "o1:t1:on"}, headers={"HX-Target": "matrix"})
    assert swap.status_code == 200
    assert b"<html" not in swap.content
    assert b'id="matrix"' in swap.content
    assert "Never assessed" not in said(swap)
    assert now(proposal).content["tasks"][0]["outcomes"] == ["o1", "o2"]


@pytest.mark.parametrize("cell", ["", "o9:t1:on", "o1:t9:on", "o1:t1:maybe", "\0", "o1"])
def test_a_cell_that_is_not_there_changes_nothing(campus, author, cell):
    _, proposal = start(campus, author)
    before = now(proposal).content
    answer = author.post(f"/studio/{proposal.public_id}/matrix", {"cell": cell}, follow=True)
    assert "This outcome or task is gone." in said(answer)
    assert now(proposal).content == before


def test_a_verb_that_cannot_be_seen_is_replaced_by_a_button(campus, author):
    _, proposal = start(campus, author, outcomes="Understand networks\nExplain them")
    answer = author.post(
        f"/studio/{proposal.public_id}/reword", {"change": "explain:/outcomes/o1/text"}
    )
    assert answer.url.endswith("/outcomes#row-outcomes-0")
    assert now(proposal).content["outcomes"][0]["text"] == "Explain networks"
    gone = author.post(
        f"/studio/{proposal.public_id}/reword", {"change": "explain:/outcomes/o1/text"}
    )
    assert gone.status_code == 404


def test_a_warning_is_kept_only_with_a_reason(campus, author):
    proposal = campus.proposal(outcomes=[{"key": "o1", "text": "Understand networks"}])
    where = f"/studio/{proposal.public_id}/keep"
    point = {"code": "outcome.not_measurable", "place": "/outcomes/o1/text"}
    page = author.get(where, point)
    assert "Why it stays as it is" in said(page)
    for reason in ("", "  \n", "a\0b", "a\u202eb", "x" * 3_000):
        answer = author.post(where, point | {"reason": reason})
        assert answer.status_code == 422, reason[:9]
        assert not Dismissal.objects.unscoped().exists()
    answer = author.post(where, point | {"reason": "It is the word of the law."}, follow=True)
    assert "1 kept with a reason" in said(answer)
    row = Dismissal.objects.unscoped().get()
    assert (row.reason, row.place) == ("It is the word of the law.", "/outcomes/o1/text")
    author.post(f"/studio/{proposal.public_id}/heed/{row.public_id}")
    row.refresh_from_db()
    assert row.taken_back_at is not None


def test_what_blocks_cannot_be_kept(campus, author):
    _, proposal = start(campus, author)
    point = {"code": "level.missing", "place": "/level"}
    page = author.get(f"/studio/{proposal.public_id}/keep", point)
    assert "so no reason can keep it" in said(page)
    answer = author.post(f"/studio/{proposal.public_id}/keep", point | {"reason": "Because."})
    assert answer.status_code == 422
    assert not Dismissal.objects.unscoped().exists()


def test_a_draft_with_gaps_is_not_submitted_and_the_page_says_why(campus, author):
    _, proposal = start(campus, author)
    page = author.get(f"/studio/{proposal.public_id}/submit")
    assert "things stand in the way. Mend them, then submit." in said(page)
    sent = {"revision": str(now(proposal).revision)}
    answer = author.post(f"/studio/{proposal.public_id}/submit", sent)
    assert answer.status_code == 409
    assert "Something stands in the way of a review." in said(answer)
    assert now(proposal).state == "draft"
    assert not Version.objects.unscoped().exists()


def test_what_was_saved_since_is_not_submitted_unread(campus, author):
    proposal = campus.proposal()
    answer = author.post(f"/studio/{proposal.public_id}/submit", {"revision": "0"})
    assert answer.status_code == 409
    assert "The draft was saved since you looked." in said(answer)
    assert now(proposal).state == "draft"


def test_in_review_the_text_stands(campus, author):
    review = campus.submitted()
    proposal = review.version.proposal
    page = author.get(f"/studio/{proposal.public_id}/basics")
    assert "It is in review, so its text stands until somebody decides." in said(page)
    answer = save(author, proposal, "basics", title="Other")
    assert answer.status_code == 422
    assert now(proposal).content["title"] == "Foundations of security"


def test_an_approved_one_is_revised_and_withdrawn(campus, author):
    version = campus.approved_version()
    first = version.proposal
    page = author.get(f"/studio/{first.public_id}")
    assert "Begin a new version" in said(page)
    answer = author.post(f"/studio/{first.public_id}/revise", follow=True)
    assert "A new version begins from the approved text" in said(answer)
    new = Proposal.objects.unscoped().order_by("-pk").first()
    assert (new.achievement_id, new.content) == (first.achievement_id, version.content)
    again = author.post(f"/studio/{first.public_id}/revise", follow=True)
    assert "A proposal for this is under way." in said(again)
    assert Proposal.objects.unscoped().count() == 2
    save(author, new, "basics", mode="On campus")
    told = said(author.get(f"/studio/{new.public_id}/history"))
    assert "Mode Online On campus" in told
    assert author.get(f"/studio/{new.public_id}/withdraw").status_code == 200
    assert now(new).state == "draft"
    author.post(f"/studio/{new.public_id}/withdraw")
    assert now(new).state == "withdrawn"
    assert now(first).state == "approved"


def test_nobody_else_finds_it(campus, author):
    _, proposal = start(campus, author)
    before = now(proposal).content
    stranger = desk(campus, campus.teacher)
    for page in ("", "/basics", "/matrix", "/preview", "/history", "/submit", "/keep"):
        assert stranger.get(f"/studio/{proposal.public_id}{page}").status_code == 404, page
    for page in ("/basics", "/matrix", "/submit", "/withdraw", "/undo", "/revise", "/reword"):
        assert stranger.post(f"/studio/{proposal.public_id}{page}").status_code == 404, page
    assert now(proposal).content == before
    assert stranger.get("/studio/start").status_code == 403
    assert "It comes with the role author." in said(stranger.get("/studio/start"))


def test_a_reviewer_reads_and_is_told_why_they_do_not_write(campus, author):
    _, proposal = start(campus, author)
    reviewer = desk(campus, campus.reviewer)
    page = reviewer.get(f"/studio/{proposal.public_id}/basics")
    assert "You may not do this here: propose achievements and write their drafts." in said(page)
    answer = save(reviewer, proposal, "basics", title="Other")
    assert answer.status_code == 422
    assert now(proposal).content["title"] == "Mending networks"


def test_without_signing_in_one_is_sent_there(campus, client):
    for page in ("/studio/", "/studio/start", "/studio/prp_x", "/studio/prp_x/basics"):
        assert client.get(page, SERVER_NAME="127.0.0.1").status_code == 302


@pytest.mark.parametrize("section", ["nothing", "matrixx", "sections"])
def test_a_section_that_is_not_there(campus, author, section):
    _, proposal = start(campus, author)
    assert author.get(f"/studio/{proposal.public_id}/{section}").status_code == 404


def test_an_empty_desk_teaches(campus, author):
    told = said(author.get("/studio/"))
    assert "Start with three questions" in told
    assert "How will you see that they can?" in told


def test_the_list_says_state_and_next_and_costs_the_same_for_many(campus, author):
    def many(count, start):
        for number in range(start, start + count):
            data = contents.content(title=f"Number {number}")
            proposal = design.propose(
                campus.school, slug=f"n-{number}", title=data["title"], by=campus.author
            )
            design.save_draft(proposal, content=data, by=campus.author)

    many(5, 0)
    author.get("/studio/")  # the caches of the first request
    with CaptureQueriesContext(
        connection,
    ) as few:
        page = author.get("/studio/")
    assert "Number 3 With its authors since" in said(page)
    assert "Ready to submit" in said(page)
    many(45, 5)
    with CaptureQueriesContext(connection) as lots:
        page = author.get("/studio/")
    assert said(page).count("With its authors since") == 50
    assert len(lots) == len(few)
    found = said(author.get("/studio/", {"q": "number 42", "state": "writing"}))
    assert "Number 42" in found
    assert "Number 41" not in found
    assert "Nothing here fits." in said(author.get("/studio/", {"state": "approved"}))
    assert author.get("/studio/", {"q": "\0<b>", "page": "x"}).status_code == 200


def test_a_section_costs_the_same_for_many_rows(campus, author):
    def one(slug, count):
        keys = [f"o{n}" for n in range(1, count + 1)]
        outcomes = [{"key": key, "text": f"Explain {key}"} for key in keys]
        tasks = [
            {"key": f"t{n}", "title": f"T{n}", "weight": 1, "outcomes": keys[:3]}
            for n in range(1, count + 1)
        ]
        return campus.proposal(slug, outcomes=outcomes, tasks=tasks)

    few, many = one("few", 5), one("many", 50)
    for page in ("", "/outcomes", "/assessment", "/matrix", "/submit", "/history", "/preview"):
        author.get(f"/studio/{few.public_id}{page}")
        with CaptureQueriesContext(connection) as small:
            author.get(f"/studio/{few.public_id}{page}")
        with CaptureQueriesContext(connection) as large:
            author.get(f"/studio/{many.public_id}{page}")
        assert len(large) == len(small), page


def test_reading_changes_nothing(campus, author):
    _, proposal = start(campus, author)
    facts = campus.ledger()
    for page in ("", "/matrix", "/preview", "/history", "/submit", "/withdraw", "/submitted"):
        author.get(f"/studio/{proposal.public_id}{page}")
    for page in ("/undo", "/revise", "/reword", "/remark"):
        author.get(f"/studio/{proposal.public_id}{page}")
    assert campus.ledger() == facts
