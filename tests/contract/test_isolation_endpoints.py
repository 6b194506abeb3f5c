"""Every address of the site, asked for what belongs to others: as if it did not exist.

The addresses are read from the URL patterns, so an endpoint that is added tomorrow is asked too.
"""

import re
from urllib.parse import quote

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import URLResolver, get_resolver

from cairn.issuing import services as issuing
from cairn.issuing.models import StatusList
from cairn.kernel import ids
from cairn.kernel.ids import PublicId
from cairn.kernel.models import LedgerHead
from tests.support.campus import Campus
from tests.support.isolation import owned_models, public_ids

pytestmark = pytest.mark.django_db

NOT_FOUND = b'{"code": "not_found", "message": "There is no such thing here."}'
PAGES = ("cairn.web", "allauth", "django.views")
METHODS = ["GET", "HEAD", "OPTIONS"]
OTHER_METHODS = ["POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND", "BREW"]
#: What a client may say along, to make an answer tell more.
WISHES = [
    {},
    {"accept": "image/png"},
    {"if_none_match": "*"},
    {"cookie": "sessionid=1", "authorization": "Bearer 1"},
]
#: The number of a status list that only the other institution has, and those that nobody has.
THEIRS, NOBODYS = 7_919_001, (7_919_002, 7_919_003)
HOLE = re.compile(r"<(?:\w+:)?\w+>")


def routes(patterns=None, before=""):
    """The addresses of the machine endpoints; pages are swept in tests/doors/web."""
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, route)
        elif not pattern.callback.__module__.startswith(PAGES):
            yield f"/{route}"


ROUTES = sorted(set(routes()))
OPEN = [route for route in ROUTES if not HOLE.search(route)]
# The download forms of a credential are the document under another name (tests/doors/web).
WITH_ID = [route for route in ROUTES if len(HOLE.findall(route)) == 1]
ROUTES = OPEN + WITH_ID


def filled(route, bait):
    return HOLE.sub(quote(str(bait), safe=""), route)


@pytest.fixture
def campus(db):
    """The university of this site, with a row in (nearly) every table and a draft of its own."""
    campus = Campus()
    campus.offering().enrol("ada").mark(units=2, each=71).issue()
    campus.proposal("draft")
    return campus


@pytest.fixture
def elsewhere(db):
    """Another one on the same server, with more of everything: its second list is not ours."""
    elsewhere = Campus("inland")
    run = elsewhere.offering("INL-1")
    for name in ("bo", "cy"):
        run.enrol(name).mark(units=2, each=71).issue()
    issuing.rotate_key(elsewhere.institution, by=elsewhere.administrator)
    with elsewhere.here():
        row = StatusList.objects.get()
        row.pk, row.number, row.public_id, row._state.adding = None, THEIRS, ids.new("lst"), True
        row.save()
    return elsewhere


@pytest.fixture
def ask():
    client = Client(SERVER_NAME="127.0.0.1", raise_request_exception=True)

    def ask(path, method="GET", headers=None):
        return client.generic(method, path, headers=headers or {})

    return ask


@pytest.fixture
def baits(campus, elsewhere):
    """What is asked for, by its form, and by the reason why nobody gets it."""
    theirs = [one for some in public_ids(elsewhere.institution).values() for one in some]
    return {
        "id": {
            "theirs": theirs,
            "none": [ids.new(prefix) for prefix in prefixes()],
            "draft": [campus.proposal("idea").achievement.public_id],
        },
        "number": {"theirs": [THEIRS], "none": [*NOBODYS]},
        "unreadable": {
            "none": ["unknown", "0", "01", "-1", "1.0", "\N{SHIELD}", "x" * 3000, "\0", "'"]
        },
    }


def prefixes():
    return {
        field.prefix
        for model in apps.get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, PublicId)
    }


def look(answer):
    return answer.status_code, answer.content, sorted(answer.items()), answer.cookies.output()


def counts():
    """How many rows there are of everything, and where each ledger ends."""
    rows = {model._meta.label: model._base_manager.count() for model in apps.get_models()}
    return rows, sorted(LedgerHead.objects.values_list("institution_id", "number", "hash"))


def test_there_is_something_to_be_asked(campus, elsewhere, ask):
    """The tests below prove nothing about an endpoint that answers nobody."""
    own = [one for some in public_ids(campus.institution).values() for one in some]
    for route in WITH_ID:
        found = {ask(filled(route, bait)).status_code for bait in [*own, 1]}
        assert (route, found) == (route, {200, 404})
    for route in OPEN:
        assert ask(route).status_code == 200
    filled_models = {model for model, known in public_ids(elsewhere.institution).items() if known}
    assert len(filled_models) > 15
    assert len(WITH_ID) >= 3


@pytest.mark.parametrize("route", WITH_ID)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_belongs_to_others_is_answered_like_what_does_not_exist(baits, ask, route, method):
    looks = set()
    for wish in WISHES:
        for kinds in baits.values():
            for bait in (one for some in kinds.values() for one in some):
                answer = ask(filled(route, bait), method, wish)
                looks.add(repr(look(answer)))
                assert (answer.status_code, bait) == (404, bait)
                assert answer.content == (b"" if method == "HEAD" else NOT_FOUND)
                assert not answer.cookies
                assert "Set-Cookie" not in answer
                assert "Cookie" not in answer.get("Vary", "")
    assert len(looks) == 1


@pytest.mark.parametrize("route", WITH_ID)
def test_the_database_is_asked_the_same_for_what_belongs_to_others(baits, ask, route):
    """As many queries of the same text: the time an answer takes tells nothing either."""
    for kind in ("id", "number"):
        asked = {}
        for why, some in baits[kind].items():
            for bait in some:
                with CaptureQueriesContext(connection) as queries:
                    ask(filled(route, bait))
                texts = [one["sql"].replace(str(bait), "?") for one in queries]
                asked.setdefault(tuple(texts), []).append((why, bait))
        assert len(asked) == 1, asked


@pytest.mark.parametrize("route", ROUTES)
def test_reading_changes_nothing(campus, baits, ask, route):
    own = [some[0] for some in public_ids(campus.institution).values() if some]
    tried = [*own, 1, *baits["id"]["theirs"], *baits["id"]["none"], *baits["unreadable"]["none"]]
    before = counts()
    for method in METHODS:
        for path in {filled(route, bait) for bait in tried}:
            assert ask(path, method).status_code in {200, 204, 404}
    assert counts() == before


@pytest.mark.parametrize("route", ROUTES)
def test_other_methods_are_refused_before_anything_is_looked_up(campus, baits, ask, route):
    own = [some[0] for some in public_ids(campus.institution).values() if some]
    paths = {filled(route, bait) for bait in [*own, 1, *baits["id"]["theirs"][:5], "unknown"]}
    before = counts()
    for method in OTHER_METHODS:
        with CaptureQueriesContext(connection) as queries:
            answers = [ask(path, method) for path in paths]
        assert {(one.status_code, one["Allow"]) for one in answers} == {(405, ", ".join(METHODS))}
        assert len({repr(look(one)) for one in answers}) == 1
        assert len(queries) == 0
    assert counts() == before


def test_every_kind_of_id_is_tried(elsewhere):
    """Of the other institution's rows only these have none to try: nothing makes them here."""
    bare = {
        model.__name__ for model, known in public_ids(elsewhere.institution).items() if not known
    }
    # Of the second line no machine endpoint knows anything; their pages are tried with the pages.
    assert bare <= {"ApiClient", "ContentPolicy", "Delegation", "Notice"} | {
        "ColumnMatch", "Comment", "Dismissal", "Face", "ImportDraft", "IssuingPolicy", "Mail",
        "NameCorrection", "Sharing",
    }  # fmt: skip
    assert len(owned_models()) > 20
