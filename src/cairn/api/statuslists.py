"""Status lists, served from the bytes that were signed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from cairn.api.answers import SHORT, document, not_found, of_the_issuer
from cairn.issuing.models import IssuerProfile
from cairn.issuing.selectors import published_list


@of_the_issuer
def status_list(request: HttpRequest, issuer: IssuerProfile, number: str) -> HttpResponse:
    address = f"{issuer.addresses.origin}/status/{number}"
    known = issuer.addresses.status_number(address)
    row = None if known is None else published_list(issuer, known)
    if row is None:
        return not_found()
    return document(request, bytes(row.document), type="application/vc", cache=SHORT, etag=row.etag)
