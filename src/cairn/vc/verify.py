"""Verification: every check there is, in the order of Open Badges 3.0, and what they add up to.

    1 json          the bytes are strict JSON
    2 data_model    the MUSTs of the W3C data model
    3 schema        the official Open Badges schema, and a schema the credential names itself
    4 terms         every word has a meaning, so that nothing is left out of the signature
    5 proof         unaltered since it was signed
    6 issuer        the key that signed is the issuer's
    7 status        not revoked or suspended
    8 dates         valid at the time asked about
    9 endorsements  what others say of it inside, each with its own proof

A credential in an envelope (:mod:`cairn.vc.jose`) goes through the same checks; its proof is the
envelope's signature, which covers every letter, whatever the words mean.

:func:`inspect` answers all of them; :func:`verify` returns only what passed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from cairn.vc import schemas, wording
from cairn.vc.controllers import Signatory, Voucher
from cairn.vc.cryptosuites import BadProof
from cairn.vc.datamodel import datamodel_problems, issuer_id, validity
from cairn.vc.document import MAX_BYTES, JsonObject, parse, pointer
from cairn.vc.documents import Documents
from cairn.vc.errors import CredentialError, DataLoss, Unavailable, Unreadable, Unsignable
from cairn.vc.jose.envelope import Envelope, opened
from cairn.vc.model import Credential
from cairn.vc.proofs import ProofResult, check_proofs
from cairn.vc.report import Check, Report, State, Verdict
from cairn.vc.schema import problems
from cairn.vc.secured import Unsecured
from cairn.vc.status import must_stand

#: Endorsements looked at in one document, wherever they stand.
MAX_ENDORSEMENTS: Final = 32
#: Status entries followed for one document: each may ask for a list of megabytes.
MAX_STATUSES: Final = 8


class NotVerified(CredentialError):
    """A check failed, or could not be made; ``report`` tells which."""

    code = "credential.not_verified"

    def __init__(self, report: Report) -> None:
        super().__init__(report.sentence)
        self.report = report


_SEAL: Final = object()


class VerifiedCredential:
    """A credential that passed every check. Holding one is the proof: only :func:`verify` makes it."""

    __slots__ = ("credential", "raw", "report")

    def __init__(
        self, raw: bytes, credential: Credential, report: Report, *, seal: object = None
    ) -> None:
        if seal is not _SEAL:
            raise TypeError("A VerifiedCredential comes from verify(), and from nowhere else.")
        self.raw = raw
        self.credential = credential
        self.report = report


def verify(raw: bytes, *, documents: Documents, at: datetime) -> VerifiedCredential:
    """Return the credential if every check passed at ``at``, or raise :class:`NotVerified`."""
    report, document = _inspect(raw, documents, at)
    if report.verdict is not Verdict.GENUINE or document is None:
        raise NotVerified(report)
    return VerifiedCredential(raw, Credential(document), report, seal=_SEAL)


def inspect(raw: bytes, *, documents: Documents, at: datetime) -> Report:
    """Look at everything and say what was found; it never raises for what a document contains."""
    return _inspect(raw, documents, at)[0]


def _inspect(raw: bytes, documents: Documents, at: datetime) -> tuple[Report, JsonObject | None]:
    try:
        envelope = opened(raw)
        document = parse(raw, max_bytes=MAX_BYTES) if envelope is None else envelope.document
    except (Unreadable, BadProof) as exc:
        unread = _failed("json", exc.message, exc.pointer, exc.code)
        sentence = wording.verdict(Verdict.UNREADABLE, {})
        return Report(Verdict.UNREADABLE, sentence, (unread,)), None
    inspection = _Inspection(document, documents, at, envelope)
    checks = (_passed("json"), *inspection.run())
    verdict = wording.conclude(checks)
    return Report(
        verdict, wording.verdict(verdict, document, inspection.signatory), checks
    ), document


@dataclass(slots=True)
class _Inspection:
    """One document under inspection."""

    document: JsonObject
    documents: Documents
    at: datetime
    envelope: Envelope | None = None
    inner: bool = False
    signatory: Signatory | None = None
    unsecured: Unsecured = field(init=False)

    def __post_init__(self) -> None:
        self.unsecured = Unsecured(self.document)

    def run(self) -> Iterator[Check]:
        yield self._model()
        yield self._schema()
        terms = self._terms()
        yield terms
        if terms.state is State.PASSED or self.envelope is not None:
            yield from self._proof_and_issuer(comparable=terms.state is State.PASSED)
        else:
            yield _skipped("proof", wording.NOT_COMPARED)
            yield _skipped("issuer", wording.NO_SIGNATURE)
        yield self._status()
        yield self._dates()
        if not self.inner:
            yield self._endorsements()

    def _model(self) -> Check:
        for problem in datamodel_problems(self.document):
            return _failed("data_model", str(problem), problem.pointer, "data_model.broken")
        return _passed("data_model")

    def _schema(self) -> Check:
        for problem in problems(self.document):
            return _failed("schema", str(problem), problem.pointer, "schema.broken")
        for index, entry in enumerate(_many(self.document.get("credentialSchema"))):
            if not _known_schema(entry):
                place = pointer("credentialSchema", index)
                return Check("schema", State.UNKNOWN, wording.OTHER_SCHEMA, place, "schema.unknown")
        return _passed("schema")

    def _terms(self) -> Check:
        words = self.unsecured if self.envelope is None else Unsecured(self.envelope.words)
        try:
            _ = words.canonical
        except Unavailable as exc:
            return _unknown("terms", exc, exc.pointer)
        except Unsignable as exc:
            if self.envelope is not None and isinstance(exc, DataLoss):
                return _failed("terms", wording.UNDEFINED, exc.pointer, wording.UNDEFINED_TERM)
            return _failed("terms", exc.message, exc.pointer, exc.code)
        return _passed("terms")

    def _results(self, *, comparable: bool) -> list[ProofResult]:
        """Check the envelope's signature, and the proofs inside, which were there first."""
        sealed = []
        if self.envelope is not None:
            sealed.append(self.envelope.check(documents=self.documents, at=self.at))
            if "proof" not in self.document or not comparable:
                return sealed
        issuer = issuer_id(self.document)
        inside = check_proofs(self.unsecured, issuer=issuer, documents=self.documents, at=self.at)
        return [*sealed, *inside]

    def _proof_and_issuer(self, *, comparable: bool) -> Iterator[Check]:
        try:
            results = self._results(comparable=comparable)
        except CredentialError as exc:
            yield _failed("proof", exc.message, exc.pointer, exc.code)
            yield _skipped("issuer", wording.NO_SIGNATURE)
            return
        proof = _proof_check(results, sealed=self.envelope is not None)
        yield proof
        if proof.state is not State.PASSED:
            yield _skipped("issuer", wording.NO_SIGNATURE)
            return
        self.signatory = _best(results)
        yield wording.issuer_check(self.signatory, self.document)

    def _status(self) -> Check:
        entries = _many(self.document.get("credentialStatus"))
        if not entries:
            return _skipped("status", wording.NO_STATUS)
        if self.signatory is None:
            return _skipped("status", wording.NO_SIGNATURE)
        if len(entries) > MAX_STATUSES:
            message = f"It names more than {MAX_STATUSES} status lists, which are not all read."
            return Check("status", State.UNKNOWN, message, "/credentialStatus", "status.too_many")
        listed = isinstance(self.document["credentialStatus"], list)
        places = [
            pointer("credentialStatus", *([index] if listed else []))
            for index in range(len(entries))
        ]
        checks = [
            self._one_status(self.signatory, place, entry)
            for place, entry in zip(places, entries, strict=True)
        ]
        return _worst(checks) or _passed("status")

    def _one_status(self, signatory: Signatory, place: str, entry: Any) -> Check:
        try:
            must_stand(
                entry,
                self.document,
                signatory=signatory,
                documents=self.documents,
                at=self.at,
            )
        except Unavailable as exc:
            return _unknown("status", exc, place)
        except CredentialError as exc:
            return _failed("status", exc.message, place, exc.code)
        return _passed("status")

    def _dates(self) -> Check:
        try:
            starts, ends = validity(self.document)
        except ValueError:
            return _failed("dates", wording.BAD_DATES, None, "dates.malformed")
        if starts is not None and starts > self.at:
            message = f"It is valid only from {wording.day(starts)}."
            place = self._place("validFrom", "issuanceDate")
            return _failed("dates", message, place, "dates.not_yet_valid")
        if ends is not None and ends < self.at:
            message = f"It expired on {wording.day(ends)}."
            place = self._place("validUntil", "expirationDate")
            return _failed("dates", message, place, "dates.expired")
        return Check("dates", State.PASSED, wording.dates(ends))

    def _place(self, *names: str) -> str:
        return pointer(next(name for name in names if name in self.document))

    def _endorsements(self) -> Check:
        found = list(_endorsements(self.document, ()))
        if not found:
            return _skipped("endorsements", wording.NO_ENDORSEMENTS)
        if len(found) > MAX_ENDORSEMENTS:
            message = (
                f"It carries more than {MAX_ENDORSEMENTS} endorsements, which are not all read."
            )
            return Check("endorsements", State.UNKNOWN, message, None, "endorsements.too_many")
        spoken_of = set(_ids(self.document))
        checks = [self._endorsement(place, item, spoken_of) for place, item in found]
        return _worst(checks) or Check("endorsements", State.PASSED, wording.endorsed(len(found)))

    def _endorsement(self, place: str, given: Any, spoken_of: set[str]) -> Check:
        endorsement, envelope = _endorsement_in(given)
        if endorsement is None:
            message = wording.UNREAD_ENDORSEMENT
            return Check("endorsements", State.UNKNOWN, message, place, "endorsements.form")
        inner = _Inspection(endorsement, self.documents, self.at, envelope, inner=True)
        check = _worst(inner.run())
        if check is not None:
            fault = "could not be confirmed"
            if check.state is State.FAILED:
                fault = "does not hold up"
            message = f"An endorsement inside {fault}: {check.message}"
            where = place + (check.pointer or "")
            return Check("endorsements", check.state, message, where, check.code)
        # Somebody's good word for another achievement is no good word for this one.
        if not spoken_of.issuperset(_subjects(endorsement)):
            where = place + "/credentialSubject/id"
            code = "endorsements.other_subject"
            return Check("endorsements", State.UNKNOWN, wording.OTHER_SUBJECT, where, code)
        return _passed("endorsements")


def _proof_check(results: list[ProofResult], *, sealed: bool) -> Check:
    for state in (State.FAILED, State.UNKNOWN):
        for result in results:
            if result.state is state and (error := result.error) is not None:
                place = result.pointer + (error.pointer or "")
                message = wording.altered(error) if state is State.FAILED else error.message
                return Check("proof", state, message, place or None, error.code)
    if not any(result.state is State.PASSED for result in results):
        return Check(
            "proof", State.UNKNOWN, wording.UNKNOWN_SUITE, results[0].pointer, "proof.unsupported"
        )
    return Check("proof", State.PASSED, wording.SEALED) if sealed else _passed("proof")


def _best(results: list[ProofResult]) -> Signatory:
    """Choose the signatory that ties the document to its issuer most firmly."""
    order = list(Voucher)
    signers = [result.signatory for result in results if result.signatory is not None]
    return min(signers, key=lambda signer: order.index(signer.voucher))


def _endorsement_in(given: Any) -> tuple[JsonObject | None, Envelope | None]:
    """Return an endorsement and the envelope it came in (``endorsementJwt``), if it can be read."""
    if isinstance(given, dict):
        return given, None
    try:
        envelope = opened(given.encode()) if isinstance(given, str) else None
    except (Unreadable, BadProof, UnicodeEncodeError):
        envelope = None
    return (None, None) if envelope is None else (envelope.document, envelope)


def _endorsements(value: Any, path: tuple[str | int, ...]) -> Iterator[tuple[str, Any]]:
    """Find endorsements anywhere in a document, but not inside one another."""
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _endorsements(item, (*path, index))
    elif isinstance(value, dict):
        for key, item in value.items():
            if key in ("endorsement", "endorsementJwt"):
                for index, one in enumerate(_many(item)):
                    yield pointer(*path, key, index), one
            else:
                yield from _endorsements(item, (*path, key))


def _ids(value: Any) -> Iterator[str]:
    """Yield the ids of everything a document speaks of, endorsements left out."""
    if isinstance(value, list):
        for item in value:
            yield from _ids(item)
    elif isinstance(value, Mapping):
        if isinstance(value.get("id"), str):
            yield value["id"]
        for key, item in value.items():
            if key not in ("endorsement", "endorsementJwt"):
                yield from _ids(item)


def _subjects(endorsement: JsonObject) -> set[Any]:
    subjects = _many(endorsement.get("credentialSubject"))
    return {_text(item.get("id")) for item in subjects if isinstance(item, dict)}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _worst(checks: Iterable[Check]) -> Check | None:
    """Return the first check that failed, else the first that is unknown, else None."""
    found = list(checks)
    for state in (State.FAILED, State.UNKNOWN):
        for check in found:
            if check.state is state:
                return check
    return None


def _known_schema(entry: Any) -> bool:
    """Tell that nothing is left to look up (Open Badges 3.0, Verification, step 1).

    A stranger's schema is not run: it may hold a pattern that takes for ever.
    """
    if not isinstance(entry, dict) or entry.get("type") != "1EdTechJsonSchemaValidator2019":
        return True
    address = entry.get("id")
    return isinstance(address, str) and address in schemas.addresses()


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _passed(name: str) -> Check:
    return Check(name, State.PASSED, wording.PASSED[name])


def _failed(name: str, message: str, place: str | None, code: str) -> Check:
    return Check(name, State.FAILED, message, place, code)


def _unknown(name: str, error: CredentialError, place: str | None) -> Check:
    return Check(name, State.UNKNOWN, error.message, place, error.code)


def _skipped(name: str, message: str) -> Check:
    return Check(name, State.SKIPPED, message)
