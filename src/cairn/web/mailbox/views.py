"""Reading the demonstration's mail. On a real site these pages do not exist."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.html import urlize
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from cairn.kernel.errors import NotFound
from cairn.kernel.models import Mail
from cairn.web.page import PageRequest, of_the_site, page

P = ParamSpec("P")
AT_ONCE: Final = 30
MOST_CHARACTERS: Final = 100
#: A letter carries its own styles, and nothing else of it may do anything but lead on.
POLICY: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox allow-top-navigation-by-user-activation allow-popups"
)


def in_demonstration(
    view: Callable[Concatenate[PageRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let nobody in on a real site, whoever asks."""

    @wraps(view)
    def wrapped(request: Any, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not settings.CAIRN.demo:
            raise NotFound("page")
        return view(request, *args, **kwargs)

    return require_safe(of_the_site(wrapped))


@in_demonstration
def letters(request: PageRequest) -> HttpResponse:
    """The outbox, newest first."""
    words = " ".join(request.GET.get("q", "").replace("\0", " ").split())[:MOST_CHARACTERS]
    rows = Mail.objects.exclude(subject="").order_by("-pk")
    rows = rows.defer("html", "context")
    if words:
        rows = rows.filter(to__icontains=words) | rows.filter(subject__icontains=words)
    before = request.GET.get("before", "")
    if before.isascii() and before.isdecimal() and len(before) < 18:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: AT_ONCE + 1])
    more = found[AT_ONCE - 1].pk if len(found) > AT_ONCE else None
    return page(
        request,
        "mailbox/letters.html",
        partial="mailbox/_letters.html",
        letters=found[:AT_ONCE],
        more=more,
        words=words,
    )


@in_demonstration
def letter(request: PageRequest, public_id: str) -> HttpResponse:
    """One letter, as HTML in a frame of its own and as text."""
    row = Mail.objects.exclude(subject="").find(public_id)
    return page(
        request,
        "mailbox/letter.html",
        letter=row,
        text=mark_safe(here(urlize(row.text, autoescape=True))),  # noqa: S308 -- escaped
        sender=settings.CAIRN.mail_from or request.institution.name,
    )


@in_demonstration
def as_html(request: PageRequest, public_id: str) -> HttpResponse:  # noqa: ARG001 -- a view
    """The letter alone, under a policy of its own; its links lead out of their frame."""
    row = Mail.objects.exclude(html="").find(public_id)
    words = here(row.html).replace(' target="_blank"', "")
    answer = HttpResponse(words.replace("<head>", '<head><base target="_top">', 1))
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Cache-Control"] = "no-store, private"
    return answer


def here(html: str) -> str:
    """The demonstration is not served where its address says: keep links on this site."""
    return html.replace(f'href="{settings.CAIRN.origin}/', 'href="/')
