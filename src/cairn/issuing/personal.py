"""What issuing keeps about people, and what is left when a person is erased: id, hash, status."""

from __future__ import annotations

from typing import Final

from cairn.issuing.models import (
    ArchiveText,
    Credential,
    Issuance,
    IssuerProfile,
    NameCorrection,
    SignedDocument,
    SigningKey,
    StatusList,
)
from cairn.issuing.services.erasing import forget
from cairn.kernel.actor import Actor
from cairn.kernel.models import Person

FIELDS: Final = {
    SignedDocument: {
        "packed": "The credential as signed: name, hashed e-mail address, result. Deleted.",
    },
    Credential: {
        "sha256": "Proof of what was issued. Kept: without the document it tells nothing.",
        "reason": "Why its state changed, in a person's words. Blanked.",
    },
    NameCorrection: {
        "wanted": "The name that the person asked for. The row is deleted.",
        "note": "What the person wrote about it. The row is deleted.",
        "reason": "Why it was refused. The row is deleted.",
    },
    IssuerProfile: {
        "name": "Not personal: the name of an organisation.",
        "email": "Not personal: the address of an office.",
    },
    Issuance: {"job": "Not personal: the public id of a job."},
    SigningKey: {},
    StatusList: {},
    ArchiveText: {"content": "Not personal: a credential of nobody."},
}


def erase(person: Person, *, by: Actor) -> None:
    """Delete what was signed about a person. Id, hash, place and state of each credential stay."""
    forget(person, by=by)
