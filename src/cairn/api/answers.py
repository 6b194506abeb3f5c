"""How every endpoint answers: conditional, cacheable, readable from a browser, without cookies."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.views.decorators.csrf import csrf_exempt

from cairn.issuing import selectors
from cairn.issuing.models import IssuerProfile
from cairn.kernel.tenancy import within

P = ParamSpec("P")
Answer = Callable[Concatenate[HttpRequest, P], HttpResponse]
ForIssuer = Callable[Concatenate[HttpRequest, IssuerProfile, P], HttpResponse]

METHODS: Final = ("GET", "HEAD", "OPTIONS")
#: Anybody may keep it for a few minutes; a status list says the same of itself (ttl).
SHORT: Final = "public, max-age=300"
#: Kept only to ask whether it is still the same: a person may be erased tomorrow.
ASK: Final = "no-cache"


def endpoint(answer: Answer[P]) -> Answer[P]:
    """Let a view be read by anyone from anywhere, and changed by no one."""

    @csrf_exempt
    @wraps(answer)
    def view(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method not in METHODS:
            response = problem(405, "method_not_allowed", "This can be read, not changed.")
            response["Allow"] = ", ".join(METHODS)
        elif request.method == "OPTIONS":
            response = HttpResponse(status=204)
            response["Allow"] = ", ".join(METHODS)
            response["Access-Control-Allow-Methods"] = ", ".join(METHODS)
            response["Access-Control-Allow-Headers"] = "Accept, If-None-Match"
        else:
            response = _bare_if_head(request, answer(request, *args, **kwargs))
        response["Access-Control-Allow-Origin"] = "*"
        return response

    return view


def of_the_issuer(answer: ForIssuer[P]) -> Answer[P]:
    """Hand the issuer of this site to the view, and read that institution's rows only."""

    @endpoint
    @wraps(answer)
    def view(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        issuer = selectors.issuer_of_site()
        if issuer is None:
            return not_found()
        with within(issuer.institution):
            return answer(request, issuer, *args, **kwargs)

    return view


def document(
    request: HttpRequest,
    raw: bytes,
    *,
    type: str,  # noqa: A002 -- as the header calls it
    cache: str,
    etag: str = "",
    vary: str = "",
    headers: Mapping[str, str] | None = None,
) -> HttpResponse:
    """Answer with a document, or with 304 to somebody who has it."""
    tag = f'"{etag or hashlib.sha256(raw).hexdigest()}"'
    response = HttpResponse(raw, content_type=type, headers=dict(headers or {}))
    response["Cache-Control"] = cache
    response["ETag"] = tag
    if vary:
        patch_vary_headers(response, [vary])
    found = get_conditional_response(request, etag=tag, response=response)
    assert found is not None  # it is the response that was given
    return found


def problem(status: int, code: str, message: str, **more: Any) -> HttpResponse:
    """Answer with what went wrong, in one shape."""
    body = json.dumps({"code": code, "message": message, **more}).encode()
    response = HttpResponse(body, status=status, content_type="application/json")
    response["Cache-Control"] = "no-store"
    return response


def not_found() -> HttpResponse:
    """The one answer for what does not exist and for what nobody may know of."""
    return problem(404, "not_found", "There is no such thing here.")


def _bare_if_head(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Leave the body out of an answer to HEAD, and say how long it would have been."""
    if request.method == "HEAD":
        response["Content-Length"] = str(len(response.content))
        response.content = b""
    return response
