"""Public pages in the second language: every sentence of ours is said in German, whatever is shown."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.test import Client
from django.utils import translation

from cairn.web.templatetags.cairn import spoken
from tests.doors.web.test_public import CHROME

pytestmark = pytest.mark.django_db


@pytest.fixture
def campus(db):
    from tests.support.campus import Campus

    return Campus()


@pytest.fixture
def untranslated(monkeypatch):
    """What pages said and the German catalogue does not have."""
    found: set[str] = set()
    from django.utils.translation import _trans

    for name in ("gettext", "pgettext"):
        real = getattr(_trans, name)

        def said(*given, real=real):
            words = real(*given)
            if translation.get_language() == "de" and words == given[-1]:
                found.add(str(given[-1]))
            return words

        monkeypatch.setattr(_trans, name, said)

    real_plural = _trans.ngettext

    def counted(one, many, number):
        words = real_plural(one, many, number)
        if translation.get_language() == "de" and words in {one, many}:
            found.add(str(one))
        return words

    monkeypatch.setattr(_trans, "ngettext", counted)
    return found


PAGES = (
    "/", "/explore", "/explore?q=zzz", "/explore/compare?m=security", "/m/security", "/institution",
    "/employers", "/help", "/privacy", "/accessibility", "/verify", "/nowhere",
    "/c/crd_aaaaaaaaaaaaaaaaaaaaaaaaaa",
)  # fmt: skip
#: Words that are the same in both languages.
ALIKE = {"November", "Online", "Version"}


def german(path: str, **headers: str):
    told = {"accept": CHROME, "accept-language": "de"} | headers
    return Client(SERVER_NAME="127.0.0.1").get(path, headers=told)


def test_no_public_page_says_an_english_sentence_to_a_german_reader(campus, untranslated):
    ada = campus.offering().enrol("ada").mark(units=2, each=71).issue()
    addresses = [*PAGES, ada.page]
    for path in addresses:
        answer = german(path)
        assert answer["Content-Language"] == "de", path
        assert '<html lang="de"' in answer.content.decode(), path
    campus.revoke(ada)
    assert "Widerrufen" in german(ada.page).content.decode()
    assert untranslated - ALIKE == set()


def test_what_nobody_translated_is_found(campus, untranslated):
    """Else the test above could not fail."""
    with translation.override("de"):
        assert translation.gettext("Nobody will ever translate this.")
    assert untranslated == {"Nobody will ever translate this."}


def test_caches_keep_the_languages_apart(campus):
    ada = campus.offering().enrol("ada").mark(units=2, each=71).issue()
    for path in ("/", "/m/security", ada.page, "/nowhere"):
        answer = german(path)
        varies = {word.strip() for word in answer["Vary"].split(",")}
        assert varies >= {"Accept-Language", "Cookie"}, path
    # What machines read is the same in every language.
    for path, accept in ((ada.page, "application/json"), ("/status/1", "*/*")):
        answer = german(path, accept=accept)
        assert "Accept-Language" not in answer.headers.get("Vary", "")
        assert "Content-Language" not in answer.headers


def test_the_cookie_counts_before_what_the_browser_asks_for(campus):
    client = Client(SERVER_NAME="127.0.0.1")
    client.cookies["django_language"] = "en"
    answer = client.get("/", headers={"accept": CHROME, "accept-language": "de"})
    assert answer["Content-Language"] == "en"


def test_what_is_written_in_another_language_says_so(campus):
    """Readers that speak pronounce an English outcome in English on a German page."""
    ada = campus.offering().enrol("ada").mark(units=2, each=71).issue()
    for path in (ada.page, "/m/security"):
        assert '<ol class="outcomes" lang="en-AU">' in german(path).content.decode()
        english = german(path, **{"accept-language": "en"}).content.decode()
        assert '<ol class="outcomes">' in english


@pytest.mark.parametrize(
    ("tag", "said"),
    [("de-AT", ""), ("en-AU", ' lang="en-AU"'), ("English", ""), ('"><b>', ""), (None, "")],
)
def test_only_a_language_tag_becomes_an_attribute(tag, said):
    with translation.override("de"):
        assert spoken(SimpleNamespace(language=tag)) == said
