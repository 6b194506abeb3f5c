"""Achievements, as credentials name them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from cairn.api.answers import SHORT, document, not_found, of_the_issuer
from cairn.issuing.compose import achievement as described
from cairn.issuing.compose import standalone
from cairn.issuing.models import IssuerProfile
from cairn.issuing.selectors import published_achievement
from cairn.kernel.ids import is_public_id
from cairn.vc.document import dump


@of_the_issuer
def achievement(request: HttpRequest, issuer: IssuerProfile, public_id: str) -> HttpResponse:
    version = published_achievement(public_id) if is_public_id(public_id) else None
    if version is None:
        return not_found()
    raw = dump(standalone(described(issuer.addresses, version)))
    return document(request, raw, type="application/ld+json", cache=SHORT)
