"""Signing in: the ways in, the same answer for everybody else, and the first page of each role."""

import re
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from cairn.kernel import services
from cairn.kernel.models import Account, Mail
from cairn.kernel.personal import erase_person

PASSWORD = "four stones and a lichen"
ASK = "account_request_login_code"
WRONG = (
    "This address and this password do not go together. Check both, or sign in with a code that we "
    "send by e-mail."
)


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
def account(campus):
    """The registrar's."""
    person = campus.person("mary registrar")
    assert campus.registrar
    login = "mary.registrar@harbour.example"
    return services.create_account(person, login=login, password=PASSWORD, by=campus.console)


@pytest.fixture
def client():
    return Client(SERVER_NAME="127.0.0.1")


def reader(client):
    """Who is signed in."""
    return client.session.get("_auth_user_id")


def outbox():
    """Every letter that was asked for, of whichever institution."""
    return list(Mail._base_manager.order_by("pk"))


def words(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def sign_in(client, login, password=PASSWORD, **more):
    return client.post(
        reverse("account_login"), {"login": login, "password": password, **more}, follow=False
    )


def test_a_password_signs_in_and_the_session_is_a_new_one(client, account):
    session = client.session
    session["stone"] = 1
    session.save()
    before = client.session.session_key
    client.cookies["sessionid"] = before
    answer = sign_in(client, account.login.upper())
    assert (answer.status_code, answer["Location"]) == (302, reverse("account_home"))
    assert reader(client) == str(account.pk)
    assert client.session.session_key != before


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("mary.registrar@harbour.example", "not the password"),
        ("nobody@harbour.example", PASSWORD),
    ],
)
def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(
    client, account, login, password
):
    answer = sign_in(client, login, password)
    assert answer.status_code == 200
    assert WRONG in words(answer)
    assert answer.content.count(b"data-focus") == 1
    assert b"<title>Error: " in answer.content
    assert reader(client) is None


def test_a_person_of_another_institution_or_without_a_right_is_nobody_here(client, campus, account):
    from tests.support.campus import Campus

    other = Campus("inland")
    stranger = services.create_account(
        other.person("ada"), login="ada@inland.example", password=PASSWORD, by=other.console
    )
    Account.objects.filter(pk=account.pk).update(is_active=False)
    for login in (stranger.login, account.login):
        assert WRONG in words(sign_in(client, login))
        fresh = Client(SERVER_NAME="127.0.0.1")
        fresh.post(reverse("account_request_login_code"), {"email": login})
        fresh.post(reverse("account_reset_password"), {"email": login})
        assert reader(client) is None
    assert outbox() == []


def test_a_session_of_another_institution_sees_nothing_and_may_sign_out(client, campus):
    from tests.support.campus import Campus

    other = Campus("inland")
    stranger = services.create_account(
        other.person("ada"), login="ada@inland.example", password=PASSWORD, by=other.console
    )
    client.force_login(stranger, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.get(reverse("account_settings"), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("account_home")
    assert "Your account is not of this university" in words(answer)


def test_an_erased_person_cannot_sign_in(client, campus, account):
    erase_person(account.person, by=campus.administrator)
    assert WRONG in words(sign_in(client, "mary.registrar@harbour.example"))


def code_of(message):
    code = message.context["code"]
    assert re.fullmatch(r"\d{6}", code)
    return code


def test_six_digits_by_mail_sign_in_once(client, account):
    asked = client.post(reverse("account_request_login_code"), {"email": account.login})
    assert asked["Location"] == reverse("account_confirm_login_code")
    [message] = outbox()
    code = code_of(message)
    assert (message.kind, message.to) == ("sign-in-code", account.login)
    assert (message.person_id, message.context["minutes"]) == (account.person_id, 10)
    answer = client.post(asked["Location"], {"code": code})
    assert answer["Location"] == reverse("account_home")
    assert reader(client) == str(account.pk)
    again = Client(SERVER_NAME="127.0.0.1")
    assert again.post(asked["Location"], {"code": code})["Location"] == reverse(ASK)


def test_a_code_for_an_unknown_address_looks_the_same_and_sends_nothing(client, account):
    pages = []
    for address in (account.login, "nobody@harbour.example"):
        fresh = Client(SERVER_NAME="127.0.0.1")
        answer = fresh.post(reverse("account_request_login_code"), {"email": address}, follow=True)
        shown = words(answer).replace(address, "X")
        pages.append(shown)
        assert answer.redirect_chain == [(reverse("account_confirm_login_code"), 302)]
    assert pages[0] == pages[1]
    assert [message.to for message in outbox()] == [account.login]


def test_three_wrong_codes_end_it(client, account):
    client.post(reverse("account_request_login_code"), {"email": account.login})
    confirm = reverse("account_confirm_login_code")
    right = code_of(outbox()[0])
    wrong = "000000" if right != "000000" else "000001"
    for _ in range(2):
        answer = client.post(confirm, {"code": wrong})
        assert answer.status_code == 200
        assert "This is not the code." in words(answer)
    assert client.post(confirm, {"code": wrong})["Location"] == reverse(ASK)
    assert client.post(confirm, {"code": right})["Location"] == reverse(ASK)
    assert reader(client) is None


def test_codes_for_one_address_are_few(client, account):
    for _ in range(7):
        fresh = Client(SERVER_NAME="127.0.0.1")
        last = fresh.post(reverse("account_request_login_code"), {"email": account.login})
    assert last.status_code == 200
    assert "There were many attempts." in words(last)
    assert len(outbox()) == 5


def test_guessing_a_password_is_slowed_down(client, account):
    answers = [sign_in(client, account.login, f"guess number {n}") for n in range(6)]
    assert "There were many attempts." in words(answers[-1])
    assert "There were many attempts." in words(sign_in(client, account.login))
    assert reader(client) is None


@pytest.mark.parametrize(
    ("wanted", "reached"),
    [
        ("/search?q=a", "/search?q=a"),
        ("https://elsewhere.example/", "/me"),
        ("//elsewhere.example/", "/me"),
        ("/\\elsewhere.example", "/me"),
        ("javascript:alert(1)", "/me"),
        (f"{settings.CAIRN.origin}.elsewhere.example/", "/me"),
        ("/a\nb", "/me"),
    ],
)
def test_next_leads_to_own_pages_only(client, account, wanted, reached):
    assert sign_in(client, account.login, next=wanted)["Location"] == reached


@pytest.mark.parametrize("path", ["account/signup/", "account/email/", "account/"])
def test_nobody_signs_up_or_changes_addresses_here(client, account, path):
    assert client.get(f"/{path}").status_code == 404


def test_a_link_by_mail_leads_to_a_new_password(client, account):
    done = client.post(reverse("account_reset_password"), {"email": account.login})
    assert done["Location"] == reverse("account_reset_password_done")
    [message] = outbox()
    assert (message.kind, message.to) == ("new-password", account.login)
    url = message.context["url"]
    assert url.startswith(f"{settings.CAIRN.origin}/account/password/reset/key/")
    shown = client.get(urlsplit(url).path, follow=True)
    form = shown.redirect_chain[-1][0]
    short = client.post(form, {"password1": "short", "password2": "short"})
    assert short.status_code == 200
    new = "five other stones, no lichen"
    answer = client.post(form, {"password1": new, "password2": new})
    assert answer["Location"] == reverse("account_reset_password_from_key_done")
    account.refresh_from_db()
    assert account.check_password(new)
    used = Client(SERVER_NAME="127.0.0.1").get(urlsplit(url).path)
    assert "This link works no more" in words(used)


def test_allauth_keeps_no_addresses_of_its_own(client, account):
    from allauth.account.models import EmailAddress

    sign_in(client, account.login)
    client.post(reverse("account_logout"))
    client.post(reverse("account_reset_password"), {"email": account.login})
    client.post(reverse("account_request_login_code"), {"email": account.login})
    assert EmailAddress.objects.count() == 0


@pytest.mark.parametrize(
    ("role", "first"),
    [
        ("administrator", "console:home"),
        ("author", "studio:home"),
        ("reviewer", "review:inbox"),
        ("teacher", "teach:home"),
    ],
)
def test_staff_arrive_at_the_first_section_they_may_open(client, campus, role, first):

    actor = getattr(campus, role)
    with campus.here():
        from cairn.kernel.models import Person

        person = Person.objects.get(pk=actor.person_id)
    account = services.create_account(person, login=f"{role}@harbour.example", by=campus.console)
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(reverse("account_home"))["Location"] == reverse(first)


def test_somebody_with_nothing_is_told_what_to_do(client, campus):
    account = services.create_account(
        campus.person("new here"), login="new@harbour.example", by=campus.console
    )
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.get(reverse("account_home"))
    assert "Nothing is yours here yet" in words(answer)


def test_a_stranger_is_sent_to_sign_in_and_back(client, campus):
    answer = client.get(reverse("account_settings"))
    assert answer["Location"] == f"{reverse('account_login')}?next=%2Fme%2Fsecurity"


def test_the_page_of_the_ways_in_asks_few_questions(client, account, django_assert_max_num_queries):
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    with django_assert_max_num_queries(12):
        answer = client.get(reverse("account_settings"))
    assert "mary.registrar@harbour.example" in words(answer)


def test_an_app_asks_for_a_second_step_and_its_secret_is_not_readable(client, account):
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal.auth import (
        format_hotp_value,
        hotp_value,
        yield_hotp_counters_from_time,
    )

    sign_in(client, account.login)
    asked = client.get(reverse("mfa_activate_totp"))["Location"]
    assert (
        asked == f"{reverse('account_reauthenticate')}?next=%2Faccount%2F2fa%2Ftotp%2Factivate%2F"
    )
    client.post(asked, {"password": PASSWORD})
    shown = client.get(reverse("mfa_activate_totp"))
    secret = shown.context["form"].secret
    counter = next(iter(yield_hotp_counters_from_time()))
    digits = format_hotp_value(hotp_value(secret, counter))
    answer = client.post(reverse("mfa_activate_totp"), {"code": digits})
    assert answer["Location"] == reverse("mfa_view_recovery_codes")
    row = Authenticator.objects.get(user=account, type="totp")
    assert secret not in str(row.data)
    codes = client.get(answer["Location"]).context["unused_codes"]
    client.post(reverse("account_logout"))
    second = sign_in(client, account.login)
    assert second["Location"] == reverse("mfa_authenticate")
    assert reader(client) is None
    done = client.post(second["Location"], {"code": codes[0]})
    assert done["Location"] == reverse("account_home")
    assert reader(client) == str(account.pk)


HOSTILE = ["\0", "\u202egnp.exe", "<script>alert(1)</script>", "a" * 1_000_000]


@pytest.mark.parametrize("text", HOSTILE, ids=["nul", "rtl", "html", "long"])
def test_hostile_text_gets_a_clear_answer(client, account, text):
    for name, fields in (
        ("account_login", ("login", "password")),
        ("account_request_login_code", ("email",)),
        ("account_reset_password", ("email",)),
    ):
        answer = client.post(reverse(name), dict.fromkeys(fields, text))
        assert answer.status_code == 200
        assert answer.content.count(b"error-summary-title") == 2
        assert b"<script>alert" not in answer.content
    assert (outbox(), reader(client)) == ([], None)


@pytest.fixture
def demo(settings):
    settings.CAIRN = settings.CAIRN.model_copy(update={"demo": True})


def test_the_one_click_roles_stand_only_in_a_demonstration(client, account):
    for answer in (client.get("/demo"), client.post("/demo", {"role": "registrar"})):
        assert answer.status_code == 404
    assert reader(client) is None


def test_one_click_signs_in_by_a_post(demo, client, account):
    strict = Client(SERVER_NAME="127.0.0.1", enforce_csrf_checks=True)
    shown = strict.get("/demo")
    assert shown.content.count(b'name="role"') == 1
    assert reader(strict) is None
    assert strict.post("/demo", {"role": "registrar"}).status_code == 403
    token = strict.cookies["csrftoken"].value
    answer = strict.post(
        "/demo",
        {"role": "registrar", "csrfmiddlewaretoken": token},
        headers={"origin": "http://127.0.0.1"},
    )
    assert (answer.status_code, answer["Location"]) == (302, "/me")
    assert reader(strict) == str(account.pk)
    assert (
        strict.post("/demo", {"role": "teacher", "csrfmiddlewaretoken": token}).status_code == 403
    )
    assert client.post("/demo", {"role": "teacher"}).status_code == 404


def test_a_learner_of_the_demonstration_holds_a_credential(demo, client, campus):
    ada = campus.offering().enrol("ada").mark(units=2, each=71).issue()
    person = ada.enrolment.person
    account = services.create_account(person, login="ada@harbour.example", by=campus.console)
    client.post("/demo", {"role": "learner"})
    assert reader(client) == str(account.pk)
