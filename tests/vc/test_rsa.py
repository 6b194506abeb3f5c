"""RSA and P-521, the kinds of key that only JOSE knows: sizes, signatures, and what is refused."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa as openssl
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from cairn.vc import multibase, rsa
from cairn.vc.ecdsa import P521
from cairn.vc.errors import BadKey
from cairn.vc.keys import Algorithm, PublicKey, SoftwareSigner, WrongKind
from tests.vc.test_keys import assert_hidden, full_traceback

PRIVATE = openssl.generate_private_key(65537, 2048)


def pkcs8(private: openssl.RSAPrivateKey) -> bytes:
    return private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


SECRET = pkcs8(PRIVATE)
SIGNER = SoftwareSigner.from_secret("RSA", SECRET)


def test_rs256_is_what_openssl_calls_it() -> None:
    signature = PRIVATE.sign(b"message", PKCS1v15(), SHA256())
    assert SIGNER.sign(b"message") == signature
    assert SIGNER.public.verifies(signature, b"message") is True
    assert SIGNER.public.verifies(signature, b"messagf") is False
    assert SIGNER.public.verifies(PRIVATE.sign(b"message", PKCS1v15(), SHA1()), b"message") is False


@pytest.mark.parametrize("length", [0, 255, 257])
def test_a_signature_of_another_length_never_fits(length: int) -> None:
    signature = SIGNER.sign(b"message")
    assert SIGNER.public.verifies((b"\0" + signature)[-length:][:length], b"message") is False


@pytest.mark.parametrize(
    "modulus",
    [
        b"",
        b"\0" + SIGNER.public.raw,
        b"\x7f" + b"\xff" * 255,  # 2047 bits
        b"\1" + b"\xff" * 512,  # 4097 bits
        b"\xff" * 100_000,
        SIGNER.public.raw[:-1] + b"\2",  # even
    ],
    ids=["nothing", "zero in front", "too small", "too large", "huge", "even"],
)
def test_a_modulus_that_is_none_is_refused(modulus: bytes) -> None:
    with pytest.raises(BadKey, match="not the modulus of an RSA key of 2048 to 4096 bits"):
        PublicKey("RSA", modulus)


def test_another_exponent_is_refused() -> None:
    secret = pkcs8(openssl.generate_private_key(3, 2048))
    shown = full_traceback(lambda: SoftwareSigner.from_secret("RSA", secret), BadKey)
    assert "whose public exponent is 65537" in shown
    assert_hidden(secret[:200], shown)


@pytest.mark.parametrize(
    "secret", [b"", b"0", SECRET[:-1], bytes(32)], ids=["nothing", "a letter", "cut off", "zeros"]
)
def test_what_is_no_private_key_is_refused(secret: bytes) -> None:
    with pytest.raises(BadKey, match="This is not a private RSA key"):
        SoftwareSigner.from_secret("RSA", secret)


def test_a_private_key_of_another_kind_is_refused() -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    secret = Ed25519PrivateKey.generate().private_bytes(
        Encoding.DER, PrivateFormat.PKCS8, NoEncryption()
    )
    assert rsa.open_secret(secret) is None


def test_numbers_make_the_key_only_when_they_fit() -> None:
    numbers = PRIVATE.private_numbers()
    p, q, d = numbers.p, numbers.q, numbers.d
    made = rsa.secret_from_numbers(p, q, d)
    assert made is not None
    assert SoftwareSigner.from_secret("RSA", made).public == SIGNER.public
    for wrong in ((p, q, d + 2), (p, p, d), (1, q, d), (p, q, 0), (p, q + 2, d), (1 << 5000, q, d)):
        assert rsa.secret_from_numbers(*wrong) is None


def test_a_new_key_has_three_thousand_bits_and_can_be_sealed() -> None:
    made = SoftwareSigner.generate("RSA")
    assert len(made.public.raw) == rsa.NEW_BITS // 8
    again = SoftwareSigner.from_secret("RSA", made.sealed(lambda secret: secret))
    assert again.public == made.public


def test_p521_signs_with_sha_512() -> None:
    # FIPS 186-5: the order has 521 bits, so that a scalar takes 66 bytes.
    assert P521.order.bit_length() == 521
    signer = SoftwareSigner.generate("P-521")
    signature = signer.sign(b"message")
    assert len(signature) == 132
    assert signer.public.verifies(signature, b"message") is True
    assert signer.public.verifies(signature, b"messagf") is False
    # RFC 6979 §A.2.7, SHA-512, message "sample".
    secret = int(
        "0FAD06DAA62BA3B25D2FB40133DA757205DE67F5BB0018FEE8C86E1B68C7E75CAA896EB32F1F47C70855836A6D16"
        "FCC1466F6D8FBEC67DB89EC0C08B0E996B83538",
        16,
    )
    published = SoftwareSigner.from_secret("P-521", secret.to_bytes(66, "big"))
    assert published.sign(b"sample").hex().upper() == (
        "00C328FAFCBD79DD77850370C46325D987CB525569FB63C5D3BC53950E6D4C5F174E25A1EE9017B5D450606ADD15"
        "2B534931D7D4E8455CC91F9B15BF05EC36E377FA"
        "00617CCE7CF5064806C467F678D3B4080D6F1CC50AF26CA209417308281B68AF282623EAA63E5B5C0723D8B8C37F"
        "F0777B1A20F8CCB1DCCC43997F1EE0E44DA4A67A"
    )


KINDS: list[Algorithm] = ["RSA", "P-521"]


@pytest.mark.parametrize("kind", KINDS)
def test_they_have_no_multikey(kind: Algorithm) -> None:
    public = SIGNER.public if kind == "RSA" else SoftwareSigner.generate(kind).public
    with pytest.raises(WrongKind, match="is published as a JSON Web Key only"):
        _ = public.multibase
    assert str(public).startswith(f"{kind} key ")
    assert repr(SIGNER).startswith("<SoftwareSigner RSA key ")


def test_the_jwk_of_an_rsa_key() -> None:
    n = multibase.encode64(SIGNER.public.raw)
    assert SIGNER.public.jwk == {"kty": "RSA", "n": n, "e": "AQAB"}
