"""Checking proofs: is the document unaltered, and which key says so?"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cairn.plug import UnknownPart
from cairn.vc import chains
from cairn.vc.controllers import Signatory, find_signatory
from cairn.vc.cryptosuites import PROOF_TYPE, BadProof, Cryptosuite, suites
from cairn.vc.document import JsonObject, pointer
from cairn.vc.documents import Documents
from cairn.vc.errors import BadKey, CredentialError, Unavailable, Unsignable
from cairn.vc.report import State
from cairn.vc.secured import Unsecured
from cairn.vc.timestamps import read_timestamp

MAX_PROOFS: Final = 16
_TYPES: Final = frozenset({"Ed25519Signature2020"})


class Altered(CredentialError):
    """The signature is whole and the key is known, but this is not what was signed."""

    code = "proof.altered"


class NotSigned(BadProof):
    """The document carries no proof at all."""

    code = "proof.missing"


class WrongDomain(BadProof):
    """The signature was made for another place than this one."""

    code = "INVALID_DOMAIN_ERROR"


class WrongChallenge(BadProof):
    """The signature does not answer the question that was asked."""

    code = "INVALID_CHALLENGE_ERROR"


class Unfounded(Unavailable):
    """The proof holds, and one that it builds on could not be checked."""

    code = "proof.unfounded"


@dataclass(frozen=True, slots=True)
class Expected:
    """What a verifier asks of a document besides that its proof holds (VC-DI §4.4).

    ``domain`` is every name the proof has to be made for; None asks for none, and so does
    ``challenge``. ``recipient`` is the address or identifier of whom it should be about.
    """

    purpose: str = "assertionMethod"
    domain: str | Collection[str] | None = None
    challenge: str | None = None
    recipient: str | None = None


STATEMENT: Final = Expected()
"""What is asked of a credential."""

_PURPOSES: Final = {
    "assertionMethod": "to make a statement",
    "authentication": "to say who presents it",
}


@dataclass(frozen=True, slots=True)
class ProofResult:
    """How one proof fared; ``error`` says why it did not pass."""

    pointer: str
    state: State
    signatory: Signatory | None = None
    error: CredentialError | None = None


def check_proofs(
    unsecured: Unsecured,
    *,
    issuer: str,
    documents: Documents,
    at: datetime,
    expected: Expected = STATEMENT,
) -> list[ProofResult]:
    """Check every proof of a document; a method of signing that is not known here is skipped.

    Any one valid proof is enough for a verifier (Open Badges 3.0, Proofs), but one that is known
    here and does not hold always counts (VC-DI §4.5, proof sets and chains).
    """
    proofs = chains.entries(unsecured.proof)
    if not proofs:
        raise NotSigned("Nobody signed this document: it carries no proof.", pointer="/proof")
    if len(proofs) > MAX_PROOFS:
        raise BadProof(f"More than {MAX_PROOFS} proofs are not read.", pointer="/proof")
    several = isinstance(unsecured.proof, list)
    inspection = _Inspection(unsecured, proofs, issuer, documents, at, expected)
    results = [
        inspection.result(proof, pointer("proof", index) if several else "/proof")
        for index, proof in enumerate(proofs)
    ]
    return _founded(proofs, results)


@dataclass(frozen=True, slots=True)
class _Inspection:
    unsecured: Unsecured
    proofs: list[Any]
    issuer: str
    documents: Documents
    at: datetime
    expected: Expected

    def result(self, proof: Any, place: str) -> ProofResult:
        suite = _suite(proof)
        if suite is None:
            return ProofResult(place, State.SKIPPED)
        try:
            signatory = self._signatory(proof, suite)
        except Unavailable as exc:
            return ProofResult(place, State.UNKNOWN, error=exc)
        except (BadProof, BadKey, Unsignable, Altered) as exc:
            return ProofResult(place, State.FAILED, error=exc)
        return ProofResult(place, State.PASSED, signatory)

    def _signatory(self, proof: JsonObject, suite: Cryptosuite) -> Signatory:
        _options_hold(proof, self.at, self.expected)
        earlier = chains.matching(proof, self.proofs)
        covered = self.unsecured.following(earlier) if earlier else self.unsecured
        signatory = find_signatory(
            proof["verificationMethod"],
            issuer=self.issuer,
            documents=self.documents,
            at=self.at,
            purpose=self.expected.purpose,
        )
        if not suite.check(covered, proof, signatory.public):
            raise Altered("The contents are not what was signed.", pointer="/proofValue")
        return signatory


def _founded(proofs: list[Any], results: list[ProofResult]) -> list[ProofResult]:
    """Take back what was found of a link whose earlier links were not all found to hold."""
    unsure = [index for index, result in enumerate(results) if result.state is not State.PASSED]
    while unsure:
        sunk = {
            index
            for index, result in enumerate(results)
            if result.state is State.PASSED and {*unsure} & {*chains.before(proofs[index], proofs)}
        }
        for index in sunk:
            error = Unfounded(
                "It builds on an earlier proof that could not be confirmed.",
                pointer="/previousProof",
            )
            results[index] = ProofResult(results[index].pointer, State.UNKNOWN, error=error)
        unsure = sorted(sunk)
    return results


def _suite(proof: Any) -> Cryptosuite | None:
    if not isinstance(proof, dict):
        return None
    # Before there was one type for all suites, a type was the name of the suite.
    name = proof.get("cryptosuite" if proof.get("type") == PROOF_TYPE else "type")
    if not isinstance(name, str) or (name not in _TYPES and proof.get("type") != PROOF_TYPE):
        return None
    try:
        return suites.get(name)
    except UnknownPart:
        return None


def _options_hold(proof: Mapping[str, Any], at: datetime, expected: Expected) -> None:
    """Check what a proof says of itself (VC-DI §4.4)."""
    if proof.get("proofPurpose") != expected.purpose:
        purpose = _PURPOSES.get(expected.purpose, f"for {expected.purpose}")
        raise BadProof(
            f"The signature was made for another purpose than {purpose}.", pointer="/proofPurpose"
        )
    if not isinstance(proof.get("verificationMethod"), str):
        raise BadProof("The proof does not name its key.", pointer="/verificationMethod")
    for member in ("created", "expires"):
        if member in proof:
            moment = _moment(proof[member], member)
            if member == "expires" and moment <= at:
                raise BadProof(f"The signature ran out on {proof[member]}.", pointer="/expires")
    _answers(proof, expected)


def _answers(proof: Mapping[str, Any], expected: Expected) -> None:
    domains = chains.entries(proof.get("domain"))
    if not all(isinstance(one, str) for one in domains):
        raise BadProof("The proof's domain is not text.", pointer="/domain")
    if expected.domain is not None and {*domains} != _set(expected.domain):
        raise WrongDomain("The signature was made for another place.", pointer="/domain")
    if "challenge" in proof and not isinstance(proof["challenge"], str):
        raise BadProof("The proof's challenge is not text.", pointer="/challenge")
    if expected.challenge is not None and proof.get("challenge") != expected.challenge:
        raise WrongChallenge(
            "The signature does not answer the question that was asked.", pointer="/challenge"
        )


def _set(domain: str | Collection[str]) -> set[str]:
    return {domain} if isinstance(domain, str) else {*domain}


def _moment(value: Any, member: str) -> datetime:
    try:
        # VC-DI §2.1: written without an offset, against the rule, it is a time in UTC.
        return read_timestamp(value, offset_required=False)
    except (ValueError, TypeError) as exc:
        raise BadProof(
            f"The proof's {member} is not a date and time.", pointer=f"/{member}"
        ) from exc
