"""Decentralised identifiers: from a DID to the document that says which keys speak for it.

DID Core v1.0. Each method is one file that registers itself with :data:`methods`.
"""

from __future__ import annotations

import re
from typing import Final, Protocol

from cairn.plug import PlugPoint, UnknownPart
from cairn.vc.document import JsonObject
from cairn.vc.documents import Documents
from cairn.vc.errors import BadKey

CONTEXTS: Final = ("https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1")
"""The contexts of the documents Cairn makes."""

MAX_LENGTH: Final = 2048

# DID Core §3.1: the method name, then idchars, percent-encoded bytes, and colons that end no DID.
_SYNTAX = re.compile(r"did:([a-z0-9]+):((?:(?:[A-Za-z0-9._:-]|%[0-9A-Fa-f]{2}))+)", re.ASCII)


class Method(Protocol):
    """One DID method."""

    def resolve(self, did: str, documents: Documents) -> JsonObject:
        """Return the controller document of a DID of this method.

        Raises BadKey for a DID or document that breaks the method's rules, Unavailable where the
        document cannot be had.
        """
        ...


methods: PlugPoint[Method] = PlugPoint("did", "cairn.vc.did")


def resolve(did: str, documents: Documents) -> JsonObject:
    """Return the controller document of a DID, whose ``id`` is that DID.

    Raises BadKey for a malformed DID, an unknown method or a document of somebody else, Unavailable
    where the document cannot be had.
    """
    name, _ = split(did)
    try:
        method = methods.get(name)
    except UnknownPart as exc:
        known = ", ".join(f"did:{known}" for known in exc.known)
        raise BadKey(f"The DID method did:{name} is not supported. Supported: {known}.") from exc
    document = method.resolve(did, documents)
    # DID Core §3.1 and §7.1: a document under another id says nothing about this DID.
    if document.get("id") != did:
        raise BadKey(
            f"The document found for {did} is about {document.get('id')!r}. Ask the issuer to publish "
            "a document whose id is the DID, letter for letter.",
            pointer="/id",
        )
    return document


def split(did: str) -> tuple[str, str]:
    """Return the method name and the method's own part of a DID without path, query or fragment."""
    match = _SYNTAX.fullmatch(did) if len(did) <= MAX_LENGTH else None
    if match is None or did.endswith(":"):
        raise BadKey(
            f"{did[:100]!r} is not a DID. A DID is written did:method:identifier, such as "
            "did:web:example.edu, with no spaces and no part after #, ? or /."
        )
    return match[1], match[2]


def verification_method(did: str, multibase: str) -> JsonObject:
    """Describe one Multikey of a DID, under the key itself as its fragment."""
    return {
        "id": f"{did}#{multibase}",
        "type": "Multikey",
        "controller": did,
        "publicKeyMultibase": multibase,
    }
