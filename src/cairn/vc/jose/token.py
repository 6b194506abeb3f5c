"""What every form of envelope comes down to, and the algorithms that may have signed it.

Which algorithm counts is decided by the kind of the key; the header has to name the one that goes with
it. A verifier that lets the header choose can be made to take a public key for a shared secret
(RFC 8725 §2.1, §3.1).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from cairn.vc.document import JsonObject
from cairn.vc.jose.errors import BadAlgorithm
from cairn.vc.keys import Algorithm, PublicKey
from cairn.vc.proofs import Altered

Form = Literal["jwt", "sd-jwt", "cose"]

#: RFC 7518 §3.3 and §3.4, RFC 8037 §3.1, RFC 9864 §2.2: the kind of key that goes with each name.
KINDS: Final[dict[str, Algorithm]] = {
    "RS256": "RSA",
    "ES256": "P-256",
    "ES384": "P-384",
    "ES512": "P-521",
    "EdDSA": "Ed25519",
    "Ed25519": "Ed25519",
}
_NAMES: Final[dict[Algorithm, str]] = {
    "RSA": "RS256",
    "P-256": "ES256",
    "P-384": "ES384",
    "P-521": "ES512",
    "Ed25519": "EdDSA",
}


@dataclass(frozen=True, slots=True)
class Token:
    """An envelope that was opened and not yet believed.

    ``claims`` is its payload as JSON (of an SD-JWT: what is disclosed), ``message`` the bytes that
    were signed. ``typ`` and ``cty`` are written without ``application/``.
    """

    form: Form
    header: JsonObject
    alg: str
    typ: str | None
    cty: str | None
    kid: str | None
    claims: JsonObject
    message: bytes
    signature: bytes


def algorithm_of(public: PublicKey) -> str:
    """Name the algorithm that goes with a key."""
    return _NAMES[public.algorithm]


def must_be_allowed(alg: str, allowed: frozenset[str], form: str) -> None:
    """Refuse an algorithm that the form does not know, by its name."""
    if alg in allowed:
        return
    why = f"It names the algorithm “{alg[:40]}”"
    if alg.lower() == "none":
        why = "Its header says “none”: nobody signed it"
    elif alg.startswith("HS"):
        why = f"It names {alg[:40]}, a checksum with a shared secret that everybody who checks could forge"
    raise BadAlgorithm(
        f"{why}. {form} is signed with {' or '.join(sorted(allowed))}.", pointer="/alg"
    )


def must_be_signed_by(token: Token, public: PublicKey) -> None:
    """Raise unless this key signed the token; WrongKind where its kind does not go with the header."""
    public.must_be(KINDS[token.alg], what=f"A signature with {token.alg}")
    if not public.verifies(token.signature, token.message):
        raise Altered("The contents are not what was signed.")
