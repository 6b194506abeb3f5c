"""The page of a credential: verdict first, then what it says, then every check (product guide)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final
from urllib.parse import quote, urlencode

from django.http import HttpResponse, HttpResponseRedirect
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from cairn.issuing.badges import badge_caption, badge_svg
from cairn.issuing.documents import OwnDocuments
from cairn.issuing.models import IssuerProfile
from cairn.issuing.qr import qr_svg
from cairn.issuing.selectors import credential_for, issuer_of_site
from cairn.issuing.services.credentials import AWARD_WITHDRAWN
from cairn.issuing.states import CredentialState
from cairn.kernel import clock
from cairn.kernel.errors import NotFound
from cairn.kernel.ids import is_public_id
from cairn.outreach import services
from cairn.outreach.models import Face, Visibility
from cairn.outreach.selectors import Shown, face_of, shown
from cairn.stones import Box, contour_map
from cairn.vc.document import parse
from cairn.vc.model import Credential
from cairn.vc.report import Report, Verdict
from cairn.vc.verify import inspect
from cairn.web.page import PageRequest, of_the_site, page, signed_in
from cairn.web.public import content, downloads, linkedin, verdicts
from cairn.web.public.verdicts import SEALS, Seal

#: What can only be said of documents that this site does not issue.
_NEVER: Final = frozenset({Verdict.HOSTED, Verdict.OTHER_RECIPIENT})


@dataclass(frozen=True, slots=True)
class Stated:
    """What the signed document says: this is what was checked, and no row beside it."""

    holder: str
    title: str
    issuer: str
    issued: datetime | None
    signed: datetime | None
    expires: datetime | None
    result: str
    hashes: list[dict[str, str]]


@of_the_site
def credential(request: PageRequest, public_id: str) -> HttpResponse:
    found = shown(public_id) if is_public_id(public_id) else None
    issuer = issuer_of_site()
    if found is None or issuer is None:
        return _quiet(page(request, "public/credential_absent.html", status=404))
    mine = downloads.is_holder(request, found)
    if found.shared.visibility is Visibility.PRIVATE and not mine:
        return _quiet(page(request, "public/credential_private.html", status=403))
    if found.damaged:
        return _quiet(page(request, "public/credential_damaged.html", status=500, row=found.row))
    if found.raw is None:
        return _quiet(page(request, "public/credential_erased.html", status=410, row=found.row))
    response = page(
        request, "public/credential.html", **_context(request, found, found.raw, issuer, mine=mine)
    )
    response.headers.setdefault("Cache-Control", "no-cache")
    if found.shared.visibility is not Visibility.PUBLIC:
        response["X-Robots-Tag"] = "noindex"
    return response


def _quiet(response: HttpResponse) -> HttpResponse:
    """Answers that search engines forget and nobody keeps."""
    response["X-Robots-Tag"] = "noindex"
    response["Cache-Control"] = "no-store"
    return response


def _context(
    request: PageRequest, found: Shown, raw: bytes, issuer: IssuerProfile, *, mine: bool
) -> dict[str, Any]:
    at = clock.now()
    documents = OwnDocuments(issuer)
    report = inspect(raw, documents=documents, at=at)
    stated = read(raw)
    seal = seal_of(found, report, stated)
    face = face_of(request.institution)
    url = issuer.addresses.credential(found.row.public_id)
    text = found.view.content
    return {
        "found": found,
        "stated": stated,
        "seal": seal,
        "seals": [
            _special(found, stated, one) for name, one in SEALS.items() if name not in _NEVER
        ],
        "sentence": _sentence(found, report, stated),
        "lines": verdicts.lines(report),
        "marks": verdicts.marks(),
        "at": at,
        "at_time": date_format(localtime(at), "H:i"),
        "content": text,
        "facts": content.facts(text),
        "tasks": content.tasks(text),
        "assessed": content.how_assessed(text),
        "badge": mark_safe(badge_svg(found.view)),  # noqa: S308 - drawn by us
        "contours": contours(found.view.achievement),
        "caption": badge_caption(found.view),
        "url": url,
        "url_words": url.partition("://")[2],
        "qr": _qr(url),
        "indexed": found.shared.visibility is Visibility.PUBLIC,
        "counts": report.verdict in (Verdict.GENUINE, Verdict.EXPIRED),
        "verifier": _data(found, report, raw, issuer, documents),
        "hashes": stated.hashes,
        "face": face,
        "mine": mine,
        "reason": _reason(found, mine=mine),
        "linkedin": linkedin.offer(found, stated, url, face) if mine else None,
        "visibilities": _choices(found) if mine else [],
        "downloads": downloads.offered(found.row.public_id),
        "preview": downloads.preview_url(found, stated.holder, issuer),
        "locale": locale(),
        "country": content.country(request.institution.country),
        "report_to": report_to(face, issuer, url),
    }


def read(raw: bytes) -> Stated:
    """What the document says of itself, through the window of the credential library."""
    window = Credential(parse(raw))
    subject, achievement = window.subject, window.achievement
    named = window.issuer
    hashes = [
        {"type": one.identity_type or "", "hash": one.identity_hash or "", "salt": one.salt or ""}
        for one in (subject.identifiers if subject else ())
        if one.hashed
    ]
    results = [one.value for one in (subject.results if subject else ()) if one.value]
    return Stated(
        holder=(subject.name if subject else None) or "",
        title=(achievement.name if achievement else None) or window.name or "",
        issuer=(named.name if named else None) or "",
        issued=window.awarded or window.valid_from,
        signed=window.valid_from if window.awarded else None,
        expires=window.valid_until,
        result=results[0] if len(results) == 1 else "",
        hashes=[one for one in hashes if one["type"] == "emailAddress"],
    )


def seal_of(found: Shown, report: Report, stated: Stated) -> Seal:
    return _special(found, stated, SEALS[report.verdict])


def _special(found: Shown, stated: Stated, seal: Seal) -> Seal:
    """The seal with what this site knows besides: since when, and what came in its place."""
    when = date_format(localtime(found.moved_at), "j F Y") if found.moved_at else ""
    if seal.name == Verdict.REVOKED and found.state is CredentialState.REPLACED:
        words = _("Genuine, replaced by a newer one") if found.successor else _("Replaced")
        return Seal(seal.name, "warn", "swap", words)
    if seal.name == Verdict.REVOKED and found.state is CredentialState.SUSPENDED:
        return Seal(seal.name, "bad", "pause", _("Suspended since %(date)s") % {"date": when})
    if seal.name == Verdict.REVOKED and when:
        return Seal(seal.name, "bad", "cross", _("Revoked on %(date)s") % {"date": when})
    if seal.name == Verdict.EXPIRED and stated.expires:
        day = date_format(localtime(stated.expires), "j F Y")
        return Seal(seal.name, "warn", "clock", _("Genuine, expired on %(date)s") % {"date": day})
    return seal


def _sentence(found: Shown, report: Report, stated: Stated) -> str:
    """What the verdict means. Where the list can say only “withdrawn”, this site knows more."""
    if report.verdict is Verdict.REVOKED:
        return _withdrawn(found, stated.issuer)
    return verdicts.rest(report.sentence)


def _withdrawn(found: Shown, issuer: str) -> str:
    if found.state is CredentialState.REPLACED:
        return _(
            "%(issuer)s made this statement and has since issued another one in its place. Look at "
            "the newer one."
        ) % {"issuer": issuer}
    if found.state is CredentialState.SUSPENDED:
        return _("%(issuer)s has set this statement aside for now. It may count again.") % {
            "issuer": issuer
        }
    return _("%(issuer)s has withdrawn this statement. Do not rely on it.") % {"issuer": issuer}


def _reason(found: Shown, *, mine: bool) -> str:
    """Why it counts no more. What a registrar wrote about a person is for that person alone."""
    reason = found.row.reason
    if found.state is CredentialState.ISSUED or not reason:
        return ""
    return str(reason) if mine or reason == AWARD_WITHDRAWN else ""


def _data(
    found: Shown, report: Report, raw: bytes, issuer: IssuerProfile, documents: OwnDocuments
) -> Mapping[str, Any]:
    """What the verifier in the browser needs (docs/explanation/checking-in-the-browser.md)."""
    own = issuer.addresses
    named = [
        entry["statusListCredential"]
        for entry in Credential(parse(raw)).statuses
        if isinstance(entry.get("statusListCredential"), str)
    ]
    paths = {own.did_document: "/.well-known/did.json"}
    for url in named:
        number = own.status_number(url)
        if number is not None:
            paths[url] = f"/status/{number}"
    words = verdicts.expected(report)
    if found.state in (CredentialState.REPLACED, CredentialState.SUSPENDED):
        words["Revoked: {issuer} has withdrawn this statement."] = _withdrawn(found, "{issuer}")
    return {
        "credential": raw.decode(),
        "documents": {url: documents.load(url).decode() for url in paths},
        "fetch": paths,
        "names": verdicts.names(),
        "words": words,
    }


@lru_cache(maxsize=512)
def _qr(url: str) -> SafeString:
    return mark_safe(qr_svg(url))  # noqa: S308 - drawn by us


@lru_cache(maxsize=256)
def contours(seed: str) -> SafeString:
    """Contour lines around a landmark, as on a map."""
    drawn = contour_map(seed, 600, 560, box=Box(300, 290, 110, 106), rings=17, step=0.26)
    return mark_safe(drawn)  # noqa: S308 - drawn by us


def _choices(found: Shown) -> list[dict[str, Any]]:
    said = {
        Visibility.LINK: (_("Whoever has the link"), _("Search engines are told to leave it out.")),
        Visibility.PUBLIC: (_("Everyone"), _("Search engines may list it.")),
        Visibility.PRIVATE: (
            _("Only me"),
            _("The link opens a page without your name or what you earned."),
        ),
    }
    return [
        {"value": one, "label": label, "hint": hint, "chosen": one is found.shared.visibility}
        for one, (label, hint) in said.items()
    ]


@signed_in
def share(request: PageRequest, public_id: str) -> HttpResponse:
    """The holder's choice, from the box that only they see."""
    if request.method != "POST":
        return HttpResponseRedirect(f"/c/{public_id}")
    row = credential_for(request.actor, public_id)
    try:
        wanted = Visibility(request.POST.get("visibility", ""))
    except ValueError:
        raise NotFound("visibility") from None
    services.share(row, visibility=wanted, by=request.actor)
    return HttpResponseRedirect(f"/c/{public_id}#share")


def locale() -> str:
    """The language of the page as previews name it: en_GB rather than en-gb."""
    language = get_language() or "en"
    return {"en": "en_GB", "de": "de_DE"}.get(language, language.replace("-", "_"))


def report_to(face: Face, issuer: IssuerProfile, url: str) -> str:
    """Where a reader writes who thinks that something is wrong; nothing where nobody is named."""
    contact = face.contact or issuer.email
    if "@" not in contact or contact.startswith("https:"):
        return contact
    return f"mailto:{contact}?{urlencode({'subject': url}, quote_via=quote)}"
