"""Requests of VC-API and their answers; what carries them is none of this module's business."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final
from urllib.parse import unquote

from cairn.vc import did
from cairn.vc.derive import derive
from cairn.vc.document import JsonObject, dump, parse
from cairn.vc.documents import Shelf
from cairn.vc.errors import BadKey, CredentialError, Unavailable, Unsignable
from cairn.vc.jsonld import unsafe_own_words
from cairn.vc.proofs import Expected
from cairn.vc.sign import PLAIN, Options
from cairn.vc.statuslist import ENTRY_TYPE, parse_entry
from cairn.vc.timestamps import read_timestamp
from cairn.vc.verify import inspect
from cairn.vcapi import checking, listing
from cairn.vcapi.issuers import Issuer, must_carry_proofs, new_issuers
from cairn.vcapi.problems import BadRequest, Problem, problem_of, refused
from cairn.vcapi.statuses import PURPOSES, Published, StatusLists

JSON: Final = "application/json"
PROBLEM: Final = "application/problem+json"
AUTHENTICATION: Final = "authentication"
DEFAULT: Final = "eddsa-rdfc-2022-ed25519"

_RESOLUTION: Final = "https://w3id.org/did-resolution/v1"


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: a status of HTTP, bytes, and what they are."""

    status: int
    body: bytes = b""
    media_type: str = JSON


@dataclass(frozen=True, slots=True)
class _Request:
    body: JsonObject
    at: datetime

    @property
    def options(self) -> JsonObject:
        found = self.body.get("options")
        if found is not None and not isinstance(found, dict):
            raise BadRequest("The options of a request are an object.", pointer="/options")
        return found or {}

    def document(self, name: str) -> JsonObject:
        found = self.body.get(name)
        if not isinstance(found, dict):
            raise BadRequest(f"The request holds no {name}: an object.", pointer=f"/{name}")
        return found


class Profile:
    """Issuers, their lists, and what is answered under the address ``base`` (without a slash)."""

    def __init__(
        self, base: str, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self.base = base
        self.issuers = new_issuers()
        self.lists = StatusLists(base, self.issuers["status-list"])
        self._clock = clock
        self._posts: Sequence[tuple[re.Pattern[str], Callable[..., Answer]]] = (
            (re.compile(r"(?:/issuers/([a-z0-9-]+))?/credentials/issue"), self._issue),
            (re.compile(r"(?:/issuers/([a-z0-9-]+))?/presentations/prove"), self._prove),
            (re.compile(r"/credentials/verify"), self._verify),
            (re.compile(r"/presentations/verify"), self._verify_presentation),
            (re.compile(r"/credentials/derive"), self._derive),
            (re.compile(r"(?:/issuers/status-list)?/credentials/status"), self._status),
            (re.compile(r"/status-lists/([a-z]+)/publish"), self._publish),
        )
        self._gets: Sequence[tuple[re.Pattern[str], Callable[..., Answer]]] = (
            (re.compile(r"/"), self._listing),
            (re.compile(r"/localConfig\.cjs"), self._configuration),
            (re.compile(r"/status-lists/([a-z]+)"), self._list),
            (re.compile(r"/1\.0/identifiers/(.+)"), self._resolve),
        )

    def get(self, path: str, *, accept: str = "") -> Answer:
        """Answer a GET; ``accept`` is what the client wants to read."""
        return self._answered(self._gets, path, accept)

    def post(self, path: str, body: bytes) -> Answer:
        """Answer a POST with a JSON object in its body; a refusal is an answer, too."""
        return self._answered(self._posts, path, body)

    def knows(self, path: str) -> str | None:
        """Return the other method of HTTP that a path would answer, if any."""
        for method, routes in (("GET", self._gets), ("POST", self._posts)):
            if any(route.fullmatch(path) for route, _ in routes):
                return method
        return None

    def _answered(
        self,
        routes: Sequence[tuple[re.Pattern[str], Callable[..., Answer]]],
        path: str,
        given: bytes | str,
    ) -> Answer:
        for route, handler in routes:
            if (match := route.fullmatch(path)) is None:
                continue
            try:
                with unsafe_own_words():
                    return handler(given, *match.groups())
            except CredentialError as exc:
                return _problem(400, problem_of(exc))
        return _problem(404, Problem("vcapi.unknown", f"There is nothing at {path[:200]}."))

    def _read(self, body: bytes) -> _Request:
        return _Request(parse(body), self._clock())

    def _issue(self, body: bytes, name: str | None) -> Answer:
        request = self._read(body)
        issuer = self._issuer(name)
        document = request.document("credential")
        with _generating():
            _must_be_sound(document)
            options = _proof_options(request.options, issuer)
            if issuer.kind == "listed" and "credentialStatus" not in document:
                purpose = request.options.get("statusPurpose", PURPOSES[0])
                _must_be_a_purpose(purpose)
                own = document.get("id")
                entry = self.lists.entry(own if isinstance(own, str) else None, purpose)
                document = {**document, "credentialStatus": entry}
            at = _moment(request.options, "created") or request.at
            return Answer(201, issuer.secure(document, at=at, options=options))

    def _prove(self, body: bytes, name: str | None) -> Answer:
        request = self._read(body)
        issuer = self._issuer(name)
        document = request.document("presentation")
        if issuer.kind == "enveloped" or issuer.suite == "ecdsa-sd-2023":
            raise BadRequest(f"The issuer {issuer.name} does not sign presentations.")
        with _generating():
            options = replace(_proof_options(request.options, issuer), purpose=AUTHENTICATION)
            at = _moment(request.options, "created") or request.at
            return Answer(201, issuer.secure(document, at=at, options=options))

    def _issuer(self, name: str | None) -> Issuer:
        issuer = self.issuers.get(name or DEFAULT)
        if issuer is None:
            raise BadRequest(f"There is no issuer {name}. GET / lists those there are.")
        return issuer

    def _verify(self, body: bytes) -> Answer:
        request = self._read(body)
        raw = _raw(request.body.get("verifiableCredential"), "verifiableCredential")
        return self._checked(raw, request, of="issuer", purpose="assertionMethod")

    def _verify_presentation(self, body: bytes) -> Answer:
        request = self._read(body)
        raw = _raw(request.body.get("verifiablePresentation"), "verifiablePresentation")
        return self._checked(raw, request, of="holder", purpose=AUTHENTICATION)

    def _checked(self, raw: bytes, request: _Request, *, of: str, purpose: str) -> Answer:
        documents = Published(self.lists, request.at)
        report = inspect(
            raw,
            documents=documents,
            at=request.at,
            expected=_expected(request.options, purpose),
        )
        status, body = checking.answer(report, of=of)
        return Answer(status, dump(body), JSON if status == 200 else PROBLEM)

    def _derive(self, body: bytes) -> Answer:
        request = self._read(body)
        pointers = _texts(request.options, "selectivePointers") or ()
        proof_id = _text(request.options, "proofId")
        document = request.document("verifiableCredential")
        return Answer(201, derive(dump(document), pointers=pointers, proof_id=proof_id))

    def _status(self, body: bytes) -> Answer:
        request = self._read(body)
        entry = request.document("credentialStatus")
        purpose = entry.get("statusPurpose", PURPOSES[0])
        _must_be_a_purpose(purpose)
        credential = request.body.get("credentialId")
        value = request.body.get("status", True)
        if not isinstance(credential, str) or not isinstance(value, bool):
            raise BadRequest(
                "A change of status names a credential (credentialId) and is true or false (status)."
            )
        if not self.lists.set(credential, purpose, value=value):
            message = f"No credential {credential[:200]} was issued on the list about {purpose}."
            return _problem(404, Problem("vcapi.unknown", message, "/credentialId"))
        return Answer(200, b"{}")

    def _publish(self, body: bytes, purpose: str) -> Answer:
        # A list here is published by the change itself; a suite asks for it all the same.
        _must_be_a_purpose(purpose)
        return Answer(204)

    def _list(self, accept: str, purpose: str) -> Answer:
        _must_be_a_purpose(purpose)
        return Answer(200, self.lists.published(purpose, self._clock()))

    def _listing(self, accept: str) -> Answer:
        return Answer(200, dump(listing.listing(self.base, self.issuers.values())))

    def _configuration(self, accept: str) -> Answer:
        text = listing.configuration(self.base, self.issuers.values())
        return Answer(200, text.encode(), "text/javascript; charset=utf-8")

    def _resolve(self, accept: str, identifier: str) -> Answer:
        name = unquote(identifier)
        try:
            document = did.resolve(name, Shelf())
        except (BadKey, Unavailable) as exc:
            status, error = _not_resolved(name, exc)
            return Answer(status, dump(_resolution(None, {"error": error, "message": exc.message})))
        if "application/did+" in accept:
            return Answer(200, dump(document), "application/did+ld+json")
        return Answer(200, dump(_resolution(document, {"contentType": "application/did+ld+json"})))


def _not_resolved(name: str, error: CredentialError) -> tuple[int, str]:
    """Name what kept a DID from being resolved as DID Resolution §11 does, and its status of HTTP."""
    if isinstance(error, Unavailable):
        return 404, "notFound"
    method = name.split(":")[1] if name.startswith("did:") and name.count(":") > 1 else ""
    if method.isalnum() and method not in did.methods.names():
        return 501, "methodNotSupported"
    return 400, "invalidDid"


def _resolution(document: JsonObject | None, metadata: JsonObject) -> JsonObject:
    return {
        "@context": _RESOLUTION,
        "didDocument": document,
        "didResolutionMetadata": metadata,
        "didDocumentMetadata": {},
    }


def _problem(status: int, problem: Problem) -> Answer:
    return Answer(status, dump(refused(status, problem, errors=[problem.message])), PROBLEM)


@contextmanager
def _generating() -> Iterator[None]:
    """Name what keeps a proof from being made as VC-DI §4.2 does, where nothing more exact is known."""
    try:
        yield
    except Unsignable as exc:
        if exc.code == Unsignable.code:
            raise NotIssued(exc.message, pointer=exc.pointer) from exc
        raise


class NotIssued(Unsignable):
    """A document cannot be signed as it stands (VC-DI §4.2)."""

    code = "PROOF_GENERATION_ERROR"


def _must_be_sound(document: Mapping[str, Any]) -> None:
    must_carry_proofs(document)
    found = document.get("credentialStatus")
    for entry in found if isinstance(found, list) else [found]:
        types = entry.get("type") if isinstance(entry, dict) else None
        if ENTRY_TYPE in (types if isinstance(types, list) else [types]):
            parse_entry(entry)


def _proof_options(options: Mapping[str, Any], issuer: Issuer) -> Options:
    """Read what a request says of the proof; what it says of the issuer has to be so."""
    for name, own in (("cryptosuite", issuer.suite), ("verificationMethod", issuer.method)):
        if options.get(name) not in (None, own):
            raise BadRequest(f"This issuer's {name} is {own}.", pointer=f"/options/{name}")
    mandatory = _texts(options, "mandatoryPointers")
    if mandatory is not None and issuer.suite != "ecdsa-sd-2023":
        if mandatory:
            raise BadRequest(
                f"With {issuer.suite} a holder shows all or nothing.",
                pointer="/options/mandatoryPointers",
            )
        mandatory = None
    return Options(
        id=_text(options, "proofId"),
        purpose=_text(options, "proofPurpose") or PLAIN.purpose,
        expires=_moment(options, "expires"),
        domain=_domain(options),
        challenge=_text(options, "challenge"),
        previous=_previous(options),
        mandatory=mandatory,
    )


def _expected(options: Mapping[str, Any], purpose: str) -> Expected:
    return Expected(
        purpose=_text(options, "expectedProofPurpose") or purpose,
        domain=_domain(options),
        challenge=_text(options, "challenge"),
    )


def _text(options: Mapping[str, Any], name: str) -> str | None:
    value = options.get(name)
    if value is not None and not isinstance(value, str):
        raise BadRequest(f"{name} is text.", pointer=f"/options/{name}")
    return value


def _texts(options: Mapping[str, Any], name: str) -> list[str] | None:
    value = options.get(name)
    if value is None:
        return None
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise BadRequest(f"{name} is a list of texts.", pointer=f"/options/{name}")
    return value


def _domain(options: Mapping[str, Any]) -> str | list[str] | None:
    if isinstance(options.get("domain"), list):
        return _texts(options, "domain")
    return _text(options, "domain")


def _previous(options: Mapping[str, Any]) -> str | list[str]:
    if isinstance(options.get("previousProof"), list):
        return _texts(options, "previousProof") or []
    return _text(options, "previousProof") or []


def _moment(options: Mapping[str, Any], name: str) -> datetime | None:
    text = _text(options, name)
    if text is None:
        return None
    try:
        return read_timestamp(text)
    except ValueError as exc:
        raise BadRequest(f"{name} {exc}.", pointer=f"/options/{name}") from exc


def _must_be_a_purpose(purpose: object) -> None:
    if purpose not in PURPOSES:
        raise BadRequest(f"Lists are kept here about {' and '.join(PURPOSES)}.")


def _raw(value: Any, name: str) -> bytes:
    """Return a document as bytes; a token stands in a request as text."""
    if isinstance(value, dict):
        return dump(value)
    if isinstance(value, str) and value:
        return value.encode("utf-8", "replace")
    raise BadRequest(f"The request holds no {name}: an object, or a token.", pointer=f"/{name}")
