"""The learner's pages: what is next, who sees a credential, a name, an address, everything in a file."""

import csv
import io
import re
import zipfile

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from cairn.issuing.models import NameCorrection
from cairn.kernel import services
from cairn.kernel.models import EmailAddress, Mail
from cairn.outreach.models import Sharing
from cairn.vc.baking import unbake

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def quiet(settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
    cache.clear()


@pytest.fixture
def campus(db):
    from tests.support.campus import Campus

    made = Campus()
    assert made.issuer
    return made


@pytest.fixture
def ada(campus):
    return campus.offering().enrol("ada").mark(units=2, each=71).issue()


def signed_in(campus, person):
    client = Client(SERVER_NAME="127.0.0.1")
    login = f"{person.public_id}@harbour.example"
    account = services.create_account(person, login=login, password=None, by=campus.console)
    client.force_login(account, backend=BACKEND)
    return client


@pytest.fixture
def client(campus, ada):
    return signed_in(campus, ada.person)


@pytest.fixture
def other(campus):
    return signed_in(campus, campus.person("bert"))


def words(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def place(ada, name="learner:credential"):
    return reverse(name, args=[ada.credential.public_id])


def chosen(campus, ada):
    with campus.here():
        rows = Sharing.objects.filter(credential__award__enrolment=ada.enrolment)
        return list(rows.values_list("visibility", flat=True))


# --- home ------------------------------------------------------------------------------------------


def test_a_new_credential_is_the_next_thing_until_its_holder_has_chosen(client, ada):
    title = ada.run.offering.version.text.title
    assert f"Your {title} credential is ready" in words(client.get(reverse("learner:home")))
    client.post(place(ada, "learner:share"), {"visibility": "link"})
    said = words(client.get(reverse("learner:home")))
    assert "is ready" not in said
    assert "Add another stone" in said
    assert "1 stone held" in said


def test_without_anything_the_home_page_says_where_to_begin(other):
    said = words(other.get(reverse("learner:home")))
    assert "Find something to learn" in said
    assert "Your cairn begins here" in said
    assert "No stones yet" in words(other.get(reverse("learner:credentials")))
    assert "nothing to take along yet" in words(other.get(reverse("learner:everything")))


def test_marks_are_not_shown_before_they_are_released(campus):
    run = campus.offering("LATER")
    bert = run.enrol("bert").mark(units=2, each=71)
    client = signed_in(campus, bert.person)
    page = reverse("learner:course", args=[bert.enrolment.public_id])
    before = words(client.get(page))
    assert "71" not in before
    assert before.count("Not released yet") == len(run.offering.version.text.tasks)
    run.release()
    after = words(client.get(page))
    assert "Not released yet" not in after
    assert "Together they come to 71 of 100" in after
    assert f"Your results in {run.offering.version.text.title} are out" in words(
        client.get(reverse("learner:home"))
    )


def test_the_pages_ask_as_often_for_three_credentials_as_for_one(campus, ada, client):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count(name):
        client.get(reverse(name))
        with CaptureQueriesContext(connection) as asked:
            assert client.get(reverse(name)).status_code == 200
        return len(asked)

    pages = ("learner:home", "learner:credentials", "learner:everything")
    before = [count(name) for name in pages]
    for code in ("SECOND", "THIRD"):
        campus.offering(code).enrol("ada").mark(units=2, each=80).issue()
    assert [count(name) for name in pages] == before
    assert words(client.get(reverse("learner:credentials"))).count("Awarded on") == 3


# --- nobody else's ---------------------------------------------------------------------------------


def test_a_stranger_is_asked_to_sign_in(ada):
    answer = Client(SERVER_NAME="127.0.0.1").get(place(ada))
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


def test_what_belongs_to_another_learner_is_not_there(campus, ada, other):
    assert other.get(place(ada)).status_code == 404
    assert other.post(place(ada, "learner:share"), {"visibility": "private"}).status_code == 404
    course = reverse("learner:course", args=[ada.enrolment.public_id])
    assert other.get(course).status_code == 404
    assert chosen(campus, ada) == []


def test_staff_do_not_see_other_peoples_credentials_here(campus, ada):
    assert campus.registrar
    client = signed_in(campus, campus.person("mary registrar"))
    assert client.get(place(ada)).status_code == 404
    assert "No stones yet" in words(client.get(reverse("learner:credentials")))


@pytest.mark.parametrize("odd", ["x", "crd_\u202e", "crd_00000000000000000000000000", "%00"])
def test_an_id_that_names_nothing_is_not_found(client, odd):
    assert client.get(f"/learn/credentials/{odd}").status_code == 404
    assert client.get(f"/learn/courses/{odd}").status_code == 404


# --- who sees it -----------------------------------------------------------------------------------


def test_a_choice_is_kept_and_can_be_undone(campus, client, ada):
    answer = client.post(place(ada, "learner:share"), {"visibility": "private"}, follow=True)
    assert chosen(campus, ada) == ["private"]
    assert "Who can see it now: Only you." in words(answer)
    assert 'name="undo"' in answer.content.decode()
    answer = client.post(
        place(ada, "learner:share"), {"visibility": "link", "undo": "1"}, follow=True
    )
    assert chosen(campus, ada) == ["link"]
    assert "Taken back." in words(answer)
    assert 'name="undo"' not in answer.content.decode()


@pytest.mark.parametrize("odd", ["", "everyone", "\0", "x" * 1_000_000])
def test_a_choice_that_is_none_changes_nothing(campus, client, ada, odd):
    answer = client.post(place(ada, "learner:share"), {"visibility": odd})
    assert answer.status_code == 422
    assert "There is a problem" in words(answer)
    assert chosen(campus, ada) == []


def test_looking_changes_nothing(campus, client, ada):
    before = campus.ledger()
    for name in ("home", "credentials", "name", "addresses", "everything", "archive"):
        assert client.get(reverse(f"learner:{name}")).status_code == 200
    assert client.get(place(ada)).status_code == 200
    assert client.get(place(ada, "learner:share")).status_code == 405
    assert campus.ledger() == before


def test_the_page_offers_linkedin_with_the_same_fields_to_copy(client, ada):
    html = client.get(place(ada)).content.decode()
    assert "https://www.linkedin.com/profile/add?startTask=CERTIFICATION_NAME" in html
    assert "organizationName=Harbour+University" in html
    assert "expirationYear" not in html
    assert 'id="li-issuer">Harbour University<' in html


# --- the name --------------------------------------------------------------------------------------


def test_a_correction_goes_to_the_registrar_once(campus, client, ada):
    page = reverse("learner:name")
    form = {"wanted": "Ada Łoś", "note": "A letter is wrong."}
    answer = client.post(page, form, follow=True)
    assert "You asked for “Ada Łoś”" in words(answer)
    assert client.post(page, {**form, "wanted": "Somebody Else"}).status_code == 422
    with campus.here():
        assert list(NameCorrection.objects.values_list("wanted", "note", "state")) == [
            ("Ada Łoś", "A letter is wrong.", "asked")
        ]
    assert campus.person("ada").full_name == "Ada"


@pytest.mark.parametrize("wanted", ["", "Ada", "\0", "x" * 1_000_000])
def test_a_correction_without_another_name_is_refused(campus, client, wanted):
    answer = client.post(reverse("learner:name"), {"wanted": wanted, "note": "So it is."})
    assert answer.status_code == 422
    assert "There is a problem" in words(answer)
    with campus.here():
        assert NameCorrection.objects.count() == 0


# --- addresses -------------------------------------------------------------------------------------


def mine(campus, ada):
    with campus.here():
        rows = EmailAddress.objects.filter(person=ada.person).order_by("pk")
        return [(one.address, one.kind, one.verified_at is not None) for one in rows]


def outbox():
    return list(Mail._base_manager.filter(kind="address-code").order_by("pk"))


def test_an_address_is_written_down_once_its_code_came_back(campus, client, ada):
    before = mine(campus, ada)
    client.post(reverse("learner:addresses"), {"address": "Ada@Home.example"})
    assert mine(campus, ada) == before
    (sent,) = outbox()
    assert (sent.to, sent.person_id) == ("ada@home.example", ada.person.pk)
    code = sent.context["code"]
    wrong = "000000" if code != "000000" else "111111"
    assert client.post(reverse("learner:confirm"), {"code": wrong}).status_code == 422
    assert mine(campus, ada) == before
    spaced = f"{code[:3]} {code[3:]}"
    answer = client.post(reverse("learner:confirm"), {"code": spaced}, follow=True)
    assert "ada@home.example is yours." in words(answer)
    assert mine(campus, ada) == [*before, ("ada@home.example", "personal", True)]


def test_after_five_wrong_codes_the_right_one_is_too_late(campus, client, ada):
    before = mine(campus, ada)
    client.post(reverse("learner:addresses"), {"address": "ada@home.example"})
    code = outbox()[0].context["code"]
    wrong = "000000" if code != "000000" else "111111"
    for _ in range(5):
        client.post(reverse("learner:confirm"), {"code": wrong})
    client.post(reverse("learner:confirm"), {"code": code})
    assert mine(campus, ada) == before


def test_somebody_elses_address_is_refused_and_stays_theirs(campus, client, ada):
    bert = campus.person("bert")
    client.post(reverse("learner:addresses"), {"address": "bert@harbour.example"})
    answer = client.post(reverse("learner:confirm"), {"code": outbox()[0].context["code"]})
    assert answer.status_code == 422
    assert "belongs to another person" in words(answer)
    with campus.here():
        assert EmailAddress.objects.get(address="bert@harbour.example").person_id == bert.pk


def test_only_five_codes_are_sent_within_an_hour(client):
    for number in range(7):
        client.post(reverse("learner:addresses"), {"address": f"ada{number}@home.example"})
    assert len(outbox()) == 5


# --- everything ------------------------------------------------------------------------------------


def test_everything_is_in_one_file_and_the_signed_bytes_are_the_same(campus, client, ada):
    answer = client.get(reverse("learner:archive"))
    assert answer["Content-Type"] == "application/zip"
    bundle = zipfile.ZipFile(io.BytesIO(answer.content))
    name = ada.credential.public_id
    assert {"index.html", "README.txt", "manifest.csv"} < set(bundle.namelist())
    assert bundle.read(f"credentials/{name}.json") == ada.badge
    for kind in ("png", "svg"):
        assert unbake(bundle.read(f"badges/{name}.{kind}")).text.encode() == ada.badge
    page = bundle.read("index.html").decode()
    assert f'href="credentials/{name}.json"' in page
    assert "<script" not in page
    assert re.findall(r'(?:src|rel="stylesheet" href)="(?!badges/)', page) == []


def test_a_title_that_a_spreadsheet_would_calculate_is_marked_as_text(campus):
    title = '=HYPERLINK("https://evil.example")'
    run = campus.offering("ODD", version=campus.approved_version("odd", title=title))
    ada = run.enrol("ada").mark(units=2, each=71).issue()
    answer = signed_in(campus, ada.person).get(reverse("learner:archive"))
    bundle = zipfile.ZipFile(io.BytesIO(answer.content))
    rows = list(csv.DictReader(io.StringIO(bundle.read("manifest.csv").decode("utf-8-sig"))))
    assert [row["title"] for row in rows] == [f"'{title}"]


def test_somebody_elses_credentials_are_not_in_the_file(ada, other):
    answer = other.get(reverse("learner:archive"))
    bundle = zipfile.ZipFile(io.BytesIO(answer.content))
    assert sorted(bundle.namelist()) == ["README.txt", "index.html", "manifest.csv"]
    assert ada.credential.public_id not in bundle.read("manifest.csv").decode()
