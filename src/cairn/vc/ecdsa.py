"""ECDSA over the NIST curves (FIPS 186-5) by OpenSSL: compressed points, and signatures as r ‖ s.

Each curve has its own hash, as the suites and JOSE pair them: SHA-256 with P-256, SHA-384 with
P-384, SHA-512 with P-521. Signing follows RFC 6979, so one message has one signature and no randomness is needed.
OpenSSL is imported when it is first asked, because most runs meet no such key.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from secrets import randbelow
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import (
        ECDSA,
        EllipticCurve,
        EllipticCurvePublicKey,
    )

Sign = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Curve:
    """One curve of NIST; ``size`` is the length of a coordinate in bytes."""

    name: str
    size: int
    order: int

    @property
    def public_bytes(self) -> int:
        """Length of a compressed point: one byte for the sign of y, then x."""
        return 1 + self.size

    def compressed(self, x: bytes, y: bytes) -> bytes | None:
        """Return the compressed form of a point, or None when it is not on the curve."""
        if len(x) != self.size or len(y) != self.size or _point(self, b"\4" + x + y) is None:
            return None
        return bytes([2 + (y[-1] & 1)]) + x

    def coordinates(self, public: bytes) -> tuple[bytes, bytes]:
        """Return x and y of a usable compressed point."""
        numbers = _loaded(self, public).public_numbers()
        return numbers.x.to_bytes(self.size, "big"), numbers.y.to_bytes(self.size, "big")

    def is_usable_point(self, public: bytes) -> bool:
        """Whether the bytes are the compressed form of a point on the curve.

        Every such point can be a key: the curves have cofactor 1, and infinity has no such form.
        """
        # SEC 1 §2.3.4: 02 and 03 are the compressed forms; the others are other spellings.
        known = len(public) == self.public_bytes and public[0] in (2, 3)
        return known and _point(self, public) is not None

    def new_secret(self) -> bytes:
        """Draw a private scalar, uniform from 1 to the order less 1."""
        return (1 + randbelow(self.order - 1)).to_bytes(self.size, "big")

    def open(self, secret: bytes) -> tuple[bytes, Sign] | None:
        """Return the compressed public key of a scalar and a function that signs with it.

        None when the bytes are no private key: another length, 0, or the order and more.
        """
        from cryptography.hazmat.primitives.asymmetric.ec import derive_private_key
        from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

        scalar = int.from_bytes(secret, "big")
        if len(secret) != self.size or not 0 < scalar < self.order:
            return None
        private = derive_private_key(scalar, _curve(self))
        scheme, size = _scheme(self, deterministic=True), self.size

        def sign(message: bytes) -> bytes:
            r, s = decode_dss_signature(private.sign(message, scheme))
            return r.to_bytes(size, "big") + s.to_bytes(size, "big")

        return _compressed(private.public_key()), sign

    def verifies(self, public: bytes, signature: bytes, message: bytes) -> bool:
        """Whether a signature, r ‖ s, is this usable public key's over the message."""
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

        if len(signature) != 2 * self.size:
            return False
        r, s = (
            int.from_bytes(half, "big") for half in (signature[: self.size], signature[self.size :])
        )
        try:
            _loaded(self, public).verify(
                encode_dss_signature(r, s), message, _scheme(self, deterministic=False)
            )
        except InvalidSignature:
            return False
        return True


# FIPS 186-5 and SP 800-186 §3.2.1: the orders of the groups.
P256: Final = Curve("P-256", 32, 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551)
P384: Final = Curve(
    "P-384",
    48,
    0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,
)
P521: Final = Curve(
    "P-521",
    66,
    0x1FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFA51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409,
)


def _curve(curve: Curve) -> EllipticCurve:
    from cryptography.hazmat.primitives.asymmetric import ec

    kinds: dict[str, type[EllipticCurve]] = {
        "P-256": ec.SECP256R1,
        "P-384": ec.SECP384R1,
        "P-521": ec.SECP521R1,
    }
    return kinds[curve.name]()


@lru_cache
def _scheme(curve: Curve, *, deterministic: bool) -> ECDSA:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import ec

    kinds: dict[str, type[hashes.HashAlgorithm]] = {
        "P-256": hashes.SHA256,
        "P-384": hashes.SHA384,
        "P-521": hashes.SHA512,
    }
    digest = kinds[curve.name]()
    try:
        return ec.ECDSA(digest, deterministic_signing=deterministic)
    except UnsupportedAlgorithm:
        # An OpenSSL before 3.2 cannot: its random signatures hold just as well.
        return ec.ECDSA(digest)


def _point(curve: Curve, encoded: bytes) -> EllipticCurvePublicKey | None:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

    try:
        return EllipticCurvePublicKey.from_encoded_point(_curve(curve), encoded)
    except ValueError:
        return None


@lru_cache(maxsize=256)
def _loaded(curve: Curve, public: bytes) -> EllipticCurvePublicKey:
    """Read a compressed point that was found usable before; taking the root costs as much as a check."""
    key = _point(curve, public)
    if key is None:
        raise ValueError(f"No point of {curve.name} is written so.")
    return key


def _compressed(public: EllipticCurvePublicKey) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return public.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
