"""The living page of the design, and the ratios that it counts."""

import pytest
from django.conf import settings
from django.test import Client

from cairn.kernel import services
from cairn.web.design_page.colours import pairs, ratio
from cairn.web.public.verdicts import SEALS


@pytest.fixture
def campus(db):
    from tests.support.campus import Campus

    made = Campus()
    assert made.issuer
    return made


def as_person(campus, name):
    client = Client(SERVER_NAME="127.0.0.1")
    person = campus.person(name)
    login = f"{person.public_id}@harbour.example"
    account = services.create_account(person, login=login, password=None, by=campus.console)
    client.force_login(account, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_black_on_white_is_21_and_a_colour_on_itself_is_1():
    assert ratio("#000000", "#ffffff") == 21.0
    assert ratio("#0d4a5b", "#0d4a5b") == 1.0
    assert ratio("#767676", "#ffffff") == 4.5


def test_every_pair_of_the_style_sheet_can_be_read():
    assert [pair for pair in pairs() if not pair.enough] == []
    assert len(pairs()) == 14


def test_staff_see_it_and_learners_and_strangers_do_not(campus):
    assert settings.CAIRN.demo is False
    assert campus.registrar
    assert Client(SERVER_NAME="127.0.0.1").get("/design").status_code == 404
    assert as_person(campus, "ada").get("/design").status_code == 404
    answer = as_person(campus, "mary registrar").get("/design")
    assert answer.status_code == 200
    text = answer.content.decode()
    assert [seal.words for seal in SEALS.values() if str(seal.words) not in text] == []
    assert "style=" not in text
    assert text.count("<h1") == 1
