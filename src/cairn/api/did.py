"""The DID document, at its well-known address."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from cairn.api.answers import SHORT, document, not_found, of_the_issuer
from cairn.issuing.documents import did_document
from cairn.issuing.models import IssuerProfile
from cairn.vc.errors import Unavailable


@of_the_issuer
def did(request: HttpRequest, issuer: IssuerProfile) -> HttpResponse:
    try:
        raw = did_document(issuer)
    except Unavailable:
        return not_found()
    return document(request, raw, type="application/did+json", cache=SHORT)
