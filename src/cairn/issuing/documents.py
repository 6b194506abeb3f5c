"""An issuer's own documents, read from the database and never fetched from ourselves.

What a verifier finds on the web is what stands here, byte for byte.
"""

from __future__ import annotations

from collections.abc import Iterable

from cairn.issuing.archive import Archive
from cairn.issuing.models import (
    IssuerProfile,
    SignedDocument,
    SigningKey,
    StatusList,
)
from cairn.vc.did import web
from cairn.vc.document import dump
from cairn.vc.errors import Unavailable


class OwnDocuments:
    """The documents that verifying a credential of this issuer asks for.

    Each is read once. ``known`` are documents that the caller has in hand, by address.
    """

    def __init__(self, issuer: IssuerProfile) -> None:
        self._issuer = issuer
        self._known: dict[str, bytes] = {}

    def load(self, url: str) -> bytes:
        if url not in self._known:
            self._known[url] = self._read(url)
        return self._known[url]

    def _read(self, url: str) -> bytes:
        addresses = self._issuer.addresses
        if url == addresses.did_document:
            return did_document(self._issuer)
        number = addresses.status_number(url)
        if number is not None:
            row = StatusList.objects.filter(issuer=self._issuer, number=number).first()
            if row is not None:
                return bytes(row.document)
        raise Unavailable(f"{url} is not a document of {self._issuer.did}.")


def did_document(issuer: IssuerProfile) -> bytes:
    """The DID document: every key whose signatures should verify, the newest first."""
    keys = SigningKey.objects.filter(issuer=issuer).published()
    return did_document_of(issuer, keys)


def did_document_of(issuer: IssuerProfile, keys: Iterable[SigningKey]) -> bytes:
    public = [key.public_key for key in keys]
    if not public:
        raise Unavailable(f"{issuer.did} has no key that verifies.")
    return dump(web.did_document(issuer.did, public))


def signed_bytes(document: SignedDocument) -> bytes:
    """The document as it was signed; raises ``archive.Damaged`` rather than return another one."""
    archive = Archive(bytes(document.text.content))
    return archive.unpack(bytes(document.packed), sha256=document.credential.sha256)
