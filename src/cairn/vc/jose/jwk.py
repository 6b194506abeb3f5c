"""JSON Web Keys (RFC 7517) of the kinds that JOSE signs credentials with: RSA and P-521 besides the rest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from cairn.vc import rsa
from cairn.vc.ecdsa import P521
from cairn.vc.errors import BadKey
from cairn.vc.jose.token import KINDS
from cairn.vc.keys import PRIVATE_MEMBERS, PublicKey, SoftwareSigner
from cairn.vc.multibase import decode64, encode64

_EXPONENT: Final = encode64(rsa.EXPONENT.to_bytes(3, "big"))


def public_key(jwk: Mapping[str, Any]) -> PublicKey:
    """Read a public key, or raise :class:`BadKey`; one that shows its private half is refused."""
    kind = jwk.get("kty")
    if kind != "RSA" and (kind, _hashable(jwk.get("crv"))) != ("EC", "P-521"):
        found = PublicKey.from_jwk(jwk)
    else:
        # The first thing to say about a private key is that it is one.
        if PRIVATE_MEMBERS & jwk.keys():
            PublicKey.from_jwk(jwk)
        if jwk.get("use", "sig") != "sig":
            raise BadKey('The JSON Web Key is not meant for signatures: its use must be "sig".')
        found = _rsa(jwk) if kind == "RSA" else _p521(jwk)
    operations = jwk.get("key_ops", ["verify"])
    if not isinstance(operations, list) or "verify" not in operations:
        raise BadKey("The JSON Web Key is not meant for checking signatures (key_ops).")
    # RFC 7517 §4.4: the algorithm that the key is meant for.
    alg = jwk.get("alg")
    if alg is not None and KINDS.get(_hashable(alg)) != found.algorithm:
        raise BadKey(f"The JSON Web Key is meant for another algorithm ({str(alg)[:40]}).")
    return found


def thumbprint(public: PublicKey) -> str:
    """Return the JWK Thumbprint (RFC 7638), a name that only this key has."""
    text = json.dumps(public.jwk, sort_keys=True, separators=(",", ":"))
    return encode64(hashlib.sha256(text.encode()).digest())


def private_key(jwk: Mapping[str, Any]) -> SoftwareSigner:
    """Read a private key; :class:`BadKey` unless both of its halves belong together."""
    public = public_key(
        {name: item for name, item in jwk.items() if name not in PRIVATE_MEMBERS | {"key_ops"}}
    )
    try:
        if public.algorithm == "RSA":
            secret = rsa.secret_from_numbers(*(_number(jwk, name) for name in ("p", "q", "d")))
        else:
            secret = decode64(str(jwk.get("d", "")))
        signer = None if secret is None else SoftwareSigner.from_secret(public.algorithm, secret)
    except BadKey:
        signer = None  # the message would tell about the secret
    del jwk
    secret = None
    if signer is None or signer.public != public:
        raise BadKey(
            "The JSON Web Key is not a private key, or its two halves do not belong together."
        )
    return signer


def _rsa(jwk: Mapping[str, Any]) -> PublicKey:
    if jwk.get("e") != _EXPONENT:
        raise BadKey(
            f"The public exponent of an RSA key must be {rsa.EXPONENT} (e must be {_EXPONENT})."
        )
    return PublicKey("RSA", _bytes(jwk, "n"))


def _p521(jwk: Mapping[str, Any]) -> PublicKey:
    raw = P521.compressed(_bytes(jwk, "x"), _bytes(jwk, "y"))
    if raw is None:
        raise BadKey("This is not a point of the curve P-521, so it is nobody's public key.")
    return PublicKey("P-521", raw)


def _bytes(jwk: Mapping[str, Any], name: str) -> bytes:
    text = jwk.get(name)
    if not isinstance(text, str):
        raise BadKey(
            f"The JSON Web Key has no text member {name}, which belongs to the public key."
        )
    return decode64(text)


def _number(jwk: Mapping[str, Any], name: str) -> int:
    return int.from_bytes(decode64(str(jwk.get(name, ""))), "big")


def _hashable(value: Any) -> str:
    return value if isinstance(value, str) else ""
