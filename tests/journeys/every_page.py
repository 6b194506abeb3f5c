"""Every page of the site, as somebody who works there, in a real browser.

The addresses are read from the site's own table, so a new page is looked at without being listed
here. It takes minutes, so it is run by hand: make accessible
"""

from __future__ import annotations

import pytest

from tests.doors.web.test_sweep import PARAMETER, routes
from tests.journeys.conftest import Visitor
from tests.journeys.looking import troubles

#: Who looks at what begins so; the longest beginning counts.
WHO = {
    "": "stranger",
    "me": "registrar",
    "account/logout/": "registrar",
    "account/reauthenticate/": "registrar",
    "account/password/change/": "registrar",
    "account/password/set/": "registrar",
    "account/2fa/": "registrar",
    "account/2fa/authenticate/": "stranger",
    "learn/": "learner",
    "studio/": "author",
    "review/": "reviewer",
    "teach/": "teacher",
    "teach/plan": "registrar",
    "teach/<str:offering>/open": "registrar",
    "teach/<str:offering>/close": "registrar",
    "teach/<str:offering>/confer": "registrar",
    "teach/<str:offering>/enrol": "registrar",
    "teach/<str:offering>/import/roster": "registrar",
    "registry/": "registrar",
    "console/": "administrator",
    "demo/mail": "stranger",
}
ROLES = sorted(set(WHO.values()))
#: What stands for the parameters of an address that begins so; the longest beginning counts.
STANDS = {
    "c/<": "genuine html",
    "achievements/<": "achievement",
    "status/<": "1",
    "m/<": "slug card",
    "logo-<": "1",
    "account/password/reset/key/": "1 1-1",
    "account/2fa/webauthn/keys/": "1",
    "learn/courses/<": "course",
    "learn/credentials/<": "genuine",
    "studio/<": "draft basics",
    "studio/<str:public_id>/submitted": "waiting",
    "studio/<str:public_id>/settle": "waiting remark",
    "review/<": "review remark",
    "review/<str:public_id>/decided": "decided",
    "teach/<": "cohort member t1",
    "teach/imports/<": "sheet csv",
    "teach/<str:offering>/open": "planned",
    "teach/<str:offering>/templates": "cohort roster csv",
    "teach/<str:offering>/results": "done",
    "teach/<str:offering>/release": "cohort",
    "teach/<str:offering>/confer": "done",
    "teach/<str:offering>/people/<str:enrolment>/award": "done course",
    "registry/issue/<": "ready",
    "registry/issued/<": "issuance",
    "registry/credentials/<": "genuine revoke",
    "registry/names/<": "correction",
    "console/people/<": "person",
    "console/roles/<": "membership",
    "console/lent/<": "lent",
    "console/keys/<slug:public_id>": "key",
    "console/keys/<slug:verb>": "rotate",
    "console/health/jobs/<": "job",
    "demo/mail/<": "letter",
}

#: Without a second factor, or where the password was just said, these refuse: with a page, too.
REFUSING = ("/account/2fa/", "/account/reauthenticate/")


def longest(table: dict[str, str], route: str) -> str | None:
    fitting = [start for start in table if route.startswith(start)]
    return table[max(fitting, key=len)] if fitting else None


def filled(route: str, names: dict[str, str]) -> str | None:
    """The address of a route on this stage; None where nobody said what stands in it."""
    words = (longest(STANDS, route) or "").split()
    wanted = PARAMETER.findall(route)
    if len(words) < len(wanted):
        return None
    rest = iter(words)
    path = PARAMETER.sub(lambda _: names.get(word := next(rest), word), route)
    return "/" + path.rstrip("$").replace("\\", "").lstrip("^")


def pages(role: str, names: dict[str, str]) -> list[str]:
    """The addresses that this role looks at; a route that nobody filled is an error."""
    found = []
    for route in routes():
        if longest(WHO, route) == role:
            path = filled(route, names)
            assert path is not None, f"Say in STANDS what stands in {route}."
            found.append(path)
    return found


@pytest.mark.parametrize("role", ROLES)
def test_every_page_is_for_everybody(role, furnished, browser):
    visitor = Visitor(browser, furnished)
    if role != "stranger":
        visitor.act_as(role)
    found, looked = [], 0
    for path in pages(role, furnished.names):
        answer = visitor.context.request.get(path, headers={"accept": "text/html,*/*;q=0.8"})
        kept = "attachment" in answer.headers.get("content-disposition", "")
        if (
            kept
            or "text/html" not in answer.headers.get("content-type", "")
            or answer.status == 405
        ):
            continue
        if answer.status >= 400 and not path.startswith(REFUSING):
            found.append(f"{path}: {answer.status}; say in STANDS what stands in it")
            continue
        print(path, flush=True)
        visitor.page.goto(path)
        looked += 1
        found += [f"{path}: {one}" for one in troubles(visitor.page)]
    visitor.close()
    assert "\n".join(found) == ""
    assert looked > 2
