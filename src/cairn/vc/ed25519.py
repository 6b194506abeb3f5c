"""Ed25519 (RFC 8032) by two engines that give the same bytes: libsodium, and OpenSSL where it is missing.

libsodium signs faster; both are constant in time over the secret. Which points may be a public key
is decided here once, so the answer does not depend on the engine. Each engine imports its library
when it is made, so that only the one in use has to be installed.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from typing import Final, Protocol

SEED_BYTES: Final = 32
PUBLIC_BYTES: Final = 32
SIGNATURE_BYTES: Final = 64

_P: Final = 2**255 - 19
_D: Final = -121665 * pow(121666, -1, _P) % _P

Sign = Callable[[bytes], bytes]


class Engine(Protocol):
    """A library that knows Ed25519."""

    name: str

    def open(self, seed: bytes) -> tuple[bytes, Sign]:
        """Return the public key of a 32-byte seed and a function that signs with it."""
        ...

    def verifies(self, public: bytes, signature: bytes, message: bytes) -> bool:
        """Whether a 64-byte signature is this public key's over the message."""
        ...


class Libsodium:
    """libsodium through the low-level bindings of PyNaCl."""

    name = "libsodium"

    def __init__(self) -> None:
        from nacl import bindings
        from nacl.exceptions import BadSignatureError

        self._sodium = bindings
        self._wrong = BadSignatureError

    def open(self, seed: bytes) -> tuple[bytes, Sign]:
        crypto_sign = self._sodium.crypto_sign
        public, secret = self._sodium.crypto_sign_seed_keypair(seed)
        return public, lambda message: crypto_sign(message, secret)[:SIGNATURE_BYTES]

    def verifies(self, public: bytes, signature: bytes, message: bytes) -> bool:
        try:
            self._sodium.crypto_sign_open(signature + message, public)
        except self._wrong:
            return False
        return True


class OpenSSL:
    """OpenSSL through ``cryptography``: slower, and always there."""

    name = "openssl"

    def __init__(self) -> None:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric import ed25519

        self._ed25519 = ed25519
        self._wrong = InvalidSignature

    def open(self, seed: bytes) -> tuple[bytes, Sign]:
        private = self._ed25519.Ed25519PrivateKey.from_private_bytes(seed)
        return private.public_key().public_bytes_raw(), private.sign

    def verifies(self, public: bytes, signature: bytes, message: bytes) -> bool:
        try:
            self._ed25519.Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
        except self._wrong:
            return False
        return True


@cache
def engine() -> Engine:
    """The engine of this installation: libsodium, or OpenSSL where PyNaCl cannot be imported."""
    try:
        return Libsodium()
    except ImportError:
        return OpenSSL()


@lru_cache(maxsize=1024)
def is_usable_point(public: bytes) -> bool:
    """Whether 32 bytes are the one encoding of a curve point that can be somebody's public key.

    Refused: y of p or more, no point with that y (RFC 8032 §5.1.3), and the small-order points,
    under which one signature fits many messages.
    """
    y = int.from_bytes(public, "little") & (2**255 - 1)
    square = y * y % _P
    if y >= _P or _has_small_order(square):
        return False
    # x² = (y² - 1) / (d y² + 1) has a root exactly when the product is a square (Euler's criterion).
    return pow((square - 1) * (_D * square + 1), (_P - 1) // 2, _P) == 1


def _has_small_order(square: int) -> bool:
    """Whether eight times the point with this y² is the identity: y of 0, ±1, or d y⁴ + 2 y² = 1."""
    return square in (0, 1) or (_D * square * square + 2 * square - 1) % _P == 0
