"""What a proof value of ecdsa-sd-2023 holds: the issuer's whole set, or a holder's choice from it.

Data Integrity ECDSA Cryptosuites v1.0, §3.5.2 and §3.5.3 (base), §3.5.7 and §3.5.8 (derived): three
bytes that say which of the two it is, then five components in CBOR, all in base64url.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from cairn.vc import cbor, multibase
from cairn.vc.cryptosuites import BadProof
from cairn.vc.errors import BadKey

BASE: Final = b"\xd9\x5d\x00"
DERIVED: Final = b"\xd9\x5d\x01"

SIGNATURE_BYTES: Final = 64
PUBLIC_BYTES: Final = 35
LABEL_BYTES: Final = 32
_COMPONENTS: Final = 5


class BaseProof(BadProof):
    """The proof is the holder's own, from which a proof for a verifier has yet to be made."""

    code = "proof.base"


@dataclass(frozen=True, slots=True)
class Base:
    """A signature of every statement, and the secret that hides how the statements hang together."""

    signature: bytes
    public: bytes
    hmac_key: bytes
    signatures: tuple[bytes, ...]
    mandatory: tuple[str, ...]

    @classmethod
    def read(cls, value: Any) -> Self:
        """Read a ``proofValue``; BadProof for a derived one, and for whatever is malformed."""
        content = _content(value)
        if not content.startswith(BASE):
            raise _bad("This is no base proof, so nothing can be derived from it.")
        signature, public, hmac_key, signatures, mandatory = _components(content)
        if not _is_bytes(hmac_key, LABEL_BYTES) or not _are_texts(mandatory):
            raise _bad("The secret or the mandatory pointers of the base proof are malformed.")
        _check_signatures(signature, public, signatures)
        return cls(signature, public, hmac_key, tuple(signatures), tuple(mandatory))

    def write(self) -> str:
        """Return the ``proofValue``."""
        content: list[Any] = [self.signature, self.public, self.hmac_key]
        content += [list(self.signatures), list(self.mandatory)]
        return multibase.base64url(BASE + cbor.encode(content))


@dataclass(frozen=True, slots=True)
class Derived:
    """The signatures of what is shown, and how to name its nodes as they were named when signed.

    ``labels`` leads from the number of a canonical label to the 32 bytes of the signed one;
    ``mandatory`` counts among the statements shown.
    """

    signature: bytes
    public: bytes
    signatures: tuple[bytes, ...]
    labels: Mapping[int, bytes]
    mandatory: tuple[int, ...]

    @classmethod
    def read(cls, value: Any) -> Self:
        """Read a ``proofValue``; :class:`BaseProof` for a base one, BadProof for a malformed one."""
        content = _content(value)
        if content.startswith(BASE):
            raise BaseProof(
                "This is the holder's own copy, with a signature for each statement in it. Its holder "
                "chooses what to show and derives a copy that can be checked.",
                pointer="/proofValue",
            )
        if not content.startswith(DERIVED):
            raise _bad("The proof value does not begin as the suite demands.")
        signature, public, signatures, labels, mandatory = _components(content)
        _check_signatures(signature, public, signatures)
        if not isinstance(labels, dict) or not _are_numbers(labels) or not _are_numbers(mandatory):
            raise _bad("The labels or the mandatory indexes of the proof are malformed.")
        if not all(_is_bytes(label, LABEL_BYTES) for label in labels.values()):
            raise _bad(f"A label of the proof is not {LABEL_BYTES} bytes long.")
        # Under one label for two nodes, one signed statement would pass for two.
        if len(set(labels.values())) < len(labels) or len(set(signatures)) < len(signatures):
            raise _bad("The proof gives one label or one signature twice.")
        if mandatory != sorted(set(mandatory)):
            raise _bad("The mandatory indexes of the proof are not in ascending order.")
        return cls(signature, public, tuple(signatures), labels, tuple(mandatory))

    def write(self) -> str:
        """Return the ``proofValue``."""
        content: list[Any] = [self.signature, self.public, list(self.signatures)]
        content += [dict(sorted(self.labels.items())), list(self.mandatory)]
        return multibase.base64url(DERIVED + cbor.encode(content))


def is_base(value: Any) -> bool:
    """Whether a ``proofValue`` says of itself that it is a base proof."""
    return isinstance(value, str) and value.startswith(multibase.base64url(BASE))


def _content(value: Any) -> bytes:
    # §3.5.3 step 1: base64url and no other encoding.
    if not isinstance(value, str) or not value.startswith("u"):
        raise _bad("The proof value is missing or not written in base64url.")
    try:
        return multibase.decode(value)
    except BadKey as exc:
        raise _bad("The proof value is not written in base64url.") from exc


def _components(content: bytes) -> list[Any]:
    try:
        components = cbor.decode(content[len(BASE) :])
    except cbor.NotCbor as exc:
        raise _bad(f"The proof value cannot be read. {exc}") from exc
    if not isinstance(components, list) or len(components) != _COMPONENTS:
        raise _bad(f"The proof value does not hold {_COMPONENTS} components.")
    return components


def _check_signatures(signature: Any, public: Any, signatures: Any) -> None:
    if not _is_bytes(public, PUBLIC_BYTES):
        raise _bad(f"The public key in the proof value is not {PUBLIC_BYTES} bytes long.")
    if not isinstance(signatures, list) or not all(
        _is_bytes(one, SIGNATURE_BYTES) for one in (signature, *signatures)
    ):
        raise _bad(f"A signature in the proof value is not {SIGNATURE_BYTES} bytes long.")


def _is_bytes(value: Any, length: int) -> bool:
    return isinstance(value, bytes) and len(value) == length


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _are_numbers(value: Any) -> bool:
    # A truth value is an int to Python.
    return isinstance(value, list | dict) and all(type(item) is int and item >= 0 for item in value)


def _bad(message: str) -> BadProof:
    return BadProof(message, pointer="/proofValue")
