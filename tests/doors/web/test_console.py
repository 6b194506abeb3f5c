"""The console: who may come in, and what administrators can see and do there."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import get_resolver, reverse

from cairn.issuing.models import SigningKey
from cairn.kernel import clock, jobs, mailing, services
from cairn.kernel.ledger import Chain
from cairn.kernel.models import (
    Account,
    Delegation,
    EmailAddress,
    Job,
    LedgerEntry,
    Mail,
    Membership,
    OrgUnit,
    Person,
)
from cairn.web.console.ledger import neutral

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
OTHERS = ("author", "reviewer", "teacher", "learner")


@pytest.fixture(autouse=True)
def fresh(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()


@pytest.fixture
def campus(db):
    from tests.support.campus import Campus

    made = Campus()
    assert made.issuer
    return made


def account_of(campus, role):
    if role == "learner":
        person = campus.person("ada")
    else:
        with campus.here():
            person = Person.objects.get(pk=getattr(campus, role).person_id)
    login = f"{role}@harbour.example"
    return services.create_account(person, login=login, by=campus.console)


@pytest.fixture
def enter(campus):
    def sign_in(role):
        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(account_of(campus, role), backend=BACKEND)
        return client

    return sign_in


@pytest.fixture
def admin(enter):
    return enter("administrator")


def told(answer):
    return answer.content.decode()


def rows(campus, model):
    with campus.here():
        return list(model.objects.order_by("pk"))


def addresses(campus):
    """Every address of the console, with ids that lead somewhere."""
    with campus.here():
        membership = Membership.objects.order_by("pk").first()
        key = SigningKey.objects.get()
    ids = {
        "person": campus.person("ada").public_id,
        "role_end": membership.public_id,
        "key_revoke": key.public_id,
    }
    resolver = get_resolver("cairn.web.console.urls")
    found = []
    for name in {name for name in resolver.reverse_dict if isinstance(name, str)}:
        [(_, parameters), *_more] = resolver.reverse_dict.getlist(name)[0][0]
        values = {
            one: "rotate" if one == "verb" else ids.get(name, ids["person"]) for one in parameters
        }
        found.append((name, reverse(f"console:{name}", kwargs=values)))
    return sorted(found)


def test_every_address_is_known_to_the_sweep(campus):
    assert len(addresses(campus)) == 20


@pytest.mark.parametrize("role", OTHERS)
def test_no_page_of_the_console_opens_for_others(campus, enter, role):
    client, pages = enter(role), addresses(campus)
    with campus.here():
        before = LedgerEntry.objects.count()
    for name, url in pages:
        for answer in (client.get(url), client.post(url)):
            assert answer.status_code in {403, 405}, (name, answer.status_code)
    assert client.get(reverse("console:people")).status_code == 403
    with campus.here():
        assert LedgerEntry.objects.count() == before


def test_a_stranger_is_sent_to_sign_in(campus):
    client = Client(SERVER_NAME="127.0.0.1")
    for name, url in addresses(campus):
        for answer in (client.get(url), client.post(url)):
            assert answer.status_code in {302, 405}, (name, answer.status_code)
            if answer.status_code == 302:
                assert answer["Location"].startswith(f"{reverse('account_login')}?next=")


def test_a_registrar_reads_the_ledger_and_nothing_else(campus, enter):
    client = enter("registrar")
    open_to = [
        name for name, url in addresses(campus) if client.get(url).status_code not in {403, 405}
    ]
    assert open_to == ["ledger", "ledger_export"]


def test_every_page_opens_for_an_administrator(campus, admin):
    for name, url in addresses(campus):
        status = admin.get(url).status_code
        expected = {"home": 302, "lent_end": 404}.get(name)
        if name in {"role_give", "lend", "login", "address", "retry", "ledger_check"}:
            expected = 405
        assert status == (expected or 200), name


def test_somebody_is_added_and_can_sign_in(campus, admin):
    answer = admin.post(
        reverse("console:person_add"),
        {"full_name": "Noor  Haddad", "address": "Noor@harbour.example", "account": "on"},
    )
    with campus.here():
        person = Person.objects.get(full_name="Noor Haddad")
    assert answer["Location"] == reverse("console:person", args=[person.public_id])
    account = Account.objects.get(person=person)
    assert (account.login, account.has_usable_password()) == ("noor@harbour.example", False)
    assert campus.ledger(person.public_id) == ["person.added"]
    assert campus.ledger(account.public_id) == ["account.created"]


def test_an_address_that_is_taken_adds_nobody(campus, admin):
    campus.person("ada")
    before = len(rows(campus, Person))
    answer = admin.post(
        reverse("console:person_add"), {"full_name": "Ada Two", "address": "ada@harbour.example"}
    )
    assert answer.status_code == 200
    assert "This address belongs to another person here." in told(answer)
    assert len(rows(campus, Person)) == before


def test_a_role_is_given_from_a_day_to_a_day_and_ended(campus, admin):
    ada = campus.person("ada")
    url = reverse("console:role_give", args=[ada.public_id])
    unit = campus.school.public_id
    given = {"role": "teacher", "unit": unit, "since": "2026-01-01", "until": "2027-01-31"}
    assert admin.post(url, given).status_code == 302
    with campus.here():
        row = Membership.objects.get(person=ada)
    assert (row.role, row.since, row.until) == ("teacher", date(2026, 1, 1), date(2027, 1, 31))
    wrong = admin.post(url, given | {"until": "2025-12-31"})
    assert (wrong.status_code, "is before the first" in told(wrong)) == (200, True)
    page = admin.get(reverse("console:role_end", args=[row.public_id]))
    assert "On which day does this end?" in told(page)
    row.refresh_from_db()
    assert row.until == date(2027, 1, 31)
    admin.post(reverse("console:role_end", args=[row.public_id]), {"on": "2026-06-30"})
    row.refresh_from_db()
    assert row.until == date(2026, 6, 30)
    assert campus.ledger(row.public_id) == ["role.given", "role.ended"]


def test_the_last_administrator_is_warned(campus, admin):
    with campus.here():
        own = Membership.objects.get(role="administrator")
    url = reverse("console:role_end", args=[own.public_id])
    assert "Nobody else administers the whole institution." in told(admin.get(url))


def test_a_permission_is_lent_until_a_day(campus, admin):
    with campus.here():
        giver = Person.objects.get(pk=campus.registrar.person_id)
    ada = campus.person("ada")
    until = clock.today(campus.institution) + timedelta(days=7)
    data = {
        "permission": "issuing.issue",
        "receiver": "ADA@harbour.example",
        "unit": campus.root.public_id,
        "until": until.isoformat(),
    }
    url = reverse("console:lend", args=[giver.public_id])
    refused = admin.post(url, data | {"receiver": "nobody@harbour.example"})
    assert "Name somebody else who is known here" in told(refused)
    assert rows(campus, Delegation) == []
    assert admin.post(url, data).status_code == 302
    [lent] = rows(campus, Delegation)
    assert (lent.giver_id, lent.receiver_id, lent.until) == (giver.pk, ada.pk, until)
    not_held = admin.post(url, data | {"permission": "quality.decide"})
    assert not_held.status_code == 200
    assert len(rows(campus, Delegation)) == 1


def test_another_address_and_another_sign_in(campus, admin):
    ada = campus.person("ada")
    page = reverse("console:person", args=[ada.public_id])
    login = reverse("console:login", args=[ada.public_id])
    assert admin.post(login, {"login": "ada@harbour.example"})["Location"] == page
    assert admin.post(login, {"login": "countess@harbour.example"})["Location"] == page
    account = Account.objects.get(person=ada)
    assert account.login == "countess@harbour.example"
    assert campus.ledger(account.public_id) == ["account.created", "account.login_changed"]
    taken = admin.post(login, {"login": "administrator@harbour.example"})
    assert "someone else signs in with this address" in told(taken)
    account.refresh_from_db()
    assert account.login == "countess@harbour.example"
    url = reverse("console:address", args=[ada.public_id])
    admin.post(url, {"address": "ada@home.example", "kind": "personal"})
    with campus.here():
        kept = EmailAddress.objects.filter(person=ada).order_by("pk")
        assert [one.address for one in kept] == ["ada@harbour.example", "ada@home.example"]


def test_people_are_found_by_name_address_and_id(campus, admin):
    ada = campus.person("ada")
    url = reverse("console:people")
    for words in ("ADA", "ada@harb", ada.public_id):
        page = admin.get(url, {"q": words})
        assert [row["person"].pk for row in page.context["rows"]] == [ada.pk]
    assert "Nobody is called “zz”." in told(admin.get(url, {"q": "zz"}))
    everybody = admin.get(url, {"who": "all"}).context["rows"]
    assert len(everybody) == len(rows(campus, Person))


def test_a_person_of_another_institution_is_not_there(campus, admin):
    from tests.support.campus import Campus

    ada = Campus("inland").person("ada")
    assert admin.get(reverse("console:person", args=[ada.public_id])).status_code == 404


def test_a_unit_joins_the_tree(campus, admin):
    data = {"name": "School of Tides", "kind": "school", "unit": campus.faculty.public_id}
    assert admin.post(reverse("console:units"), data).status_code == 302
    with campus.here():
        unit = OrgUnit.objects.get(name="School of Tides")
    assert unit.parent_id == campus.faculty.pk


def test_the_institution_names_itself_anew(campus, admin):
    url = reverse("console:institution")
    good = {"part": "name", "name": "Haven", "country": "fr", "time_zone": "Europe/Paris"}
    refused = admin.post(url, good | {"country": "F1"})
    assert "the country in two letters" in told(refused)
    assert campus.ledger(campus.institution.public_id) == ["institution.created"]
    assert admin.post(url, good).status_code == 302
    campus.institution.refresh_from_db()
    made = campus.institution
    assert (made.name, made.country, made.time_zone) == ("Haven", "FR", "Europe/Paris")
    campus.root.refresh_from_db()
    assert campus.root.name == "Haven"
    assert campus.ledger(made.public_id) == ["institution.created", "institution.changed"]


def test_the_public_face_is_written(campus, admin):
    from cairn.outreach.selectors import face_of

    url = reverse("console:institution")
    wrong = {"part": "face", "about": "By the sea.", "contact": "nowhere", "linkedin_id": ""}
    assert admin.post(url, wrong).status_code == 200
    good = wrong | {"contact": "office@harbour.example", "linkedin_id": "1337"}
    assert admin.post(url, good).status_code == 302
    with campus.here():
        face = face_of(campus.institution)
    assert (face.about, face.linkedin_id) == ("By the sea.", "1337")
    bad = io.BytesIO(b"GIF89a")
    bad.name = "logo.gif"
    assert admin.post(url, {"part": "logo", "image": bad}).status_code == 200
    with campus.here():
        assert face_of(campus.institution).logo_type == ""


def test_a_key_is_rotated_suspended_and_resumed_after_a_confirmation(campus, admin):
    for verb in ("rotate", "suspend", "resume"):
        url = reverse("console:key_turn", args=[verb])
        before = [key.state for key in rows(campus, SigningKey)]
        assert "What happens next" in told(admin.get(url))
        assert [key.state for key in rows(campus, SigningKey)] == before
        assert admin.post(url)["Location"] == reverse("console:keys")
        after = [key.state for key in rows(campus, SigningKey)]
        expected = {
            "rotate": ["retired", "active"],
            "suspend": ["retired", "suspended"],
            "resume": ["retired", "active"],
        }
        assert after == expected[verb]
    assert admin.get(reverse("console:key_turn", args=["polish"])).status_code == 404


def test_what_cannot_be_pressed_is_disabled_with_its_reason(campus, admin):
    page = told(admin.get(reverse("console:keys")))
    assert "Only a suspended key can be resumed." in page
    url = reverse("console:key_turn", args=["resume"])
    assert "disabled" in told(admin.get(url))
    assert admin.post(url).status_code == 200
    assert [key.state for key in rows(campus, SigningKey)] == ["active"]


def test_a_key_is_revoked_when_its_id_was_typed(campus, admin):
    [key] = rows(campus, SigningKey)
    url = reverse("console:key_revoke", args=[key.public_id])
    assert "Type the id of the key" in told(admin.post(url, {"public": "key_other"}))
    assert [one.state for one in rows(campus, SigningKey)] == ["active"]
    assert admin.post(url, {"public": key.public_id}).status_code == 302
    assert [one.state for one in rows(campus, SigningKey)] == ["revoked"]


def test_the_lists_say_what_lies_on_them(campus, admin):
    ada = campus.offering().enrol("ada").mark(units=2, each=71).issue()
    campus.revoke(ada)
    [row] = admin.get(reverse("console:keys")).context["lists"]
    assert (row["all"], row["revoked"], row["late"]) == (1, 1, False)


def test_health_names_what_is_wrong_and_a_failed_job_runs_again(campus, admin):
    job = jobs.enqueue("renew-status-lists", key="broken", institution=campus.institution)
    Job.objects.filter(pk=job.pk).update(state="failed", error="It broke.", finished_at=clock.now())
    page = admin.get(reverse("console:health"))
    assert [row.what for row in page.context["findings"] if row.tone == "bad"] == ["Jobs"]
    assert "It broke." in told(page)
    admin.post(reverse("console:retry", args=[job.public_id]))
    job.refresh_from_db()
    assert job.state == "waiting"


def test_health_says_which_mail_waits_too_long_and_which_was_refused(campus, admin):
    def said():
        found = admin.get(reverse("console:health")).context["findings"]
        return [(one.says, one.tone) for one in found if "ail" in one.what]

    wish = mailing.Wish("sign-in-code", "code:1", to="a@b.example", context={"code": "123456"})
    row = mailing.mail(campus.institution, wish)
    assert said() == [("1 letter waits.", "good")]
    with campus.here():
        Mail.objects.update(hold_until=clock.now() - timedelta(minutes=20, seconds=1))
    late = "1 letter waits. 1 should have left, the oldest 20 minutes ago."
    assert said() == [(late, "bad")]
    assert "Set CAIRN_MAIL_URL and CAIRN_MAIL_FROM" in told(admin.get(reverse("console:health")))
    with campus.here():
        mailing.failed(row, "smtp 550", for_good=True)
        row.refresh_from_db()
    assert (row.state, row.context) == ("failed", {})
    assert said() == [("Nothing waits.", "good"), ("1 was refused for good.", "warn")]


def test_the_ledger_is_searched_and_turned_page_by_page(campus, admin):
    ada = campus.person("ada")
    url = reverse("console:ledger")
    one = admin.get(url, {"subject": ada.public_id})
    assert [row["row"].fact for row in one.context["rows"]] == ["person.added"]
    named = admin.get(url, {"fact": "role.given"}).context["rows"]
    assert {row["row"].fact for row in named} == {"role.given"}
    by = admin.get(url, {"actor": "command-line"}).context["rows"]
    assert {row["row"].actor for row in by} == {"command-line"}
    assert list(admin.get(url, {"until": "2000-01-01"}).context["rows"]) == []
    assert "The days were left out" in told(admin.get(url, {"since": "yesterday"}))
    for number in range(60):
        campus.person(f"stone {number}")
    first = admin.get(url)
    assert len(first.context["rows"]) == 50
    second = admin.get(url, {"before": first.context["older"]})
    numbers = [row["row"].number for row in second.context["rows"]]
    assert numbers[0] == first.context["older"] - 1


def test_the_chain_is_checked_by_a_press_that_reports(campus, admin, monkeypatch):
    url = reverse("console:ledger_check")
    assert admin.get(url).status_code == 405
    with campus.here():
        number = LedgerEntry.objects.count()
    page = admin.post(url, follow=True)
    assert f"{number:,} facts were read, and every hash is right." in told(page)
    broken = Chain(2, "", 3, "Entry 3 was altered.")
    monkeypatch.setattr("cairn.web.console.ledger.verify_chain", lambda _institution: broken)
    said = told(admin.post(url, follow=True))
    assert "The chain breaks at entry 3. Entry 3 was altered." in said
    page = admin.get(reverse("console:health"))
    assert [row.what for row in page.context["findings"] if row.tone == "bad"] == ["Ledger"]


def test_the_download_holds_what_the_search_finds(campus, admin):
    ada = campus.person("ada")
    url = reverse("console:ledger_export")
    answer = admin.get(url, {"subject": ada.public_id})
    text = b"".join(answer.streaming_content).decode()
    head, line = csv.reader(io.StringIO(text))
    assert head == ["number", "at", "fact", "actor", "subject", "data", "hash"]
    assert (line[2], line[4]) == ("person.added", ada.public_id)


@pytest.mark.parametrize("begin", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_of_the_download_is_a_formula(begin):
    assert neutral(f"{begin}cmd|x") == f"'{begin}cmd|x"
    assert neutral("plain") == "plain"


HOSTILE = ["\0", "\u202egnp", "<script>alert(1)</script>", "a" * 1_000_000]


@pytest.mark.parametrize("text", HOSTILE, ids=["nul", "rtl", "html", "long"])
def test_hostile_text_gets_a_clear_answer(campus, admin, text):
    ada = campus.person("ada")
    before = len(rows(campus, Person))
    for name, fields in (
        ("person_add", ("full_name", "address")),
        ("role_give", ("role", "unit", "since", "until")),
        ("lend", ("permission", "receiver", "unit", "since", "until")),
        ("login", ("login",)),
        ("address", ("address", "kind")),
        ("units", ("kind", "unit")),
    ):
        args = [] if name in {"person_add", "units"} else [ada.public_id]
        answer = admin.post(reverse(f"console:{name}", args=args), dict.fromkeys(fields, text))
        assert answer.status_code == 200, name
        assert 'id="error-summary-title"' in told(answer)
        assert "<script>alert" not in told(answer)
    assert admin.get(reverse("console:people"), {"q": text[:2000]}).status_code == 200
    assert admin.get(reverse("console:ledger"), {"subject": text[:2000]}).status_code == 200
    assert len(rows(campus, Person)) == before


@pytest.mark.parametrize(
    ("name", "most"),
    [
        ("people", 18),
        ("units", 15),
        ("institution", 15),
        ("keys", 18),
        ("health", 26),  # four of them ask the outbox
        ("ledger", 15),
    ],
)
def test_pages_ask_as_often_with_much_as_with_little(campus, admin, name, most):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    url = reverse(f"console:{name}") + ("?who=all" if name == "people" else "")
    admin.get(url)
    with CaptureQueriesContext(connection) as little:
        admin.get(url)
    for number in range(12):
        campus.staff(f"stone {number}", "author", at=campus.school)
    with CaptureQueriesContext(connection) as much:
        admin.get(url)
    assert len(much) == len(little) <= most
