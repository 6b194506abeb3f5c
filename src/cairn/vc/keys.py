"""Public keys that verify, and signers that keep the private half to themselves.

Multikey and JsonWebKey as in Controlled Identifiers v1.0 §2.2.2 and §2.2.3.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, NoReturn, Protocol, Self

from cairn.vc import ed25519, multibase
from cairn.vc.errors import BadKey

# Multicodec, as Controlled Identifiers v1.0 §2.2.2 lists them.
PUBLIC_PREFIX: Final = b"\xed\x01"
PRIVATE_PREFIX: Final = b"\x80\x26"
_OTHER_KINDS: Final = {
    b"\x80\x24": "an ECDSA P-256 key",
    b"\x81\x24": "an ECDSA P-384 key",
    b"\xe7\x01": "a secp256k1 key",
    b"\xec\x01": "an X25519 key, which encrypts and cannot sign",
    b"\xeb\x01": "a BBS key",
}
# RFC 7518 §6 and RFC 8037 §2: what belongs to the private half of any kind of key.
_PRIVATE_MEMBERS: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})

Seal = Callable[[bytes], bytes]
"""What turns a seed into something that may leave the process."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The half of a key that everybody may see."""

    algorithm: Literal["Ed25519"]
    raw: bytes

    def __post_init__(self) -> None:
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
        """Read ``publicKeyMultibase``: base58btc of ed01 and 32 bytes; the rest is a BadKey."""
        if not text.startswith("z"):
            raise BadKey(
                "An Ed25519 Multikey is written in base58btc and starts with z6Mk. "
                "Ask the issuer to publish it in that form."
            )
        return cls("Ed25519", _without_prefix(multibase.decode(text)))

    @classmethod
    def from_jwk(cls, jwk: Mapping[str, Any]) -> Self:
        """Read ``publicKeyJwk`` (RFC 8037): kty OKP, crv Ed25519, and no private member."""
        private = sorted(_PRIVATE_MEMBERS & jwk.keys())
        if private:
            raise BadKey(
                f"The JSON Web Key holds the private member {private[0]}. Whoever can read it can sign "
                "with it: stop using this key, make a new one, and publish only its public half."
            )
        if jwk.get("kty") != "OKP" or jwk.get("crv") != "Ed25519":
            raise BadKey("Of JSON Web Keys, only kty OKP with crv Ed25519 is supported.")
        if jwk.get("use", "sig") != "sig":
            raise BadKey('The JSON Web Key is not meant for signatures: its use must be "sig".')
        x = jwk.get("x")
        if not isinstance(x, str):
            raise BadKey("The JSON Web Key has no text member x, which holds the public key.")
        return cls("Ed25519", multibase.decode64(x))

    @property
    def multibase(self) -> str:
        """The key as ``publicKeyMultibase``: ``z6Mk...``."""
        return multibase.base58btc(PUBLIC_PREFIX + self.raw)

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether this key's owner signed the message; a signature of another length never fits."""
        if len(signature) != ed25519.SIGNATURE_BYTES:
            return False
        return ed25519.engine().verifies(self.raw, signature, message)

    def __str__(self) -> str:
        return self.multibase


class Signer(Protocol):
    """Something that signs as one key: software here, or a hardware module elsewhere."""

    @property
    def public(self) -> PublicKey:
        """The key that verifies what this signer signs."""
        ...

    def sign(self, message: bytes) -> bytes:
        """Return the 64-byte Ed25519 signature of the message."""
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
    """An Ed25519 key in this process's memory.

    The seed lives in closures only, so nothing that walks attributes meets it.
    """

    __slots__ = ("_public", "_seal", "_sign")

    def __init__(
        self, public: PublicKey, sign: ed25519.Sign, seal: Callable[[Seal], bytes]
    ) -> None:
        self._public, self._sign, self._seal = public, sign, seal

    @classmethod
    def generate(cls) -> Self:
        """Make a new key from the system's randomness."""
        return cls.from_seed(os.urandom(ed25519.SEED_BYTES))

    @classmethod
    def from_seed(cls, seed: bytes) -> Self:
        """Make the key of a 32-byte seed (RFC 8032 calls it the private key)."""
        length = len(seed)
        if length != ed25519.SEED_BYTES:
            del seed  # a traceback that shows variables must not show this one
            raise BadKey(f"An Ed25519 seed has 32 bytes; this one has {length}.")
        raw, sign = ed25519.engine().open(seed)
        return cls(PublicKey("Ed25519", raw), sign, lambda seal: seal(seed))

    @property
    def public(self) -> PublicKey:
        return self._public

    def sign(self, message: bytes) -> bytes:
        return self._sign(message)

    def sealed(self, seal: Seal) -> bytes:
        """Hand the seed to ``seal`` and return what it made of it: how a key file is written."""
        return self._seal(seal)

    def __repr__(self) -> str:
        return f"<SoftwareSigner {self._public.multibase}>"


def _without_prefix(data: bytes) -> bytes:
    """Strip the multicodec prefix ed01 from a Multikey, or say what the bytes are instead."""
    prefix = data[:2]
    if prefix == PUBLIC_PREFIX:
        return data[2:]
    if prefix == PRIVATE_PREFIX:
        raise BadKey(
            "This is a private Ed25519 key. Whoever can read it can sign with it: stop using it, make "
            "a new one, and publish only its public half, which starts with z6Mk."
        )
    kind = _OTHER_KINDS.get(prefix, "not a key of a known kind")
    raise BadKey(
        f"The multibase text is {kind}. Only Ed25519 is supported: publish a key that starts with z6Mk."
    )
