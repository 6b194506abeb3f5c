"""A presentation under inspection: who presents, for whom, and what (VCDM 2.0 §4.13).

1 json         the bytes are strict JSON
2 data_model   the MUSTs of a presentation
3 terms        every word has a meaning, so that nothing is left out of the signature
4 proof        unaltered, and made for this verifier and this question where they were given
5 holder       the key that signed is the holder's
6 credentials  each credential inside, with all the checks of a credential
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from cairn.vc import chains, wording
from cairn.vc.checks import failed, passed, skipped, unknown
from cairn.vc.contained import Contained, Look, Rationed, look_into
from cairn.vc.controllers import Signatory, Voucher
from cairn.vc.datamodel import holder_id, presentation_shape
from cairn.vc.document import JsonObject
from cairn.vc.documents import Documents
from cairn.vc.errors import CredentialError, Unavailable, Unsignable
from cairn.vc.inspection import best, proof_check, report_on
from cairn.vc.jose.envelope import Envelope
from cairn.vc.jose.w3c import presentation_problems
from cairn.vc.proofs import Expected, ProofResult, check_proofs
from cairn.vc.report import Check, Report, State, Verdict
from cairn.vc.secured import Unsecured

PURPOSE: Final = "authentication"

_ASKED: Final = frozenset({"INVALID_DOMAIN_ERROR", "INVALID_CHALLENGE_ERROR", "jose.binding"})


def holder_of(document: Mapping[str, Any], envelope: Envelope | None = None) -> str:
    """Return who presents: the holder it names, or else who says that he signed."""
    if named := holder_id(document):
        return named
    if envelope is not None:
        return (envelope.token.kid or "").partition("#")[0]
    return _signer(document.get("proof"))


@dataclass(slots=True)
class Inspection:
    """One presentation under inspection."""

    document: JsonObject
    documents: Documents
    at: datetime
    expected: Expected
    envelope: Envelope | None = None
    signatory: Signatory | None = None

    def report(self) -> Report:
        """Make every check, and say what they add up to."""
        self.documents = Rationed(self.documents)
        own = (passed("json"), self._model(), *self._signed())
        inside = look_into(
            self.document.get("verifiableCredential"), ["verifiableCredential"], self._look()
        )
        verdict, sentence = self._conclusion(own, inside)
        checks = [*own, inside.check]
        if self.expected.recipient is not None and not inside.reports:
            message = "It holds no credential that could have been awarded to anybody."
            checks.append(Check("recipient", State.UNKNOWN, message, None, "recipient.unknown"))
        return Report(verdict, sentence, tuple(checks), inside.reports)

    def _look(self) -> Look:
        documents, at = self.documents, self.at
        # Whose it is, is asked of each credential; the question and the place only of the holder.
        about = Expected(recipient=self.expected.recipient)
        return lambda document, envelope: report_on(
            document, documents=documents, at=at, envelope=envelope, expected=about
        )

    def _model(self) -> Check:
        enveloping = self.envelope is not None
        found = (
            presentation_problems(self.document)
            if enveloping
            else presentation_shape(self.document)
        )
        for problem in found:
            return failed("data_model", str(problem), problem.pointer, "data_model.broken")
        return passed("data_model")

    def _signed(self) -> Iterator[Check]:
        terms = self._terms()
        yield terms
        if terms.state is not State.PASSED and self.envelope is None:
            yield skipped("proof", wording.NOT_COMPARED)
            yield skipped("holder", wording.NO_SIGNATURE)
            return
        try:
            results = self._results()
        except CredentialError as exc:
            yield failed("proof", exc.message, exc.pointer, exc.code)
            yield skipped("holder", wording.NO_SIGNATURE)
            return
        proof = proof_check(results, sealed=self.envelope is not None)
        yield proof
        if proof.state is not State.PASSED:
            yield skipped("holder", wording.NO_SIGNATURE)
            return
        self.signatory = best(results)
        yield _holder(self.signatory, holder_id(self.document))

    def _terms(self) -> Check:
        words = self.document
        if self.envelope is not None:
            words = {name: words[name] for name in words if name != "verifiableCredential"}
        try:
            _ = Unsecured(words).canonical
        except Unavailable as exc:
            return unknown("terms", exc, exc.pointer)
        except Unsignable as exc:
            return failed("terms", exc.message, exc.pointer, exc.code)
        return passed("terms")

    def _results(self) -> list[ProofResult]:
        expected = replace(self.expected, purpose=PURPOSE)
        party = holder_of(self.document, self.envelope)
        if self.envelope is not None:
            # VC-JOSE-COSE §3.1.2 asks for no purpose; the keys of a controller for it are these.
            return [
                self.envelope.check(
                    documents=self.documents, at=self.at, expected=expected, party=party, kind="vp"
                )
            ]
        return check_proofs(
            Unsecured(self.document),
            issuer=party,
            documents=self.documents,
            at=self.at,
            expected=expected,
        )

    def _conclusion(self, own: tuple[Check, ...], inside: Contained) -> tuple[Verdict, str]:
        # The verdict on a holder is reached as that on an issuer.
        named = [replace(check, id="issuer") if check.id == "holder" else check for check in own]
        verdict = wording.conclude(named)
        asked_in_vain = self.expected.recipient is not None and not inside.reports
        unread = inside.check.code == "credentials.too_many"
        if verdict is Verdict.GENUINE and (unread or asked_in_vain):
            verdict = Verdict.CANNOT_CHECK
        name = wording.presenter(self.document, self.signatory)
        gravest = inside.gravest
        unsure = verdict in (Verdict.ISSUER_UNCONFIRMED, Verdict.CANNOT_CHECK)
        if unsure and gravest is not None and inside.check.state is State.FAILED:
            return gravest.verdict, wording.one_inside(gravest.sentence)
        if verdict is not Verdict.GENUINE:
            asked = any(check.code in _ASKED for check in own if check.state is State.FAILED)
            return verdict, wording.presentation(verdict, name, asked=asked)
        if gravest is not None:
            return gravest.verdict, wording.one_inside(gravest.sentence)
        return verdict, wording.presents(name, len(inside.reports))


def _signer(proof: Any) -> str:
    """Name who says of himself that he signed, where the presentation names no holder."""
    for one in chains.entries(proof):
        method = one.get("verificationMethod") if isinstance(one, dict) else None
        if isinstance(method, str):
            return method.partition("#")[0]
    return ""


def _holder(signatory: Signatory, named: str) -> Check:
    party = wording.short(signatory.controller)
    match signatory.voucher:
        case Voucher.PUBLISHED | Voucher.SELF:
            message = f"It was signed by {party}, the holder it names."
            if not named:
                message = f"It was signed by {party}. It names no holder besides."
            return Check("holder", State.PASSED, message)
        case Voucher.SOMEBODY_ELSE | Voucher.CONTRADICTED:
            message = f"It was not signed by {wording.short(named or party)}, the holder it names."
            return failed("holder", message, "/holder", "holder.other")
        case _:
            message = f"It could not be confirmed that the key that signed it is {party}'s."
            return Check("holder", State.UNKNOWN, message, "/holder", "holder.unconfirmed")
