"""Where no address matches, and where a form comes too late: a page for people, words for programs."""

from __future__ import annotations

import pytest
from django.test import Client

from cairn.web.public import verdicts

BROWSER = {"HTTP_ACCEPT": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
def browser(db):
    from tests.support.campus import Campus

    Campus()
    return Client(enforce_csrf_checks=True)


def test_an_unknown_address_is_a_page_for_a_browser(browser):
    answer = browser.get("/nowhere/at/all", **BROWSER)
    assert answer.status_code == 404
    assert "There is nothing here" in answer.content.decode()
    assert answer["Content-Security-Policy"].startswith("default-src 'self'")


def test_a_program_gets_no_page(browser):
    answer = browser.get("/nowhere/at/all", HTTP_ACCEPT="application/json")
    assert answer.status_code == 404
    assert b"stylesheet" not in answer.content


def test_a_form_without_its_key_is_refused_in_words(browser):
    answer = browser.post("/account/login/", {"login": "a@b.example"}, **BROWSER)
    assert answer.status_code == 403
    assert "Send it once more" in answer.content.decode()


@pytest.mark.parametrize(
    ("sentence", "rest"),
    [
        (
            "Genuine and current: Harbour (harbour.example) made this statement and stands by it.",
            "Harbour (harbour.example) made this statement and stands by it.",
        ),
        (
            "Not from X: Y: somebody else signed this. Do not rely on it.",
            "Somebody else signed this. Do not rely on it.",
        ),
        ("Nothing that the verifier says.", "Nothing that the verifier says."),
    ],
)
def test_a_heading_is_not_said_twice(sentence, rest):
    assert verdicts.rest(sentence) == rest
