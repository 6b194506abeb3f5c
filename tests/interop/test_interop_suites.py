"""Each suite that signs a whole document, with both JavaScript libraries as issuer and verifier."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from cairn.vc import multibase
from cairn.vc.did import key as did_key
from cairn.vc.document import parse, pointer
from cairn.vc.documents import Shelf
from cairn.vc.keys import PRIVATE_PREFIXES, Algorithm, SoftwareSigner
from cairn.vc.report import Report, Verdict
from cairn.vc.sign import sign
from cairn.vc.verify import inspect
from tests.interop.test_interop_js import members
from tests.support import corpus
from tests.support.javascript import JavaScript
from tests.support.university import NOW, badge

pytestmark = pytest.mark.interop

Json = dict[str, Any]

LIBRARIES = ("digitalbazaar", "digitalcredentials")
SUITES: list[tuple[str, Algorithm]] = [
    ("eddsa-rdfc-2022", "Ed25519"),
    ("eddsa-jcs-2022", "Ed25519"),
    ("ecdsa-rdfc-2019", "P-256"),
    ("ecdsa-rdfc-2019", "P-384"),
    ("ecdsa-jcs-2019", "P-256"),
    ("ecdsa-jcs-2019", "P-384"),
]
CREATED, AT = "2026-11-22T12:00:00Z", "2026-11-23T12:00:00Z"
SECRETS: dict[Algorithm, bytes] = {
    "Ed25519": bytes(range(32)),
    "P-256": bytes(range(1, 33)),
    "P-384": bytes(range(1, 49)),
}


class Pair:
    """One suite with one kind of key here, and one library there."""

    def __init__(self, js: JavaScript, library: str, cryptosuite: str, kind: Algorithm) -> None:
        self.js, self.library, self.cryptosuite = js, library, cryptosuite
        self.secret = multibase.base58btc(PRIVATE_PREFIXES[kind] + SECRETS[kind])
        self.signer = SoftwareSigner.from_multibase(self.secret)
        self.did = did_key.did_from(self.signer.public)
        self.method = did_key.verification_method(self.did)

    def samples(self) -> Iterator[Json]:
        """A small badge, and the benchmark's: lists, results, evidence, several languages."""
        yield badge(issuer={"id": self.did, "type": ["Profile"], "name": "Harbour University"})
        large: Json = parse((corpus.ROOT / "bench/sample.json").read_bytes())
        large.pop("credentialStatus")
        yield large | {"issuer": {**large["issuer"], "id": self.did}}

    def ours(self, document: Json) -> Json:
        signed = sign(
            document,
            signer=self.signer,
            verification_method=self.method,
            created=datetime.fromisoformat(CREATED),
            cryptosuite=self.cryptosuite,
        )
        return parse(signed)

    def theirs(self, document: Json) -> Json:
        key = {
            "id": self.method,
            "controller": self.did,
            "publicKeyMultibase": self.signer.public.multibase,
            "secretKeyMultibase": self.secret,
        }
        answer = self._ask("issue", credential=document, key=key, created=CREATED)
        assert "credential" in answer, answer
        credential: Json = answer["credential"]
        return credential

    def accepts(self, credential: Json) -> bool:
        answer = self._ask("verify", credential=credential, now=AT)
        assert answer["verified"] or answer["error"]
        verified: bool = answer["verified"]
        return verified

    def _ask(self, verb: str, **question: Any) -> Json:
        answer: Json = self.js.ask(
            verb, library=self.library, cryptosuite=self.cryptosuite, **question
        )
        return answer


def look(credential: Json) -> Report:
    return inspect(json.dumps(credential).encode(), documents=Shelf(), at=NOW)


@pytest.fixture(scope="module")
def js() -> Iterator[JavaScript]:
    with JavaScript("suites.mjs") as running:
        yield running


@pytest.fixture(params=LIBRARIES)
def library(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture(params=SUITES, ids="/".join)
def pair(request: pytest.FixtureRequest, js: JavaScript, library: str) -> Pair:
    return Pair(js, library, *request.param)


def test_they_verify_what_we_issue(pair: Pair):
    for document in pair.samples():
        assert pair.accepts(pair.ours(document))


def test_we_verify_what_they_issue(pair: Pair):
    for document in pair.samples():
        theirs = pair.theirs(document)
        assert theirs["proof"]["cryptosuite"] == pair.cryptosuite
        assert look(theirs).verdict is Verdict.GENUINE


def test_neither_accepts_what_was_changed(pair: Pair):
    document = next(pair.samples())
    for credential in (pair.ours(document), pair.theirs(document)):
        for place in members(credential["credentialSubject"], ("credentialSubject",)):
            tampered = json.loads(json.dumps(credential))
            holder = tampered
            for step in place[:-1]:
                holder = holder[step]
            del holder[place[-1]]
            assert look(tampered).verdict is not Verdict.GENUINE, pointer(*place)
            assert not pair.accepts(tampered), pointer(*place)


def test_both_make_the_same_signature_where_nothing_is_random(js: JavaScript, library: str):
    """EdDSA draws nothing, so that the same document under the same key has one signature."""
    for suite in ("eddsa-rdfc-2022", "eddsa-jcs-2022"):
        pair = Pair(js, library, suite, "Ed25519")
        for document in pair.samples():
            assert pair.ours(document)["proof"] == pair.theirs(document)["proof"]
