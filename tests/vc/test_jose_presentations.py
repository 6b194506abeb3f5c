"""Presentations in envelopes, and documents that are nothing but one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cairn.vc.datamodel import holder_id
from cairn.vc.errors import Unsignable
from cairn.vc.jose import compact, cose, disclosures, enveloped, w3c
from cairn.vc.jose.errors import (
    BadClaim,
    BadHeader,
    BadPresentation,
)
from cairn.vc.jose.token import must_be_signed_by
from cairn.vc.proofs import Altered
from cairn.vc.report import Verdict
from tests.support.jose import SIGNERS, UNIVERSITY, look, salts, token
from tests.support.university import DID, NOW, badge

Json = dict[str, Any]
P256, ED = SIGNERS["P-256"], SIGNERS["Ed25519"]
KEY = f"{DID}#p-256"


CREDENTIAL = w3c.issue(badge(), signer=P256, key_id=KEY)


def disclosable() -> str:
    return w3c.issue_disclosable(
        badge(), signer=P256, key_id=KEY, pointers=["/name"], random=salts()
    )


def presentation(*credentials: Any, **changes: Any) -> Json:
    document: Json = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "id": "urn:uuid:9f4ad1c2-5b1e-4d59-8f57-6a4b1b1e0d11",
        "holder": "did:example:ada",
        "verifiableCredential": list(credentials),
    }
    return {key: item for key, item in (document | changes).items() if item is not None}


def test_a_presentation_holds_credentials_in_all_three_forms() -> None:
    message = cose.issue(badge(), signer=P256, key_id=KEY)
    given = [
        ("vc+jwt", CREDENTIAL.encode()),
        ("vc+sd-jwt", disclosable().encode()),
        ("vc+cose", message),
    ]
    inside = [
        enveloped.credential(kind, raw if kind == "vc+cose" else raw.decode())
        for kind, raw in given
    ]
    text = w3c.issue(presentation(*inside), signer=ED, key_id="did:example:ada#1", kind="vp")
    document = w3c.document_in(compact.read(text), kind="vp")
    must_be_signed_by(compact.read(text), ED.public)
    assert holder_id(document) == "did:example:ada"
    assert [enveloped.content_of(item) for item in document["verifiableCredential"]] == given
    for _, raw in given:
        assert look(raw).verdict is Verdict.GENUINE


@pytest.mark.parametrize("kind", ["jwt", "sd-jwt", "cose"])
def test_a_presentation_itself_in_all_three_forms(kind: str) -> None:
    document = presentation(enveloped.credential("vc+jwt", CREDENTIAL))
    name = "did:example:ada#1"
    if kind == "cose":
        made = cose.read(cose.issue(document, signer=ED, key_id=name, kind="vp"))
    elif kind == "jwt":
        made = compact.read(w3c.issue(document, signer=ED, key_id=name, kind="vp"))
    else:
        text = w3c.issue_disclosable(
            document,
            signer=ED,
            key_id=name,
            pointers=["/holder", "/verifiableCredential/0"],
            random=salts(),
            kind="vp",
        )
        made = disclosures.read(text).token
        less = disclosures.read(disclosures.keep(text, [])).token
        assert w3c.document_in(less, kind="vp") == presentation(holder=None)
    assert w3c.document_in(made, kind="vp", at=NOW) == document
    with pytest.raises(BadHeader):
        w3c.document_in(made, kind="vc")
    with pytest.raises(Altered):
        must_be_signed_by(made, SIGNERS["Ed25519"].generate().public)


@pytest.mark.parametrize(
    "changes",
    [
        {"@context": ["https://www.w3.org/2018/credentials/v1"]},
        {"@context": "https://www.w3.org/ns/credentials/v2"},
        {"type": ["Other"]},
        {"id": "here"},
        {"holder": "somebody"},
        {"holder": {}},
        {"verifiableCredential": [badge()]},
        {"verifiableCredential": ["eyJ"]},
        {"verifiableCredential": badge()},
        {"verifiableCredential": [enveloped.credential("vp+jwt", "x")]},
        {"verifiableCredential": [enveloped.credential("json", "x")]},
        {"verifiableCredential": [enveloped.credential("vc+jwt", "")]},
        {"verifiableCredential": [{"type": "EnvelopedVerifiableCredential", "id": 7}]},
        {
            "verifiableCredential": [
                {"type": "EnvelopedVerifiableCredential", "id": "data:application/vc+cose;base64,?"}
            ]
        },
        {"verifiableCredential": [enveloped.credential("vc+jwt", "x")] * 65},
    ],
)
def test_presentations_that_are_none(changes: Json) -> None:
    document = presentation(**changes)
    with pytest.raises(Unsignable):
        w3c.issue(document, signer=ED, key_id="did:example:ada#1", kind="vp")
    header = {"alg": "EdDSA", "typ": "vp+jwt", "kid": "did:example:ada#1"}
    with pytest.raises(BadPresentation):
        w3c.document_in(compact.read(token(header, document, ED)), kind="vp")


def test_a_presentation_of_somebody_else() -> None:
    header = {"alg": "EdDSA", "typ": "vp+jwt", "kid": "did:example:ada#1"}
    text = token(header, presentation() | {"iss": "did:example:eve"}, ED)
    with pytest.raises(BadClaim):
        w3c.document_in(compact.read(text), kind="vp")


@pytest.mark.parametrize("form", ["vc+jwt", "vc+cose"])
def test_a_document_that_is_nothing_but_an_envelope_is_opened(form: str) -> None:
    content = CREDENTIAL if form == "vc+jwt" else cose.issue(badge(), signer=P256, key_id=KEY)
    document = enveloped.credential(form, content)
    assert look(json.dumps(document)).verdict is Verdict.GENUINE
    padded = json.dumps(document | {"id": document["id"].rstrip("=") + "\n"})
    assert look(padded).verdict is Verdict.GENUINE
    assert look(json.dumps(document | {"id": "data:text/plain,x"})).verdict is Verdict.UNREADABLE
    mentioned = json.loads(UNIVERSITY.issue()) | {"name": "EnvelopedVerifiableCredential"}
    assert look(UNIVERSITY.sign({k: v for k, v in mentioned.items() if k != "proof"})).verdict is (
        Verdict.GENUINE
    )
