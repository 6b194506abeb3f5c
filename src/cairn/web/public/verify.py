"""Check any issuer's credential: paste, link or file. With scripts the reader's browser does it."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

from django.core.exceptions import RequestDataTooBig, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.multipartparser import MultiPartParserError
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from cairn.fetch import Fetcher, FetchError, FetchStatus
from cairn.issuing.documents import OwnDocuments
from cairn.issuing.models import IssuerProfile
from cairn.issuing.selectors import issuer_of_site
from cairn.kernel import clock
from cairn.vc.baking import BadImage, unbake
from cairn.vc.baking.payload import form_of
from cairn.vc.document import MAX_BYTES, parse
from cairn.vc.documents import Gone
from cairn.vc.errors import CredentialError, Unavailable
from cairn.vc.model import Credential
from cairn.vc.shown import shown
from cairn.vc.verify import inspect
from cairn.web.page import PageRequest, of_the_site, page
from cairn.web.public import verdicts
from cairn.web.public.asking import ask
from cairn.web.public.verdicts import SEALS

#: A picture with a credential inside; a text is bounded by the verifier itself.
MOST_BYTES: Final = 4 * 1024 * 1024
_FETCH_SECONDS: Final = 5.0


class Unfit(ValueError):
    """What was given is no credential; the message says what it is, and the cure."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a credential says of itself. Nothing here is confirmed by being shown."""

    holder: str
    title: str
    issuer: str
    issued: datetime | None
    expires: datetime | None


class Everywhere:
    """Documents of this site from its database, of others from the web; remembers who was asked."""

    def __init__(self, issuer: IssuerProfile) -> None:
        self._own = OwnDocuments(issuer)
        self._addresses = issuer.addresses
        self.asked: list[str] = []
        self._had: dict[str, bytes] = {}

    def load(self, url: str) -> bytes:
        # The site never fetches from itself, and what it has not published it does not have.
        if is_own(url, self._addresses.origin) or url == self._addresses.did_document:
            return self._own.load(url)
        if url not in self.asked:
            self.asked.append(url)
        if url not in self._had:
            self._had[url] = _asked(url)
        return self._had[url]


def _asked(url: str) -> bytes:
    try:
        return ask(fetcher(), url)
    except FetchStatus as exc:
        away = exc.status == HTTPStatus.GONE
        raise (Gone if away else Unavailable)(exc.reason) from exc
    except FetchError as exc:
        raise Unavailable(exc.reason) from exc


def is_own(url: str, origin: str) -> bool:
    """Is this an address of the site itself, however it is written?"""
    try:
        one, other = urlsplit(url.strip()), urlsplit(origin)
        same = (one.hostname, one.port) == (other.hostname, other.port)
    except ValueError:
        return False
    return same


@cache
def fetcher() -> Fetcher:
    """One for the process, so that what was fetched is kept as long as its headers allow."""
    return Fetcher(timeout=_FETCH_SECONDS, max_bytes=MOST_BYTES)


# No cookie is needed to ask: a check changes nothing, is kept nowhere and tells nobody else, so
# another site gains nothing by sending it in a reader's name.
@csrf_exempt
@of_the_site
def verify(request: PageRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request, text="", link=request.GET.get("link", "")[:2_000])
    issuer = issuer_of_site()
    if issuer is None:
        return _page(request)
    try:
        raw, link = _given(request)
        if not raw and (own := own_path(link, issuer.addresses.origin)):
            return HttpResponseRedirect(own)
        documents = Everywhere(issuer)
        found = raw or _fetched(link, documents)
        credential = opened(found)
    except Unfit as exc:
        return _page(request, problem=str(exc), link=_shown_link(request), status=422)
    except (RequestDataTooBig, TooManyFilesSent, MultiPartParserError):
        return _page(request, problem=_too_large(), status=413)
    return _page(request, **_result(credential, documents), link=link)


def _result(credential: bytes, documents: Everywhere) -> dict[str, Any]:
    at = clock.now()
    report = inspect(credential, documents=documents, at=at, refresh=True)
    return {
        "seal": SEALS[report.verdict],
        "sentence": verdicts.say(report.sentence),
        "lines": verdicts.lines(report),
        "inside": [
            {"seal": SEALS[inner.verdict], "sentence": verdicts.say(inner.sentence)}
            for inner in report.inside
        ],
        "facts": _facts(credential, documents),
        "asked": documents.asked,
        "at": at,
        "at_time": date_format(localtime(at), "H:i"),
    }


def _page(request: HttpRequest, *, status: int = 200, **context: Any) -> HttpResponse:
    response = page(
        request,
        "public/verify.html",
        status=status,
        seals=list(SEALS.values()),
        marks=verdicts.marks(),
        verifier={"names": verdicts.names(), "words": verdicts.words()},
        **context,
    )
    response["Cache-Control"] = "no-store"
    return response


def _given(request: HttpRequest) -> tuple[bytes, str]:
    """The bytes of the file or the text, or else the link; the file first."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) > MOST_BYTES + 64 * 1024:
        raise Unfit(_too_large())
    file = request.FILES.get("file")
    if file is not None and file.size:
        if file.size > MOST_BYTES:
            raise Unfit(_too_large())
        return file.read(), ""
    text = request.POST.get("text", "").strip()
    link = request.POST.get("link", "").strip()
    if form_of(text) == "url":
        text, link = "", text
    if text:
        return text.encode("utf-8", "replace"), ""
    if not link:
        raise Unfit(_("Paste a credential or its link, or choose a file."))
    return b"", link


def _too_large() -> str:
    return _("This is larger than any credential. The most that is read is 4 MB.")


def _shown_link(request: HttpRequest) -> str:
    try:
        return request.POST.get("link", "")[:2_000]
    except (RequestDataTooBig, TooManyFilesSent, MultiPartParserError):
        return ""


def own_path(link: str, origin: str) -> str | None:
    """The path of a credential of this site, so that its page answers."""
    if not is_own(link, origin):
        return None
    path = urlsplit(link).path
    return path if path.startswith("/c/") and "//" not in path and "\\" not in path else None


def _fetched(link: str, documents: Everywhere) -> bytes:
    if not link.lower().startswith("https://"):
        raise Unfit(_("A link begins with https://. Paste the whole address."))
    try:
        return documents.load(link)
    except Unavailable as exc:
        raise Unfit(_("The link could not be opened. %(why)s") % {"why": exc.message}) from exc


def opened(found: bytes) -> bytes:
    """The JSON of a credential out of what was given; :class:`Unfit` says what else it is."""
    if found.startswith(b"\x89PNG") or found.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<":
        if b"<html" in found[:2_000].lower() or b"<!doctype html" in found[:2_000].lower():
            raise Unfit(
                _("This is a web page, not a credential. Look on it for “Download” or a link.")
            )
        try:
            baked = unbake(found)
        except BadImage as exc:
            raise Unfit(verdicts.say(exc.message)) from exc
        found = baked.text.encode()
    if found.startswith(b"%PDF"):
        raise Unfit(
            _("This is a PDF. Take the link printed on it, or ask for the credential file.")
        )
    if len(found) > MAX_BYTES:
        raise Unfit(_too_large())
    if b'"https://w3id.org/openbadges/v1"' in found:
        raise Unfit(_("This is an Open Badge of version 1, which is not read."))
    return found


def _facts(credential: bytes, documents: Everywhere) -> Facts | None:
    try:
        window = Credential(shown(credential, documents))
        subject, achievement, issuer = window.subject, window.achievement, window.issuer
        return Facts(
            holder=(subject.name if subject else "") or "",
            title=(achievement.name if achievement else "") or window.name or "",
            issuer=(issuer.name if issuer else "") or (issuer.id if issuer else "") or "",
            issued=window.awarded or window.valid_from,
            expires=window.valid_until,
        )
    except (CredentialError, ValueError):
        return None


# --- documents for the check in the browser --------------------------------------------------------


class Bucket:
    """So many questions at once, and so many a second afterwards; for one process."""

    def __init__(self, most: float, each_second: float) -> None:
        self._most, self._rate = most, each_second
        self._left, self._last = most, 0.0
        self._lock = threading.Lock()

    def take(self, now: float) -> bool:
        with self._lock:
            passed = max(0.0, now - self._last)
            self._left = min(self._most, self._left + passed * self._rate)
            self._last = now
            if self._left < 1:
                return False
            self._left -= 1
            return True


BUCKET: Final = Bucket(60, 1)


@of_the_site
def document(request: PageRequest) -> HttpResponse:
    """A public document that a credential names, fetched for a browser that may not fetch it.

    It hands on key documents and status lists and nothing else, so that it is no way through to the
    web; and it asks for them within the bounds of ``cairn.fetch``.
    """
    url, issuer = request.GET.get("url", ""), issuer_of_site()
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return _told(403, _("Only the pages of this site ask here."))
    if issuer is None or len(url) > 2_000:
        return _told(400, _("Only https addresses are asked."))
    if not (url.startswith("https://") or is_own(url, issuer.addresses.origin)):
        return _told(400, _("Only https addresses are asked."))
    if not BUCKET.take(clock.now().timestamp()):
        answer = _told(429, _("Too many questions at once. Try again in a minute."))
        answer["Retry-After"] = "60"
        return answer
    try:
        raw = Everywhere(issuer).load(url)
    except Unavailable as exc:
        return _told(502, exc.message)
    if not is_public_document(raw):
        return _told(502, _("What stands there is neither a key document nor a status list."))
    response = HttpResponse(raw, content_type="application/json")
    response["Cache-Control"] = "private, max-age=60"
    response["Content-Disposition"] = 'attachment; filename="document.json"'
    return response


def _told(status: int, message: str) -> HttpResponse:
    response = HttpResponse(
        json.dumps({"message": message}), status=status, content_type="application/json"
    )
    response["Cache-Control"] = "no-store"
    return response


def is_public_document(raw: bytes) -> bool:
    """A DID document, a key, an issuer's profile with keys, or a signed status list."""
    try:
        found = parse(raw, max_bytes=MOST_BYTES)
    except CredentialError:
        return False
    if not isinstance(found.get("id"), str):
        return False
    if any(name in found for name in ("verificationMethod", "assertionMethod", "publicKey")):
        return True
    if isinstance(found.get("publicKeyMultibase"), str) or isinstance(
        found.get("publicKeyJwk"), dict
    ):
        return True
    subject = found.get("credentialSubject")
    return isinstance(subject, dict) and isinstance(subject.get("encodedList"), str)
