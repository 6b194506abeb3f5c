"""Every address, as everybody: the right pages open, others answer with a reason, and none breaks.

The addresses are read from the site's own table, so a new page is tried before its author writes a
test. What stands in a parameter is found by trying the ids of every kind of row.
"""

from __future__ import annotations

import re
from functools import cache
from itertools import chain, islice, product, zip_longest
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from cairn.kernel import services
from cairn.kernel.models import Person
from tests.support.campus import Campus

pytestmark = pytest.mark.django_db

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
ACCEPT = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
STAFF = ("author", "reviewer", "teacher", "registrar", "administrator")
EVERYBODY = ("stranger", "learner", *STAFF)
#: Who works in which part of the site; what has no line here is for everybody.
WORKS = {
    "learn/": set(EVERYBODY) - {"stranger"},
    # Who decides reads what authors write, and authors read what is said of it.
    "studio/": {"author", "reviewer"},
    "review/": {"reviewer", "author"},
    "teach/": {"teacher", "registrar"},
    "registry/": {"registrar"},
    "console/": {"administrator"},
}
#: Single pages that others may read, too.
ALSO = {
    # Says who plans, to those who do not.
    "teach/plan": set(EVERYBODY),
    "console/ledger": {"registrar"},
    "console/ledger/export": {"registrar"},
    "console/ledger/check": {"registrar"},
}
#: Addresses that need more than the id of a row that is there: a token from a mail, a digest of
#: what is shown, a passkey, a remark, an upload. Their own tests open them.
BY_TOKEN = re.compile(
    r"account/password/reset/key/|logo-<|preview-<|webauthn/keys/<|demo/mail/<|/settle/|/heed/|imports/<"
    # Where a password is asked for once more, which only who has one meets; where a document is
    # posted; a task by its name, a right that is lent, and what is done to a key.
    r"|reauthenticate/$|verify/document$|/marks/<str:task>|console/lent/<|console/keys/<slug:verb>"
    # A sheet to fill in by its kind, and a name that somebody asked to correct.
    r"|/templates/<str:kind>|registry/names/<"
)
MOST_TRIES = 80
MOST_ROWS = 6
#: What stands in addresses beside ids.
WORDS = (
    "1",
    "json",
    "csv",
    "new",
    "basics",
    "outcomes",
    "roster",
    "marks",
    "approve",
    "revoke",
    "en",
)
HOSTILE = (
    "nul\0byte",
    "\u202eright to left\u202c",
    "<script>alert(1)</script>",
    "'\";--",
    "x" * 1_000_000,
)


@cache
def routes() -> tuple[str, ...]:
    found: list[str] = []

    def walk(patterns, before):
        for one in patterns:
            here = before + str(one.pattern).lstrip("^")
            if isinstance(one, URLResolver):
                walk(one.url_patterns, here)
            elif isinstance(one, URLPattern):
                found.append(here)

    walk(get_resolver().url_patterns, "")
    return tuple(dict.fromkeys(found))


def section(route: str) -> str:
    return next((part for part in WORKS if route.startswith(part)), "")


def owners(route: str) -> list[str]:
    part = section(route)
    return sorted(WORKS[part]) if part else ["stranger", "learner", "registrar"]


class World:
    """A campus where something of everything happened, and a client for everybody."""

    def __init__(self) -> None:
        self.campus = campus = Campus()
        run = campus.offering()
        self.ada = run.enrol("ada").mark(units=2, each=71).issue()
        run.enrol("bo").mark(units=1, each=40)
        self.extra()
        people = {
            "learner": Person.objects.unscoped().get(pk=self.ada.enrolment.person_id),
            **{
                role: Person.objects.unscoped().get(pk=getattr(campus, role).person_id)
                for role in STAFF
            },
        }
        self.clients = {"stranger": Client(headers=ACCEPT)}
        for role, person in people.items():
            account = services.create_account(
                person, login=f"{role}@sweep.example", by=campus.console
            )
            client = Client(headers=ACCEPT)
            client.force_login(account, backend=BACKEND)
            self.clients[role] = client
        for client in self.clients.values():
            client.raise_request_exception = False

    def extra(self) -> None:
        """A draft, and a review that waits."""
        self.campus.submitted("waiting")
        self.campus.proposal("begun")

    def ids(self) -> dict[str, list[str]]:
        """The newest ids of every kind of row by their prefix, and the words in addresses."""
        found: dict[str, list[str]] = {}
        for model in apps.get_models():
            if any(field.name == "public_id" for field in model._meta.fields):
                rows = getattr(model.objects, "unscoped", model.objects.all)()
                for public_id in rows.order_by("-pk").values_list("public_id", flat=True)[
                    :MOST_ROWS
                ]:
                    found.setdefault(kind(public_id), []).append(public_id)
        with self.campus.here():
            words = [self.ada.run.offering.version.achievement.slug, *WORDS]
        return found | {word: [word] for word in words}


@pytest.fixture
def world():
    return World()


PARAMETER = re.compile(r"\(\?P<[^>]*>[^)]*\)|<[^>]+>")


def fill(route: str, values: list[str]) -> str:
    rest = iter(values)
    return "/" + PARAMETER.sub(lambda _: next(rest), route).rstrip("$").replace("\\", "")


def kind(value: str) -> str:
    """What an id is the id of: the letters before its random part; a word stands for itself."""
    return value.rpartition("_")[0] or value


def opens(answer, ids: list[str]) -> bool:
    """Is this the page, or an answer of its own to whoever may not press here?"""
    if answer.status_code == 302:
        return urlsplit(answer["Location"]).path != "/account/login/"
    return answer.status_code in ({200, 405} if ids else {200, 405, 404})


#: What kinds of ids opened a route before, so that it is searched for once in a run.
OPENED: dict[str, tuple[str, ...]] = {}


def addresses(world: World) -> dict[str, str]:
    """For each route, an address at which its page opens for somebody who works there."""
    ids, found, kinds = world.ids(), {}, {}
    newest = [row for rank in zip_longest(*ids.values()) for row in rank if row]
    # Short ones first: what opens /teach/<offering>/ is tried first in /teach/<offering>/marks/.
    for route in sorted(routes(), key=lambda route: (len(PARAMETER.findall(route)), len(route))):
        if BY_TOKEN.search(route):
            continue
        starts = [route[: one.end()] for one in PARAMETER.finditer(route)]
        known = product(*(ids[one] for one in OPENED.get(route, ()) if one in ids))
        fresh = product(*(ids[kinds[start]] if start in kinds else newest for start in starts))
        choices = chain((one for one in known if len(one) == len(starts)), fresh)
        for values in islice(choices, MOST_TRIES):
            path = fill(route, list(values))
            answers = (world.clients[role].get(path) for role in owners(route))
            status = next((one.status_code for one in answers if opens(one, starts)), None)
            if status is not None:
                found[route] = path
                OPENED[route] = tuple(map(kind, values))
                if status == 200:
                    kinds |= {s: kind(v) for s, v in zip(starts, values, strict=True)}
                break
    return found


def test_every_address_answers_everybody_rightly(world):
    known = addresses(world)
    unopened = [route for route in routes() if not (route in known or BY_TOKEN.search(route))]
    wrong = []
    for route, path in known.items():
        for role in EVERYBODY:
            answer = world.clients[role].get(path)
            wrong += [f"GET {path} as {role}: {said}" for said in _faults(route, role, answer)]
    assert "\n".join(wrong) == ""
    assert "\n".join(unopened) == ""


def _faults(route: str, role: str, answer) -> list[str]:
    part, status = section(route), answer.status_code
    if status >= 500:
        return [str(status)]
    if not part:
        return []
    if role == "stranger":
        to_sign_in = status == 302 and urlsplit(answer["Location"]).path == "/account/login/"
        return [] if to_sign_in or status == 405 else [f"a stranger got {status}"]
    own_list = route == part  # of one's own things, of which there are none
    if status == 200 and role not in WORKS[part] | ALSO.get(route, set()) and not own_list:
        return ["somebody without this role was let in"]
    return []


def test_what_is_posted_at_random_breaks_nothing(world):
    """Empty forms, and every field of a form filled with what nobody types."""
    wrong = []
    for route, path in addresses(world).items():
        for role in {*owners(route), "learner"}:
            client = world.clients[role]
            page = client.get(path)
            text = "" if page.streaming else page.content.decode("utf-8", "replace")
            names = set(re.findall(r'name="([^"]+)"', text))
            forms = [{}]
            if page.status_code == 200 and "<form" in text:
                typed = HOSTILE[len(path) % len(HOSTILE)]
                forms.append(dict.fromkeys(names - {"csrfmiddlewaretoken"}, typed))
            for data in forms:
                with transaction.atomic():
                    answer = client.post(path, data)
                    transaction.set_rollback(True)
                if answer.status_code >= 500:
                    wrong.append(f"POST {path} as {role} with {len(data)} fields")
    assert wrong == []
