"""The signature of an Open Badge 2.0: a JWS under a key of the issuer's profile (§ Signed Badges)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from cairn.vc.checks import many
from cairn.vc.controllers import Signatory, Voucher
from cairn.vc.documents import Documents
from cairn.vc.errors import BadKey, Unavailable
from cairn.vc.jose import jwk
from cairn.vc.jose.token import Token, must_be_allowed, must_be_signed_by
from cairn.vc.keys import PublicKey
from cairn.vc.multibase import base64url
from cairn.vc.ob2.linked import follow
from cairn.vc.proofs import Altered

ALGORITHMS: Final = frozenset({"RS256", "ES256"})
MAX_KEYS: Final = 8
_NAME: Final = "A signed Open Badge of version 2"


def signatory_of(
    token: Token, assertion: Mapping[str, Any], issuer: Mapping[str, Any], documents: Documents
) -> Signatory:
    """Return who signed, after making sure that the signature holds.

    Raises BadKey, Altered, Unavailable: the key is the one that the assertion names as ``creator``,
    and has to be among those of the issuer.
    """
    must_be_allowed(token.alg, ALGORITHMS, _NAME)
    listed = {_id(item): item for item in many(issuer.get("publicKey"))[:MAX_KEYS]}
    if not listed:
        raise BadKey("The issuer publishes no key, so nobody can have signed for it.")
    verification = assertion.get("verification")
    creator = verification.get("creator") if isinstance(verification, Mapping) else None
    if creator is not None:
        return _signatory(token, creator, listed, issuer, documents)
    # Where the assertion does not say which, any of the issuer's keys may have signed.
    *others, last = listed
    for name in others:
        try:
            return _signatory(token, name, listed, issuer, documents)
        except (Altered, BadKey, Unavailable):
            continue
    return _signatory(token, last, listed, issuer, documents)


def _signatory(
    token: Token,
    named: Any,
    listed: Mapping[str, Any],
    issuer: Mapping[str, Any],
    documents: Documents,
) -> Signatory:
    entry: Any = listed.get(_id(named), named)
    # A key inside the issuer's own profile needs no address of its own.
    inside = _id(named) in listed and isinstance(entry, dict) and "publicKeyPem" in entry
    key: Mapping[str, Any] = dict(entry) if inside else follow(entry, documents, "the key").document
    public = _public(key)
    must_be_signed_by(token, public)
    home = str(issuer.get("id"))
    owner = key.get("owner", home if inside else "")
    if _id(named) not in listed:
        return Signatory(public, str(owner), Voucher.CONTRADICTED)
    return Signatory(
        public, str(owner), Voucher.PUBLISHED if owner == home else Voucher.SOMEBODY_ELSE
    )


def _id(value: Any) -> str:
    name = value.get("id") if isinstance(value, Mapping) else value
    return name if isinstance(name, str) else ""


def _public(document: Mapping[str, Any]) -> PublicKey:
    pem = document.get("publicKeyPem")
    if not isinstance(pem, str) or len(pem) > 16_384:
        raise BadKey("The document of the key holds no key (publicKeyPem).")
    try:
        loaded = load_pem_public_key(pem.encode())
    except (ValueError, UnsupportedAlgorithm) as exc:
        raise BadKey("The key (publicKeyPem) cannot be read.") from exc
    if isinstance(loaded, RSAPublicKey):
        numbers = loaded.public_numbers()
        return jwk.public_key({"kty": "RSA", "n": _number(numbers.n), "e": _number(numbers.e)})
    if isinstance(loaded, EllipticCurvePublicKey) and loaded.curve.name == "secp256r1":
        point = loaded.public_numbers()
        x, y = (base64url(part.to_bytes(32))[1:] for part in (point.x, point.y))
        return jwk.public_key({"kty": "EC", "crv": "P-256", "x": x, "y": y})
    raise BadKey("The key (publicKeyPem) is neither RSA nor P-256.")


def _number(value: int) -> str:
    return base64url(value.to_bytes((value.bit_length() + 7) // 8))[1:]
