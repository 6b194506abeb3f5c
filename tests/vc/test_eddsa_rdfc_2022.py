"""Byte for byte against the vectors of the W3C and of 1EdTech."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from cairn.vc import contexts, jsonld, multibase, rdfc
from cairn.vc.cryptosuites import BadProof, suites
from cairn.vc.cryptosuites.eddsa_rdfc_2022 import SUITE
from cairn.vc.documents import Shelf
from cairn.vc.keys import PublicKey, SoftwareSigner
from cairn.vc.secured import Unsecured
from cairn.vc.sign import sign
from cairn.vc.verify import inspect
from tests.support.university import NOW, badge

VECTORS = Path(__file__).parent.parent / "vectors"
EDDSA = VECTORS / "vc-di-eddsa"
GUIDE = VECTORS / "ob30-impl-guide"


def _json(path: Path) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return value


def _signer(secret: str) -> SoftwareSigner:
    return SoftwareSigner.from_seed(multibase.decode(secret)[2:34])


@pytest.fixture(params=["eddsa-rdfc-2022", "eddsa-rdfc-2022/employ"])
def folder(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Path:
    if request.param.endswith("employ"):
        extra = _json(VECTORS / "citizenship" / "v4rc1.jsonld")["@context"]
        load = contexts.load
        monkeypatch.setattr(
            contexts, "load", lambda url: extra if url.endswith("citizenship/v4rc1") else load(url)
        )
    return EDDSA / request.param


def test_each_step_of_the_w3c_vector(folder: Path) -> None:
    signed = _json(folder / "signedDataInt.json")
    proof = signed["proof"]
    unsecured = Unsecured(signed)
    config = {"@context": signed["@context"]} | {
        k: v for k, v in proof.items() if k != "proofValue"
    }
    config_canonical = rdfc.canonicalize(jsonld.to_rdf(config))

    def text(name: str) -> str:
        return (folder / name).read_text("utf-8")

    assert unsecured.canonical.text == text("canonDocDataInt.txt")
    assert unsecured.canonical.digest().hex() == text("docHashDataInt.txt")
    assert config_canonical.text == text("proofCanonDataInt.txt")
    assert config_canonical.digest().hex() == text("proofHashDataInt.txt")
    assert SUITE.hash_data(unsecured, proof).hex() == text("combinedHashDataInt.txt")
    signature = _signer(_json(EDDSA / "keyPair.json")["privateKeyMultibase"]).sign(
        SUITE.hash_data(unsecured, proof)
    )
    assert signature.hex() == text("sigHexDataInt.txt")
    assert multibase.base58btc(signature) == text("sigBTC58DataInt.txt") == proof["proofValue"]


def test_signing_the_w3c_vector_gives_its_proof() -> None:
    folder = EDDSA / "eddsa-rdfc-2022"
    expected = _json(folder / "signedDataInt.json")
    raw = sign(
        _json(EDDSA / "unsigned.json"),
        signer=_signer(_json(EDDSA / "keyPair.json")["privateKeyMultibase"]),
        verification_method=expected["proof"]["verificationMethod"],
        created=datetime.fromisoformat(expected["proof"]["created"]),
    )
    assert json.loads(raw) == expected


@pytest.mark.parametrize("kind", ["ob", "clr"])
def test_the_implementation_guides_of_1edtech(kind: str) -> None:
    guide = _json(GUIDE / f"{kind}-eddsa-rdfc-2022.json")
    signed = guide["Signed credential"]
    proof = signed["proof"][0] if isinstance(signed["proof"], list) else signed["proof"]
    unsecured = Unsecured(signed)
    public, _, document_hash, proof_hash, combined, signature, value = guide[
        "_long_code_values_in_order"
    ][-7:]
    # The shipped files have their last line end cut off; the hashes were made with it.
    assert unsecured.canonical.text.rstrip() == _quads(f"{kind}-document-canon.nq")
    assert unsecured.canonical.digest().hex() in (document_hash, proof_hash)
    assert SUITE.hash_data(unsecured, proof).hex() == combined
    key = PublicKey("Ed25519", bytes.fromhex(public))
    assert multibase.decode(value).hex() == signature
    assert proof["proofValue"] == value
    assert suites.get("eddsa-rdfc-2022").check(unsecured, proof, key)


def _quads(name: str) -> str:
    return (GUIDE / name).read_text("utf-8").rstrip()


def test_the_proof_is_hashed_under_the_context_of_the_document() -> None:
    document = badge()
    options = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "created": "2026-11-01T00:00:00Z",
        "verificationMethod": "did:example:1#key",
        "proofPurpose": "assertionMethod",
    }
    plain = SUITE.hash_data(Unsecured(document), options)
    assert (
        SUITE.hash_data(Unsecured(document), options | {"@context": ["https://evil.example"]})
        == plain
    )
    assert SUITE.hash_data(Unsecured(document), options | {"proofValue": "z1"}) == plain
    assert (
        SUITE.hash_data(Unsecured(document), options | {"created": "2026-11-02T00:00:00Z"}) != plain
    )
    assert len(plain) == 64
    assert plain[32:] == hashlib.sha256(Unsecured(document).canonical.text.encode()).digest()


@pytest.mark.parametrize(
    "change",
    [{"cryptosuite": "eddsa-jcs-2022"}, {"type": "Ed25519Signature2020"}, {"cryptosuite": None}],
)
def test_a_suite_does_not_answer_to_another_name(change: dict[str, Any]) -> None:
    options = {"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022"} | change
    with pytest.raises(BadProof):
        SUITE.hash_data(Unsecured(badge()), options)


@pytest.mark.parametrize("value", [None, 7, "", "z", "u" + "A" * 86, "z0OIl", "m" + "a" * 60])
def test_a_signature_has_one_spelling(value: object) -> None:
    signer = SoftwareSigner.generate()
    proof = {
        "type": "DataIntegrityProof",
        "cryptosuite": "eddsa-rdfc-2022",
        "verificationMethod": f"did:key:{signer.public.multibase}",
        "proofPurpose": "assertionMethod",
        "proofValue": value,
    }
    raw = json.dumps(badge() | {"proof": proof}).encode()
    report = inspect(raw, documents=Shelf(), at=NOW)
    assert "proof" in report.failed
