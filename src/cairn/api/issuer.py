"""The issuer's profile."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from cairn.api.answers import SHORT, document, of_the_issuer
from cairn.issuing.compose import standalone
from cairn.issuing.models import IssuerProfile
from cairn.issuing.selectors import stated
from cairn.vc.document import dump


@of_the_issuer
def profile(request: HttpRequest, issuer: IssuerProfile) -> HttpResponse:
    raw = dump(standalone(stated(issuer).profile()))
    return document(request, raw, type="application/ld+json", cache=SHORT)
