"""The library in a dozen names: issue, verify, bake, present, show a part, take back.

    from cairn.vc.api import Issuer, Shelf, verify

Each name is a thin handle on the modules behind it, which stay open to whoever needs more. Nothing here
asks for the time, the network or a secret store: time, documents and keys are arguments. Every example of
docs/reference/python-api.md is run by the tests.
"""

from __future__ import annotations

import json
import secrets
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from cairn.vc import statuslist
from cairn.vc.baking import bake, unbake
from cairn.vc.derive import derive
from cairn.vc.did import key as did_key
from cairn.vc.did import web as did_web
from cairn.vc.document import parse
from cairn.vc.documents import Shelf
from cairn.vc.keys import Algorithm, Signer, SoftwareSigner
from cairn.vc.model import (
    CONTEXTS,
    Achievement,
    Criteria,
    Evidence,
    IdentityObject,
    Profile,
    Result,
    compose_credential,
)
from cairn.vc.proofs import Expected
from cairn.vc.sign import Options, sign
from cairn.vc.statuslist import Bitstring
from cairn.vc.verify import NotVerified, inspect, verify, verify_presentation

if TYPE_CHECKING:
    from cairn.vc.document import JsonObject

__all__ = [
    "Achievement",
    "Criteria",
    "Expected",
    "Holder",
    "Issuer",
    "NotVerified",
    "Shelf",
    "StatusList",
    "bake",
    "derive",
    "inspect",
    "unbake",
    "verify",
    "verify_presentation",
]


@dataclass(frozen=True, slots=True)
class Issuer:
    """Who awards: a name, a DID, and the key that signs for it.

    The signer may be software here or a hardware module elsewhere; see
    :class:`~cairn.vc.keys.Signer`.
    """

    did: str
    name: str
    signer: Signer
    url: str | None = None

    @classmethod
    def new(
        cls, did: str, *, name: str, url: str | None = None, kind: Algorithm = "Ed25519"
    ) -> Self:
        """Make an issuer with a new key; lock it into a key file with :func:`cairn.vc.keyfile.lock`.

        ``did`` is ``did:web:HOST``, or ``key`` for a did:key, which says nothing about whose it is.
        """
        signer = SoftwareSigner.generate(kind)
        return cls(did_key.did_from(signer.public) if did == "key" else did, name, signer, url)

    @property
    def verification_method(self) -> str:
        """Where others find the public key."""
        return did_web.verification_method(self.did, self.signer.public)

    def published(self) -> dict[str, bytes]:
        """Return the DID document by the address that it belongs to; nothing for a did:key."""
        if self.did.startswith(did_key.PREFIX):
            return {}
        document = did_web.did_document(self.did, [self.signer.public])
        return {did_web.url_for(self.did): json.dumps(document, ensure_ascii=False).encode()}

    def issue(  # noqa: PLR0913 - what a badge may say, each by its name
        self,
        achievement: Achievement,
        *,
        to: str,
        at: datetime,
        email: str | None = None,
        subject: str | None = None,
        until: datetime | None = None,
        results: Sequence[Result] = (),
        evidence: Sequence[Evidence] = (),
        status: Mapping[str, Any] | None = None,
        suite: str | None = None,
    ) -> bytes:
        """Return a signed Open Badge for ``to``, a person's name, as the bytes to keep.

        ``email`` stands in it as a salted hash, which only serves its owner; ``subject`` is a DID or
        URL of the holder, who can present the badge if it is theirs. ``status`` is what
        :meth:`StatusList.entry` returns. Without ``suite`` the kind of key decides. Raises
        ``Unsignable``, with a JSON pointer, for what would go unsigned or breaks the standard.
        """
        identifiers = [IdentityObject.plain(to, kind="name")]
        if email:
            identifiers.append(IdentityObject.hashed_email(email, salt=secrets.token_urlsafe(16)))
        document = compose_credential(
            id=f"urn:uuid:{uuid.uuid4()}",
            issuer=Profile.build(id=self.did, name=self.name, url=self.url),
            achievement=achievement,
            name=achievement.name or "",
            valid_from=at,
            valid_until=until,
            subject_id=subject,
            identifiers=identifiers,
            results=results,
            evidence=evidence,
            status=status,
        )
        return self.sign(document, at=at, suite=suite)

    def sign(self, document: JsonObject, *, at: datetime, suite: str | None = None) -> bytes:
        """Sign a credential that you composed yourself."""
        return sign(
            document,
            signer=self.signer,
            verification_method=self.verification_method,
            created=at,
            cryptosuite=suite,
        )


@dataclass(frozen=True, slots=True)
class StatusList:
    """One list of an issuer, published at ``url``: which of its credentials are taken back.

    Keep ``bits`` and ``given``, which marks the places that are given out: none is used twice.
    """

    issuer: Issuer
    url: str
    bits: Bitstring = field(default_factory=Bitstring)
    given: Bitstring = field(default_factory=Bitstring)
    purpose: str = "revocation"

    def draw(self) -> int:
        """Give out a free place at random; ``StatusListFull`` when none is left."""
        [place] = self.bits.draw(1, taken=self.given, randbelow=secrets.randbelow)
        self.given.set_many([place], True)
        return place

    def entry(self, place: int) -> JsonObject:
        """Return what a credential carries to point at a place of the list."""
        return statuslist.entry(list_url=self.url, index=place, purpose=self.purpose)

    def revoke(self, *places: int) -> None:
        """Take back the credentials at these places; publish the list again for others to see it."""
        self.bits.set_many(places, True)

    def reinstate(self, *places: int) -> None:
        """Undo :meth:`revoke`."""
        self.bits.set_many(places, False)

    def published(self, *, at: datetime, until: datetime | None = None) -> dict[str, bytes]:
        """Return the signed list by its address."""
        document = statuslist.credential(
            url=self.url,
            issuer=self.issuer.did,
            bits=self.bits,
            valid_from=at,
            valid_until=until,
            purpose=self.purpose,
        )
        return {self.url: self.issuer.sign(document, at=at)}


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who holds credentials under a key of their own, and presents them."""

    signer: Signer

    @classmethod
    def new(cls) -> Self:
        """Make a holder with a new key."""
        return cls(SoftwareSigner.generate())

    @property
    def did(self) -> str:
        return did_key.did_from(self.signer.public)

    def present(self, *credentials: bytes, challenge: str, domain: str, at: datetime) -> bytes:
        """Return a presentation of signed credentials, good for one question of one verifier.

        ``challenge`` is what the verifier drew, ``domain`` is who asks.
        """
        document = {
            "@context": list(CONTEXTS[:1]),
            "type": ["VerifiablePresentation"],
            "holder": self.did,
            "verifiableCredential": [parse(raw) for raw in credentials],
        }
        return sign(
            document,
            signer=self.signer,
            verification_method=did_key.verification_method(self.did),
            created=at,
            options=Options(purpose="authentication", challenge=challenge, domain=domain),
        )
