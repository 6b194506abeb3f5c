"""The registry: what waits is seen, issued, undone; a credential is put right; a name is corrected."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client

from cairn.issuing import services as issuing
from cairn.issuing.models import Credential, Issuance, NameCorrection
from cairn.kernel import clock, services
from cairn.kernel.actor import Actor
from cairn.kernel.models import Mail, Person
from cairn.kernel.permissions import Role
from cairn.kernel.personal import erase_person
from tests.support.campus import Campus

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
HOLD = timedelta(minutes=10)


@pytest.fixture
def campus(db):
    campus = Campus()
    assert campus.issuer
    return campus


@pytest.fixture
def now():
    with clock.frozen(clock.now()) as hands:
        yield hands


def sign_in(campus, actor):
    with campus.here():
        person = Person.objects.get(pk=actor.person_id)
    account = services.create_account(
        person, login=f"{person.public_id}@look.example", by=campus.administrator
    )
    client = Client(SERVER_NAME=settings.CAIRN.host)
    client.force_login(account, backend=BACKEND)
    return client


@pytest.fixture
def desk(campus):
    """The registrar's browser."""
    return sign_in(campus, campus.registrar)


@pytest.fixture
def by_hand(campus):
    issuing.change_policy(campus.institution, automatic=False, by=campus.registrar)


def words(answer):
    text = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return " ".join(text.split())


def marked(campus, *names):
    run = campus.offering()
    for name in names:
        run.enrol(name).mark(units=2, each=71)
    run.release()
    run.confer()
    return run


# --- the queue -----------------------------------------------------------------------------------


def test_by_default_a_credential_follows_its_award_by_itself(campus, desk):
    marked(campus, "ada")
    answer = desk.get("/registry/")
    assert answer.status_code == 200
    assert "Nothing waits to be issued" in words(answer)
    with campus.here():
        assert Credential.objects.count() == 1


def test_a_registrar_begins_where_the_institution_says_so(campus, desk):
    answer = desk.post("/registry/policy", {"automatic": "no"}, follow=True)
    assert "From now on a registrar issues" in words(answer)
    run = marked(campus, "ada", "bo")
    with campus.here():
        assert Credential.objects.count() == 0
    text = words(desk.get("/registry/"))
    assert "2 awards wait to be issued" in text
    assert run.offering.title in text
    assert campus.ledger()[-1] != "credential.issued"


def test_the_preview_says_who_is_held_and_why(campus, desk, by_hand):
    run = marked(campus, "ada", "bo", "cy")
    campus.withdraw(run.learners["bo"].award, reason="A mistake.")
    erase_person(run.learners["cy"].person, by=campus.administrator)
    campus.settle()
    text = words(desk.get(f"/registry/issue/{run.offering.public_id}"))
    assert "1 is ready Ada" in text
    assert "2 are held" in text
    assert "The award was withdrawn" in text
    assert "Personal data were erased" in text
    assert "1 letter leaves" in text
    assert "Issue 1 credential" in text


def test_without_a_key_nothing_is_issued_and_the_page_says_so(campus, desk, by_hand):
    run = marked(campus, "ada")
    issuing.suspend_key(campus.institution, by=campus.administrator)
    text = words(desk.get(f"/registry/issue/{run.offering.public_id}"))
    assert "No key signs at present." in text
    assert "Issue 1 credential" not in text


def test_looking_changes_nothing(campus, desk, by_hand):
    run = marked(campus, "ada")
    before = campus.ledger()
    for path in ("", f"issue/{run.offering.public_id}", "credentials", "names"):
        assert desk.get(f"/registry/{path}").status_code == 200
    assert desk.get("/registry/policy").status_code == 405
    assert campus.ledger() == before


def issue(desk, run):
    answer = desk.post(f"/registry/issue/{run.offering.public_id}")
    assert answer.status_code == 302
    return answer["Location"]


def test_issue_progress_window_and_undo(campus, desk, by_hand, now):
    run = marked(campus, "ada", "bo")
    place = issue(desk, run)
    text = words(desk.get(place))
    assert "Being signed" in text
    campus.settle()
    text = words(desk.get(place))
    assert "2 credentials are issued" in text
    assert "Mail leaves in 10 minutes" in text
    now.advance(timedelta(minutes=3, seconds=30))
    part = desk.get(place, headers={"HX-Target": "progress"})
    assert "Mail leaves in 7 minutes" in words(part)
    assert b"<html" not in part.content
    assert "This is possible until" in words(desk.get(f"{place}/undo"))
    answer = desk.post(f"{place}/undo", follow=True)
    assert "2 credentials were taken back, and no mail left." in words(answer)
    with campus.here():
        assert {one.state for one in Credential.objects.all()} == {"revoked"}
        ready = Mail.objects.filter(kind="credential-ready")
        assert list(ready.values_list("state", "error")) == [("cancelled", "undone")] * 2
    assert "2 awards wait to be issued" in words(desk.get("/registry/"))
    again = issue(desk, run)
    assert again != place
    campus.settle()
    with campus.here():
        assert sorted(one.state for one in Credential.objects.all()) == [
            *["issued"] * 2, *["revoked"] * 2
        ]  # fmt: skip


def test_after_the_window_undo_is_refused_and_changes_nothing(campus, desk, by_hand, now):
    run = marked(campus, "ada")
    place = issue(desk, run)
    campus.settle()
    now.advance(HOLD)
    before = campus.ledger()
    answer = desk.post(f"{place}/undo")
    assert answer.status_code == 409
    assert "The mail has left, so this can no longer be undone." in words(answer)
    assert campus.ledger() == before
    assert run.learners["ada"].credential.state == "issued"


def test_mail_can_be_sent_at_once(campus, desk, by_hand, now):
    run = marked(campus, "ada")
    place = issue(desk, run)
    campus.settle()
    desk.post(f"{place}/send")
    with campus.here():
        assert Issuance.objects.get(public_id=place.rsplit("/", 1)[1]).mail_at == now.at
    assert "The mail has left." in words(desk.get(place))


# --- credentials ---------------------------------------------------------------------------------


@pytest.fixture
def ada(campus):
    return campus.offering().enrol("ada lovelace").mark(units=2, each=71).issue()


def record(learner):
    return f"/registry/credentials/{learner.credential.public_id}"


@pytest.mark.parametrize("wanted", ["lovelace", "ada lovelace", "SEC-2026", "security", "id"])
def test_a_credential_is_found_by_name_number_id_and_title(campus, desk, ada, wanted):
    query = ada.credential.public_id if wanted == "id" else wanted
    assert "Ada Lovelace" in words(desk.get("/registry/credentials", {"q": query}))
    assert "Ada Lovelace" in words(desk.get("/registry/credentials", {"state": "issued"}))
    assert "No credential fits" in words(desk.get("/registry/credentials", {"state": "revoked"}))
    assert "Ada Lovelace" in words(desk.get("/search", {"q": query}))


def test_the_record_tells_the_verdict_the_chain_and_the_history(campus, desk, ada):
    text = words(desk.get(record(ada)))
    assert "Genuine and current" in text
    for step in ("2 marks were given", "The result was released", "The award was conferred",
                 "The credential was signed"):  # fmt: skip
        assert step in text
    assert "Joan Teacher" in text
    assert f"place {ada.credential.status_index}" in text
    assert ada.credential.sha256 in text
    assert "Ada, your Foundations of security credential is ready" in text
    assert desk.get(f"{record(ada)}/document").content == ada.badge


def test_revoking_asks_for_a_reason_and_says_who_sees_what(campus, desk, ada):
    asked = words(desk.get(f"{record(ada)}/revoke"))
    assert "Who sees what next" in asked
    before = campus.ledger()
    refused = desk.post(f"{record(ada)}/revoke", {"reason": "  "})
    assert refused.status_code == 409
    assert "Say why, in a sentence." in words(refused)
    assert campus.ledger() == before
    done = desk.post(f"{record(ada)}/revoke", {"reason": "The mark was another's."}, follow=True)
    assert "The mark was another&#x27;s." in words(done)
    assert "Revoked" in words(done)
    assert campus.verify(ada.badge).verdict == "revoked"


def test_suspending_and_reinstating(campus, desk, ada):
    text = words(desk.post(f"{record(ada)}/suspend", {"reason": "Under review."}, follow=True))
    assert "Suspended" in text
    assert campus.verify(ada.badge).verdict == "revoked"
    desk.post(f"{record(ada)}/reinstate", {"reason": "It was in order."})
    assert ada.credential.state == "issued"
    assert campus.verify(ada.badge).verdict == "genuine"
    text = words(desk.get(record(ada)))
    assert "It was suspended" in text
    assert "It was reinstated" in text


def test_replacing_links_both_ways(campus, desk, ada):
    former = ada.credential
    answer = desk.post(f"{record(ada)}/replace", {"reason": "Misspelt."}, follow=True)
    assert ada.credential.replaces == former
    assert f"It replaces {former.public_id}" in words(answer)
    text = words(desk.get(f"/registry/credentials/{former.public_id}"))
    assert f"It was replaced by {ada.credential.public_id}" in text
    assert "Genuine, replaced by a newer one" in text
    refused = desk.post(f"/registry/credentials/{former.public_id}/replace", {"reason": "Again."})
    assert refused.status_code == 409


def test_mail_is_sent_again_once_a_minute(campus, desk, ada, now):
    for _ in range(2):
        answer = desk.post(f"{record(ada)}/resend", follow=True)
        assert "The mail is on its way." in words(answer)
    with campus.here():
        assert Mail.objects.filter(kind="credential-ready").count() == 2
    now.advance(timedelta(minutes=1))
    desk.post(f"{record(ada)}/resend")
    with campus.here():
        assert Mail.objects.filter(kind="credential-ready").count() == 3


def test_several_are_revoked_for_one_reason_or_none_is(campus, desk, now):
    run = marked(campus, "ada", "bo")
    both = [one.credential.public_id for one in run.learners.values()]
    form = {"credential": both, "action": "revoke"}
    assert "Revoke 2 credentials?" in words(desk.post("/registry/credentials/together", form))
    assert {one.credential.state for one in run.learners.values()} == {"issued"}
    empty = desk.post("/registry/credentials/together", form | {"sure": "yes", "reason": ""})
    assert empty.status_code == 409
    done = desk.post(
        "/registry/credentials/together", form | {"sure": "yes", "reason": "Why."}, follow=True
    )
    assert "2 credentials were revoked." in words(done)
    assert {one.credential.state for one in run.learners.values()} == {"revoked"}
    answer = desk.post("/registry/credentials/together", {"action": "revoke"}, follow=True)
    assert "Choose at least one credential first." in words(answer)


@pytest.mark.parametrize(
    "reason", ["<script>alert(1)</script>", "\u202eesrever", "x" * 1_000_000, "a\0b"]
)
def test_hostile_reasons_get_a_clear_answer(campus, desk, ada, reason):
    answer = desk.post(f"{record(ada)}/suspend", {"reason": reason}, follow=True)
    assert answer.status_code in {200, 409}
    assert b"<script>alert" not in answer.content


# --- names ---------------------------------------------------------------------------------------


@pytest.fixture
def wish(ada):
    return issuing.ask_name_correction(
        ada.person, wanted="Augusta Ada King", note="<b>Married</b>", by=Actor.of(ada.person)
    )


def test_a_name_is_corrected_and_every_credential_replaced(campus, desk, ada, wish):
    former = ada.credential
    assert "Augusta Ada King" in words(desk.get("/registry/names"))
    page = desk.get(f"/registry/names/{wish.public_id}")
    assert "1 credential will be replaced" in words(page)
    assert b"<b>Married" not in page.content
    done = desk.post(
        f"/registry/names/{wish.public_id}",
        {"answer": "correct", "wanted": "Augusta Ada King"},
        follow=True,
    )
    assert "The name is corrected and 1 credential was replaced." in words(done)
    assert ada.credential.replaces == former
    assert campus.verify(ada.badge).verdict == "genuine"
    assert "Augusta Ada King" in ada.badge.decode()
    assert "Augusta Ada King" in words(desk.get(record(ada)))
    assert campus.ledger(wish.public_id) == ["name_correction.asked", "name_correction.done"]
    again = desk.post(f"/registry/names/{wish.public_id}", {"answer": "correct", "wanted": "Other"})
    assert again.status_code == 409
    assert campus.disagreements() == []


def test_a_name_is_refused_for_a_reason(campus, desk, ada, wish):
    empty = desk.post(f"/registry/names/{wish.public_id}", {"answer": "refuse", "reason": ""})
    assert empty.status_code == 409
    desk.post(f"/registry/names/{wish.public_id}", {"answer": "refuse", "reason": "No proof."})
    with campus.here():
        row = NameCorrection.objects.get()
    assert (row.state, row.reason) == ("refused", "No proof.")
    ada.person.refresh_from_db()
    assert ada.person.full_name == "Ada Lovelace"


def test_only_the_holder_asks_and_once_at_a_time(campus, ada, wish):
    with pytest.raises(issuing.corrections.CorrectionOpen):
        issuing.ask_name_correction(ada.person, wanted="Other", by=Actor.of(ada.person))
    with pytest.raises(Exception, match="Only the holder"):
        issuing.ask_name_correction(ada.person, wanted="Other", by=campus.registrar)
    with campus.here():
        assert NameCorrection.objects.count() == 1


# --- who may, and how much it costs --------------------------------------------------------------


def test_the_registry_is_for_registrars(campus, ada):
    paths = ["/registry/", "/registry/credentials", "/registry/names", record(ada)]
    stranger = Client(SERVER_NAME=settings.CAIRN.host)
    teacher = sign_in(campus, campus.teacher)
    learner = sign_in(campus, Actor.of(ada.person))
    for path in paths:
        assert stranger.get(path).status_code == 302
        assert teacher.get(path).status_code == 403
        assert learner.get(path).status_code == 403
    before = campus.ledger()
    for client in (teacher, learner):
        for action in ("revoke", "suspend", "replace", "resend"):
            answer = client.post(f"{record(ada)}/{action}", {"reason": "Why."})
            assert answer.status_code == 403
        assert client.post("/registry/policy", {"automatic": "no"}).status_code == 403
    assert campus.ledger() == before


def test_a_registrar_of_another_faculty_sees_nothing_of_it(campus, ada):
    arts = campus.unit("Arts", under=campus.root, kind="faculty")
    client = sign_in(campus, campus.staff("rosa registrar", Role.REGISTRAR, at=arts))
    assert client.get(record(ada)).status_code == 404
    assert client.get(f"/registry/issue/{ada.run.offering.public_id}").status_code == 404
    assert "Ada" not in words(client.get("/registry/credentials"))
    assert client.get("/registry/names").status_code == 200
    assert client.post(f"{record(ada)}/revoke", {"reason": "Why."}).status_code == 404
    assert ada.credential.state == "issued"


def test_pages_ask_the_database_as_often_for_many_rows(
    campus, desk, by_hand, django_assert_max_num_queries
):
    counts = []
    for names in (("ada", "bo"), ("cy", "di", "eve", "fay")):
        run = marked(campus, *names)
        seen = []
        for path in ("", f"issue/{run.offering.public_id}", "credentials", "names"):
            with django_assert_max_num_queries(30) as asked:
                assert desk.get(f"/registry/{path}").status_code == 200
            seen.append(len(asked))
        issue(desk, run)
        campus.settle()
        with django_assert_max_num_queries(30) as asked:
            assert desk.get(record(run.learners[names[0]])).status_code == 200
        counts.append([*seen, len(asked)])
    assert counts[0][1:] == counts[1][1:]
