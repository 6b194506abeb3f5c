"""JSON Web Keys as JOSE reads them."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from cairn.vc.errors import BadKey
from cairn.vc.jose import jwk
from cairn.vc.keys import Algorithm
from tests.support.jose import KINDS, SIGNERS

Json = dict[str, Any]
P256, ED = SIGNERS["P-256"], SIGNERS["Ed25519"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_key_is_read_as_it_is_written(kind: Algorithm) -> None:
    public = SIGNERS[kind].public
    assert jwk.public_key(public.jwk) == public
    assert jwk.public_key(public.jwk | {"use": "sig", "key_ops": ["verify"], "kid": "x"}) == public


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("RSA", {"e": "AQ"}),
        ("RSA", {"e": "AAEAAQ"}),
        ("RSA", {"e": None}),
        ("RSA", {"n": "AQAB"}),
        ("RSA", {"n": 7}),
        ("RSA", {"use": "enc"}),
        ("RSA", {"key_ops": ["sign"]}),
        ("RSA", {"key_ops": "verify"}),
        ("RSA", {"alg": "PS256"}),
        ("RSA", {"alg": ["RS256"]}),
        ("RSA", {"alg": "ES256"}),
        ("P-256", {"alg": "ES384"}),
        ("P-521", {"x": "AQ"}),
        ("P-521", {"use": "enc"}),
        ("P-521", {"d": "AQ"}),
        ("P-521", {"crv": ["P-521"]}),
        ("Ed25519", {"kty": "oct", "k": "AQ"}),
        ("Ed25519", {"kty": ["OKP"]}),
    ],
)
def test_keys_that_are_refused(kind: Algorithm, change: Json) -> None:
    with pytest.raises(BadKey):
        jwk.public_key(SIGNERS[kind].public.jwk | change)


def test_the_thumbprint_of_the_standard() -> None:
    # RFC 8037, Appendix A.3.
    key = {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
    assert jwk.thumbprint(jwk.public_key(key)) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"


def test_private_keys_are_read_when_both_halves_belong_together() -> None:
    from cryptography.hazmat.primitives.asymmetric import rsa

    numbers = rsa.generate_private_key(65537, 2048).private_numbers()

    def written(number: int) -> str:
        raw = number.to_bytes((number.bit_length() + 7) // 8, "big")
        return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()

    members = {"p": numbers.p, "q": numbers.q, "d": numbers.d, "n": numbers.public_numbers.n}
    key = {"kty": "RSA", "e": "AQAB"} | {name: written(value) for name, value in members.items()}
    signer = jwk.private_key(key)
    assert signer.public.verifies(signer.sign(b"x"), b"x")
    for wrong in (
        {"d": written(numbers.d + 2)},
        {"p": None},
        {"n": SIGNERS["RSA"].public.jwk["n"]},
    ):
        with pytest.raises(BadKey, match="do not belong together"):
            jwk.private_key(key | wrong)
    for kind in ("P-256", "P-521", "Ed25519"):
        public = SIGNERS[kind].public.jwk  # type: ignore[index]
        with pytest.raises(BadKey, match="is not a private key"):
            jwk.private_key(public | {"d": "AQ"})
        with pytest.raises(BadKey, match="is not a private key"):
            jwk.private_key(public)
