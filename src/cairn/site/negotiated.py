"""One address, two readers: a person's browser gets a page, a program gets the document.

Doors do not know each other, so this is composed here. What the API answers stays as it is, but for
a credential that its holder keeps private: of that nothing is told to anybody else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt

from cairn.api.achievements import achievement as achievement_document
from cairn.api.answers import problem
from cairn.api.credentials import PICTURES, TEXTS
from cairn.api.credentials import credential as credential_document
from cairn.api.issuer import profile as issuer_document
from cairn.api.negotiation import choose
from cairn.issuing.selectors import issuer_of_site
from cairn.kernel import clock
from cairn.kernel.ids import is_public_id
from cairn.kernel.tenancy import within
from cairn.outreach.selectors import is_private, shown, slug_of
from cairn.web.middleware import prepare
from cairn.web.public import credential as pages
from cairn.web.public import downloads

PAGE: Final = "text/html"
View = Callable[..., HttpResponse]


def wants_page(request: HttpRequest, *documents: str) -> bool:
    """Does the client prefer a page? One that takes anything is a program, and gets the document."""
    if request.method not in ("GET", "HEAD"):
        return False
    # Pictures come after the page: some browsers want both alike.
    pictures = [one for one in documents if one.startswith("image/")]
    texts = [one for one in documents if one not in pictures]
    return choose(request.headers.get("Accept", ""), [*texts, PAGE, *pictures]) == PAGE


def varying(response: HttpResponse) -> HttpResponse:
    """Say that another client gets something else; of what is not there, everybody gets the same."""
    if response.status_code < 400:
        patch_vary_headers(response, ["Accept"])
    return response


@csrf_exempt
def credential(request: HttpRequest, public_id: str) -> HttpResponse:
    if wants_page(request, *TEXTS, *PICTURES):
        prepare(request)
        return varying(pages.credential(request, public_id))
    if request.method in ("GET", "HEAD") and _kept_private(request, public_id):
        response = problem(
            403, "credential.private", "The holder keeps this credential private. Ask them for it."
        )
        response["Access-Control-Allow-Origin"] = "*"
        return varying(response)
    return varying(credential_document(request, public_id))


@csrf_exempt
def download(request: HttpRequest, public_id: str, form: str) -> HttpResponse:
    """The same bytes as the document has, with a name to be saved under."""
    own = {"html": downloads.saved, "pdf": downloads.certificate}
    if form in own:
        prepare(request)
        return own[form](request, public_id)
    if form not in downloads.SAME:
        return credential(request, f"{public_id}.{form}")
    if request.method in ("GET", "HEAD") and _kept_private(request, public_id):
        return problem(
            403, "credential.private", "The holder keeps this credential private. Ask them for it."
        )
    request.META["HTTP_ACCEPT"] = downloads.SAME[form]
    request.__dict__.pop("headers", None)  # read anew from META
    response = credential_document(request, public_id)
    issuer = issuer_of_site()
    if response.status_code == 200 and issuer is not None:
        with within(issuer.institution):
            found = shown(public_id)
        if found is not None:
            return downloads.named(response, found, form)
    return response


def _kept_private(request: HttpRequest, public_id: str) -> bool:
    issuer = issuer_of_site() if is_public_id(public_id) else None
    if issuer is None:
        return False
    with within(issuer.institution):
        # Who asks matters only here, so that no other answer depends on a cookie.
        if not is_private(public_id):
            return False
        user: Any = request.user if request.COOKIES else None
        person = user.person_id if user is not None and user.is_authenticated else None
        return is_private(public_id, for_person=person)


@csrf_exempt
def achievement(request: HttpRequest, public_id: str) -> HttpResponse:
    if wants_page(request, "application/ld+json", "application/json"):
        prepare(request)
        institution = getattr(request, "institution", None)
        if institution is not None and is_public_id(public_id):
            slug = slug_of(public_id, on=clock.today(institution))
            if slug:
                return varying(HttpResponseRedirect(reverse("micro-credential", args=[slug])))
    return varying(achievement_document(request, public_id))


@csrf_exempt
def issuer(request: HttpRequest) -> HttpResponse:
    if wants_page(request, "application/ld+json", "application/json"):
        return varying(HttpResponseRedirect(reverse("institution")))
    return varying(issuer_document(request))


urlpatterns = [
    path("c/<str:public_id>.<str:form>", download, name="credential-download"),
    path("c/<str:public_id>", credential, name="credential-page"),
    path("achievements/<str:public_id>", achievement, name="achievement-page"),
    path("issuer", issuer, name="issuer-page"),
]
