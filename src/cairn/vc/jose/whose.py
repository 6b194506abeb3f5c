"""From what a header says of its key to the key, and to who answers for it.

``jwk`` puts the key into the token itself: it proves that nothing was changed and nothing else. ``kid``
names a DID URL or the https address of a key. ``jku``, ``x5u`` and the like are never followed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cairn.vc.controllers import MAX_BYTES, Signatory, Voucher, find_signatory, voucher_of
from cairn.vc.document import JsonObject, parse
from cairn.vc.documents import Documents
from cairn.vc.errors import BadKey, Unreadable
from cairn.vc.jose import jwk
from cairn.vc.jose.errors import BadHeader
from cairn.vc.jose.token import Token
from cairn.vc.keys import PublicKey


def signatory_of(
    token: Token,
    *,
    issuer: str,
    documents: Documents,
    at: datetime,
    purpose: str = "assertionMethod",
) -> Signatory:
    """Find the key that a token names, and what ties it to ``issuer``.

    Raises :class:`BadHeader`, :class:`BadKey`, and :class:`Unavailable` where the key cannot be had.
    """
    carried = _carried(token.header)
    lookup = _Lookup(issuer, documents, at, purpose)
    if token.kid is None:
        if carried is None:
            raise BadHeader(
                "The header names no key (kid) and holds none (jwk), so nobody can tell who signed.",
                pointer="/kid",
            )
        return lookup.bearer(carried)
    found = lookup.named(_absolute(token))
    if carried is not None and carried != found.public:
        raise BadKey(
            "The header holds another key (jwk) than the one it names (kid).", pointer="/jwk"
        )
    return found


@dataclass(frozen=True, slots=True)
class _Lookup:
    issuer: str
    documents: Documents
    at: datetime
    purpose: str

    def named(self, method: str) -> Signatory:
        base, _, fragment = method.partition("#")
        if base.startswith("https://") and fragment[:1] != "z":
            # Open Badges 3.0 §8.4: a kid is dereferenced to a JWK, which may stand in a set.
            public = _in_document(self.documents.load(base), method, fragment)
            if public is not None and base == self.issuer:
                return Signatory(public, base, Voucher.PUBLISHED)
            if public is not None:
                return self.bearer(public)
        return find_signatory(
            method,
            issuer=self.issuer,
            documents=self.documents,
            at=self.at,
            purpose=self.purpose,
            jwk=jwk.public_key,
        )

    def bearer(self, public: PublicKey) -> Signatory:
        voucher = voucher_of(
            public,
            issuer=self.issuer,
            documents=self.documents,
            at=self.at,
            purpose=self.purpose,
            jwk=jwk.public_key,
        )
        return Signatory(public, self.issuer, voucher)


def _carried(header: JsonObject) -> PublicKey | None:
    if "jwk" not in header:
        return None
    if not isinstance(header["jwk"], dict):
        raise BadHeader("The key in the header (jwk) is not an object.", pointer="/jwk")
    return jwk.public_key(header["jwk"])


def _absolute(token: Token) -> str:
    """Complete a ``kid`` that is only a fragment with ``iss`` (VC-JOSE-COSE §4.1.1 and §4.1.2)."""
    kid, iss = token.kid or "", token.claims.get("iss")
    if ":" in kid and not kid.startswith("#"):
        return kid
    if not isinstance(iss, str):
        raise BadHeader(
            "The key is named in part only (kid), and the token does not say whose it is (iss).",
            pointer="/kid",
        )
    return f"{iss}#{kid.removeprefix('#')}"


def _in_document(raw: bytes, method: str, fragment: str) -> PublicKey | None:
    """Read a document that is a JWK or a JWK Set; None for one of another kind."""
    try:
        document = parse(raw, max_bytes=MAX_BYTES)
    except Unreadable:
        return None  # who looks for a controller's document says so
    if "kty" in document:
        return jwk.public_key(document)
    keys = document.get("keys")
    if not isinstance(keys, list):
        return None
    named = [key for key in keys if isinstance(key, dict) and _goes_by(key, method, fragment)]
    if len(named) != 1:
        raise BadKey(f"The key {method} does not stand once among those published there.")
    return jwk.public_key(named[0])


def _goes_by(key: dict[str, Any], method: str, fragment: str) -> bool:
    return key.get("kid") in (method, fragment) if fragment else True
