"""What people read where no address matches, where a form came too late, and where we failed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views import defaults

from cairn.web.middleware import prepare
from cairn.web.page import page


def nothing_here(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A page for a person's browser; a program keeps the few words it had."""
    if "text/html" not in request.headers.get("Accept", ""):
        return defaults.page_not_found(request, exception)
    prepare(request)
    return page(request, "cairn/not_found.html", status=404)


def came_too_late(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django says it
    """The key of the form is not this browser's any more: after sign-out, or without cookies."""
    prepare(request)
    return page(request, "cairn/too_late.html", status=403)
