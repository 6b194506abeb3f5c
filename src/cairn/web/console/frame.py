"""What the pages of the console share: who may come in, the tabs, the words of what is asked."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cairn.issuing import policies as issuing
from cairn.kernel import policies
from cairn.kernel.actor import Actor
from cairn.kernel.errors import Denied
from cairn.kernel.permissions import Verdict
from cairn.web.page import PageRequest, page, signed_in

P = ParamSpec("P")
Policy = Callable[[Actor], Verdict]
EACH_PAGE: Final = 50
LONGEST_SEARCH: Final = 100

#: The tabs: the name of a page, its label, and who may open it.
TABS: Final[tuple[tuple[str, Promise, Policy], ...]] = (
    ("people", _("People and roles"), policies.may_administer),
    ("units", _("Org units"), policies.may_administer),
    ("institution", _("Institution"), policies.may_administer),
    ("keys", _("Keys"), issuing.may_set_up),
    ("health", _("Health"), policies.may_administer),
    ("ledger", _("Ledger"), policies.may_read_ledger),
)


def verdict_of(request: HttpRequest, policy: Policy) -> Verdict:
    """What the policy says to the reader; asked once for each request."""
    kept: dict[Policy, Verdict] = request.__dict__.setdefault("_console_verdicts", {})
    if policy not in kept:
        kept[policy] = policy(request.actor)  # type: ignore[attr-defined]
    return kept[policy]


def for_those_who(
    policy: Policy,
) -> Callable[
    [Callable[Concatenate[PageRequest, P], HttpResponse]],
    Callable[Concatenate[HttpRequest, P], HttpResponse],
]:
    """Let people in whom the policy lets in, and tell others why it does not."""

    def decorate(
        view: Callable[Concatenate[PageRequest, P], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @wraps(view)
        def wrapped(request: PageRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            verdict = verdict_of(request, policy)
            if not verdict:
                raise Denied(verdict.reason)
            return view(request, *args, **kwargs)

        return signed_in(wrapped)

    return decorate


administrators = for_those_who(policies.may_administer)
keepers_of_keys = for_those_who(issuing.may_set_up)
readers_of_the_ledger = for_those_who(policies.may_read_ledger)


def show(
    request: PageRequest, template: str, here: str, *, partial: str = "", **context: Any
) -> HttpResponse:
    """A page under a tab. Tabs whose page the reader may not open are left out."""
    tabs = [
        {"url": reverse(f"console:{name}"), "label": label, "here": name == here}
        for name, label, policy in TABS
        if verdict_of(request, policy)
    ]
    return page(request, f"console/{template}", partial=partial, tabs=tabs, **context)


def asked(request: HttpRequest, name: str) -> str:
    """What was typed into a search, on one line and not for ever."""
    return " ".join(request.GET.get(name, "").replace("\0", " ").split())[:LONGEST_SEARCH]
