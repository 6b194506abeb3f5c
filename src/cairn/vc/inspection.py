"""One credential under inspection: every check there is, in the order of Open Badges 3.0.

    1 json          the bytes are strict JSON
    2 data_model    the MUSTs of the W3C data model
    3 schema        the official Open Badges schema, and a schema the credential names itself
    4 terms         every word has a meaning, so that nothing is left out of the signature
    5 proof         unaltered since it was signed
    6 issuer        the key that signed is the issuer's
    7 status        not revoked or suspended
    8 dates         valid at the time asked about
    9 endorsements  what others say of it inside, each with its own proof
   10 credentials   of a learner record: the credentials in it, each with its own proof

A credential in an envelope (:mod:`cairn.vc.jose`) goes through the same checks; its proof is the
envelope's signature, which covers every letter, whatever the words mean.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from cairn.vc import chains, schemas, wording
from cairn.vc.checks import failed, many, passed, skipped, unknown, worst
from cairn.vc.contained import Contained, Rationed, look_into
from cairn.vc.controllers import Signatory, Voucher
from cairn.vc.datamodel import datamodel_problems, issuer_id, validity
from cairn.vc.document import JsonObject, pointer
from cairn.vc.documents import Documents
from cairn.vc.errors import CredentialError, DataLoss, Unavailable, Unsignable
from cairn.vc.inside import endorsement_in, endorsements, ids, subjects
from cairn.vc.jose.envelope import Envelope
from cairn.vc.jose.openbadges import TOKENS
from cairn.vc.openbadges import is_learner_record
from cairn.vc.proofs import STATEMENT, Expected, ProofResult, check_proofs
from cairn.vc.recipient import in_credential, recipient_check
from cairn.vc.report import Check, Report, State, Verdict
from cairn.vc.schema import problems
from cairn.vc.secured import Unsecured
from cairn.vc.status import must_stand

#: Endorsements looked at in one document, wherever they stand.
MAX_ENDORSEMENTS: Final = 32
#: Status entries followed for one document: each may ask for a list of megabytes.
MAX_STATUSES: Final = 8
#: Suites that sign the JSON as it is written.
_OF_LETTERS: Final = ("eddsa-jcs-2022", "ecdsa-jcs-2019")
_UNSURE: Final = {Verdict.GENUINE, Verdict.ISSUER_UNCONFIRMED, Verdict.CANNOT_CHECK}


def report_on(
    document: JsonObject,
    *,
    documents: Documents,
    at: datetime,
    envelope: Envelope | None = None,
    expected: Expected = STATEMENT,
    nested: bool = False,
) -> Report:
    """Make every check of a credential that was read, and say what they add up to.

    What is ``nested`` is not looked into in its turn.
    """
    record = is_learner_record(document)
    if record and not nested:
        documents = Rationed(documents)
    inspection = Inspection(document, documents, at, envelope, expected=expected)
    checks = (passed("json"), *inspection.run())
    inside = _inside(inspection, nested=nested) if record else None
    verdict = wording.conclude(checks)
    sentence = wording.verdict(verdict, document, inspection.signatory)
    if inside is None:
        return Report(verdict, sentence, checks)
    # What fails inside warns more than what nobody could look up outside.
    lenient = _UNSURE if inside.check.state is State.FAILED else {Verdict.GENUINE}
    if verdict in lenient and (gravest := inside.gravest) is not None:
        verdict, sentence = gravest.verdict, wording.one_inside(gravest.sentence)
    elif verdict is Verdict.GENUINE and inside.check.state is State.UNKNOWN:
        verdict = Verdict.CANNOT_CHECK
        sentence = wording.verdict(verdict, document, inspection.signatory)
    return Report(verdict, sentence, (*checks, inside.check), inside.reports)


def _inside(record: Inspection, *, nested: bool) -> Contained:
    """Look into a learner record: each credential in it has a proof of its own (CLR 2.0, ClrSubject)."""
    if nested:
        message = (
            "It holds credentials in their turn, which are not looked into here. Open it by itself."
        )
        return Contained(
            Check("credentials", State.UNKNOWN, message, None, "credentials.nested"), ()
        )

    def look(document: JsonObject, envelope: Envelope | None) -> Report:
        return report_on(
            document, documents=record.documents, at=record.at, envelope=envelope, nested=True
        )

    subject = record.document.get("credentialSubject")
    listed = subject if isinstance(subject, list) else [subject]
    held = listed[0] if len(listed) == 1 and isinstance(listed[0], dict) else {}
    place: list[str | int] = ["credentialSubject", *([0] if isinstance(subject, list) else [])]
    return look_into(held.get("verifiableCredential"), [*place, "verifiableCredential"], look)


@dataclass(slots=True)
class Inspection:
    """One document under inspection."""

    document: JsonObject
    documents: Documents
    at: datetime
    envelope: Envelope | None = None
    inner: bool = False
    expected: Expected = STATEMENT
    signatory: Signatory | None = None
    unsecured: Unsecured = field(init=False)

    def __post_init__(self) -> None:
        self.unsecured = Unsecured(self.document)

    def run(self) -> Iterator[Check]:
        yield self._model()
        yield self._schema()
        terms = self._terms()
        yield terms
        if terms.state is State.PASSED or self._to_the_letter:
            yield from self._proof_and_issuer(comparable=terms.state is State.PASSED)
        else:
            yield skipped("proof", wording.NOT_COMPARED)
            yield skipped("issuer", wording.NO_SIGNATURE)
        yield self._status()
        yield self._dates()
        if self.expected.recipient is not None:
            yield recipient_check(in_credential(self.document), self.expected.recipient)
        if not self.inner:
            yield self._endorsements()

    def _model(self) -> Check:
        if self.unsecured.conforms:
            return passed("data_model")
        for problem in datamodel_problems(self.document):
            return failed("data_model", str(problem), problem.pointer, "data_model.broken")
        return passed("data_model")

    def _schema(self) -> Check:
        for problem in () if self.unsecured.conforms else problems(self.document):
            return failed("schema", str(problem), problem.pointer, "schema.broken")
        for index, entry in enumerate(many(self.document.get("credentialSchema"))):
            if not _known_schema(entry):
                place = pointer("credentialSchema", index)
                return Check("schema", State.UNKNOWN, wording.OTHER_SCHEMA, place, "schema.unknown")
        return passed("schema")

    def _terms(self) -> Check:
        words = self.unsecured
        if self.envelope is not None and words.may_mention(TOKENS):
            words = Unsecured(self.envelope.words)
        try:
            _ = words.canonical
        except Unavailable as exc:
            return unknown("terms", exc, exc.pointer)
        except Unsignable as exc:
            if self._to_the_letter and isinstance(exc, DataLoss):
                return failed("terms", wording.UNDEFINED, exc.pointer, wording.UNDEFINED_TERM)
            return failed("terms", exc.message, exc.pointer, exc.code)
        return passed("terms")

    @property
    def _to_the_letter(self) -> bool:
        """Tell that the signature covers every letter, whatever the words mean (RFC 8785, RFC 7515)."""
        if self.envelope is not None:
            return True
        proofs = chains.entries(self.unsecured.proof)
        return bool(proofs) and all(
            isinstance(one, dict) and one.get("cryptosuite") in _OF_LETTERS for one in proofs
        )

    def _results(self, *, comparable: bool) -> list[ProofResult]:
        """Check the envelope's signature, and the proofs inside, which were there first."""
        sealed = []
        if self.envelope is not None:
            sealed.append(
                self.envelope.check(documents=self.documents, at=self.at, expected=self.expected)
            )
            if "proof" not in self.document or not comparable:
                return sealed
        issuer = issuer_id(self.document)
        # In an envelope the answer to a verifier is the envelope's own.
        expected = self.expected if self.envelope is None else STATEMENT
        inside = check_proofs(
            self.unsecured,
            issuer=issuer,
            documents=self.documents,
            at=self.at,
            expected=expected,
        )
        return [*sealed, *inside]

    def _proof_and_issuer(self, *, comparable: bool) -> Iterator[Check]:
        try:
            results = self._results(comparable=comparable)
        except CredentialError as exc:
            yield failed("proof", exc.message, exc.pointer, exc.code)
            yield skipped("issuer", wording.NO_SIGNATURE)
            return
        proof = proof_check(results, sealed=self.envelope is not None)
        yield proof
        if proof.state is not State.PASSED:
            yield skipped("issuer", wording.NO_SIGNATURE)
            return
        self.signatory = best(results)
        yield wording.issuer_check(self.signatory, self.document)

    def _status(self) -> Check:
        entries = many(self.document.get("credentialStatus"))
        if not entries:
            return skipped("status", wording.NO_STATUS)
        if self.signatory is None:
            return skipped("status", wording.NO_SIGNATURE)
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
        return worst(checks) or passed("status")

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
            return unknown("status", exc, place)
        except CredentialError as exc:
            return failed("status", exc.message, place, exc.code)
        return passed("status")

    def _dates(self) -> Check:
        try:
            starts, ends = validity(self.document)
        except ValueError:
            return failed("dates", wording.BAD_DATES, None, "dates.malformed")
        if starts is not None and starts > self.at:
            message = f"It is valid only from {wording.day(starts)}."
            place = self._place("validFrom", "issuanceDate")
            return failed("dates", message, place, "dates.not_yet_valid")
        if ends is not None and ends < self.at:
            message = f"It expired on {wording.day(ends)}."
            place = self._place("validUntil", "expirationDate")
            return failed("dates", message, place, "dates.expired")
        return Check("dates", State.PASSED, wording.dates(ends))

    def _place(self, *names: str) -> str:
        return pointer(next(name for name in names if name in self.document))

    def _endorsements(self) -> Check:
        found = []
        if self.unsecured.may_mention("endorsement", "endorsementJwt"):
            found = list(endorsements(self.document))
        if not found:
            return skipped("endorsements", wording.NO_ENDORSEMENTS)
        if len(found) > MAX_ENDORSEMENTS:
            message = (
                f"It carries more than {MAX_ENDORSEMENTS} endorsements, which are not all read."
            )
            return Check("endorsements", State.UNKNOWN, message, None, "endorsements.too_many")
        spoken_of = set(ids(self.document))
        checks = [self._endorsement(place, item, spoken_of) for place, item in found]
        return worst(checks) or Check("endorsements", State.PASSED, wording.endorsed(len(found)))

    def _endorsement(self, place: str, given: Any, spoken_of: set[str]) -> Check:
        endorsement, envelope = endorsement_in(given)
        if endorsement is None:
            message = wording.UNREAD_ENDORSEMENT
            return Check("endorsements", State.UNKNOWN, message, place, "endorsements.form")
        inner = Inspection(endorsement, self.documents, self.at, envelope, inner=True)
        check = worst(inner.run())
        if check is not None:
            fault = "could not be confirmed"
            if check.state is State.FAILED:
                fault = "does not hold up"
            message = f"An endorsement inside {fault}: {check.message}"
            where = place + (check.pointer or "")
            return Check("endorsements", check.state, message, where, check.code)
        # Somebody's good word for another achievement is no good word for this one.
        if not spoken_of.issuperset(subjects(endorsement)):
            where = place + "/credentialSubject/id"
            code = "endorsements.other_subject"
            return Check("endorsements", State.UNKNOWN, wording.OTHER_SUBJECT, where, code)
        return passed("endorsements")


def proof_check(results: list[ProofResult], *, sealed: bool) -> Check:
    """Say what all the proofs of a document add up to."""
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
    return Check("proof", State.PASSED, wording.SEALED) if sealed else passed("proof")


def best(results: list[ProofResult]) -> Signatory:
    """Choose the signatory that ties the document to its issuer most firmly."""
    order = list(Voucher)
    signers = [result.signatory for result in results if result.signatory is not None]
    return min(signers, key=lambda signer: order.index(signer.voucher))


def _known_schema(entry: Any) -> bool:
    """Tell that nothing is left to look up (Open Badges 3.0, Verification, step 1).

    A stranger's schema is not run: it may hold a pattern that takes for ever.
    """
    if not isinstance(entry, dict) or entry.get("type") != "1EdTechJsonSchemaValidator2019":
        return True
    address = entry.get("id")
    return isinstance(address, str) and address in schemas.addresses()
