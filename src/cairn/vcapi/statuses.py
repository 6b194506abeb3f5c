"""The status lists of the issuer that can revoke: places given out, bits set, lists signed anew."""

from __future__ import annotations

import secrets
from datetime import datetime
from threading import Lock
from typing import Final

from cairn.vc import statuslist
from cairn.vc.document import JsonObject
from cairn.vc.errors import Unavailable
from cairn.vc.sign import PLAIN
from cairn.vc.statuslist import Bitstring
from cairn.vcapi.issuers import Issuer

PURPOSES: Final = ("revocation", "suspension")


class _List:
    def __init__(self) -> None:
        self.bits = Bitstring()
        self.taken = Bitstring()
        self.places: dict[str, int] = {}
        self.signed: bytes | None = None


class StatusLists:
    """One list for each purpose, at ``base``/status-lists/PURPOSE; also the documents a verifier needs."""

    def __init__(self, base: str, issuer: Issuer) -> None:
        self._base = base
        self._issuer = issuer
        self._lists = {purpose: _List() for purpose in PURPOSES}
        self._lock = Lock()

    def url(self, purpose: str) -> str:
        return f"{self._base}/status-lists/{purpose}"

    def entry(self, credential_id: str | None, purpose: str) -> JsonObject:
        """Give a place on a list to a credential, and return its ``credentialStatus``."""
        kept = self._lists[purpose]
        with self._lock:
            (index,) = kept.bits.draw(1, taken=kept.taken, randbelow=secrets.randbelow)
            kept.taken.set(index, True)
            if credential_id is not None:
                kept.places[credential_id] = index
        return statuslist.entry(list_url=self.url(purpose), index=index, purpose=purpose)

    def set(self, credential_id: str, purpose: str, *, value: bool) -> bool:
        """Set or clear the bit of a credential; tell whether it has a place on that list."""
        kept = self._lists[purpose]
        with self._lock:
            index = kept.places.get(credential_id)
            if index is None:
                return False
            kept.bits.set(index, value)
            kept.signed = None
        return True

    def published(self, purpose: str, at: datetime) -> bytes:
        """Return the signed list of a purpose."""
        kept = self._lists[purpose]
        with self._lock:
            if kept.signed is None:
                document = statuslist.credential(
                    url=self.url(purpose),
                    issuer=self._issuer.id,
                    bits=kept.bits,
                    valid_from=at,
                    purpose=purpose,
                )
                kept.signed = self._issuer.secure(document, at=at, options=PLAIN)
            return kept.signed


class Published:
    """The documents that a verification here may use: the lists of this process, and nothing else."""

    def __init__(self, lists: StatusLists, at: datetime) -> None:
        self._lists = lists
        self._at = at

    def load(self, url: str) -> bytes:
        for purpose in PURPOSES:
            if url == self._lists.url(purpose):
                return self._lists.published(purpose, self._at)
        raise Unavailable(f"{url} was not fetched: the test profile fetches nothing.")
