"""The picture that other sites show beside a link to a micro-credential."""

from __future__ import annotations

from typing import Final

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse

from cairn.issuing.badges import badge_svg
from cairn.issuing.models import IssuerProfile
from cairn.issuing.preview import PreviewFacts, preview_name, preview_png
from cairn.issuing.selectors import issuer_of_site
from cairn.kernel import clock
from cairn.kernel.errors import NotFound
from cairn.outreach import selectors
from cairn.outreach.selectors import Listed
from cairn.web.page import PageRequest, of_the_site

#: The name holds the hash of what is shown, so what stands there never changes.
_FOR_EVER: Final = "public, max-age=31536000, immutable"


def preview_url(one: Listed, issuer: IssuerProfile | None) -> str:
    """Where the picture stands, named by what it shows; nothing where nobody issues yet."""
    if issuer is None:
        return ""
    name = preview_name(_facts(one, issuer))
    place = reverse("micro-credential-preview", args=[one.view.slug, name])
    return f"{issuer.addresses.origin}{place}"


@of_the_site
def micro_credential(request: PageRequest, slug: str, name: str) -> HttpResponse:
    """The picture itself, under the name that the page told; no other name has one."""
    one = selectors.listed(slug, on=clock.today(request.institution))
    issuer = issuer_of_site()
    if one is None or issuer is None:
        raise NotFound("preview")
    facts = _facts(one, issuer)
    if preview_name(facts) != name:
        raise NotFound("preview")
    response = HttpResponse(preview_png(facts), content_type="image/png")
    response["Cache-Control"] = _FOR_EVER
    return response


def _facts(one: Listed, issuer: IssuerProfile) -> PreviewFacts:
    return PreviewFacts(
        title=one.view.content.title,
        issuer=issuer.name,
        host=issuer.addresses.origin.partition("://")[2],
        badge=badge_svg(one.view),
        seed=one.view.achievement,
        # A picture has one address, whoever asks for it: its words are those of the site.
        language=settings.LANGUAGE_CODE,
    )
