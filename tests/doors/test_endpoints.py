import json
from urllib.parse import urlsplit

import pytest
from django.test import Client

from cairn.api.credentials import FORMS
from cairn.kernel import ids
from cairn.kernel.personal import erase_person
from cairn.vc.baking import unbake
from cairn.vc.did import web
from cairn.vc.document import parse
from tests.support import many

PLACES = ("/.well-known/did.json", "/issuer", "/status/1")
PICTURE = (
    "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9"
    "awAAAABJRU5ErkJggg=="
)


@pytest.fixture
def campus(db):
    from tests.support.campus import Campus

    return Campus()


@pytest.fixture
def ada(campus):
    return campus.offering().enrol("ada").mark(units=2, each=71).issue()


@pytest.fixture
def ask():
    """Ask the site, as anybody, with the given headers."""
    client = Client(SERVER_NAME="127.0.0.1")

    def get(path, method="GET", **headers):
        return client.generic(method, path, headers=headers)

    return get


def place(ada):
    return f"/c/{ada.credential.public_id}"


def everything(ada):
    achievement = urlsplit(ada.seen.achievement.id).path
    return [*PLACES, place(ada), achievement]


def test_the_did_document_lists_the_key_of_the_badge(campus, ada, ask):
    answer = ask("/.well-known/did.json")
    assert answer["Content-Type"] == "application/did+json"
    document = parse(answer.content)
    assert document["id"] == campus.issuer.did
    assert web.url_for(document["id"]).endswith("/.well-known/did.json")
    assert parse(ada.badge)["proof"]["verificationMethod"] in document["assertionMethod"]


def test_the_profile_is_the_issuer_of_the_badge(ada, ask):
    profile = parse(ask("/issuer").content)
    assert {name: profile[name] for name in ("id", "name", "type")} == {
        name: ada.seen.issuer.raw[name] for name in ("id", "name", "type")
    }


def test_an_achievement_is_what_stands_in_the_badge(ada, ask):
    answer = ask(urlsplit(ada.seen.achievement.id).path)
    described = parse(answer.content)
    assert answer["Content-Type"] == "application/ld+json"
    assert described.pop("@context")[0] == "https://www.w3.org/ns/credentials/v2"
    assert described == ada.seen.achievement.raw


def test_a_version_has_an_address_of_its_own(campus, ada, ask):
    version = campus.approved_version()
    assert parse(ask(f"/achievements/{version.public_id}").content)["version"] == "1"


def test_an_achievement_that_was_never_approved_is_nobodys_business(campus, ada, ask):
    proposal = campus.proposal("draft")
    answer = ask(f"/achievements/{proposal.achievement.public_id}")
    assert answer.status_code == 404


@pytest.mark.parametrize("form", ["application/vc+ld+json", "application/vc", "application/json"])
def test_a_credential_is_served_byte_for_byte(ada, ask, form):
    answer = ask(place(ada), accept=form)
    assert (answer.status_code, answer["Content-Type"]) == (200, form)
    assert answer.content == ada.badge
    assert answer["Vary"] == "Accept"


@pytest.mark.parametrize("form", ["image/png", "image/svg+xml"])
def test_a_credential_is_served_in_a_picture(campus, ada, ask, form):
    answer = ask(place(ada), accept=form)
    assert answer["Content-Type"] == form
    carried = unbake(answer.content).text.encode()
    assert carried == ada.badge
    assert campus.verify(carried).verdict == "genuine"


def test_the_achievements_own_drawing_carries_it(campus, ask):
    version = campus.approved_version("own", image={"url": PICTURE, "caption": "A dot"})
    run = campus.offering("OWN", version=version)
    ada = run.enrol("ada").mark(units=2, each=71).issue()
    drawn = ask(place(ada), accept="image/png").content
    assert len(drawn) < len(ada.badge) + 200
    assert unbake(drawn).text.encode() == ada.badge
    # It is no SVG, so that one is ours.
    assert b"<svg" in ask(place(ada), accept="image/svg+xml").content


@pytest.mark.parametrize("form", ["image/png", "image/svg+xml"])
def test_each_micro_credential_has_a_badge_of_its_own(campus, ask, form):
    drawn = []
    for slug in ("tides", "harbours"):
        run = campus.offering(slug.upper(), version=campus.approved_version(slug))
        ada = run.enrol("ada").mark(units=2, each=71).issue()
        told = ask(place(ada), accept=form).content
        assert unbake(told).text.encode() == ada.badge
        drawn.append(told.replace(ada.badge, b""))
    assert drawn[0] != drawn[1]


def test_other_forms_are_told_what_there_is(ada, ask):
    answer = ask(place(ada), accept="text/csv")
    assert answer.status_code == 406
    assert json.loads(answer.content)["forms"] == list(FORMS)


def test_a_status_list_is_served_as_it_was_signed(campus, ada, ask):
    row = campus.status_lists[0]
    answer = ask("/status/1")
    assert answer.content == bytes(row.document)
    assert answer["ETag"] == f'"{row.etag}"'
    assert answer["Cache-Control"] == "public, max-age=300"
    subject = parse(answer.content)["credentialSubject"]
    assert subject["ttl"] == 300_000
    assert parse(answer.content)["validUntil"] > parse(answer.content)["validFrom"]


def test_who_has_it_is_told_that_nothing_changed(campus, ada, ask):
    for path in everything(ada):
        first = ask(path)
        again = ask(path, if_none_match=first["ETag"])
        assert (again.status_code, again.content) == (304, b"")
        assert again["ETag"] == first["ETag"]
        assert ask(path, if_none_match='"another"').status_code == 200
    etag = ask("/status/1")["ETag"]
    campus.revoke(ada)
    assert ask("/status/1", if_none_match=etag).status_code == 200


def test_head_says_what_get_would(ada, ask):
    for path in everything(ada):
        full, bare = ask(path), ask(path, "HEAD")
        assert bare.content == b""
        assert bare["Content-Length"] == str(len(full.content))
        assert bare["ETag"] == full["ETag"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nothing_can_be_changed_here(ada, ask, method):
    for path in [*everything(ada), "/healthz", "/readyz"]:
        answer = ask(path, method)
        assert (answer.status_code, answer["Allow"]) == (405, "GET, HEAD, OPTIONS")


def test_pages_of_others_may_ask(ada, ask):
    for path in everything(ada):
        assert ask(path)["Access-Control-Allow-Origin"] == "*"
        assert ask(path, "OPTIONS").status_code == 204


def test_nobody_is_given_a_cookie(ada, ask):
    for path in [*everything(ada), "/healthz", "/readyz", "/c/unknown"]:
        answer = ask(path)
        assert answer.cookies == {}
        assert "Cookie" not in answer.get("Vary", "")


def test_every_answer_to_an_unknown_id_is_the_same(campus, ada, ask):
    from tests.support.campus import Campus

    elsewhere = Campus("inland")
    bo = elsewhere.offering().enrol("bo").mark(units=2, each=71).issue()
    version = elsewhere.approved_version()
    unknown = [
        f"/c/{ids.new('crd')}",
        f"/c/{bo.credential.public_id}",
        f"/c/{ada.award.public_id}",
        "/c/unknown",
        "/c/%00",
        f"/c/{'x' * 3000}",
        f"/achievements/{ids.new('ach')}",
        f"/achievements/{version.public_id}",
        f"/achievements/{version.achievement.public_id}",
        "/achievements/%F0%9F%9B%A1",
        "/status/2",
        "/status/0",
        "/status/01",
        "/status/99999999999999999999",
        "/status/one",
    ]
    answers = {
        (answer.status_code, answer.content, str(sorted(answer.items())))
        for answer in map(ask, unknown)
    }
    assert len(answers) == 1
    assert next(iter(answers))[0] == 404


def test_a_site_without_an_issuer_has_nothing_to_say(campus, ask):
    assert [ask(path).status_code for path in PLACES] == [404, 404, 404]


def test_what_is_left_of_an_erased_credential(campus, ada, ask):
    credential = ada.credential
    erase_person(ada.person, by=campus.administrator)
    answer = ask(place(ada))
    assert answer.status_code == 410
    assert json.loads(answer.content) == {
        "code": "credential.erased",
        "message": "The contents were erased. Whoever holds a copy can compare its SHA-256 and its "
        "status.",
        "credential": credential.public_id,
        "sha256": credential.sha256,
        "state": "issued",
    }
    assert ask("/status/1").status_code == 200


def test_a_credential_is_not_kept_by_caches_nor_found_by_search(ada, ask):
    answer = ask(place(ada))
    assert answer["Cache-Control"] == "no-cache"
    assert answer["X-Robots-Tag"] == "noindex"


def test_the_number_of_queries_does_not_grow(campus, ada, ask, django_assert_num_queries):
    run = campus.offering("MANY")
    many.awards(campus, run.offering, 30)
    from cairn.issuing import services

    with campus.here():
        services.issue_offering(run.offering, by=campus.registrar)
        services.rotate_key(campus.institution, by=campus.administrator)
    campus.settle()
    # A credential: whose site and whether it is private, asked for the page too, then the document.
    expected = {"/.well-known/did.json": 2, "/issuer": 1, "/status/1": 2, place(ada): 5}
    for path, queries in expected.items():
        with django_assert_num_queries(queries):
            assert ask(path).status_code == 200
    with django_assert_num_queries(0):
        assert ask("/healthz").content == b"ok\n"


def test_a_site_whose_tables_are_there_is_ready(campus, ask):
    assert (ask("/readyz").status_code, ask("/readyz").content) == (200, b"ok\n")


def test_a_site_without_its_database_is_not_ready_and_alive(campus, ask, monkeypatch):
    from django.db import OperationalError

    from cairn.api import health

    def away(_):
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(health, "MigrationExecutor", away)
    answer = ask("/readyz")
    assert answer.status_code == 503
    assert json.loads(answer.content)["code"] == "database.away"
    assert ask("/healthz").status_code == 200
