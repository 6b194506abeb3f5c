"""Presentations: Cairn and the JavaScript libraries take each other's, and refuse the same answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from cairn.vc import multibase
from cairn.vc.did import key as did_key
from cairn.vc.documents import Shelf
from cairn.vc.keys import SoftwareSigner
from cairn.vc.report import Verdict
from cairn.vc.sign import Options, sign
from cairn.vc.verify import Expected, inspect
from tests.support.javascript import JavaScript
from tests.support.university import NOW, YESTERDAY, University

pytestmark = pytest.mark.interop

SEED = b"\x07" * 32
ADA = SoftwareSigner.from_seed(SEED)
HOLDER = did_key.did_from(ADA.public)
METHOD = did_key.verification_method(HOLDER)
KEY = {
    "id": METHOD,
    "controller": HOLDER,
    "publicKeyMultibase": ADA.public.multibase,
    "secretKeyMultibase": multibase.base58btc(b"\x80\x26" + SEED),
}
ASKED = {"challenge": "7f3a0c91", "domain": "employer.example"}
WANTED = Expected(challenge=ASKED["challenge"], domain=ASKED["domain"])


@pytest.fixture(scope="module")
def js() -> Iterator[JavaScript]:
    with JavaScript() as running:
        yield running


@pytest.fixture
def university() -> University:
    return University()


def presentation(university: University) -> dict[str, Any]:
    return {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "holder": HOLDER,
        "verifiableCredential": [json.loads(university.issue()), json.loads(university.issue())],
    }


def published(university: University) -> dict[str, Any]:
    documents = {}
    for raw in university.published.values():
        document = json.loads(raw)
        documents[document["id"]] = document
    return documents


def test_ours_is_taken_by_them(js: JavaScript, university: University) -> None:
    raw = sign(
        presentation(university),
        signer=ADA,
        verification_method=METHOD,
        created=YESTERDAY,
        options=Options(
            purpose="authentication", challenge=ASKED["challenge"], domain=ASKED["domain"]
        ),
    )
    documents, now = published(university), "2026-11-23T12:00:00Z"

    def taken(presented: bytes, **asked: str) -> bool:
        answer = js.ask(
            "presented", presentation=json.loads(presented), documents=documents, now=now, **asked
        )
        return bool(answer["verified"])

    assert taken(raw, **ASKED)
    assert not taken(raw, **ASKED | {"challenge": "another"})
    assert not taken(raw, **ASKED | {"domain": "other.example"})
    assert not taken(raw.replace(b"Two supervised", b"Ten supervised", 1), **ASKED)


def test_theirs_is_taken_by_us(js: JavaScript, university: University) -> None:
    made = js.ask(
        "present",
        presentation=presentation(university),
        key=KEY,
        documents=published(university),
        **ASKED,
    )["presentation"]
    at = NOW.replace(year=2100)  # they write the time of the machine

    def verdict(presented: bytes, expected: Expected) -> Verdict:
        shelf = Shelf(university.published)
        return inspect(presented, documents=shelf, at=at, expected=expected).verdict

    raw = json.dumps(made).encode()
    assert verdict(raw, WANTED) is Verdict.GENUINE
    assert verdict(raw, Expected(challenge="another")) is Verdict.NOT_CONFORMANT
    altered = raw.replace(b"Two supervised", b"Ten supervised", 1)
    assert verdict(altered, WANTED) is Verdict.ALTERED
