"""Mail: who is written to, once, in which words, and what a mail server receives."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from pydantic import SecretStr

from cairn.issuing import services as issuing
from cairn.issuing.errors import TooLateToUndo
from cairn.issuing.models import Issuance
from cairn.kernel import clock, events, jobs, mailing, services
from cairn.kernel.actor import Actor
from cairn.kernel.mailing import Wish
from cairn.kernel.models import EmailAddress, Mail
from cairn.kernel.personal import erase_person
from cairn.notices import letters, post, setting
from cairn.quality import services as quality
from tests.support.campus import Campus
from tests.support.smtp import post_office

pytestmark = pytest.mark.django_db
HOLD = timedelta(minutes=10)


@pytest.fixture
def campus(db):
    return Campus()


@pytest.fixture
def now():
    """The clock, stopped at this moment; tests move its hands."""
    with clock.frozen(clock.now()) as hands:
        yield hands


@pytest.fixture
def configured(monkeypatch):
    """Set what the environment would say."""

    def tell(**values):
        monkeypatch.setattr(settings, "CAIRN", settings.CAIRN.model_copy(update=values))

    return tell


@pytest.fixture
def office(configured):
    with post_office() as office:
        configured(
            mail_url=SecretStr(f"smtp://127.0.0.1:{office.port}"),
            mail_from="Harbour University <registry@harbour.example>",
        )
        yield office


def plain_of(letter):
    return letter.get_body(("plain",)).get_content().replace("\r\n", "\n")


def mails(campus, *fields):
    with campus.here():
        return list(Mail.objects.order_by("pk").values_list(*fields))


def of_kind(campus, kind):
    with campus.here():
        return list(Mail.objects.filter(kind=kind).order_by("pk"))


def issued(campus, *names):
    run = campus.offering()
    learners = [run.enrol(name).mark(units=2, each=71) for name in names or ("ada lovelace",)]
    learners[0].issue()
    return learners


# --- credential mail -----------------------------------------------------------------------------


def test_a_credential_is_announced_with_its_link_and_needs_no_account(campus, now, office):
    (ada,) = issued(campus)
    (held,) = of_kind(campus, "credential-ready")
    assert (held.state, held.to) == ("waiting", "ada.lovelace@harbour.example")
    assert held.hold_until == now.at + HOLD
    now.advance(HOLD - timedelta(seconds=1))
    campus.settle()
    assert [one for one in office.letters if one["To"] == held.to] == []
    now.advance(timedelta(seconds=3))
    campus.settle()
    ready = [one for one in office.letters if "ready" in one["Subject"]]
    assert len(ready) == 1
    letter = ready[0]
    title = ada.seen.achievement.name
    assert letter["Subject"] == f"Ada, your {title} credential is ready"
    assert letter["To"] == "ada.lovelace@harbour.example"
    assert letter["From"] == "Harbour University <registry@harbour.example>"
    assert letter["Message-ID"] == f"<{held.public_id}@harbour.example>"
    link = f"{settings.CAIRN.origin}/c/{ada.credential.public_id}"
    plain = plain_of(letter)
    rich = letter.get_body(("html",)).get_content()
    for body in (plain, rich):
        assert link in body
        assert "You need no account" in body
        assert "not a national qualification" in body
    assert f"Open my credential:\n{link}" in plain
    assert rich.count(f'<a href="{link}" target="_blank"') == 1
    assert "<img" not in rich
    assert "<script" not in rich
    assert "url(" not in rich
    assert of_kind(campus, "credential-ready")[0].state == "sent"


def test_nothing_is_written_twice_however_often_it_is_heard(campus, now, office):
    issued(campus, "ada", "bo")
    for name in sorted(events.SUBSCRIBERS):
        if name.startswith("notices."):
            events.replay(name, institution=campus.institution)
            events.replay(name, institution=campus.institution)
    now.advance(HOLD + timedelta(seconds=2))
    campus.settle()
    campus.settle()
    assert [kind for (kind,) in mails(campus, "kind")].count("credential-ready") == 2
    assert len([one for one in office.letters if "is ready" in one["Subject"]]) == 2


def test_a_replay_of_years_ago_writes_to_nobody(campus, now):
    issued(campus)
    with campus.here():
        Mail.objects.all().delete()
    now.advance(timedelta(days=3))
    for name in sorted(events.SUBSCRIBERS):
        if name.startswith("notices."):
            events.replay(name, institution=campus.institution)
    campus.settle()
    assert mails(campus, "kind") == []


def test_the_own_address_comes_first_once_it_was_verified(campus, now):
    person = campus.person("ada")
    email = services.add_email(
        person, address="ada@home.example", kind=EmailAddress.Kind.PERSONAL, by=campus.console
    )
    with campus.here():
        assert letters.address_of(person) == "ada@harbour.example"
        services.verify_email(email, by=campus.console)
        assert letters.address_of(person) == "ada@home.example"


def test_people_without_an_address_get_no_mail(campus, now):
    with campus.here():
        EmailAddress.objects.filter(person=campus.person("ada")).delete()
    issued(campus, "ada")
    assert of_kind(campus, "credential-ready") == []


def test_nobody_is_written_to_after_being_erased(campus, now, office):
    (ada,) = issued(campus, "ada")
    erase_person(ada.person, by=campus.administrator)
    now.advance(HOLD + timedelta(seconds=2))
    campus.settle()
    assert of_kind(campus, "credential-ready") == []
    assert [one["To"] for one in office.letters if one["To"] == "ada@harbour.example"] == []


def test_a_credential_revoked_while_its_mail_is_held_is_not_announced(campus, now, office):
    (ada,) = issued(campus, "ada")
    campus.revoke(ada, reason="The mark was another's.")
    now.advance(HOLD + timedelta(seconds=2))
    campus.settle()
    assert [(one.state, one.error) for one in of_kind(campus, "credential-ready")] == [
        ("cancelled", "revoked")
    ]
    (told,) = [one for one in office.letters if one["To"] == "ada@harbour.example"]
    assert told["Subject"].endswith("credential was revoked")
    assert "> The mark was another's." in plain_of(told)


# --- the undo window -----------------------------------------------------------------------------


def test_within_the_window_a_batch_is_undone_and_can_be_issued_again(campus, now, office):
    ada, bo = issued(campus, "ada", "bo")
    with campus.here():
        (batch,) = Issuance.objects.all()
    now.advance(HOLD - timedelta(seconds=1))
    assert issuing.undo(batch, by=campus.registrar) == 2
    assert issuing.undo(batch, by=campus.registrar) == 0
    campus.settle()
    for learner in (ada, bo):
        assert learner.credential.state == "revoked"
        assert learner.credential.reason == "Issued by mistake, undone before mail."
        assert campus.verify(learner.badge).verdict == "revoked"
    now.advance(timedelta(days=1))
    campus.settle()
    assert [one for one in office.letters if one["To"] == "ada@harbour.example"] == []
    # Nothing by itself issues them again; a person does.
    first = ada.credential
    with campus.here():
        from cairn.issuing.selectors import anything_to_sign

        assert not anything_to_sign()
    issuing.issue_offering(ada.run.offering, by=campus.registrar)
    campus.settle()
    assert ada.credential != first
    assert ada.credential.state == "issued"
    assert campus.verify(ada.badge).verdict == "genuine"
    now.advance(HOLD + timedelta(seconds=2))
    campus.settle()
    arrived = [one for one in office.letters if one["To"] == "ada@harbour.example"]
    assert len(arrived) == 1
    assert ada.credential.public_id in plain_of(arrived[0])
    assert campus.disagreements() == []


def test_after_the_window_nothing_is_undone(campus, now, office):
    (ada,) = issued(campus, "ada")
    with campus.here():
        (batch,) = Issuance.objects.all()
    now.advance(HOLD)
    before = campus.ledger()
    with pytest.raises(TooLateToUndo):
        issuing.undo(batch, by=campus.registrar)
    assert campus.ledger() == before
    assert ada.credential.state == "issued"


def test_mail_that_is_let_go_at_once_ends_the_window(campus, now, office):
    (ada,) = issued(campus, "ada")
    with campus.here():
        (batch,) = Issuance.objects.all()
    issuing.send_now(batch, by=campus.registrar)
    now.advance(timedelta(seconds=2))
    campus.settle()
    assert len([one for one in office.letters if one["To"] == "ada@harbour.example"]) == 1
    with pytest.raises(TooLateToUndo):
        issuing.undo(batch, by=campus.registrar)
    assert ada.credential.state == "issued"


# --- sending -------------------------------------------------------------------------------------


def test_killed_between_sending_and_marking_it_is_sent_again_with_the_same_id(
    campus, now, office, monkeypatch
):
    issued(campus, "ada")
    now.advance(HOLD + timedelta(seconds=2))

    class Killed(BaseException):
        pass

    def die(*_, **__):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(mailing, "sent", die)
        with pytest.raises(Killed):
            jobs.drain()
    (row,) = of_kind(campus, "credential-ready")
    assert row.state == "waiting"
    # Another worker leaves it alone while the first may still be alive, and sends it later.
    with campus.here():
        assert post.deliver(campus.institution, beat=lambda _: None) == 0
        now.advance(mailing.LEASE + timedelta(seconds=1))
        assert post.deliver(campus.institution, beat=lambda _: None) == 1
    ids = [one["Message-ID"] for one in office.letters if one["To"] == "ada@harbour.example"]
    assert ids == [f"<{row.public_id}@harbour.example>"] * 2
    assert of_kind(campus, "credential-ready")[0].state == "sent"


def test_an_address_that_is_refused_holds_up_nobody(campus, now, office):
    office.refuse["ada@harbour.example"] = "550 no such person"
    issued(campus, "ada", "bo")
    now.advance(HOLD + timedelta(seconds=2))
    campus.settle()
    assert [(one.to, one.state, one.error) for one in of_kind(campus, "credential-ready")] == [
        ("ada@harbour.example", "failed", "smtp 550"),
        ("bo@harbour.example", "sent", ""),
    ]


def test_a_server_that_is_busy_is_asked_again(campus, now, office):
    office.refuse["ada@harbour.example"] = "451 later"
    issued(campus, "ada")
    now.advance(HOLD + timedelta(seconds=2))
    campus.settle()
    (row,) = of_kind(campus, "credential-ready")
    assert (row.state, row.attempts, row.error) == ("waiting", 1, "smtp 451")
    del office.refuse["ada@harbour.example"]
    now.advance(mailing.FIRST_PAUSE + timedelta(seconds=3))
    campus.settle()
    assert of_kind(campus, "credential-ready")[0].state == "sent"


def test_a_server_that_is_away_costs_no_attempt(campus, now, configured):
    configured(mail_url=SecretStr("smtp://127.0.0.1:1"), mail_from="registry@harbour.example")
    issued(campus, "ada")
    now.advance(HOLD + timedelta(seconds=2))
    campus.settle()
    (row,) = of_kind(campus, "credential-ready")
    assert (row.state, row.attempts, row.error) == ("waiting", 0, "ConnectionRefusedError")


def test_without_a_mail_server_mail_waits(campus, now):
    issued(campus, "ada")
    now.advance(HOLD + timedelta(minutes=10))
    campus.settle()
    (row,) = of_kind(campus, "credential-ready")
    assert (row.state, row.attempts) == ("waiting", 0)
    box = mailing.outbox(campus.institution)
    assert (box.overdue > 0, box.failed) == (True, 0)


def test_names_cannot_reach_into_headers_or_markup(campus, now, office):
    hostile = "Ada\r\nBcc: all@evil.example\r\n\r\n<script>alert(1)</script>"
    wish = Wish("sign-in-code", "k1", to="ada@harbour.example", context={"code": "123456"})
    campus.institution.name = hostile
    campus.institution.save()
    mailing.mail(campus.institution, wish)
    campus.settle()
    (letter,) = office.letters
    assert letter["Bcc"] is None
    assert letter["Subject"] == (
        "Your code for Ada Bcc: all@evil.example <script>alert(1)</script>"
    )
    rich = letter.get_body(("html",)).get_content()
    assert "<script" not in rich
    assert "&lt;script&gt;" in rich


def test_an_address_with_a_newline_is_refused(campus, now, office):
    wish = Wish(
        "sign-in-code", "k1", to="a@b.example\nBcc: c@d.example", context={"code": "123456"}
    )
    mailing.mail(campus.institution, wish)
    campus.settle()
    assert office.letters == []
    assert mails(campus, "state", "error") == [("failed", "address")]


def test_a_code_is_forgotten_when_it_left(campus, now, office):
    wish = Wish(
        "sign-in-code", "code:1", to="ada@harbour.example", context={"code": "482913", "minutes": 5}
    )
    mailing.mail(campus.institution, wish)
    campus.settle()
    (letter,) = office.letters
    assert letter["Subject"] == "Your code for Harbour University"
    assert "482 913" in plain_of(letter)
    assert "5 minutes, once" in plain_of(letter)
    with campus.here():
        row = Mail.objects.get()
    assert (row.state, row.context, row.text, row.html) == ("sent", {}, "", "")


# --- other letters -------------------------------------------------------------------------------


def test_the_author_hears_what_was_decided_and_why(campus, now, office):
    review = campus.submitted()
    quality.decide(
        review, outcome="return", reason="Outcome 3 is\nnever assessed.", by=campus.reviewer
    )
    campus.settle()
    (letter,) = office.letters
    assert letter["To"] == "grace.author@harbour.example"
    assert letter["Subject"] == f"{review.version.text.title} came back to you with comments"
    plain = plain_of(letter)
    assert "Alan Reviewer returned what you proposed" in plain
    assert "> Outcome 3 is\n> never assessed." in plain


def test_a_corrected_name_is_told_once_with_every_new_link(campus, now, office):
    (ada,) = issued(campus, "ada")
    now.advance(HOLD + timedelta(seconds=2))
    campus.settle()
    office.letters.clear()
    before = ada.credential
    asked = issuing.ask_name_correction(
        ada.person, wanted="Ada Lovelace", note="Married.", by=Actor.of(ada.person)
    )
    issuing.decide_name_correction(asked, accept=True, by=campus.registrar)
    campus.settle()
    (letter,) = office.letters
    assert letter["Subject"] == "Ada, your name was corrected"
    assert ada.credential != before
    plain = plain_of(letter)
    assert "now read “Ada Lovelace”" in plain
    assert f"/c/{ada.credential.public_id}" in plain


def test_every_kind_has_a_text_and_an_html(campus, now):
    assert set(letters.KINDS) == {
        "address-code", "credential-ready", "credential-replaced", "credential-revoked", "decision-made",
        "name-corrected", "new-password", "sign-in-code",
    }  # fmt: skip
    letter = letters.Letter(
        to="a@b.example", subject="S", title="T & <b>", sender="Sender",
        paragraphs=("One.",), quote="a\n<i>b</i>", facts=(("Work", "40 hours"),),
        button=letters.Button("Open", "https://x.example/?a=1&b=2"),
        after=(letters.Line("Link:", "https://x.example/c"),),
    )  # fmt: skip
    rich = setting.html(letter)
    assert "T &amp; &lt;b&gt;" in rich
    assert "&lt;i&gt;b&lt;/i&gt;" in rich
    assert 'href="https://x.example/?a=1&amp;b=2"' in rich
    assert setting.text(letter) == (
        "T & <b>\n\nOne.\n\n> a\n> <i>b</i>\n\nWork: 40 hours\n\n"
        "Open:\nhttps://x.example/?a=1&b=2\n\nLink:\nhttps://x.example/c\n\n-- \nSender\n"
    )


# --- the demonstration's mailbox -----------------------------------------------------------------


@pytest.fixture
def ask():
    return Client(SERVER_NAME=settings.CAIRN.host).get


def test_on_a_real_site_there_is_no_mailbox(campus, now, ask):
    issued(campus, "ada")
    (row,) = of_kind(campus, "credential-ready")
    for path in ("/demo/mail", f"/demo/mail/{row.public_id}", f"/demo/mail/{row.public_id}/html"):
        assert ask(path).status_code == 404


def test_in_the_demonstration_no_mail_leaves_and_all_can_be_read(
    campus, now, office, configured, ask
):
    configured(demo=True)
    (ada,) = issued(campus, "ada")
    now.advance(HOLD + timedelta(seconds=2))
    campus.settle()
    assert office.letters == []
    (row,) = of_kind(campus, "credential-ready")
    assert row.state == "kept"
    assert row.subject in ask("/demo/mail").content.decode()
    assert row.subject in ask("/demo/mail?q=ready").content.decode()
    assert row.subject not in ask("/demo/mail?q=nobody").content.decode()
    shown = ask(f"/demo/mail/{row.public_id}")
    path = f"/c/{ada.credential.public_id}"
    assert f'href="{path}"' in shown.content.decode()
    frame = ask(f"/demo/mail/{row.public_id}/html")
    assert f'href="{path}"' in frame.content.decode()
    assert f'href="{settings.CAIRN.origin}' not in frame.content.decode()
    policy = frame["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; style-src 'unsafe-inline';")
    assert "sandbox" in policy
    assert "script" not in policy
    assert ask("/demo/mail/mal_nobody").status_code == 404


def test_the_mailbox_asks_the_database_as_often_for_many_letters(
    campus, now, configured, ask, django_assert_max_num_queries
):
    configured(demo=True)
    counts = []
    for number in range(2):
        for one in range(5):
            wish = Wish("sign-in-code", f"{number}{one}", to="a@b.example", context={"code": "1"})
            mailing.mail(campus.institution, wish)
        campus.settle()
        with django_assert_max_num_queries(6) as seen:
            ask("/demo/mail")
        counts.append(len(seen))
    assert counts[0] == counts[1]
