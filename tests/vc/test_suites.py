"""The suites of Data Integrity against the vectors of the W3C, byte for byte, and what they refuse."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from cairn.vc import contexts, jcs, jsonld, multibase, rdfc
from cairn.vc.cryptosuites import BadProof, suites
from cairn.vc.cryptosuites.hashing import Digest, HashThenSign
from cairn.vc.did import key as did_key
from cairn.vc.documents import Shelf
from cairn.vc.errors import Unsignable
from cairn.vc.keys import Algorithm, SoftwareSigner, WrongKind
from cairn.vc.proofs import check_proofs
from cairn.vc.report import State
from cairn.vc.secured import Unsecured
from cairn.vc.sign import sign
from cairn.vc.verify import inspect
from tests.support.university import NOW, YESTERDAY, badge

VECTORS = Path(__file__).parent.parent / "vectors"
EDDSA, ECDSA = VECTORS / "vc-di-eddsa", VECTORS / "vc-di-ecdsa"
Json = dict[str, Any]

# Folder, ending of the files' names, kind of key.
PUBLISHED: list[tuple[Path, str, Algorithm]] = [
    (EDDSA / "eddsa-rdfc-2022", "DataInt", "Ed25519"),
    (EDDSA / "eddsa-rdfc-2022/employ", "DataInt", "Ed25519"),
    (EDDSA / "eddsa-jcs-2022", "JCS", "Ed25519"),
    (ECDSA / "ecdsa-rdfc-2019-p256", "ECDSAP256", "P-256"),
    (ECDSA / "ecdsa-rdfc-2019-p256/employ", "ECDSAP256", "P-256"),
    (ECDSA / "ecdsa-rdfc-2019-p384", "ECDSAP384", "P-384"),
    (ECDSA / "ecdsa-rdfc-2019-p384/employ", "ECDSAP384", "P-384"),
    (ECDSA / "ecdsa-jcs-2019-p256", "JCSECDSAP256", "P-256"),
    (ECDSA / "ecdsa-jcs-2019-p384", "JCSECDSAP384", "P-384"),
]
SUITES: list[tuple[str, Algorithm]] = [
    ("eddsa-rdfc-2022", "Ed25519"),
    ("eddsa-jcs-2022", "Ed25519"),
    ("ecdsa-rdfc-2019", "P-256"),
    ("ecdsa-rdfc-2019", "P-384"),
    ("ecdsa-jcs-2019", "P-256"),
    ("ecdsa-jcs-2019", "P-384"),
]


def _json(path: Path) -> Json:
    value: Json = json.loads(path.read_text("utf-8"))
    return value


def _signer(kind: Algorithm) -> SoftwareSigner:
    if kind == "Ed25519":
        secret = _json(EDDSA / "keyPair.json")["privateKeyMultibase"]
        return SoftwareSigner.from_seed(multibase.decode(secret)[2:34])
    pair = _json(ECDSA / f"{kind.replace('-', '').lower()}KeyPair.json")
    return SoftwareSigner.from_multibase(pair["secretKeyMultibase"])


def _suite(name: str) -> HashThenSign:
    suite = suites.get(name)
    assert isinstance(suite, HashThenSign)
    return suite


@pytest.fixture(autouse=True)
def citizenship(monkeypatch: pytest.MonkeyPatch) -> None:
    extra = _json(VECTORS / "citizenship" / "v4rc1.jsonld")["@context"]
    load = contexts.load
    monkeypatch.setattr(
        contexts, "load", lambda url: extra if url.endswith("citizenship/v4rc1") else load(url)
    )


@pytest.mark.parametrize(
    ("folder", "ending", "kind"),
    PUBLISHED,
    ids=lambda value: value.relative_to(VECTORS).as_posix() if isinstance(value, Path) else "",
)
def test_each_step_of_the_w3c_vectors(folder: Path, ending: str, kind: Algorithm) -> None:
    signed = _json(folder / f"signed{ending}.json")
    proof, unsecured, signer = signed["proof"], Unsecured(signed), _signer(kind)
    suite, digest = _suite(proof["cryptosuite"]), _digest(kind)

    def text(name: str) -> str:
        return (folder / f"{name}{ending}.txt").read_text("utf-8")

    config = {key: value for key, value in proof.items() if key != "proofValue"}
    if "jcs" in suite.name:
        written = jcs.canonicalize(unsecured.document), jcs.canonicalize(config)
    else:
        canonical = rdfc.canonicalize(
            jsonld.to_rdf({"@context": signed["@context"], **config}), algorithm=digest
        )
        document = unsecured.canonical if digest == "sha256" else unsecured.canonical_sha384
        written = document.text, canonical.text
    assert written == (text("canonDoc"), text("proofCanon"))
    hashes = [hashlib.new(digest, one.encode()).hexdigest() for one in written]
    assert hashes == [text("docHash"), text("proofHash")]
    combined = suite.hash_data(unsecured, proof, digest)
    assert combined.hex() == text("combinedHash") == hashes[1] + hashes[0]
    assert signer.sign(combined).hex() == text("sigHex")
    assert suite.create(unsecured, proof, signer) == text("sigBTC58") == proof["proofValue"]
    assert suite.check(unsecured, proof, signer.public) is True
    results = check_proofs(unsecured, issuer="", documents=Shelf(), at=NOW)
    assert [result.state for result in results] == [State.PASSED]


def _digest(kind: Algorithm) -> Digest:
    return "sha384" if kind == "P-384" else "sha256"


@pytest.mark.parametrize(
    ("folder", "ending", "kind"),
    [one for one in PUBLISHED if one[0].name != "employ"],
    ids=lambda value: value.name if isinstance(value, Path) else "",
)
def test_signing_the_w3c_vectors_gives_their_proofs(
    folder: Path, ending: str, kind: Algorithm
) -> None:
    expected = _json(folder / f"signed{ending}.json")
    raw = sign(
        _json(folder.parent / "unsigned.json"),
        signer=_signer(kind),
        verification_method=expected["proof"]["verificationMethod"],
        created=datetime.fromisoformat(expected["proof"]["created"]),
        cryptosuite=expected["proof"]["cryptosuite"],
    )
    assert json.loads(raw) == expected


def test_the_legacy_signature_of_the_w3c_vector_is_read() -> None:
    folder = EDDSA / "Ed25519Signature2020"
    signed = _json(folder / "signedEdSig.json")
    results = check_proofs(Unsecured(signed), issuer="", documents=Shelf(), at=NOW)
    assert [result.state for result in results] == [State.PASSED]
    for change in ({"created": "2023-02-24T23:36:39Z"}, {"cryptosuite": "eddsa-rdfc-2022"}):
        altered = {**signed, "proof": signed["proof"] | change}
        results = check_proofs(Unsecured(altered), issuer="", documents=Shelf(), at=NOW)
        assert [result.state for result in results] == [State.FAILED]


def test_nothing_new_is_signed_in_the_legacy_way() -> None:
    with pytest.raises(Unsignable, match="Sign with eddsa-rdfc-2022"):
        _signed("Ed25519Signature2020", SoftwareSigner.generate())


def test_the_name_of_the_legacy_type_is_no_name_of_a_suite() -> None:
    signed = _json(EDDSA / "Ed25519Signature2020/signedEdSig.json")
    for change in (
        {"type": "DataIntegrityProof", "cryptosuite": "Ed25519Signature2020"},
        {"type": "DataIntegrityProof"},
        {"type": "eddsa-rdfc-2022"},
        {"type": ["Ed25519Signature2020"]},
    ):
        altered = {**signed, "proof": signed["proof"] | change}
        results = check_proofs(Unsecured(altered), issuer="", documents=Shelf(), at=NOW)
        assert results[0].state in {State.SKIPPED, State.FAILED}


def _signed(cryptosuite: str, signer: SoftwareSigner, document: Json | None = None) -> bytes:
    did = did_key.did_from(signer.public)
    document = document or badge()
    document["issuer"]["id"] = did
    return sign(
        document,
        signer=signer,
        verification_method=did_key.verification_method(did),
        created=YESTERDAY,
        cryptosuite=cryptosuite,
    )


@pytest.mark.parametrize(("suite", "kind"), SUITES)
def test_what_is_signed_is_genuine_and_one_other_word_is_altered(
    suite: str, kind: Algorithm
) -> None:
    raw = _signed(suite, SoftwareSigner.generate(kind))
    assert inspect(raw, documents=Shelf(), at=NOW).verdict == "genuine"
    assert json.loads(raw)["proof"]["cryptosuite"] == suite
    for old, new in ((b"networks", b"network"), (b"2026-11-22T12", b"2026-11-22T13")):
        assert old in raw
        report = inspect(raw.replace(old, new), documents=Shelf(), at=NOW)
        assert report.verdict == "altered"


@pytest.mark.parametrize(("suite", "kind"), SUITES)
def test_a_suite_refuses_the_keys_of_the_others(suite: str, kind: Algorithm) -> None:
    others: set[Algorithm] = {"Ed25519", "P-256", "P-384", "P-521"}
    for other in others - {own for name, own in SUITES if name == suite}:
        signer = SoftwareSigner.generate(other)
        proof = {"type": "DataIntegrityProof", "cryptosuite": suite, "proofValue": "z1"}
        with pytest.raises(WrongKind, match=f"this one is {other}"):
            suites.get(suite).create(Unsecured(badge()), proof, signer)
        with pytest.raises(WrongKind, match=f"this one is {other}"):
            suites.get(suite).check(Unsecured(badge()), proof, signer.public)


@pytest.mark.parametrize(("suite", "kind"), SUITES)
def test_a_proof_under_the_name_of_another_suite_is_altered_or_refused(
    suite: str, kind: Algorithm
) -> None:
    document = json.loads(_signed(suite, SoftwareSigner.generate(kind)))
    for other in {name for name, _ in SUITES} - {suite}:
        document["proof"]["cryptosuite"] = other
        report = inspect(json.dumps(document).encode(), documents=Shelf(), at=NOW)
        assert "proof" in report.failed


def test_p_384_hashes_with_sha_384_throughout() -> None:
    signer, suite = SoftwareSigner.generate("P-384"), _suite("ecdsa-rdfc-2019")
    unsecured = Unsecured(json.loads(_signed(suite.name, signer)))
    proof: Json = unsecured.proof or {}
    data = suite.hash_data(unsecured, proof, "sha384")
    lines = unsecured.canonical_sha384.text.encode()
    assert len(data) == 96
    assert data[48:] == hashlib.sha384(lines).digest()
    assert signer.public.verifies(multibase.decode(proof["proofValue"]), data)


@pytest.mark.parametrize("suite", ["eddsa-jcs-2022", "ecdsa-jcs-2019"])
def test_a_json_proof_names_the_vocabularies_and_lets_others_follow(suite: str) -> None:
    signer = SoftwareSigner.generate("Ed25519" if suite.startswith("ed") else "P-256")
    document = json.loads(_signed(suite, signer))
    own = document["@context"]
    assert document["proof"]["@context"] == own

    def verdict(context: list[str], said: Any = own) -> str:
        proof = {key: value for key, value in document["proof"].items() if key != "@context"}
        proof |= {} if said is None else {"@context": said}
        changed = document | {"@context": context, "proof": proof}
        return inspect(json.dumps(changed).encode(), documents=Shelf(), at=NOW).verdict.value

    more = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
    assert verdict(own) == "genuine"
    assert verdict([*own, more]) == "genuine"
    assert verdict([own[0], more, own[1]]) == "not_conformant"
    assert verdict(own, [*own, more]) == "not_conformant"
    assert verdict(own, own[:1]) == "altered"
    assert verdict(own, own[0]) == "altered"
    assert verdict(own, None) == "altered"
    assert verdict([*own, more], None) == "altered"


def test_a_json_proof_without_vocabularies_of_its_own_covers_those_of_the_document() -> None:
    signer, suite = SoftwareSigner.generate(), _suite("eddsa-jcs-2022")
    options = {"type": "DataIntegrityProof", "cryptosuite": suite.name}
    value = suite.create(Unsecured(badge()), options, signer)
    proof = options | {"proofValue": value}
    assert suite.check(Unsecured(badge()), proof, signer.public) is True
    longer = badge() | {"@context": [*badge()["@context"], "https://www.w3.org/ns/odrl.jsonld"]}
    assert suite.check(Unsecured(longer), proof, signer.public) is False


def test_a_json_proof_is_made_only_where_every_word_has_a_meaning() -> None:
    with pytest.raises(Unsignable):
        _signed("eddsa-jcs-2022", SoftwareSigner.generate(), badge(motto="onward"))


@pytest.mark.parametrize("suite", ["eddsa-jcs-2022", "ecdsa-rdfc-2019", "ecdsa-jcs-2019"])
@pytest.mark.parametrize("change", [{"cryptosuite": "eddsa-rdfc-2022"}, {"type": "Other"}])
def test_a_suite_answers_to_its_own_name_only(suite: str, change: Json) -> None:
    options = {"type": "DataIntegrityProof", "cryptosuite": suite} | change
    with pytest.raises(BadProof, match=f"of the suite {suite}"):
        _suite(suite).hash_data(Unsecured(badge()), options)
