"""RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017 §8.2, RS256 of RFC 7518 §3.3) by OpenSSL.

Open Badges asks for it. A key is its modulus: the public exponent is 65537 and no other, because
small exponents have a history of forgeries and large ones of slow checks.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

EXPONENT: Final = 65537
#: Bits of a modulus. RFC 7518 §3.3 asks for 2048; a check of more than 4096 takes too long.
LEAST_BITS: Final = 2048
MOST_BITS: Final = 4096
NEW_BITS: Final = 3072

Sign = Callable[[bytes], bytes]


def is_usable(modulus: bytes) -> bool:
    """Whether big-endian bytes, without zeros in front, can be the modulus of a key that is read."""
    number = int.from_bytes(modulus[: MOST_BITS // 8 + 1], "big")
    return (
        modulus[:1] != b"\0" and LEAST_BITS <= number.bit_length() <= MOST_BITS and number % 2 == 1
    )


def verifies(modulus: bytes, signature: bytes, message: bytes) -> bool:
    """Whether a signature, as long as the modulus, is this usable key's over the message."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    if len(signature) != len(modulus):
        return False
    try:
        _loaded(modulus).verify(signature, message, PKCS1v15(), SHA256())
    except InvalidSignature:
        return False
    return True


def new_secret() -> bytes:
    """Make a key of :data:`NEW_BITS` bits, as the PKCS #8 bytes that :func:`open_secret` reads."""
    from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

    return _pkcs8(generate_private_key(EXPONENT, NEW_BITS))


def open_secret(secret: bytes) -> tuple[bytes, Sign] | None:
    """Return the modulus of a private key in PKCS #8 (DER) and a function that signs with it.

    None when the bytes are no such key, or one with another exponent or of another size.
    """
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.serialization import load_der_private_key

    try:
        private = load_der_private_key(secret, None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    if not isinstance(private, RSAPrivateKey):
        return None
    numbers = private.public_key().public_numbers()
    modulus = numbers.n.to_bytes((numbers.n.bit_length() + 7) // 8, "big")
    if numbers.e != EXPONENT or not is_usable(modulus):
        return None
    return modulus, lambda message: private.sign(message, PKCS1v15(), SHA256())


def secret_from_numbers(p: int, q: int, d: int) -> bytes | None:
    """Return the PKCS #8 bytes of two primes and a private exponent, or None when they do not fit."""
    from cryptography.hazmat.primitives.asymmetric import rsa

    if not (1 < p < 1 << MOST_BITS and 1 < q < 1 << MOST_BITS and 1 < d < 1 << MOST_BITS):
        return None
    try:
        private = rsa.RSAPrivateNumbers(
            p=p,
            q=q,
            d=d,
            dmp1=rsa.rsa_crt_dmp1(d, p),
            dmq1=rsa.rsa_crt_dmq1(d, q),
            iqmp=rsa.rsa_crt_iqmp(p, q),
            public_numbers=rsa.RSAPublicNumbers(EXPONENT, p * q),
        ).private_key()
    except ValueError:
        return None
    return _pkcs8(private)


def _pkcs8(private: RSAPrivateKey) -> bytes:
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
    )

    return private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


@lru_cache(maxsize=256)
def _loaded(modulus: bytes) -> RSAPublicKey:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicNumbers

    return RSAPublicNumbers(EXPONENT, int.from_bytes(modulus, "big")).public_key()
