"""The verify page without scripts: what is given, what is answered, what is never done."""

import json
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from cairn.fetch import Fetched, FetchRefused
from cairn.kernel.models import LedgerEntry
from cairn.vc.document import parse
from cairn.vc.keys import SoftwareSigner
from cairn.web.public import verify
from cairn.web.public.verify import Bucket
from tests.doors.web.test_public import ada, browser, campus, verdict, words  # noqa: F401

pytestmark = pytest.mark.django_db

VECTORS = Path(__file__).parents[2] / "vectors"
VERSION_2 = VECTORS / "1edtech-ob20" / "simple.jwt"


class Nowhere:
    """A web on which nothing can be had, and which remembers what was asked."""

    def __init__(self, **pages):
        self.asked, self.pages = [], pages

    def get(self, url, **_):
        self.asked.append(url)
        if url in self.pages:
            return Fetched(url, self.pages[url], "application/json")
        raise FetchRefused("That host was not asked.")


@pytest.fixture(autouse=True)
def outside(monkeypatch):
    nowhere = Nowhere()
    monkeypatch.setattr(verify, "fetcher", lambda: nowhere)
    monkeypatch.setattr(verify, "BUCKET", Bucket(60, 1))
    return nowhere


@pytest.fixture
def check(browser):  # noqa: F811
    def post(**fields):
        return browser.post("/verify", fields)

    return post


def file(name, content):
    return SimpleUploadedFile(name, content)


def test_a_pasted_credential_of_ours_is_genuine_and_nobody_is_asked(ada, check, outside):  # noqa: F811
    answer = check(text=ada.badge.decode())
    assert verdict(answer) == ("good", "Genuine and current")
    assert "Checked by this server for you" in words(answer)
    assert "Nobody: everything that was needed was here." in words(answer)
    assert outside.asked == []


@pytest.mark.parametrize("form", ["json", "png", "svg"])
def test_every_file_that_can_be_saved_can_be_checked(ada, browser, check, form):  # noqa: F811
    saved = browser.get(f"{ada.page}.{form}").content
    assert verdict(check(file=file(f"badge.{form}", saved))) == ("good", "Genuine and current")


def test_one_changed_word_is_altered(ada, check):  # noqa: F811
    changed = ada.badge.decode().replace(ada.seen.subject.name, "Eve")
    assert verdict(check(text=changed)) == ("bad", "Altered, do not rely on this")


def test_a_revoked_one_is_revoked(campus, ada, check):  # noqa: F811
    campus.revoke(ada)
    assert verdict(check(text=ada.badge.decode())) == ("bad", "Revoked")


def test_unaltered_is_told_apart_from_genuine(ada, check, outside):  # noqa: F811
    """Signed anew with a key of somebody whose documents cannot be had."""
    from datetime import UTC, datetime

    from cairn.vc.sign import sign

    key = SoftwareSigner.generate()
    did = "did:web:stranger.example"
    method = f"did:key:{key.public.multibase}#{key.public.multibase}"
    document = {
        name: value
        for name, value in parse(ada.badge).items()
        if name not in ("proof", "credentialStatus")
    }
    document["issuer"] = {**document["issuer"], "id": did}
    signed = sign(
        document, signer=key, verification_method=method,
        created=datetime(2026, 1, 1, tzinfo=UTC),
    )  # fmt: skip
    answer = check(text=signed.decode())
    assert verdict(answer) == ("warn", "Unaltered, issuer not confirmed")
    assert outside.asked == ["https://stranger.example/.well-known/did.json"]


def test_a_link_of_ours_leads_to_its_page_and_is_never_fetched(ada, check, outside):  # noqa: F811
    answer = check(link=ada.seen.id)
    assert (answer.status_code, answer["Location"]) == (302, ada.page)
    assert check(text=f" {ada.seen.id} ")["Location"] == ada.page
    assert outside.asked == []


def test_no_page_of_ours_is_fetched_whatever_a_link_says(campus, ada, check, outside):  # noqa: F811
    for path in ("/status/1", "/account/login/", "//evil.example/c/1", "/c//evil.example"):
        answer = check(link=f"{campus.issuer.addresses.origin}{path}")
        assert answer.status_code in (200, 302, 422)
        assert not answer.get("Location", "").startswith("//")
    assert outside.asked == []


@pytest.mark.parametrize(
    "link", ["http://a.example/c", "javascript:alert(1)", "file:///etc/passwd", "a b"]
)
def test_only_https_links_are_opened(ada, check, outside, link):  # noqa: F811
    answer = check(link=link)
    assert answer.status_code == 422
    assert "https://" in words(answer)
    assert outside.asked == []


@pytest.mark.parametrize(
    ("text", "tone"),
    [
        ("{" * 500 + "}" * 500, "info"),
        ('{"a":' * 3_000 + "1" + "}" * 3_000, "info"),
        ("{}", None),
        ("[1, 2]", "info"),
        ("\0\0\0", "info"),
        ('{"a": "\0"}', "info"),
        ("\u202e abc", "info"),
        ("a" * 1_000_000, "info"),
        ('{"a": "' + "é" * 400_000 + '"}', None),
        (
            '{"@context": ["https://www.w3.org/ns/credentials/v2"], "type": 7, "issuer": [[[]]]}',
            None,
        ),
    ],
    ids=["braces", "deep", "empty", "list", "nul", "nul-inside", "rtl", "1MB", "long", "odd"],
)
def test_hostile_text_gets_an_answer(ada, check, text, tone):  # noqa: F811
    answer = check(text=text)
    assert answer.status_code == 200
    assert tone is None or verdict(answer)[0] == tone
    assert verdict(answer)[1] not in ("Genuine and current", "Unaltered, issuer not confirmed")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<!doctype html><script>alert(1)</script>", "This is a web page"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", ""),
        (b"\x89PNG\r\n\x1a\n broken", ""),
        (b"%PDF-1.7", "This is a PDF"),
        (b'{"@context": "https://w3id.org/openbadges/v1"}', "version 1"),
    ],
    ids=["html", "svg", "png", "pdf", "ob1"],
)
def test_what_is_no_credential_is_named_with_its_cure(ada, check, content, says):  # noqa: F811
    answer = check(file=file("x", content))
    assert answer.status_code == 422
    assert says in words(answer)
    assert "alert(1)" not in answer.content.decode()


def test_a_badge_of_version_2_is_checked_by_the_server(ada, check, outside):  # noqa: F811
    assets = VERSION_2.parent / "assets"
    answer = check(file=file("badge.jwt", VERSION_2.read_bytes()))
    assert verdict(answer) == ("info", "Cannot check now")
    hosted = (VERSION_2.parent / "basic-assertion.json").read_bytes()
    for name in ("robotics-badge.json", "organization.json"):
        outside.pages[f"https://example.org/{name}"] = (assets / name).read_bytes()
    outside.pages["https://example.org/beths-robotics-badge.json"] = hosted
    outside.asked.clear()
    answer = check(file=file("badge.json", hosted))
    assert verdict(answer) == ("good", "Confirmed by its web site")
    assert "no signature" in words(answer)
    assert "Awesome Robotics Badge" in words(answer)
    assert len(outside.asked) == len(set(outside.asked)) == 3


def test_a_record_lists_the_credentials_in_it(ada, check):  # noqa: F811
    record = (VECTORS / "1edtech-clr20" / "simple.json").read_bytes()
    answer = check(text=record.decode())
    assert verdict(answer) == ("warn", "Unaltered, issuer not confirmed")
    assert "The credentials in it" in words(answer)
    assert "Example Corp" in words(answer)


def test_a_token_is_checked_by_the_server(ada, check):  # noqa: F811
    token = (VECTORS / "1edtech-ob30" / "simple-jwt.svg").read_bytes()
    answer = check(file=file("badge.svg", token))
    assert answer.status_code == 200
    assert "Unaltered, issuer not confirmed" in words(answer)
    assert "Teamwork" in words(answer)
    unsigned = check(text="eyJhbGciOiJub25lIn0.e30.c2ln")
    assert "nobody signed it" in words(unsigned)


def test_more_than_any_credential_is_refused_before_it_is_read(ada, check):  # noqa: F811
    answer = check(file=file("x.json", b"a" * (verify.MOST_BYTES + 1)))
    assert answer.status_code == 422
    assert "4 MB" in words(answer)


def test_nothing_at_all_is_asked_for(ada, check):  # noqa: F811
    assert "Paste a credential or its link" in words(check())


def test_checking_changes_nothing_and_is_kept_nowhere(campus, ada, check):  # noqa: F811
    before = campus.ledger()
    answer = check(text=ada.badge.decode())
    assert answer["Cache-Control"] == "no-store"
    assert campus.ledger() == before
    with campus.here():
        assert LedgerEntry.objects.count() == len(before)


def test_no_token_is_needed_so_no_cookie_is(ada):  # noqa: F811
    strict = Client(SERVER_NAME="127.0.0.1", enforce_csrf_checks=True)
    answer = strict.post("/verify", {"text": ada.badge.decode()})
    assert verdict(answer) == ("good", "Genuine and current")
    assert dict(strict.cookies) == {}


# --- documents for the browser -------------------------------------------------------------------


def asks(browser, url, **headers):  # noqa: F811
    return browser.get("/verify/document", {"url": url}, headers=headers)


def test_our_own_documents_come_from_the_database(campus, ada, browser, outside):  # noqa: F811
    url = campus.issuer.addresses.did_document
    assert asks(browser, url).content == browser.get("/.well-known/did.json").content
    assert asks(browser, campus.issuer.addresses.status_list(1)).status_code == 200
    assert asks(browser, f"{campus.issuer.addresses.origin}/readyz").status_code == 502
    assert outside.asked == []


def test_documents_of_others_are_handed_on_when_they_are_keys_or_lists(ada, browser, outside):  # noqa: F811
    did = b'{"id": "did:web:a.example", "verificationMethod": []}'
    listed = json.dumps({"id": "https://a.example/1", "credentialSubject": {"encodedList": "u"}})
    outside.pages |= {
        "https://a.example/did": did,
        "https://a.example/list": listed.encode(),
        "https://a.example/secret": b'{"id": "x", "password": "1"}',
        "https://a.example/html": b"<script>alert(1)</script>",
        "https://a.example/array": b"[1]",
    }
    answer = asks(browser, "https://a.example/did")
    assert (answer.status_code, answer.content, answer["Content-Type"]) == (
        200,
        did,
        "application/json",
    )
    assert asks(browser, "https://a.example/list").content == listed.encode()
    for name in ("secret", "html", "array", "nothing"):
        answer = asks(browser, f"https://a.example/{name}")
        assert answer.status_code == 502
        assert b"alert" not in answer.content
        assert b"password" not in answer.content


@pytest.mark.parametrize(
    "url", ["", "http://a.example/", "ftp://a.example", "https://" + "a" * 3_000]
)
def test_other_addresses_are_not_asked(ada, browser, outside, url):  # noqa: F811
    assert asks(browser, url).status_code == 400
    assert outside.asked == []


def test_other_sites_do_not_ask_through_us(ada, browser, outside):  # noqa: F811
    answer = asks(browser, "https://a.example/did", sec_fetch_site="cross-site")
    assert answer.status_code == 403
    assert outside.asked == []


def test_too_many_questions_are_put_off(ada, browser, outside, monkeypatch):  # noqa: F811
    monkeypatch.setattr(verify, "BUCKET", Bucket(2, 0.001))
    codes = [asks(browser, "https://a.example/x").status_code for _ in range(3)]
    assert codes == [502, 502, 429]


def test_a_bucket_fills_again():
    bucket = Bucket(1, 0.5)
    assert [bucket.take(now) for now in (10, 10, 11, 12.1)] == [True, False, False, True]
