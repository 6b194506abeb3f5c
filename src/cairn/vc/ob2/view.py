"""An Open Badge of version 2 in the words of version 3: for showing it, never for checking it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cairn.vc.checks import many
from cairn.vc.document import JsonObject
from cairn.vc.documents import Documents
from cairn.vc.errors import CredentialError
from cairn.vc.ob2.linked import follow


def as_credential(assertion: Mapping[str, Any], documents: Documents) -> JsonObject:
    """Return the facts of an assertion as the members of a credential; what is missing stays out.

    It has no proof and no context: nobody can take it for one.
    """
    badge = _linked(assertion.get("badge"), documents)
    issuer = _linked(badge.get("issuer"), documents)
    recipient = assertion.get("recipient")
    identity = recipient if isinstance(recipient, Mapping) else {}
    subject: JsonObject = {"achievement": _achievement(badge)}
    if identity.get("hashed") is False and isinstance(identity.get("identity"), str):
        subject["identifier"] = [
            {
                "type": "IdentityObject",
                "hashed": False,
                "identityHash": identity["identity"],
                "identityType": "name" if identity.get("type") == "name" else "emailAddress",
            }
        ]
    found = {
        "id": assertion.get("id"),
        "name": badge.get("name"),
        "issuer": {name: issuer[name] for name in ("id", "name", "url") if name in issuer},
        "validFrom": assertion.get("issuedOn"),
        "validUntil": assertion.get("expires"),
        "credentialSubject": subject,
        "evidence": [_evidence(item) for item in many(assertion.get("evidence"))],
    }
    return {name: value for name, value in found.items() if value}


def _achievement(badge: Mapping[str, Any]) -> JsonObject:
    found = {name: badge[name] for name in ("id", "name", "description") if name in badge}
    criteria = badge.get("criteria")
    if isinstance(criteria, str):
        found["criteria"] = {"id": criteria}
    elif isinstance(criteria, Mapping):
        found["criteria"] = {
            name: criteria[name] for name in ("id", "narrative") if name in criteria
        }
    return found


def _evidence(item: Any) -> JsonObject:
    if isinstance(item, Mapping):
        return {name: item[name] for name in ("id", "name", "narrative") if name in item}
    return {"id": item}


def _linked(value: Any, documents: Documents) -> Mapping[str, Any]:
    try:
        return follow(value, documents, "it").document
    except CredentialError:
        return value if isinstance(value, dict) else {}
