"""Is it about the person it is shown for? (Open Badges 3.0, Verify Recipient; Open Badges 2.0, IdentityObject)

A badge may hold its holder's address only as a hash, so that nobody reads it: whoever knows the
address can still tell that it is this one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from hmac import compare_digest
from typing import Any, Final

from cairn.vc.checks import many, passed
from cairn.vc.report import Check, State

MAX_IDENTITIES: Final = 64

_HASHES: Final = {"sha256": hashlib.sha256, "md5": hashlib.md5}
_NOT_NAMED: Final = "It does not say in a way that can be compared whose it is."


def matches(identity: Mapping[str, Any], claimed: str, *, member: str) -> bool | None:
    """Tell whether an identity is the one claimed; None where it cannot be compared.

    ``member`` holds the value: ``identityHash`` in version 3, ``identity`` in version 2.
    """
    value, salt = identity.get(member), identity.get("salt", "")
    if not isinstance(value, str) or not isinstance(salt, str):
        return None
    spellings = _spellings(claimed)
    if identity.get("hashed") is not True:
        return any(compare_digest(value.encode(), one.encode()) for one in spellings)
    name, _, digest = value.partition("$")
    make = _HASHES.get(name.lower())
    if make is None or not digest:
        return None
    found = (make((one + salt).encode(), usedforsecurity=False).hexdigest() for one in spellings)
    return any(compare_digest(digest.lower().encode("utf-8"), one.encode()) for one in found)


def recipient_check(identities: Iterator[tuple[Mapping[str, Any], str]], claimed: str) -> Check:
    """Say whether one of some identities (each with the member that holds its value) is the one claimed."""
    answers = [
        matches(identity, claimed, member=member)
        for number, (identity, member) in enumerate(identities)
        if number < MAX_IDENTITIES
    ]
    if True in answers:
        return passed("recipient", f"It was awarded to {_short(claimed)}.")
    if False in answers:
        message = f"It was awarded to somebody else than {_short(claimed)}."
        return Check("recipient", State.FAILED, message, None, "recipient.other")
    return Check("recipient", State.UNKNOWN, _NOT_NAMED, None, "recipient.unknown")


def in_credential(document: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], str]]:
    """Yield the identities of the subjects of a credential; an id counts as one in the open."""
    for subject in many(document.get("credentialSubject")):
        if not isinstance(subject, Mapping):
            continue
        if isinstance(subject.get("id"), str):
            yield {"identityHash": subject["id"]}, "identityHash"
        for identity in many(subject.get("identifier")):
            if isinstance(identity, Mapping):
                yield identity, "identityHash"


def _spellings(claimed: str) -> set[str]:
    # The name of a host has no case (RFC 5321 §2.4), and people write addresses as they like.
    bare = claimed.strip()
    local, at, host = bare.rpartition("@")
    return {bare, bare.lower(), f"{local}{at}{host.lower()}"}


def _short(text: str) -> str:
    return text if len(text) <= 80 else f"{text[:79]}…"
