"""Checking proofs: is the document unaltered, and which key says so?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cairn.plug import UnknownPart
from cairn.vc.controllers import Signatory, find_signatory
from cairn.vc.cryptosuites import PROOF_TYPE, BadProof, Cryptosuite, suites
from cairn.vc.document import pointer
from cairn.vc.documents import Documents
from cairn.vc.errors import BadKey, CredentialError, Unavailable, Unsignable
from cairn.vc.report import State
from cairn.vc.secured import Unsecured
from cairn.vc.timestamps import read_timestamp

MAX_PROOFS: Final = 16


class Altered(CredentialError):
    """The signature is whole and the key is known, but this is not what was signed."""

    code = "proof.altered"


class NotSigned(BadProof):
    """The document carries no proof at all."""

    code = "proof.missing"


@dataclass(frozen=True, slots=True)
class ProofResult:
    """How one proof fared; ``error`` says why it did not pass."""

    pointer: str
    state: State
    signatory: Signatory | None = None
    error: CredentialError | None = None


def check_proofs(
    unsecured: Unsecured, *, issuer: str, documents: Documents, at: datetime
) -> list[ProofResult]:
    """Check every proof of a document; a method of signing that is not known here is skipped.

    Any one valid proof is enough for a verifier (Open Badges 3.0, Proofs), but one that is known
    here and does not hold always counts (VC-DI §4.4, proof sets).
    """
    proofs = unsecured.proof
    entries = proofs if isinstance(proofs, list) else [] if proofs is None else [proofs]
    if not entries:
        raise NotSigned("Nobody signed this document: it carries no proof.", pointer="/proof")
    if len(entries) > MAX_PROOFS:
        raise BadProof(f"More than {MAX_PROOFS} proofs are not read.", pointer="/proof")
    results = []
    for index, proof in enumerate(entries):
        place = pointer("proof", index) if isinstance(proofs, list) else "/proof"
        results.append(_result(unsecured, proof, place, issuer=issuer, documents=documents, at=at))
    return results


def _result(
    unsecured: Unsecured,
    proof: Any,
    place: str,
    *,
    issuer: str,
    documents: Documents,
    at: datetime,
) -> ProofResult:
    suite = _suite(proof)
    if suite is None:
        return ProofResult(place, State.SKIPPED)
    try:
        _options_hold(proof, at)
        signatory = find_signatory(
            proof["verificationMethod"], issuer=issuer, documents=documents, at=at
        )
        if not suite.check(unsecured, proof, signatory.public):
            raise Altered("The contents are not what was signed.", pointer="/proofValue")
    except Unavailable as exc:
        return ProofResult(place, State.UNKNOWN, error=exc)
    except (BadProof, BadKey, Unsignable, Altered) as exc:
        return ProofResult(place, State.FAILED, error=exc)
    return ProofResult(place, State.PASSED, signatory)


def _suite(proof: Any) -> Cryptosuite | None:
    if not isinstance(proof, dict) or proof.get("type") != PROOF_TYPE:
        return None
    name = proof.get("cryptosuite")
    try:
        return suites.get(name) if isinstance(name, str) else None
    except UnknownPart:
        return None


def _options_hold(proof: Mapping[str, Any], at: datetime) -> None:
    """Check what a proof says of itself (VC-DI §4.4)."""
    if proof.get("proofPurpose") != "assertionMethod":
        raise BadProof(
            "The signature was made for another purpose than to make a statement.",
            pointer="/proofPurpose",
        )
    if not isinstance(proof.get("verificationMethod"), str):
        raise BadProof("The proof does not name its key.", pointer="/verificationMethod")
    for member in ("created", "expires"):
        if member in proof:
            moment = _moment(proof[member], member)
            if member == "expires" and moment <= at:
                raise BadProof(f"The signature ran out on {proof[member]}.", pointer="/expires")
    if "previousProof" in proof:
        raise BadProof("Chains of proofs are not read yet.", pointer="/previousProof")


def _moment(value: Any, member: str) -> datetime:
    try:
        return read_timestamp(value)
    except (ValueError, TypeError) as exc:
        raise BadProof(
            f"The proof's {member} is not a date and time.", pointer=f"/{member}"
        ) from exc
