"""A small issuer for tests: keys, a published DID document, badges and status lists."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from cairn.vc import statuslist
from cairn.vc.did import web
from cairn.vc.documents import Shelf
from cairn.vc.keys import SoftwareSigner
from cairn.vc.report import Report
from cairn.vc.sign import sign
from cairn.vc.verify import inspect

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
YESTERDAY = NOW - timedelta(days=1)
DID = "did:web:harbour.example"
LIST_URL = "https://harbour.example/status/1"

Json = dict[str, Any]


def badge(**changes: Any) -> Json:
    """A small, complete Open Badge; ``changes`` replace top-level members, None removes one."""
    document: Json = {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        ],
        "id": "urn:uuid:0d5d2f1e-5a0b-4c5f-9a9c-0a3f5a0f9f11",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "Foundations of security",
        "issuer": {"id": DID, "type": ["Profile"], "name": "Harbour University"},
        "validFrom": "2026-11-01T09:00:00Z",
        "credentialSubject": {
            "id": "did:example:ada",
            "type": ["AchievementSubject"],
            "achievement": {
                "id": "https://harbour.example/achievements/security",
                "type": ["Achievement"],
                "achievementType": "MicroCredential",
                "name": "Foundations of security",
                "description": "Finds and mends weak points in a small network.",
                "criteria": {"narrative": "Two supervised tasks, each passed."},
                "tag": ["security", "networks"],
            },
        },
    }
    document |= copy.deepcopy(changes)
    return {key: value for key, value in document.items() if value is not None}


class University:
    """Issues as ``did:web:harbour.example`` and keeps what it publishes on a shelf."""

    def __init__(self, *, did: str = DID, publish: bool = True) -> None:
        self.signer = SoftwareSigner.generate()
        self.did = did
        self.method = web.verification_method(did, self.signer.public)
        self.published: dict[str, bytes] = {}
        if publish:
            self.publish_keys()

    def publish_keys(self, change: Callable[[Json], object] | None = None) -> None:
        document = web.did_document(self.did, [self.signer.public])
        if change is not None:
            change(document)
        self.published[web.url_for(self.did)] = json.dumps(document).encode()

    def sign(self, document: Json) -> bytes:
        return sign(
            document, signer=self.signer, verification_method=self.method, created=YESTERDAY
        )

    def issue(self, **changes: Any) -> bytes:
        return self.sign(badge(**changes))

    def issue_listed(self, index: int = 7, *, purpose: str = "revocation") -> bytes:
        return self.issue(
            credentialStatus=statuslist.entry(list_url=LIST_URL, index=index, purpose=purpose)
        )

    def publish_list(
        self,
        *ones: int,
        purpose: str = "revocation",
        valid_from: datetime = YESTERDAY,
        valid_until: datetime | None = None,
        change: Callable[[Json], object] | None = None,
    ) -> None:
        bits = statuslist.Bitstring()
        bits.set_many(ones, True)
        document = statuslist.credential(
            url=LIST_URL,
            issuer=self.did,
            bits=bits,
            purpose=purpose,
            valid_from=valid_from,
            valid_until=valid_until,
        )
        if change is not None:
            change(document)
        self.published[LIST_URL] = self.sign(document)

    def inspect(self, raw: bytes, *, at: datetime = NOW) -> Report:
        return inspect(raw, documents=Shelf(self.published), at=at)
