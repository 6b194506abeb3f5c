"""The front page, pages that explain, and what machines read: robots.txt and the site map."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import escape

from cairn.issuing.badges import badge_pebble
from cairn.issuing.selectors import issuer_of_site
from cairn.kernel import clock
from cairn.outreach import selectors
from cairn.stones import Pebble
from cairn.web.page import PageRequest, of_the_site, page
from cairn.web.public import catalogue

FEATURED: Final = 3
#: What is possible is an outline: the place of the reader's own.
NEXT: Final = Pebble("yours", kind="next")
_ROBOTS: Final = """User-agent: *
Disallow: /me
Disallow: /learn/
Disallow: /studio/
Disallow: /review/
Disallow: /teach/
Disallow: /registry/
Disallow: /console/
Disallow: /search
Disallow: /account/
"""


def front(request: HttpRequest) -> HttpResponse:
    """The front page; before there is an institution, what to do about that."""
    institution = getattr(request, "institution", None)
    if institution is None:
        return page(request, "public/unfounded.html")
    everything = selectors.catalogue(on=clock.today(institution))
    # Those that begin soonest; then by title, as they come.
    soonest = sorted(
        everything, key=lambda one: (not one.starts, [s.starts_on for s in one.starts[:1]])
    )
    return page(
        request,
        "public/front.html",
        featured=[
            (one, catalogue.stone(one), catalogue.first_sentence(one.view.content.description))
            for one in soonest[:FEATURED]
        ],
        landmark=[*(badge_pebble(one.view) for one in soonest[:FEATURED]), NEXT],
        total=len(everything),
        face=selectors.face_of(institution),
    )


@of_the_site
def employers(request: PageRequest) -> HttpResponse:
    return _plain(request, "employers")


def help_page(request: HttpRequest) -> HttpResponse:
    return _plain(request, "help")


def privacy(request: HttpRequest) -> HttpResponse:
    return _plain(request, "privacy")


def accessibility(request: HttpRequest) -> HttpResponse:
    return _plain(request, "accessibility")


def _plain(request: HttpRequest, name: str) -> HttpResponse:
    institution = getattr(request, "institution", None)
    face = selectors.face_of(institution) if institution else None
    issuer = issuer_of_site()
    contact = (face.contact if face else "") or (issuer.email if issuer else "")
    link = contact if contact.startswith("https:") else f"mailto:{contact}" if contact else ""
    return page(request, f"public/{name}.html", contact=contact, contact_link=link, face=face)


def robots(_request: HttpRequest) -> HttpResponse:
    issuer = issuer_of_site()
    lines = _ROBOTS
    if issuer is not None:
        lines += f"\nSitemap: {issuer.addresses.origin}{reverse('sitemap')}\n"
    return HttpResponse(lines, content_type="text/plain; charset=utf-8")


@of_the_site
def sitemap(request: PageRequest) -> HttpResponse:
    """Public pages about micro-credentials; never those of people."""
    issuer = issuer_of_site()
    origin = issuer.addresses.origin if issuer else ""
    places: list[tuple[str, date | None]] = [
        (reverse(name), None) for name in ("front", "explore", "employers", "institution")
    ]
    places += [
        (reverse("micro-credential", args=[one.view.slug]), one.view.approved_on)
        for one in selectors.catalogue(on=clock.today(request.institution))
    ]
    entries = "".join(
        f"<url><loc>{escape(origin + place)}</loc>"
        + (f"<lastmod>{changed.isoformat()}</lastmod>" if changed else "")
        + "</url>"
        for place, changed in places
    )
    return HttpResponse(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{entries}</urlset>\n',
        content_type="application/xml; charset=utf-8",
    )
