"""Public keys that verify, and signers that keep the private half to themselves.

Multikey and JsonWebKey as in Controlled Identifiers v1.0 §2.2.2 and §2.2.3, for Ed25519 and for
ECDSA over P-256 and P-384. A key says which kind it is, and what asks for a signature asks for a kind.
P-521 and RSA are kinds of JOSE only (:mod:`cairn.vc.jose.jwk` reads them): no Multikey is of theirs.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, NoReturn, Protocol, Self

from cairn.vc import ed25519, multibase, rsa
from cairn.vc.ecdsa import P256, P384, P521, Curve
from cairn.vc.errors import BadKey

Algorithm = Literal["Ed25519", "P-256", "P-384", "P-521", "RSA"]
"""What kind of key: the name that JSON Web Keys give its curve, or RSA."""

# Multicodec, as Controlled Identifiers v1.0 §2.2.2 lists them.
PUBLIC_PREFIX: Final = b"\xed\x01"
PRIVATE_PREFIX: Final = b"\x80\x26"
PUBLIC_PREFIXES: Final[Mapping[Algorithm, bytes]] = {
    "Ed25519": PUBLIC_PREFIX,
    "P-256": b"\x80\x24",
    "P-384": b"\x81\x24",
}
PRIVATE_PREFIXES: Final[Mapping[Algorithm, bytes]] = {
    "Ed25519": PRIVATE_PREFIX,
    "P-256": b"\x86\x26",
    "P-384": b"\x87\x26",
}
SECRET_BYTES: Final[Mapping[Algorithm, int]] = {
    "Ed25519": ed25519.SEED_BYTES,
    "P-256": P256.size,
    "P-384": P384.size,
}
"""How long the private half is: a seed, or a scalar."""
_PUBLIC: Final = {prefix: kind for kind, prefix in PUBLIC_PREFIXES.items()}
_PRIVATE: Final = {prefix: kind for kind, prefix in PRIVATE_PREFIXES.items()}
_CURVES: Final[Mapping[Algorithm, Curve]] = {"P-256": P256, "P-384": P384, "P-521": P521}
_OTHER_KINDS: Final = {
    b"\xe7\x01": "a secp256k1 key",
    b"\xec\x01": "an X25519 key, which encrypts and cannot sign",
    b"\xeb\x01": "a BBS key",
}
_SUPPORTED: Final = "Supported are Ed25519 (the text starts with z6Mk), P-256 (zDn) and P-384 (z82): publish such a key."
_RSA_SIZES: Final = (
    f"{rsa.LEAST_BITS} to {rsa.MOST_BITS} bits, whose public exponent is {rsa.EXPONENT}"
)
# RFC 7518 §6 and RFC 8037 §2: what belongs to the private half of any kind of key.
PRIVATE_MEMBERS: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})

Seal = Callable[[bytes], bytes]
"""What turns a secret into something that may leave the process."""


class WrongKind(BadKey):
    """The key is sound, and of another kind than this way of signing uses."""

    code = "key.wrong_kind"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The half of a key that everybody may see.

    ``raw`` is 32 bytes of Ed25519, a compressed point, or the modulus of an RSA key.
    """

    algorithm: Algorithm
    raw: bytes

    def __post_init__(self) -> None:
        if self.algorithm == "RSA":
            _must_be_a_modulus(self.raw)
            return
        if self.algorithm != "Ed25519":
            _must_be_on(_CURVES[self.algorithm], self.raw)
            return
        if len(self.raw) != ed25519.PUBLIC_BYTES:
            raise BadKey(
                f"An Ed25519 public key has 32 bytes; this one has {len(self.raw)}. "
                "Copy the whole key again from its source."
            )
        if not ed25519.is_usable_point(self.raw):
            raise BadKey(
                "These 32 bytes cannot be an Ed25519 public key: no signature under them would prove "
                "anything. Ask the issuer to publish a key made by a signing program."
            )

    @classmethod
    def from_multibase(cls, text: str) -> Self:
        """Read ``publicKeyMultibase``: base58btc of a multicodec prefix and the key; else a BadKey."""
        if not text.startswith("z"):
            raise BadKey(
                "A Multikey is written in base58btc and starts with z. "
                "Ask the issuer to publish it in that form."
            )
        data = multibase.decode(text)
        kind = _PUBLIC.get(data[:2])
        if kind is None:
            raise _not_public(data[:2])
        return cls(kind, data[2:])

    @classmethod
    def from_jwk(cls, jwk: Mapping[str, Any]) -> Self:
        """Read ``publicKeyJwk`` (RFC 7518 §6.2, RFC 8037): a public key of a known kind, meant to sign."""
        private = sorted(PRIVATE_MEMBERS & jwk.keys())
        if private:
            raise BadKey(
                f"The JSON Web Key holds the private member {private[0]}. Whoever can read it can sign "
                "with it: stop using this key, make a new one, and publish only its public half."
            )
        kind: Algorithm
        match jwk.get("kty"), jwk.get("crv"):
            case "OKP", "Ed25519":
                kind = "Ed25519"
            case "EC", ("P-256" | "P-384") as kind:
                pass
            case _:
                raise BadKey(
                    "Of JSON Web Keys, those of kty OKP with crv Ed25519 and of kty EC with crv P-256 "
                    "or P-384 are supported."
                )
        if jwk.get("use", "sig") != "sig":
            raise BadKey('The JSON Web Key is not meant for signatures: its use must be "sig".')
        if kind == "Ed25519":
            return cls(kind, _coordinate(jwk, "x"))
        return cls(kind, _on(_CURVES[kind], _coordinate(jwk, "x"), _coordinate(jwk, "y")))

    @property
    def multibase(self) -> str:
        """The key as ``publicKeyMultibase``: ``z6Mk...``, ``zDn...`` or ``z82...``."""
        if self.algorithm not in PUBLIC_PREFIXES:
            raise WrongKind(
                f"A key of the kind {self.algorithm} is published as a JSON Web Key only."
            )
        return multibase.base58btc(PUBLIC_PREFIXES[self.algorithm] + self.raw)

    @property
    def jwk(self) -> dict[str, str]:
        """The key as ``publicKeyJwk``, with the members that make it this key and no others."""
        if self.algorithm == "Ed25519":
            return {"kty": "OKP", "crv": "Ed25519", "x": multibase.encode64(self.raw)}
        if self.algorithm == "RSA":
            exponent = rsa.EXPONENT.to_bytes(3, "big")
            return {
                "kty": "RSA",
                "n": multibase.encode64(self.raw),
                "e": multibase.encode64(exponent),
            }
        x, y = _CURVES[self.algorithm].coordinates(self.raw)
        return {
            "kty": "EC",
            "crv": self.algorithm,
            "x": multibase.encode64(x),
            "y": multibase.encode64(y),
        }

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether this key's owner signed the message; a signature of another length never fits."""
        if self.algorithm == "RSA":
            return rsa.verifies(self.raw, signature, message)
        if self.algorithm != "Ed25519":
            return _CURVES[self.algorithm].verifies(self.raw, signature, message)
        if len(signature) != ed25519.SIGNATURE_BYTES:
            return False
        return ed25519.engine().verifies(self.raw, signature, message)

    def must_be(self, *kinds: Algorithm, what: str) -> None:
        """Raise :class:`WrongKind` unless the key is of one of these kinds; ``what`` asks for them."""
        if self.algorithm not in kinds:
            wanted = " or ".join(kinds)
            raise WrongKind(
                f"{what} is made with a key of the kind {wanted}; this one is {self.algorithm}."
            )

    def __str__(self) -> str:
        if self.algorithm in PUBLIC_PREFIXES:
            return self.multibase
        return f"{self.algorithm} key {multibase.encode64(self.raw[:12])}"


class Signer(Protocol):
    """Something that signs as one key: software here, or a hardware module elsewhere."""

    @property
    def public(self) -> PublicKey:
        """The key that verifies what this signer signs; its ``algorithm`` says what kind it is."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Return the signature of the message, which the signer hashes itself.

        64 bytes for Ed25519; for ECDSA r ‖ s, each as long as a coordinate, over the SHA-256 of the
        message (P-256, 64 bytes), its SHA-384 (P-384, 96 bytes) or its SHA-512 (P-521, 132 bytes);
        for RSA as many bytes as the modulus has, PKCS #1 v1.5 over the SHA-256.
        """
        ...


class Hidden:
    """Base of values that print, format and compare by identity, and refuse to be copied or pickled."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}, hidden>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError(f"A {type(self).__name__} is not copied or pickled: it holds a secret.")

    def __getstate__(self) -> NoReturn:
        self.__reduce_ex__(0)


class SoftwareSigner(Hidden):
    """A key in this process's memory.

    The secret lives in closures only, so nothing that walks attributes meets it.
    """

    __slots__ = ("_public", "_seal", "_sign")

    def __init__(
        self, public: PublicKey, sign: ed25519.Sign, seal: Callable[[Seal], bytes]
    ) -> None:
        self._public, self._sign, self._seal = public, sign, seal

    @classmethod
    def generate(cls, algorithm: Algorithm = "Ed25519") -> Self:
        """Make a new key from the system's randomness."""
        if algorithm == "Ed25519":
            return cls.from_seed(os.urandom(ed25519.SEED_BYTES))
        if algorithm == "RSA":
            return cls.from_secret(algorithm, rsa.new_secret())
        return cls.from_secret(algorithm, _CURVES[algorithm].new_secret())

    @classmethod
    def from_seed(cls, seed: bytes) -> Self:
        """Make the Ed25519 key of a 32-byte seed (RFC 8032 calls it the private key)."""
        length = len(seed)
        if length != ed25519.SEED_BYTES:
            del seed  # a traceback that shows variables must not show this one
            raise BadKey(f"An Ed25519 seed has 32 bytes; this one has {length}.")
        raw, sign = ed25519.engine().open(seed)
        return cls(PublicKey("Ed25519", raw), sign, lambda seal: seal(seed))

    @classmethod
    def from_secret(cls, algorithm: Algorithm, secret: bytes) -> Self:
        """Make the key of a secret.

        A seed for Ed25519, a scalar in big-endian bytes for ECDSA, PKCS #8 in DER for RSA.
        """
        if algorithm == "Ed25519":
            held = [secret]
            del secret  # a traceback that shows variables must not show this one
            return cls.from_seed(held.pop())
        if algorithm == "RSA":
            opened = rsa.open_secret(secret)
            if opened is None:
                del secret  # as above
                raise BadKey(f"This is not a private RSA key of {_RSA_SIZES}.")
            return cls(PublicKey(algorithm, opened[0]), opened[1], lambda seal: seal(secret))
        curve, length = _CURVES[algorithm], len(secret)
        opened = curve.open(secret)
        if opened is None:
            del secret  # as above
            raise BadKey(
                f"A private key of {algorithm} is a number of {curve.size} bytes, above 0 and below the "
                f"order of the curve; this is not one, in {length} bytes."
            )
        raw, sign = opened
        return cls(PublicKey(algorithm, raw), sign, lambda seal: seal(secret))

    @classmethod
    def from_multibase(cls, text: str) -> Self:
        """Read ``secretKeyMultibase``: base58btc of a private prefix and the secret."""
        try:
            data = multibase.decode(text)
        except BadKey:
            data = b""  # the message would name a character of the secret
        del text
        kind, held = _PRIVATE.get(data[:2]), [data[2:]]
        del data
        if kind is None:
            held.clear()
            raise BadKey("The text is not a private Multikey of Ed25519, P-256 or P-384.")
        return cls.from_secret(kind, held.pop())

    @property
    def public(self) -> PublicKey:
        return self._public

    def sign(self, message: bytes) -> bytes:
        return self._sign(message)

    def sealed(self, seal: Seal) -> bytes:
        """Hand the secret to ``seal`` and return what it made of it: how a key file is written."""
        return self._seal(seal)

    def __repr__(self) -> str:
        return f"<SoftwareSigner {self._public}>"


def _must_be_a_modulus(raw: bytes) -> None:
    if not rsa.is_usable(raw):
        raise BadKey(f"This is not the modulus of an RSA key of {_RSA_SIZES}.")


def _must_be_on(curve: Curve, raw: bytes) -> None:
    if len(raw) != curve.public_bytes:
        raise BadKey(
            f"A public key of {curve.name} has {curve.public_bytes} bytes, as a compressed point; this "
            f"one has {len(raw)}. Copy the whole key again from its source."
        )
    if not curve.is_usable_point(raw):
        raise _off(curve)


def _on(curve: Curve, x: bytes, y: bytes) -> bytes:
    """Compress a point; both coordinates must be whole and on the curve together."""
    raw = curve.compressed(x, y)
    if raw is None:
        raise _off(curve)
    return raw


def _off(curve: Curve) -> BadKey:
    return BadKey(
        f"This is not a point of the curve {curve.name}, so it is nobody's public key. Ask the issuer to "
        "publish a key made by a signing program."
    )


def _coordinate(jwk: Mapping[str, Any], name: str) -> bytes:
    text = jwk.get(name)
    if not isinstance(text, str):
        raise BadKey(
            f"The JSON Web Key has no text member {name}, which belongs to the public key."
        )
    return multibase.decode64(text)


def _not_public(prefix: bytes) -> BadKey:
    """Say what a multibase text is, where it is not a public key of a known kind."""
    private = _PRIVATE.get(prefix)
    if private is not None:
        return BadKey(
            f"This is a private {private} key. Whoever can read it can sign with it: stop using it, make "
            "a new one, and publish only its public half."
        )
    kind = _OTHER_KINDS.get(prefix, "not a key of a known kind")
    return BadKey(f"The multibase text is {kind}. {_SUPPORTED}")
