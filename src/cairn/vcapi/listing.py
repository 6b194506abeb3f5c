"""What there is: as a list for people, and as the file that a published suite reads."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Final

from cairn.vc.document import JsonObject
from cairn.vcapi.issuers import Issuer

NAME: Final = "Cairn"
VERSIONS: Final = ("1.1", "2.0")


def listing(base: str, issuers: Iterable[Issuer]) -> JsonObject:
    """List the issuers, verifiers and all other places."""
    made = list(issuers)
    return {
        "name": NAME,
        "profile": "VC-API, for tests: whatever is sent here is signed.",
        "issuers": [
            {
                "name": issuer.name,
                "id": issuer.id,
                "endpoint": _issue(base, issuer),
                "cryptosuite": issuer.suite,
                "keyType": issuer.algorithm,
                "tags": list(issuer.tags),
            }
            for issuer in made
        ],
        "verifiers": list(_verifiers(base, made)),
        "vpVerifiers": list(_presentation_verifiers(base)),
        "vcHolders": list(_holders(base, made)),
        "didResolvers": [{"id": base, "endpoint": f"{base}/1.0/identifiers"}],
        "localConfig": f"{base}/localConfig.cjs",
    }


def configuration(base: str, issuers: Iterable[Issuer]) -> str:
    """Write ``localConfig.cjs``: the same for every suite, which choose from it by their tags."""
    made = list(issuers)
    implementation = {
        "name": NAME,
        "implementation": NAME,
        "issuers": list(_issuers(base, made)),
        "verifiers": list(_verifiers(base, made)),
        "vpVerifiers": list(_presentation_verifiers(base)),
        "vcHolders": list(_holders(base, made)),
        "didResolvers": [{"id": base, "endpoint": f"{base}/1.0/identifiers", "tags": ["did-key"]}],
    }
    settings = {"enableInteropTests": False, "testAllImplementations": False}
    body = json.dumps({"settings": settings, "implementations": [implementation]}, indent=2)
    return f"// Written by `cairn vcapi`; its keys live as long as that process.\nmodule.exports = {body};\n"


def _issue(base: str, issuer: Issuer) -> str:
    return f"{base}/issuers/{issuer.name}/credentials/issue"


def _issuers(base: str, issuers: list[Issuer]) -> Iterator[JsonObject]:
    for issuer in issuers:
        yield {
            "id": issuer.id,
            "endpoint": _issue(base, issuer),
            "method": "POST",
            "options": {},
            **_supported(issuer, [issuer]),
            "tags": list(issuer.tags),
        }


def _verifiers(base: str, issuers: list[Issuer]) -> Iterator[JsonObject]:
    """Name the one verifier once for each suite, with the kinds of key that go with it."""
    for suite in dict.fromkeys((issuer.suite, issuer.kind) for issuer in issuers):
        same = [issuer for issuer in issuers if (issuer.suite, issuer.kind) == suite]
        tags = [tag for issuer in same for tag in issuer.tags]
        yield {
            "id": f"{base}/credentials/verify#{same[0].name}",
            "endpoint": f"{base}/credentials/verify",
            "method": "POST",
            "options": {},
            **_supported(same[0], same),
            "tags": list(dict.fromkeys(tags)),
        }


def _supported(issuer: Issuer, same: list[Issuer]) -> JsonObject:
    kinds = [one.algorithm for one in same]
    # Version 1.1 has neither the words of a status list nor an envelope of the W3C.
    versions = VERSIONS if issuer.kind == "embedded" else VERSIONS[1:]
    found: JsonObject = {"supports": {"vc": list(versions), "keyTypes": kinds}}
    return found | ({"supportedEcdsaKeyTypes": kinds} if issuer.suite.startswith("ecdsa") else {})


def _presentation_verifiers(base: str) -> Iterator[JsonObject]:
    yield {
        "id": f"{base}/presentations/verify",
        "endpoint": f"{base}/presentations/verify",
        "method": "POST",
        "options": {},
        "tags": ["vc2.0"],
    }


def _holders(base: str, issuers: list[Issuer]) -> Iterator[JsonObject]:
    for issuer in issuers:
        if issuer.suite == "ecdsa-sd-2023":
            yield {
                "id": issuer.id,
                "endpoint": f"{base}/credentials/derive",
                "method": "POST",
                "options": {},
                **_supported(issuer, [issuer]),
                "tags": ["vcHolder", issuer.suite, issuer.algorithm],
            }
