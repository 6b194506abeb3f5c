"""COSE_Sign1 (RFC 9052 §4.2) around a credential: ``vc+cose`` and ``vp+cose`` of the W3C.

What a token of JOSE says in its header stands here under labels, in the protected header. The payload
is the same JSON.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from cairn.vc import cbor
from cairn.vc.document import MAX_BYTES, dump
from cairn.vc.jose import compact
from cairn.vc.jose.errors import BadHeader, BadToken
from cairn.vc.jose.token import Token, algorithm_of
from cairn.vc.jose.w3c import Kind, must_be_fit
from cairn.vc.keys import Signer

SIGN1: Final = 18
#: The first byte of a tagged COSE_Sign1, which no JSON and no JWT begins with.
FIRST: Final = bytes([0xC0 | SIGN1])

# RFC 9052 §3.1, RFC 9596 §2.
_ALG, _CRIT, _CONTENT, _KID, _TYP = 1, 2, 3, 4, 16
#: RFC 9053 §2, RFC 9864 §2.
_NAMES: Final = {
    -7: "ES256",
    -35: "ES384",
    -36: "ES512",
    -8: "EdDSA",
    -9: "ES256",
    -51: "ES384",
    -52: "ES512",
    -19: "Ed25519",
}
_LABELS: Final = {"ES256": -7, "ES384": -35, "ES512": -36, "EdDSA": -8}


def issue(document: Mapping[str, Any], *, signer: Signer, key_id: str, kind: Kind = "vc") -> bytes:
    """Return a credential (``vc``) or a presentation (``vp``) as a COSE_Sign1.

    ``key_id`` is the verification method, as an absolute URL. Raises as the form in JOSE does.
    """
    must_be_fit(document, signer=signer, key_id=key_id, kind=kind)
    protected = cbor.encode(
        {
            _ALG: _LABELS[algorithm_of(signer.public)],
            _CONTENT: f"application/{kind}",
            _KID: key_id.encode(),
            _TYP: f"application/{kind}+cose",
        }
    )
    payload = dump(document)
    signature = signer.sign(_signed(protected, payload))
    return cbor.encode(cbor.Tagged(SIGN1, [protected, {}, payload, signature]))


def read(raw: bytes) -> Token:
    """Take a COSE_Sign1 apart; nothing about it is believed yet.

    Raises :class:`BadToken` for what is none with JSON inside, and :class:`BadHeader` for a header
    that asks for what nobody here understands.
    """
    if len(raw) > MAX_BYTES:
        raise BadToken(
            f"The message has more than {MAX_BYTES:,} bytes, which is the most that is read."
        )
    message = _decoded(raw, "message")
    parts = message.value if isinstance(message, cbor.Tagged) and message.tag == SIGN1 else None
    match parts:
        case [
            bytes() as protected,
            dict() as unprotected,
            bytes() as payload,
            bytes() as signature,
        ]:
            header = _decoded(protected, "header") if protected else {}
        case _:
            raise BadToken(
                "This is not a COSE_Sign1: a tag 18, and under it four parts in their order."
            )
    if not isinstance(header, dict):
        raise BadToken("The protected header of the message is not a map.")
    # RFC 9052 §3: a label in both halves makes a message malformed.
    if header.keys() & unprotected.keys():
        raise BadHeader("A label stands in both halves of the header.")
    if _CRIT in header or _CRIT in unprotected:
        raise BadHeader("The header demands an extension (crit) that is not understood here.")
    return Token(
        form="cose",
        header={},
        alg=_algorithm(header),
        typ=compact.media_type(_text(header, _TYP, "typ")),
        cty=compact.media_type(_text(header, _CONTENT, "content type")),
        kid=_key_id(header.get(_KID, unprotected.get(_KID))),
        claims=compact.json_object(payload, "payload", MAX_BYTES),
        message=_signed(protected, payload),
        signature=signature,
    )


def _signed(protected: bytes, payload: bytes) -> bytes:
    """Return the Sig_structure, with nothing from outside (RFC 9052 §4.4)."""
    return cbor.encode(["Signature1", protected, b"", payload])


def _decoded(raw: bytes, what: str) -> Any:
    try:
        return cbor.decode(raw)
    except cbor.NotCbor as exc:
        raise BadToken(f"The {what} is not CBOR as it is read here. {exc}") from exc


def _algorithm(header: Mapping[Any, Any]) -> str:
    label = header.get(_ALG)
    if isinstance(label, bool) or not isinstance(label, int | str):
        raise BadHeader("The protected header does not name an algorithm.")
    # No algorithm is registered under a text, so a name of JOSE is none here.
    return _NAMES.get(label, f"number {label}") if isinstance(label, int) else f"text {label}"


def _text(header: Mapping[Any, Any], label: int, name: str) -> str | None:
    value = header.get(label)
    if label in header and not isinstance(value, str):
        raise BadHeader(f"The {name} in the header is not a text.")
    return value


def _key_id(value: Any) -> str | None:
    if value is None:
        return None
    try:
        text = value.decode() if isinstance(value, bytes) else ""
    except UnicodeDecodeError:
        text = ""
    if not text or len(text) > compact.MAX_NAME:
        raise BadHeader("The name of the key in the header (kid) is not an address.")
    return text
