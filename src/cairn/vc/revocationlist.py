"""1EdTech Revocation List Status Method v1.0: a list that names the credentials taken back.

It names them by their ids for everybody to read, and carries no proof. A status list of bits
(:mod:`cairn.vc.statuslist`) hides one holder among others and is signed; write this one only for
readers that know no other. What reads it is :mod:`cairn.vc.status`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cairn.vc.datamodel import is_url
from cairn.vc.document import JsonObject
from cairn.vc.statusentry import MalformedStatus

TYPE: Final = "1EdTechRevocationList"
EXTENSIONS: Final = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
"""The vocabulary that a credential needs for the type of its entry."""


def entry(list_url: str) -> JsonObject:
    """Return the ``credentialStatus`` of a credential, whose context has to hold :data:`EXTENSIONS`."""
    _must_be_url(list_url, "id")
    return {"id": list_url, "type": TYPE}


def document(*, url: str, issuer: str, revoked: Mapping[str, str | None]) -> JsonObject:
    """Return the list to publish at ``url``: the ids of credentials, each with a reason or None."""
    for name in (url, issuer, *revoked):
        _must_be_url(name, "revokedCredential")
    named: list[JsonObject] = []
    for identifier, reason in revoked.items():
        item: JsonObject = {"id": identifier, "revoked": True}
        named.append(item if reason is None else item | {"revocationReason": reason})
    return {"id": url, "issuer": issuer, "revokedCredential": named}


def _must_be_url(value: str, member: str) -> None:
    if not is_url(value):
        raise MalformedStatus(
            "A revocation list names addresses and ids, which are URLs with a scheme such as https: or "
            "urn:.",
            pointer=f"/{member}",
        )
