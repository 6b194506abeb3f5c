"""ecdsa-sd-2023: every statement signed by itself, so that a holder can show some of them.

Data Integrity ECDSA Cryptosuites v1.0, §3.6. The issuer signs, with a key that is used once, each
statement the holder may keep to himself; and with the issuer's own key what must always be shown, the
proof's options and that other key. A verifier only ever sees what the holder derived from it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cairn.vc.cryptosuites import PROOF_TYPE, BadProof, suites
from cairn.vc.cryptosuites.hashing import rdfc_options_hash
from cairn.vc.disclosure.proofvalue import Base, Derived
from cairn.vc.disclosure.statements import Statements, digest, must_be_few, relabelled
from cairn.vc.document import pointer
from cairn.vc.errors import BadKey, Unsignable
from cairn.vc.keys import PUBLIC_PREFIXES, PublicKey, Signer, SoftwareSigner
from cairn.vc.secured import Unsecured

NAME = "ecdsa-sd-2023"
WHAT = f"A proof of the suite {NAME}"

_PREFIX: Final = PUBLIC_PREFIXES["P-256"]
_HMAC_BYTES: Final = 32

#: What a credential says of itself as a whole. Whoever could keep one of these back would show a
#: revoked credential without its status, or one that has run out without its end.
_OF_THE_WHOLE: Final = (
    "issuer",
    "validFrom",
    "validUntil",
    "issuanceDate",
    "expirationDate",
    "credentialSchema",
    "credentialStatus",
    "termsOfUse",
)
#: Without these, what is left is no Open Badge (Open Badges 3.0 §B.1, Achievement).
_OF_AN_ACHIEVEMENT: Final = ("type", "name", "description", "criteria")


@dataclass(frozen=True, slots=True)
class EcdsaSd2023:
    """The suite, with the places that a holder cannot keep back; None leaves the choice to it."""

    mandatory: Sequence[str] | None = None

    def create(self, unsecured: Unsecured, options: Mapping[str, Any], signer: Signer) -> str:
        return base_proof(
            unsecured,
            options,
            signer,
            mandatory=always_shown(unsecured.document)
            if self.mandatory is None
            else self.mandatory,
            hmac_key=os.urandom(_HMAC_BYTES),
            once=SoftwareSigner.generate("P-256"),
        ).write()

    def check(self, unsecured: Unsecured, proof: Mapping[str, Any], public: PublicKey) -> bool:
        public.must_be("P-256", what=WHAT)
        derived = Derived.read(proof.get("proofValue"))
        once = _key(derived.public)
        lines = relabelled(unsecured.canonical.lines, derived.labels)
        if lines is None or len(lines) != len(derived.signatures) + len(derived.mandatory):
            return False
        must_be_few(len(lines))
        if max(derived.mandatory, default=0) >= len(lines):
            raise BadProof("The proof counts statements that are not there.", pointer="/proofValue")
        fixed = set(derived.mandatory)
        together = digest(line for index, line in enumerate(lines) if index in fixed)
        message = proof_hash(unsecured, proof) + derived.public + together
        if not public.verifies(derived.signature, message):
            return False
        free = (line for index, line in enumerate(lines) if index not in fixed)
        return all(
            once.verifies(signature, line.encode())
            for signature, line in zip(derived.signatures, free, strict=True)
        )


def base_proof(
    unsecured: Unsecured,
    options: Mapping[str, Any],
    signer: Signer,
    *,
    mandatory: Sequence[str],
    hmac_key: bytes,
    once: Signer,
) -> Base:
    """Sign every statement of a document (§3.6.1 to §3.6.5).

    ``hmac_key``, 32 bytes, and ``once``, a P-256 key, are for this one proof: whoever used them again
    would let statements of one credential pass for another's.
    """
    signer.public.must_be("P-256", what=WHAT)
    if "proof" in unsecured.document:
        # What is derived leaves the other proofs behind (§3.6.6).
        raise Unsignable(f"A proof of {NAME} cannot build on another proof.", pointer="/proof")
    config = proof_hash(unsecured, options)
    statements = Statements(unsecured.document, hmac_key)
    fixed = set(statements.choose(mandatory).indexes)
    together = digest(line for index, line in enumerate(statements.lines) if index in fixed)
    public = _PREFIX + once.public.raw
    return Base(
        signature=signer.sign(config + public + together),
        public=public,
        hmac_key=hmac_key,
        signatures=tuple(
            once.sign(line.encode())
            for index, line in enumerate(statements.lines)
            if index not in fixed
        ),
        mandatory=tuple(mandatory),
    )


def proof_hash(unsecured: Unsecured, options: Mapping[str, Any]) -> bytes:
    """Return the hash of what a proof says of itself (§3.6.3, §3.6.4)."""
    if options.get("type") != PROOF_TYPE or options.get("cryptosuite") != NAME:
        raise BadProof(f"The proof is not a {PROOF_TYPE} of the suite {NAME}.")
    return rdfc_options_hash(unsecured, options)


def always_shown(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return pointers to what a verifier needs, whatever the holder chooses to show.

    That is: who issued it, from when until when, how it can be revoked and on what terms; to whom, and
    of each achievement what makes it one.
    """
    return tuple(_needed(document))


def unhidden(document: Mapping[str, Any], named: Sequence[str]) -> Iterator[str]:
    """Yield what nobody may keep back of a credential as a whole, where ``named`` leaves it out."""
    for name in _OF_THE_WHOLE:
        if name in document and pointer(name) not in named and "" not in named:
            yield pointer(name)


def _needed(document: Mapping[str, Any]) -> Iterator[str]:
    yield from (pointer(name) for name in _OF_THE_WHOLE if name in document)
    for place, subject in _objects(document, "credentialSubject", ()):
        # An id comes along by itself; Open Badges asks for one of the two (AchievementSubject).
        if "id" not in subject and "identifier" in subject:
            yield pointer(*place, "identifier")
        for path, achievement in _objects(subject, "achievement", place):
            for name in _OF_AN_ACHIEVEMENT:
                if name in achievement:
                    yield pointer(*path, name)


def _objects(
    holder: Mapping[str, Any], name: str, path: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], Mapping[str, Any]]]:
    value = holder.get(name)
    if isinstance(value, dict):
        yield (*path, name), value
    elif isinstance(value, list):
        for index, item in enumerate(value):
            if isinstance(item, dict):
                yield (*path, name, index), item


def _key(public: bytes) -> PublicKey:
    if not public.startswith(_PREFIX):
        raise BadProof("The key inside the proof is not a P-256 key.", pointer="/proofValue")
    try:
        return PublicKey("P-256", public[len(_PREFIX) :])
    except BadKey as exc:
        raise BadProof("The key inside the proof is no key.", pointer="/proofValue") from exc


suites.register(NAME)(EcdsaSd2023())
