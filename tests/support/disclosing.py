"""A credential of which parts can be shown: its issuer, its holder, and what a verifier says."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from cairn.vc.cryptosuites.ecdsa_sd_2023 import EcdsaSd2023
from cairn.vc.derive import derive
from cairn.vc.did import key as did_key
from cairn.vc.documents import Shelf
from cairn.vc.keys import SoftwareSigner
from cairn.vc.report import Report
from cairn.vc.secured import Unsecured
from cairn.vc.verify import inspect
from tests.support.university import NOW, badge

Json = dict[str, Any]

SECRET = bytes(range(1, 33))
SIGNER = SoftwareSigner.from_secret("P-256", SECRET)
ISSUER = did_key.did_from(SIGNER.public)
METHOD = did_key.verification_method(ISSUER)
CREATED = "2026-11-22T00:00:00Z"

ALIGNED = "/credentialSubject/achievement/alignment"
RESULTS = "/credentialSubject/achievement/resultDescription"


def issued(document: Json, mandatory: Sequence[str] | None = None, **options: Any) -> Json:
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": "ecdsa-sd-2023",
        "created": CREATED,
        "verificationMethod": METHOD,
        "proofPurpose": "assertionMethod",
    } | options
    value = EcdsaSd2023(mandatory).create(Unsecured(document), proof, SIGNER)
    return {**document, "proof": {**proof, "proofValue": value}}


def shown(credential: Json, *pointers: str) -> Json:
    document: Json = json.loads(derive(json.dumps(credential).encode(), pointers=pointers))
    return document


def look(document: Json) -> Report:
    return inspect(json.dumps(document).encode(), documents=Shelf(), at=NOW)


def code(document: Json) -> str | None:
    return next(check.code for check in look(document) if check.id == "proof")


def nodes() -> Json:
    """A badge with nodes that have no address, two of a kind, and a list."""
    document = badge(issuer=ISSUER, validUntil="2027-11-01T09:00:00Z")
    document["credentialSubject"]["achievement"] |= {
        "alignment": [
            {
                "type": ["Alignment"],
                "targetName": name,
                "targetUrl": f"https://harbour.example/{name}",
            }
            for name in ("alpha", "beta")
        ],
        "resultDescription": [
            {
                "id": "urn:uuid:1",
                "type": ["ResultDescription"],
                "name": "Grade",
                "resultType": "LetterGrade",
                "allowedValue": ["A", "B", "C"],
            }
        ],
    }
    return document
