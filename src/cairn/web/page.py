"""How a view answers: a whole page, or the part of it that a script asked for."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from cairn.kernel.actor import Actor
from cairn.kernel.errors import NotFound
from cairn.kernel.models import Institution

P = ParamSpec("P")
#: The header by which htmx says which element it will replace.
TARGET: Final = "HX-Target"


class PageRequest(HttpRequest):
    """A request as views get it; the middleware fills these in."""

    actor: Actor
    institution: Institution


def page(
    request: HttpRequest, template: str, *, status: int = 200, partial: str = "", **context: Any
) -> HttpResponse:
    """Render a page. ``partial`` is the template of a part of it, for a script that swaps it in.

    The part's outermost element has the same id as the template has a name: ``teach/_rows.html``
    fills ``#rows``.
    """
    wanted = request.headers.get(TARGET, "")
    name = template
    if partial and wanted and partial.rpartition("/")[2] == f"_{wanted}.html":
        name = partial
    response = render(request, name, context, status=status)
    if partial:
        patch_vary_headers(response, [TARGET])
    return response


def signed_in(
    view: Callable[Concatenate[PageRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Let people in who are signed in; send others to the sign-in page, and back afterwards."""

    @wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if getattr(request, "actor", None) is None:
            query = urlencode({"next": request.get_full_path()})
            return HttpResponseRedirect(f"{reverse('account_login')}?{query}")
        return view(cast(PageRequest, request), *args, **kwargs)

    return wrapped


def of_the_site(
    view: Callable[Concatenate[PageRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Show a public page once the site belongs to an institution."""

    @wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if getattr(request, "institution", None) is None:
            raise NotFound("institution")
        return view(cast(PageRequest, request), *args, **kwargs)

    return wrapped
