"""What can be saved of a credential, and under which name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.http import HttpResponse
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cairn.issuing.documents import OwnDocuments
from cairn.issuing.selectors import issuer_of_site
from cairn.kernel.actor import Actor
from cairn.kernel.errors import NotFound
from cairn.kernel.ids import is_public_id
from cairn.outreach.models import Visibility
from cairn.outreach.selectors import Shown, shown
from cairn.vc.document import parse
from cairn.vc.errors import Unavailable
from cairn.vc.model import Credential
from cairn.web.page import PageRequest, of_the_site
from cairn.web.standalone import standalone_page

#: Files that the machine endpoint answers with as well, and what it calls them.
SAME: Final = {"json": "application/vc+ld+json", "png": "image/png", "svg": "image/svg+xml"}
OWN: Final = ("html",)
_LONGEST: Final = 100


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


def preview_url(found: Shown, origin: str) -> str:
    """The picture that other sites show beside a link; nothing until one can be drawn."""
    return ""


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
