"""What strangers see: one credential, the catalogue, and nothing of what is private."""

import io
import json
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from cairn.issuing import services as issuing
from cairn.kernel.personal import erase_person
from cairn.outreach import services as outreach
from cairn.vc.baking import unbake

pytestmark = pytest.mark.django_db

CHROME = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/apng,*/*;"
    "q=0.8,application/signed-exchange;v=b3;q=0.7"
)
FIREFOX = (
    "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,image/png,"
    "image/svg+xml,*/*;q=0.8"
)


@pytest.fixture
def campus(db):
    from tests.support.campus import Campus

    return Campus()


@pytest.fixture
def ada(campus):
    return campus.offering().enrol("ada").mark(units=2, each=71).issue()


@pytest.fixture
def browser():
    return Client(SERVER_NAME="127.0.0.1", headers={"accept": CHROME})


@pytest.fixture
def program():
    return Client(SERVER_NAME="127.0.0.1", headers={"accept": "*/*"})


def words(answer):
    """What a reader sees of a page, without markup."""
    text = re.sub(
        r"<(script|template|style)\b.*?</\1>", " ", answer.content.decode(), flags=re.DOTALL
    )
    return " ".join(re.sub(r"<[^>]+>", " ", text).replace("&#x27;", "'").split())


def verdict(answer):
    found = re.search(
        r'data-verdict data-tone="(\w*)">.*?<span>(.*?)</span>', answer.content.decode()
    )
    return found.groups() if found else None


# --- one address, two readers --------------------------------------------------------------------


@pytest.mark.parametrize("accept", [CHROME, FIREFOX, "text/html"])
def test_a_browser_gets_the_page(ada, accept):
    answer = Client(SERVER_NAME="127.0.0.1").get(ada.page, headers={"accept": accept})
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert "Accept" in answer["Vary"]


@pytest.mark.parametrize("accept", ["*/*", "", "application/json", "application/vc", "image/png"])
def test_a_program_gets_the_document(ada, accept):
    answer = Client(SERVER_NAME="127.0.0.1").get(ada.page, headers={"accept": accept})
    assert answer.status_code == 200
    if accept == "image/png":
        assert unbake(answer.content).text.encode() == ada.badge
    else:
        assert answer.content == ada.badge
    assert "Accept" in answer["Vary"]
    assert answer["Access-Control-Allow-Origin"] == "*"


def test_an_achievement_leads_a_browser_to_its_page_and_a_program_to_its_data(
    campus, ada, browser, program
):
    place = ada.seen.achievement.id.partition("//")[2].partition("/")[2]
    answer = browser.get(f"/{place}")
    slug = campus.approved_version().achievement.slug
    assert (answer.status_code, answer["Location"]) == (302, f"/m/{slug}")
    assert program.get(f"/{place}")["Content-Type"] == "application/ld+json"
    assert browser.get("/issuer")["Location"] == "/institution"
    assert program.get("/issuer")["Content-Type"] == "application/ld+json"


# --- verdicts ------------------------------------------------------------------------------------


def test_the_page_begins_with_the_verdict_and_says_who_checked(ada, browser):
    answer = browser.get(ada.page)
    assert verdict(answer) == ("good", "Genuine and current")
    said = words(answer)
    assert "awarded" in said
    assert f"to {ada.seen.subject.name} on" in said
    assert "Checked by this server for you" in said
    assert answer.content.decode().count('data-tone="good" data-check=') == 8


def test_the_page_carries_all_that_a_browser_needs_to_check_it(campus, ada, browser):
    page = browser.get(ada.page).content.decode()
    block = re.search(r'<script id="verifier-data" type="application/json">(.*?)</script>', page)
    data = json.loads(block[1])
    assert data["credential"].encode() == ada.badge
    did = campus.issuer.addresses.did_document
    listed = campus.issuer.addresses.status_list(1)
    assert data["fetch"] == {did: "/.well-known/did.json", listed: "/status/1"}
    plain = Client(SERVER_NAME="127.0.0.1")
    for url, path in data["fetch"].items():
        assert data["documents"][url].encode() == plain.get(path).content
    templates = set(re.findall(r'<template data-verdict-of="(\w+)"', page))
    assert templates == {
        "genuine", "issuer_unconfirmed", "expired", "not_yet_valid", "revoked", "suspended",
        "altered", "unsigned_parts", "wrong_issuer", "not_conformant", "cannot_check", "unreadable",
    }  # fmt: skip


def test_a_revoked_one_says_when_and_keeps_the_reason_for_the_holder(campus, ada, browser):
    campus.revoke(ada, reason="Somebody else sat the exam.")
    answer = browser.get(ada.page)
    tone, said = verdict(answer)
    assert tone == "bad"
    assert re.fullmatch(r"Revoked on \d{1,2} \w+ \d{4}", said)
    assert "Do not rely on it" in words(answer)
    assert "sat the exam" not in answer.content.decode()
    with campus.here():
        person = ada.enrolment.person
    own = campus.signed_in(person).get(ada.page, headers={"accept": CHROME})
    assert "Reason: Somebody else sat the exam." in words(own)


def test_a_suspended_one_may_count_again(campus, ada, browser):
    issuing.suspend(ada.credential, reason="We look into it.", by=campus.registrar)
    tone, said = verdict(browser.get(ada.page))
    assert (tone, said.partition(" since ")[0]) == ("bad", "Suspended")


def test_a_replaced_one_leads_to_the_newer(campus, ada, browser):
    old = ada.page
    issuing.replace(ada.credential, reason="A name was misspelt.", by=campus.registrar)
    answer = browser.get(old)
    assert verdict(answer) == ("warn", "Genuine, replaced by a newer one")
    assert f'href="{ada.page}"' in answer.content.decode()
    assert verdict(browser.get(ada.page)) == ("good", "Genuine and current")


def test_an_erased_one_says_its_hash_and_no_name(campus, ada, browser, program):
    with campus.here():
        person = ada.enrolment.person
    name, sha256 = ada.seen.subject.name, ada.credential.sha256
    erase_person(person, by=campus.administrator)
    answer = browser.get(ada.page)
    assert answer.status_code == 410
    assert sha256 in words(answer)
    assert name not in answer.content.decode()
    assert answer["X-Robots-Tag"] == "noindex"
    assert program.get(ada.page).status_code == 410


@pytest.mark.parametrize(
    "bad",
    [
        "crd_", "crd_00000000000000000000000000", "ach_1", "%00", "..%2f..%2fetc", "%22%3E%3Cscript%3E",
        "crd_%E2%80%AE", "a" * 3_000,
    ],
)  # fmt: skip
def test_what_does_not_exist_is_not_found(ada, browser, bad):
    answer = browser.get(f"/c/{bad}")
    assert answer.status_code == 404
    assert "<script>" not in answer.content.decode()
    for form in ("json", "png", "html"):
        assert browser.get(f"/c/{bad}.{form}").status_code == 404


# --- who may see it ------------------------------------------------------------------------------


def test_a_private_one_tells_nobody_what_it_is(campus, ada, browser, program):
    ada.share("private")
    told = [ada.seen.subject.name, ada.seen.achievement.name]
    answer = browser.get(ada.page)
    assert answer.status_code == 403
    assert answer["X-Robots-Tag"] == "noindex"
    assert "keeps it private" in words(answer)
    document = program.get(ada.page)
    assert (document.status_code, document.json()["code"]) == (403, "credential.private")
    saved = [browser.get(f"{ada.page}.{form}") for form in ("json", "png", "svg", "pdf", "html")]
    answers = [answer, document, *saved]
    assert {one.status_code for one in answers} <= {403, 404}
    for one in answers:
        assert all(word not in one.content.decode() for word in told)


def test_its_holder_still_sees_it_and_can_share_it_again(campus, ada, browser):
    ada.share("private")
    with campus.here():
        person = ada.enrolment.person
    mine = campus.signed_in(person)
    assert "Only you see this part" in words(mine.get(ada.page, headers={"accept": CHROME}))
    assert mine.get(f"{ada.page}.json").content == ada.badge
    answer = mine.post(f"{ada.page}/sharing", {"visibility": "public"})
    assert (answer.status_code, answer["Location"]) == (302, f"{ada.page}#share")
    page = browser.get(ada.page)
    assert page.status_code == 200
    assert "X-Robots-Tag" not in page
    assert '<meta name="robots"' not in page.content.decode()


def test_nobody_else_changes_who_sees_it(campus, ada, browser):
    before = campus.ledger()
    assert browser.post(f"{ada.page}/sharing", {"visibility": "public"}).status_code == 302
    other = campus.signed_in(campus.person("grace"))
    assert other.post(f"{ada.page}/sharing", {"visibility": "public"}).status_code == 404
    with campus.here():
        person = ada.enrolment.person
    mine = campus.signed_in(person)
    assert mine.post(f"{ada.page}/sharing", {"visibility": "everyone"}).status_code == 404
    assert [fact for fact in campus.ledger() if fact == "credential.shared"] == []
    assert len(before) <= len(campus.ledger())


def test_others_do_not_see_the_holders_part(campus, ada, browser):
    assert "Only you see this part" not in words(browser.get(ada.page))
    staff = campus.signed_in(campus.person("mary registrar"))
    assert "Only you see" not in words(staff.get(ada.page, headers={"accept": CHROME}))


def test_whoever_has_the_link_sees_it_and_search_engines_do_not(ada, browser):
    answer = browser.get(ada.page)
    assert answer["X-Robots-Tag"] == "noindex"
    assert '<meta name="robots" content="noindex">' in answer.content.decode()


# --- what is saved and shared --------------------------------------------------------------------


def test_downloads_are_the_stored_bytes_or_carry_them(ada, browser):
    for form in ("json", "png", "svg", "pdf", "html"):
        answer = browser.get(f"{ada.page}.{form}")
        assert answer.status_code == 200
        name = re.fullmatch(
            r'attachment; filename="([a-z0-9-]+\.\w+)"', answer["Content-Disposition"]
        )
        assert name[1].endswith(f"-ada.{form}")
        if form == "json":
            assert answer.content == ada.badge
        elif form == "pdf":
            assert answer.content.startswith(b"%PDF-")
        elif form == "html":
            block = re.search(r'type="application/json">(.*?)</script>', answer.content.decode())
            assert json.loads(block[1])["credential"].encode() == ada.badge
        else:
            assert unbake(answer.content).text.encode() == ada.badge


def test_the_link_to_linkedin_carries_the_fields_and_the_holder_can_copy_them(campus, ada):
    outreach.change_face(
        campus.institution, about="", contact="", linkedin_id="1234567", by=campus.administrator
    )
    with campus.here():
        person = ada.enrolment.person
    page = campus.signed_in(person).get(ada.page, headers={"accept": CHROME}).content.decode()
    link = re.search(r'href="(https://www\.linkedin\.com/profile/add\?[^"]+)"', page)[1]
    assert "startTask=CERTIFICATION_NAME&amp;" in link
    assert "organizationId=1234567" in link
    assert "organizationName" not in link
    assert f"certId={ada.credential.public_id}" in link
    awarded = ada.seen.awarded
    assert f"issueYear={awarded.year}&amp;issueMonth={awarded.month}&amp;" in link


def test_preview_tags_name_the_permanent_address(ada, browser):
    page = browser.get(ada.page).content.decode()
    assert f'<meta property="og:url" content="{ada.seen.id}">' in page
    assert '<meta name="twitter:card" content="summary_large_image">' in page
    picture = re.search(r'<meta property="og:image" content="([^"]+)">', page)[1]
    path = picture.removeprefix(ada.seen.id)
    answer = browser.get(f"{ada.page}{path}")
    assert Image.open(io.BytesIO(answer.content)).size == (1200, 630)
    assert dict(answer.cookies) == {}
    assert browser.get(f"{ada.page}/preview-{'0' * 16}.png").status_code == 404
    ada.share("private")
    assert browser.get(f"{ada.page}{path}").status_code == 404


# --- no traces, quickly --------------------------------------------------------------------------


PUBLIC = ["/", "/explore", "/employers", "/verify", "/help", "/privacy", "/accessibility", "/institution",
          "/explore/compare", "/robots.txt", "/sitemap.xml"]  # fmt: skip


@pytest.mark.parametrize("path", PUBLIC)
def test_public_pages_open_and_set_no_cookie(ada, browser, path):
    answer = browser.get(path)
    assert answer.status_code == 200
    assert dict(answer.cookies) == {}


def test_a_credential_sets_no_cookie(ada, browser):
    browser.get(ada.page)
    browser.post("/verify", {"text": ada.badge.decode()})
    assert dict(browser.cookies) == {}


def test_a_credential_page_asks_the_database_the_same_for_any_credential(campus, ada, browser):
    def asked(path):
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(path).status_code == 200
        return len(queries)

    browser.get(ada.page)
    first = asked(ada.page)
    other = campus.offering().enrol("bo", "cy").mark(units=2, each=80).issue()
    assert asked(ada.page) == first
    assert asked(other.page) == first
    assert first <= 10


def test_the_catalogue_asks_the_same_for_any_number(campus, ada, browser):
    def asked(path):
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(path).status_code == 200
        return len(queries)

    for path in ("/explore", "/", "/institution"):
        assert asked(path) <= 6
