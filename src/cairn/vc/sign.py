"""Signing: add a Data Integrity proof, after making sure that it covers every word."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from cairn.vc import chains
from cairn.vc.cryptosuites import PROOF_TYPE, BadProof, Cryptosuite, suites
from cairn.vc.cryptosuites.ecdsa_sd_2023 import EcdsaSd2023, unhidden
from cairn.vc.cryptosuites.hashing import HashThenSign
from cairn.vc.datamodel import datamodel_problems, is_presentation, is_url, presentation_shape
from cairn.vc.document import JsonObject, dump
from cairn.vc.errors import Unsignable
from cairn.vc.keys import Algorithm, Signer, WrongKind
from cairn.vc.numbers import unlike
from cairn.vc.proofs import MAX_PROOFS
from cairn.vc.schema import problems
from cairn.vc.secured import Unsecured
from cairn.vc.timestamps import write_timestamp

USUAL_SUITES: Final[Mapping[Algorithm, str]] = {
    "Ed25519": "eddsa-rdfc-2022",
    "P-256": "ecdsa-rdfc-2019",
    "P-384": "ecdsa-rdfc-2019",
}
"""The suite that a kind of key signs with where the caller names none."""


@dataclass(frozen=True, slots=True)
class Options:
    """What a proof says of itself besides who made it and when (VC-DI §2.1).

    ``id`` lets a later proof build on this one; ``previous`` names those it builds on itself. After
    ``expires`` it no longer holds. ``domain`` and ``challenge`` tie it to one place and one question.
    ``mandatory`` is for ecdsa-sd-2023 alone, and no part of what the proof says in public: pointers to
    what a holder cannot keep back; None stands for what every verifier needs.
    """

    id: str | None = None
    purpose: str = "assertionMethod"
    expires: datetime | None = None
    domain: str | Sequence[str] | None = None
    challenge: str | None = None
    previous: str | Sequence[str] = ()
    mandatory: Sequence[str] | None = None


PLAIN: Final = Options()
"""A statement without an end, made by itself."""


def sign(
    document: Mapping[str, Any],
    *,
    signer: Signer,
    verification_method: str,
    created: datetime,
    cryptosuite: str | None = None,
    options: Options = PLAIN,
) -> bytes:
    """Return the signed document as the bytes to keep.

    ``verification_method`` is where others find the signer's public key. Without ``cryptosuite`` the
    kind of key decides: see :data:`USUAL_SUITES`. Raises
    :class:`Unsignable`, or :class:`DataLoss` for a word no context defines, with a JSON pointer.
    """
    if "proof" in document:
        raise Unsignable("The document is signed already.", pointer="/proof")
    suite = cryptosuite or usual_suite(signer.public.algorithm)
    statement = _Statement(suite, verification_method, created, options)
    unsecured = Unsecured(document)
    proof = dump(_proof(unsecured, statement, signer))
    return b'%b,"proof":%b}' % (unsecured.json[:-1], proof)


def add_proof(
    document: Mapping[str, Any],
    *,
    signer: Signer,
    verification_method: str,
    created: datetime,
    cryptosuite: str | None = None,
    options: Options = PLAIN,
) -> bytes:
    """Return a signed document with one more proof: beside the others, or over those it names.

    The proofs that are there stay as they are, and are not checked. Raises as :func:`sign` does.
    """
    unsecured = Unsecured(document)
    earlier = chains.entries(unsecured.proof)
    if not earlier:
        raise Unsignable("The document carries no proof that one could be added to.")
    if len(earlier) >= MAX_PROOFS:
        raise Unsignable(f"More than {MAX_PROOFS} proofs are not read.", pointer="/proof")
    suite = cryptosuite or usual_suite(signer.public.algorithm)
    statement = _Statement(suite, verification_method, created, options)
    proof = _proof(unsecured, statement, signer)
    return dump({**document, "proof": [*earlier, proof]})


def usual_suite(algorithm: Algorithm) -> str:
    """Return the suite for a kind of key; WrongKind for the kinds that JOSE alone signs with."""
    if algorithm not in USUAL_SUITES:
        raise WrongKind(
            f"No cryptosuite of Data Integrity signs with a key of kind {algorithm}. Take an Ed25519, "
            "P-256 or P-384 key, or sign as a JSON Web Token."
        )
    return USUAL_SUITES[algorithm]


@dataclass(frozen=True, slots=True)
class _Statement:
    cryptosuite: str
    verification_method: str
    created: datetime
    options: Options

    def suite(self, document: Mapping[str, Any]) -> Cryptosuite:
        suite, mandatory = suites.get(self.cryptosuite), self.options.mandatory
        if mandatory is None:
            return suite
        if not isinstance(suite, EcdsaSd2023):
            raise Unsignable(
                f"With {self.cryptosuite} a holder shows all or nothing, so that nothing can be mandatory. "
                "Leave the pointers out, or sign with ecdsa-sd-2023."
            )
        # Who could keep back the status would show a revoked credential that looks whole.
        return EcdsaSd2023((*mandatory, *unhidden(document, mandatory)))

    def members(self) -> JsonObject:
        if self.options is PLAIN:
            return _plain(self.cryptosuite, self.verification_method, self.created).copy()
        return self._members()

    def _members(self) -> JsonObject:
        options = self.options
        domain, previous = options.domain, options.previous
        found = {
            "type": PROOF_TYPE,
            "id": options.id,
            "cryptosuite": self.cryptosuite,
            "created": write_timestamp(self.created),
            "expires": None if options.expires is None else write_timestamp(options.expires),
            "verificationMethod": self.verification_method,
            "proofPurpose": options.purpose,
            "domain": domain if domain is None or isinstance(domain, str) else list(domain),
            "challenge": options.challenge,
            "previousProof": previous if isinstance(previous, str) else list(previous) or None,
        }
        return {name: value for name, value in found.items() if value is not None}


@lru_cache(maxsize=256)
def _plain(cryptosuite: str, verification_method: str, created: datetime) -> JsonObject:
    """What all proofs of one batch say."""
    statement = _Statement(cryptosuite, verification_method, created, replace(PLAIN))
    return statement.members()


def _proof(unsecured: Unsecured, statement: _Statement, signer: Signer) -> JsonObject:
    if not unsecured.conforms:
        _must_conform(unsecured.document)
    # Suites that sign the JSON itself lose no word; readers of the vocabularies would.
    _ = unsecured.canonical
    suite, members = statement.suite(unsecured.document), statement.members()
    if isinstance(suite, HashThenSign) and suite.keeps_context:
        members["@context"] = unsecured.context
    earlier = _earlier(members, chains.entries(unsecured.proof))
    covered = unsecured.following(earlier) if earlier else unsecured
    return {**members, "proofValue": suite.create(covered, members, signer)}


def _earlier(proof: JsonObject, proofs: list[Any]) -> list[JsonObject]:
    own = proof.get("id")
    if own is not None and not is_url(own):
        raise Unsignable("The id of a proof is a URL, such as urn:uuid:... .", pointer="/proof/id")
    if own is not None and any(isinstance(one, dict) and one.get("id") == own for one in proofs):
        raise Unsignable(f"A proof with the id {own} is there already.", pointer="/proof/id")
    try:
        return chains.matching(proof, proofs)
    except BadProof as exc:
        raise Unsignable(exc.message, pointer="/proof/previousProof") from exc


def _must_conform(document: Mapping[str, Any]) -> None:
    found = [*datamodel_problems(document), *problems(document)]
    if is_presentation(document):
        found = presentation_shape(document)
    for problem in found:
        raise Unsignable(str(problem), pointer=problem.pointer)
    for place in unlike(document):
        raise Unsignable(
            "Readers write this number in different ways when they recompute what was signed. "
            "Write it with fewer digits, without an exponent, or as text.",
            pointer=place,
        )
