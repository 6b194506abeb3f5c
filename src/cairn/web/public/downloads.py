"""What can be saved of a credential, and under which name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.http import HttpResponse
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cairn.issuing.badges import badge_svg
from cairn.issuing.certificate import Paper, certificate_facts, certificate_pdf
from cairn.issuing.documents import OwnDocuments
from cairn.issuing.models import IssuerProfile
from cairn.issuing.preview import PreviewFacts, preview_name, preview_png
from cairn.issuing.selectors import issuer_of_site
from cairn.kernel.actor import Actor
from cairn.kernel.errors import NotFound
from cairn.kernel.ids import is_public_id
from cairn.outreach.models import Visibility
from cairn.outreach.selectors import Shown, is_private, shown
from cairn.vc.document import parse
from cairn.vc.errors import Unavailable
from cairn.vc.model import Credential
from cairn.web.page import PageRequest, of_the_site
from cairn.web.standalone import standalone_page

#: Files that the machine endpoint answers with as well, and what it calls them.
SAME: Final = {"json": "application/vc+ld+json", "png": "image/png", "svg": "image/svg+xml"}
_LONGEST: Final = 100
#: Where paper is measured in inches.
_LETTER: Final = frozenset({"US", "CA", "MX", "PH"})


@dataclass(frozen=True, slots=True)
class Offered:
    """One file of the list: what it is called, which kind it is, and what it is good for."""

    url: str
    name: str
    kind: str
    says: str


def offered(public_id: str) -> list[Offered]:
    said = {
        "json": (_("Credential file"), "JSON", _("The proof itself. Any verifier can check it.")),
        "pdf": (
            _("Certificate"),
            "PDF",
            _("Two pages to print, with the proof attached inside the file."),
        ),
        "html": (
            _("Page that checks itself"),
            "HTML",
            _("Opens in any browser and checks the credential with no network."),
        ),
        "png": (
            _("Badge image"),
            "PNG",
            _(
                "For profiles and mail. Some phones strip the proof from pictures: send the link too."
            ),
        ),
        "svg": (
            _("Badge drawing"),
            "SVG",
            _("For print and large screens, with the proof inside."),
        ),
    }
    return [Offered(f"/c/{public_id}.{form}", *words) for form, words in said.items()]


def file_name(found: Shown, form: str) -> str:
    """“data-quality-noor-haddad.json”; the number where neither can be written in plain letters."""
    window = Credential(parse(found.raw)) if found.raw else None
    holder = window.subject.name if window and window.subject else ""
    words = slugify(f"{found.view.content.title} {holder or ''}")[:_LONGEST].strip("-")
    return f"{words or found.row.public_id}.{form}"


def named(response: HttpResponse, found: Shown, form: str) -> HttpResponse:
    response["Content-Disposition"] = f'attachment; filename="{file_name(found, form)}"'
    return response


def preview_url(found: Shown, stated_holder: str, issuer: IssuerProfile) -> str:
    """The picture that other sites show beside a link, named by what it shows."""
    name = preview_name(preview_facts(found, stated_holder, issuer))
    return f"{issuer.addresses.credential(found.row.public_id)}/preview-{name}.png"


def preview_facts(found: Shown, holder: str, issuer: IssuerProfile) -> PreviewFacts:
    return PreviewFacts(
        title=found.view.content.title,
        issuer=issuer.name,
        host=issuer.addresses.origin.partition("://")[2],
        badge=badge_svg(found.view),
        seed=found.view.achievement,
        holder=holder,
        # A picture has one address, whoever asks for it: its words are those of the site.
        language=settings.LANGUAGE_CODE,
    )


@of_the_site
def preview(request: PageRequest, public_id: str, name: str) -> HttpResponse:
    """The picture itself, under the name that the page told; no other name has one."""
    found, issuer = seen(request, public_id), issuer_of_site()
    if issuer is None or found.raw is None or is_private(public_id):
        raise NotFound("credential")  # also for the holder: a shared cache would keep it
    subject = Credential(parse(found.raw)).subject
    facts = preview_facts(found, (subject.name if subject else None) or "", issuer)
    if preview_name(facts) != name:
        raise NotFound("picture")
    response = HttpResponse(preview_png(facts), content_type="image/png")
    response["X-Robots-Tag"] = "noindex"
    # The holder may close the page tomorrow, so nobody keeps it for long.
    response["Cache-Control"] = "public, max-age=3600"
    return response


@of_the_site
def certificate(request: PageRequest, public_id: str) -> HttpResponse:
    """The certificate to print; the paper is that of the country, or the one that is asked for."""
    found = seen(request, public_id)
    usual: Paper = "us-letter" if request.institution.country.upper() in _LETTER else "a4"
    papers: dict[str, Paper] = {"a4": "a4", "us-letter": "us-letter"}
    paper = papers.get(request.GET.get("paper", ""), usual)
    file = certificate_pdf(certificate_facts(found.row), paper=paper)
    response = HttpResponse(file, content_type="application/pdf")
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "no-cache"
    return named(response, found, "pdf")


@of_the_site
def saved(request: PageRequest, public_id: str) -> HttpResponse:
    """The single file that checks itself: the credential with the keys and the list of now."""
    found, issuer = seen(request, public_id), issuer_of_site()
    if issuer is None or found.raw is None:
        raise NotFound("credential")
    documents = OwnDocuments(issuer)
    file = standalone_page(
        credential=found.raw,
        did_document=documents.load(issuer.addresses.did_document),
        status_list=_list(documents, found.raw),
        title=found.view.content.title,
        lang=get_language() or "en",
    )
    response = HttpResponse(file, content_type="text/html; charset=utf-8")
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "no-cache"
    return named(response, found, "html")


def seen(request: PageRequest, public_id: str) -> Shown:
    """A credential with its contents that this reader may see, or :class:`NotFound`."""
    found = shown(public_id) if is_public_id(public_id) else None
    if found is None or found.raw is None:
        raise NotFound("credential")
    mine = is_holder(request, found)
    if found.shared.visibility is Visibility.PRIVATE and not mine:
        raise NotFound("credential")
    return found


def is_holder(request: PageRequest, found: Shown) -> bool:
    actor: Actor | None = request.actor
    return actor is not None and actor.person_id == found.holder


def _list(documents: OwnDocuments, raw: bytes) -> bytes:
    for entry in Credential(parse(raw)).statuses:
        try:
            return documents.load(str(entry.get("statusListCredential")))
        except Unavailable:
            continue
    return b""
