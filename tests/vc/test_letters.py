"""A signature over every letter covers words without a meaning too: they are not unsigned, only empty."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cairn.vc.cryptosuites import suites
from cairn.vc.did import key as did_key
from cairn.vc.documents import Shelf
from cairn.vc.keys import Algorithm, SoftwareSigner
from cairn.vc.report import State, Verdict
from cairn.vc.secured import Unsecured
from cairn.vc.verify import inspect
from tests.support.university import NOW, badge


def signed(suite: str, kind: Algorithm, **changes: Any) -> dict[str, Any]:
    """A badge of a did:key, signed as it stands, whatever its words mean."""
    key = (
        SoftwareSigner.from_seed(b"\3" * 32) if kind == "Ed25519" else SoftwareSigner.generate(kind)
    )
    did = did_key.did_from(key.public)
    document = badge(**changes)
    document["issuer"]["id"] = did
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": suite,
        "created": "2026-11-22T12:00:00Z",
        "verificationMethod": did_key.verification_method(did),
        "proofPurpose": "assertionMethod",
        "@context": document["@context"],
    }
    value = suites.get(suite).create(Unsecured(document), options, key)
    return {**document, "proof": {**options, "proofValue": value}}


@pytest.mark.parametrize(
    ("suite", "kind"), [("eddsa-jcs-2022", "Ed25519"), ("ecdsa-jcs-2019", "P-256")]
)
def test_an_unknown_word_is_out_of_order_and_still_signed(suite: str, kind: Algorithm) -> None:
    document = signed(suite, kind, remark="extra")
    report = inspect(json.dumps(document).encode(), documents=Shelf(), at=NOW)
    terms = next(check for check in report if check.id == "terms")
    assert (terms.state, terms.code, terms.pointer) == (State.FAILED, "terms.undefined", "/remark")
    assert report.verdict is Verdict.NOT_CONFORMANT
    assert {"proof", "issuer"} <= report.passed
    document["remark"] = "other"
    report = inspect(json.dumps(document).encode(), documents=Shelf(), at=NOW)
    assert report.verdict is Verdict.ALTERED


def test_beside_a_proof_of_another_kind_the_word_is_not_covered() -> None:
    document = signed("eddsa-jcs-2022", "Ed25519", remark="extra")
    other = {**document["proof"], "cryptosuite": "eddsa-rdfc-2022"}
    document["proof"] = [document["proof"], other]
    report = inspect(json.dumps(document).encode(), documents=Shelf(), at=NOW)
    assert report.verdict is Verdict.UNSIGNED_PARTS


def test_without_unknown_words_it_is_genuine() -> None:
    document = signed("eddsa-jcs-2022", "Ed25519")
    report = inspect(json.dumps(document).encode(), documents=Shelf(), at=NOW)
    assert report.verdict is Verdict.GENUINE
