"""A credential by its address, in the form that the client asks for.

Its id is 128 random bits: who knows the address was given it.
"""

from __future__ import annotations

import base64
from typing import Final

from django.http import HttpRequest, HttpResponse

from cairn.api.answers import ASK, document, not_found, of_the_issuer, problem
from cairn.api.negotiation import choose
from cairn.issuing.badges import badge_png, badge_svg
from cairn.issuing.models import IssuerProfile
from cairn.issuing.selectors import Published, achievement_of, published_credential
from cairn.kernel.ids import is_public_id
from cairn.vc.baking import BadImage, bake, picture_type
from cairn.vc.document import parse

TEXTS: Final = ("application/vc+ld+json", "application/vc", "application/json")
PICTURES: Final = {"image/png": "png", "image/svg+xml": "svg"}
FORMS: Final = (*TEXTS, *PICTURES)
_HEADERS: Final = {"X-Robots-Tag": "noindex"}


@of_the_issuer
def credential(request: HttpRequest, _: IssuerProfile, public_id: str) -> HttpResponse:
    found = published_credential(public_id) if is_public_id(public_id) else None
    if found is None:
        return not_found()
    if found.raw is None:
        return _erased(found)
    form = choose(request.headers.get("Accept", ""), FORMS)
    if form is None:
        response = problem(406, "not_acceptable", "Ask for one of these forms.", forms=list(FORMS))
        response["Vary"] = "Accept"
        return response
    raw, etag = found.raw, found.sha256
    if form in PICTURES:
        raw, etag = _picture(found, raw, PICTURES[form]), f"{found.sha256}-{PICTURES[form]}"
    return document(request, raw, type=form, cache=ASK, etag=etag, vary="Accept", headers=_HEADERS)


def _erased(found: Published) -> HttpResponse:
    """What is left after the person was erased: that it was issued, its hash, and its state."""
    return problem(
        410,
        "credential.erased",
        "The contents were erased. Whoever holds a copy can compare its SHA-256 and its status.",
        credential=found.credential,
        sha256=found.sha256,
        state=found.state.value,
    )


def _picture(found: Published, raw: bytes, kind: str) -> bytes:
    """The badge with the credential inside: the achievement's own drawing, or ours."""
    text = raw.decode()
    own = _own_picture(raw, kind)
    if own is not None:
        try:
            return bake(own, text)
        except BadImage:
            pass  # a drawing that cannot carry a credential; ours can
    return bake(_our_picture(found.credential, kind), text)


def _own_picture(raw: bytes, kind: str) -> bytes | None:
    """The drawing that stands inside the credential, if it is of this kind; none is fetched."""
    subject = parse(raw).get("credentialSubject", {})
    url = subject.get("achievement", {}).get("image", {}).get("id", "")
    head, _, data = url.partition(",")
    if not head.startswith("data:image/") or not head.endswith(";base64"):
        return None
    try:
        image = base64.b64decode(data, validate=True)
        return image if picture_type(image) == kind else None
    except (ValueError, BadImage):
        return None


def _our_picture(public_id: str, kind: str) -> bytes:
    view = achievement_of(public_id)
    return badge_svg(view).encode() if kind == "svg" else badge_png(view)
