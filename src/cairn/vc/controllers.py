"""Who signed: from the key a proof names to the party that answers for it.

A signature proves that some key made it. Whether the issuer answers for that key is a question of
its own, and only the issuer's own document can answer it (Controlled Identifiers v1.0 §3.3): a key
that travels inside the credential vouches for nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from cairn.vc import did
from cairn.vc.did import key as did_key
from cairn.vc.document import JsonObject, parse
from cairn.vc.documents import Documents
from cairn.vc.errors import BadKey, Unavailable, Unreadable
from cairn.vc.keys import PublicKey
from cairn.vc.timestamps import read_timestamp

MAX_BYTES: Final = 256 * 1024

Jwk = Callable[[Mapping[str, Any]], PublicKey]
"""Reads a JSON Web Key. JOSE knows kinds of keys that Data Integrity has no use for."""


class Voucher(StrEnum):
    """What ties the key to the issuer."""

    PUBLISHED = "published"  # the issuer's own document lists the key
    SELF = "self"  # the issuer's identifier is the key
    NOBODY = "nobody"  # only the credential itself says so
    UNREACHABLE = "unreachable"  # the issuer's document could not be had
    CONTRADICTED = "contradicted"  # the issuer's document lists other keys
    SOMEBODY_ELSE = "somebody else"  # the key belongs to another party


@dataclass(frozen=True, slots=True)
class Signatory:
    """The key that a proof names, and who answers for it."""

    public: PublicKey
    controller: str
    voucher: Voucher


def find_signatory(
    method: str,
    *,
    issuer: str,
    documents: Documents,
    at: datetime,
    purpose: str = "assertionMethod",
    jwk: Jwk | None = None,
) -> Signatory:
    """Find the key of a verification method and what ties it to ``issuer``.

    With ``jwk``, which reads the keys, a key may also go by the ``kid`` it carries (RFC 7517 §4.5).

    Raises :class:`BadKey` when there is no such key or it may not sign at ``at`` for ``purpose``,
    and :class:`Unavailable` when the key itself cannot be had.
    """
    base, _, fragment = method.partition("#")
    lookup = _Lookup(documents, at, purpose, jwk)
    if base.startswith(did_key.PREFIX):
        public = did_key.public_key(base)
        if fragment and fragment != public.multibase:
            raise BadKey("The key's name does not repeat the key, as did:key demands.")
        if base == issuer:
            return Signatory(public, base, Voucher.SELF)
        return Signatory(public, base, lookup.vouch(public, issuer, otherwise=Voucher.NOBODY))
    if base.startswith("did:") or (fragment[:1] != "z" and base.startswith("https://")):
        return lookup.published(method, base, issuer)
    if base.startswith(("https://", "http://", "urn:")) and fragment:
        # Open Badges allows issuer#z6Mk…: the key is in its own name, and nothing vouches for it.
        public = PublicKey.from_multibase(fragment)
        otherwise = Voucher.NOBODY if base == issuer else Voucher.SOMEBODY_ELSE
        return Signatory(public, base, lookup.vouch(public, issuer, otherwise=otherwise))
    raise BadKey(f"“{method}” is not an address at which a key could be found.")


def voucher_of(
    public: PublicKey,
    *,
    issuer: str,
    documents: Documents,
    at: datetime,
    purpose: str = "assertionMethod",
    jwk: Jwk | None = None,
) -> Voucher:
    """Tell what ties a key that came from somewhere else to ``issuer``: its own document, or nothing."""
    if issuer.startswith(did_key.PREFIX):
        return Voucher.SELF if did_key.public_key(issuer) == public else Voucher.CONTRADICTED
    lookup = _Lookup(documents, at, purpose, jwk)
    return lookup.vouch(public, issuer, otherwise=Voucher.NOBODY)


@dataclass(frozen=True, slots=True)
class _Lookup:
    documents: Documents
    at: datetime
    purpose: str
    jwk: Jwk | None = None

    def published(self, method: str, base: str, issuer: str) -> Signatory:
        """Find a key in the document of its controller."""
        document = self._controller(base)
        public, controller = self._single(document, base) or self._listed(document, method, base)
        if controller == issuer == document.get("id"):
            return Signatory(public, controller, Voucher.PUBLISHED)
        # The key's document may name any controller it likes: that one has to agree.
        voucher = self.vouch(public, issuer, otherwise=Voucher.SOMEBODY_ELSE)
        return Signatory(public, controller, voucher)

    def vouch(self, public: PublicKey, issuer: str, *, otherwise: Voucher) -> Voucher:
        """Ask the issuer's own document about a key; ``otherwise`` where it has no keys to list."""
        try:
            document = self._controller(issuer)
        except Unavailable:
            return Voucher.UNREACHABLE if otherwise is Voucher.NOBODY else otherwise
        except BadKey:
            return otherwise
        if any(self._key(entry) == public for entry in self._entries(document)):
            return Voucher.PUBLISHED
        return Voucher.CONTRADICTED if "verificationMethod" in document else otherwise

    def _controller(self, address: str) -> JsonObject:
        if address.startswith("did:"):
            return did.resolve(address, self.documents)
        if not address.startswith("https://"):
            raise BadKey(f"“{address}” is not an address at which keys are published.")
        raw = self.documents.load(address)
        try:
            document = parse(raw, max_bytes=MAX_BYTES)
        except Unreadable as exc:
            raise BadKey(f"What stands at {address} is not a key document.") from exc
        if document.get("id") != address:
            raise BadKey(f"The document at {address} is about something else.", pointer="/id")
        return document

    def _single(self, document: JsonObject, base: str) -> tuple[PublicKey, str] | None:
        """Read a document that is itself one verification method."""
        if "publicKeyMultibase" not in document and "publicKeyJwk" not in document:
            return None
        return self._usable(document), str(document.get("controller", base))

    def _listed(self, document: JsonObject, method: str, base: str) -> tuple[PublicKey, str]:
        for entry in self._entries(document):
            if _absolute(entry.get("id"), base) == method or self._carries(entry, method, base):
                return self._usable(entry), str(entry.get("controller", base))
        raise BadKey(
            f"{base} does not list the key {method} among those that may sign credentials."
        )

    def _carries(self, entry: JsonObject, method: str, base: str) -> bool:
        published = entry.get("publicKeyJwk")
        return (
            self.jwk is not None
            and isinstance(published, dict)
            and isinstance(published.get("kid"), str)
            and method in (published["kid"], f"{base}#{published['kid']}")
        )

    def _entries(self, document: JsonObject) -> Iterator[JsonObject]:
        """Yield the methods that the document allows for the purpose (CID §2.3)."""
        base = document.get("id")
        methods = {
            _absolute(m.get("id"), base): m for m in _objects(document, "verificationMethod")
        }
        related = document.get(self.purpose)
        for item in related if isinstance(related, list) else [related]:
            if isinstance(item, dict):
                yield item
            elif (name := _absolute(item, base)) and name in methods:
                yield methods[name]

    def _key(self, entry: JsonObject) -> PublicKey | None:
        try:
            return self._usable(entry)
        except BadKey:
            return None

    def _usable(self, entry: JsonObject) -> PublicKey:
        for member, word in (("revoked", "withdrawn"), ("expires", "out of use")):
            if member in entry and _moment(entry[member]) <= self.at:
                raise BadKey(f"The key was {word} on {entry[member]}.", pointer=f"/{member}")
        jwk, text = entry.get("publicKeyJwk"), entry.get("publicKeyMultibase")
        if isinstance(jwk, dict) and text is None:
            return (self.jwk or PublicKey.from_jwk)(jwk)
        if isinstance(text, str) and jwk is None:
            return _multikey(text)
        raise BadKey("A key is published in one form: publicKeyMultibase or publicKeyJwk.")


@lru_cache(maxsize=1024)
def _multikey(text: str) -> PublicKey:
    """Read a key once: whoever verifies meets the same few over and over."""
    return PublicKey.from_multibase(text)


def _objects(document: Mapping[str, Any], name: str) -> list[JsonObject]:
    value = document.get(name)
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, dict)]


def _absolute(name: Any, base: Any) -> str:
    """Complete a reference such as ``#key-1`` with the document it stands in."""
    if not isinstance(name, str) or not isinstance(base, str):
        return ""
    return base + name if name.startswith("#") else name


def _moment(value: Any) -> datetime:
    try:
        return read_timestamp(str(value))
    except ValueError as exc:
        raise BadKey(f"The key's end date “{value}” cannot be read.") from exc
