"""What every page needs before its view runs: whose site, who asks, in which zone and language.

Machine endpoints pass untouched: they have no cookies, no sessions and no language.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo, available_timezones

from django.contrib import messages
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from cairn.kernel.actor import Actor
from cairn.kernel.errors import Denied, NotFound, Refused
from cairn.kernel.models import Institution
from cairn.kernel.tenancy import within
from cairn.web.page import page
from cairn.web.whose import institution_of_site

#: Pages load only what this site serves; no inline script, no inline style, no frame around them.
POLICY: Final = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
DOORS: Final = ("cairn.web.", "allauth.")
ZONE_COOKIE: Final = "tz"


class Sessions(SessionMiddleware):
    """Sessions are for pages: a machine endpoint neither keeps nor clears a cookie."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if not getattr(request, "is_page", False):
            return response
        return super().process_response(request, response)


class Pages:
    """Prepare requests for pages, and turn the three answers of the rooms into pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self._answer = get_response
        self._packer = GZipMiddleware(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with ExitStack() as stack:
            request.cairn_stack = stack  # type: ignore[attr-defined]
            response = self._answer(request)
            if getattr(request, "is_page", False):
                response.headers.setdefault("Content-Security-Policy", POLICY)
                response.headers.setdefault("Content-Language", translation.get_language() or "en")
                # The language is the reader's: by a cookie, or as the browser asks for it.
                patch_vary_headers(response, ("Accept-Language", "Cookie"))
                if request.user.is_authenticated:
                    response.headers.setdefault("Cache-Control", "no-store, private")
                # Packed with a pad of random length: tokens on a page cannot be guessed by its size.
                return self._packer.process_response(request, response)
            return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if not getattr(view, "__module__", "").startswith(DOORS):
            return None
        prepare(request)
        return None

    def process_exception(self, request: HttpRequest, exc: Exception) -> HttpResponse | None:
        if not getattr(request, "is_page", False):
            return None
        if isinstance(exc, NotFound):
            return page(request, "cairn/not_found.html", status=404)
        if isinstance(exc, Denied):
            return page(request, "cairn/denied.html", status=403, reason=exc.reason)
        if isinstance(exc, Refused):
            return self._refused(request, exc)
        return None

    def _refused(self, request: HttpRequest, exc: Refused) -> HttpResponse:
        """A refusal that its view did not show beside a field: the page it came from says it."""
        messages.error(request, str(exc))
        return page(request, "cairn/refused.html", status=409, reason=str(exc), code=exc.code)


def prepare(request: HttpRequest) -> None:
    """Say whose rows this request reads, who asks, and in which zone and language it answers."""
    if getattr(request, "is_page", False):
        return
    stack: ExitStack = request.cairn_stack  # type: ignore[attr-defined]
    institution = institution_of_site()
    request.is_page = True  # type: ignore[attr-defined]
    request.institution = institution  # type: ignore[attr-defined]
    request.actor = None  # type: ignore[attr-defined]
    translation.activate(translation.get_language_from_request(request))
    stack.callback(translation.deactivate)
    if institution is None:
        return
    stack.enter_context(within(institution))
    request.actor = _actor(request, institution)  # type: ignore[attr-defined]
    stack.enter_context(timezone.override(_zone(request, institution)))


def _actor(request: HttpRequest, institution: Institution) -> Actor | None:
    """The person who is signed in, if they belong here and were not erased."""
    user: Any = request.user
    if not user.is_authenticated:
        return None
    person = user.person
    if person.institution_id != institution.pk or person.erased_on is not None:
        return None
    return Actor.of(person)


def _zone(request: HttpRequest, institution: Institution) -> ZoneInfo:
    """The reader's own zone where their browser told it, else the institution's."""
    told = request.COOKIES.get(ZONE_COOKIE, "")
    return ZoneInfo(told if told in _zones() else institution.time_zone)


@cache
def _zones() -> frozenset[str]:
    """The names of all zones; asking for them reads the disk."""
    return frozenset(available_timezones())
