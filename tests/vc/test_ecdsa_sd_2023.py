"""ecdsa-sd-2023: the vectors of the W3C step by step, from issuer to verifier, and malformed proofs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.vc import cbor, contexts, jsonld, multibase, rdfc
from cairn.vc.cryptosuites import BadProof, suites
from cairn.vc.cryptosuites.ecdsa_sd_2023 import (
    EcdsaSd2023,
    always_shown,
    base_proof,
    proof_hash,
)
from cairn.vc.derive import derive
from cairn.vc.disclosure.proofvalue import BASE, DERIVED, Base, BaseProof, Derived
from cairn.vc.disclosure.statements import Statements, digest, relabelled
from cairn.vc.documents import Shelf
from cairn.vc.errors import OverBudget, Unsignable
from cairn.vc.keys import PublicKey, SoftwareSigner, WrongKind
from cairn.vc.report import Verdict
from cairn.vc.secured import Unsecured
from cairn.vc.sign import Options, sign
from cairn.vc.verify import inspect
from tests.support.disclosing import (
    ALIGNED,
    METHOD,
    RESULTS,
    SIGNER,
    Json,
    code,
    issued,
    look,
    nodes,
    shown,
)
from tests.support.university import NOW, badge

VECTORS = Path(__file__).parent.parent / "vectors"
ECDSA = VECTORS / "vc-di-ecdsa"


def _json(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


# The vectors.

KEYS = _json(ECDSA / "ecdsa-sd-2023" / "SDKeyMaterial.json")


class Vector:
    """One of the two published runs, file by file."""

    def __init__(self, name: str, pointers: str) -> None:
        self.folder = ECDSA / "ecdsa-sd-2023" / name
        self.pointers: list[str] = _json(ECDSA / f"{pointers}Selective.json")
        self.mandatory: list[str] = _json(ECDSA / f"{pointers}Mandatory.json")
        self.base: Json = self["addSignedSDBase"]
        self.derived: Json = self["derivedRevealDocument"]
        self.hmac_key = bytes.fromhex(KEYS["hmacKeyString"])

    def __getitem__(self, name: str) -> Any:
        return _json(self.folder / f"{name}.json")

    def statements(self) -> Statements:
        return Statements(Unsecured(self.base).document, self.hmac_key)


@pytest.fixture(params=[("employ", "employ"), ("prc", "prCred")], ids=lambda names: names[0])
def vector(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Vector:
    extra = _json(VECTORS / "citizenship" / "v4rc1.jsonld")["@context"]
    load = contexts.load
    monkeypatch.setattr(
        contexts, "load", lambda url: extra if url.endswith("citizenship/v4rc1") else load(url)
    )
    return Vector(*request.param)


def _map(entry: Json) -> dict[int, str]:
    return dict(entry["value"])


def _selected(statements: Statements, pointers: Sequence[str]) -> dict[int, str]:
    return {index: statements.lines[index] for index in statements.choose(pointers).indexes}


def test_the_steps_of_adding_a_base_proof(vector: Vector) -> None:
    unsecured = Unsecured(vector.base)
    assert list(unsecured.canonical.lines) == vector["addBaseDocCanon"]
    statements = vector.statements()
    assert statements.lines == vector["addBaseDocHMACCanon"]
    transform = vector["addBaseTransform"]
    mandatory = _selected(statements, vector.mandatory)
    assert transform["mandatoryPointers"] == vector.mandatory
    assert mandatory == _map(transform["mandatory"])
    rest = {i: line for i, line in enumerate(statements.lines) if i not in mandatory}
    assert rest == _map(transform["nonMandatory"])
    config = vector["addProofConfig"]
    canonical = rdfc.canonicalize(jsonld.to_rdf(config)).text
    assert canonical == (vector.folder / "addProofConfigCanon.txt").read_text("utf-8")
    hashes = vector["addHashData"]
    assert proof_hash(unsecured, config).hex() == hashes["proofHash"]
    assert digest(mandatory.values()).hex() == hashes["mandatoryHash"]


def test_a_base_proof_made_with_the_keys_of_the_vector_is_its_proof(vector: Vector) -> None:
    """The signatures as well: both sides take their random number from RFC 6979."""
    made = base_proof(
        Unsecured(vector.base),
        vector["addProofConfig"],
        SoftwareSigner.from_multibase(KEYS["baseKeyPair"]["secretKeyMultibase"]),
        mandatory=vector.mandatory,
        hmac_key=vector.hmac_key,
        once=SoftwareSigner.from_multibase(KEYS["proofKeyPair"]["secretKeyMultibase"]),
    )
    raw = vector["addRawBaseSignatureInfo"]
    assert made.signature.hex() == raw["baseSignature"]
    assert multibase.base58btc(made.public) == raw["publicKey"]
    assert [signature.hex() for signature in made.signatures] == raw["signatures"]
    assert made.write() == vector.base["proof"]["proofValue"]
    assert Base.read(made.write()) == made


def test_the_steps_of_deriving(vector: Vector) -> None:
    statements = vector.statements()
    groups = vector["derivedGroupIndexes"]
    chosen = {
        "mandatoryIndexes": vector.mandatory,
        "selectiveIndexes": vector.pointers,
        "combinedIndexes": [*vector.mandatory, *vector.pointers],
    }
    for name, pointers in chosen.items():
        assert statements.choose(pointers).indexes == groups[name]
    combined = statements.choose(chosen["combinedIndexes"])
    assert combined.document == vector["derivedUnsignedReveal"]
    for name, group in vector["derivedAllGroupData"]["groups"].items():
        pointers = chosen[f"{name}Indexes"]
        assert _selected(statements, pointers) == _map(group["matching"])
    raw = json.dumps(vector.base).encode()
    assert json.loads(derive(raw, pointers=vector.pointers)) == vector.derived


def test_the_steps_of_verifying_a_derived_proof(vector: Vector) -> None:
    unsecured, proof = Unsecured(vector.derived), vector.derived["proof"]
    derived = Derived.read(proof["proofValue"])
    parsed = vector["verifyDerivedProofValue"]
    assert derived.signature.hex() == parsed["baseSignature"]
    assert multibase.base58btc(derived.public) == parsed["publicKey"]
    assert [signature.hex() for signature in derived.signatures] == parsed["signatures"]
    labels = {f"c14n{n}": multibase.base64url(label) for n, label in derived.labels.items()}
    assert labels == dict(parsed["labelMap"])
    assert list(derived.mandatory) == parsed["mandatoryIndexes"]
    assert derived.write() == proof["proofValue"]
    lines = relabelled(unsecured.canonical.lines, derived.labels)
    assert lines is not None
    assert lines == vector["verifyNQuads"]
    data = vector["verifyCreateVerifyData"]
    assert [line for i, line in enumerate(lines) if i not in derived.mandatory] == (
        data["nonMandatory"]
    )
    assert proof_hash(unsecured, proof).hex() == data["proofHash"]
    public = PublicKey.from_multibase(KEYS["baseKeyPair"]["publicKeyMultibase"])
    assert suites.get("ecdsa-sd-2023").check(unsecured, proof, public)


def test_the_sample_of_the_official_validator_holds() -> None:
    raw = (VECTORS / "1edtech-ob30/sd/derivedcredential.json").read_bytes()
    report = inspect(raw, documents=Shelf(), at=NOW)
    assert report.verdict is Verdict.ISSUER_UNCONFIRMED
    assert report.failed == frozenset()
    assert "proof" in report.passed


# The suite from issuer to verifier.

BASE_PROOF = issued(nodes())
#: What the holder shows in the tests below: both alignments and the list.
SHOWN = shown(BASE_PROOF, ALIGNED, RESULTS)


def test_a_part_is_genuine_by_itself() -> None:
    assert look(SHOWN).verdict is Verdict.GENUINE
    least = shown(BASE_PROOF)
    assert look(least).verdict is Verdict.GENUINE
    assert "alignment" not in least["credentialSubject"]["achievement"]
    assert "name" not in least
    assert least["validUntil"] == "2027-11-01T09:00:00Z"


def test_a_base_proof_is_for_its_holder_and_not_for_verifiers() -> None:
    report = look(BASE_PROOF)
    assert report.verdict is Verdict.NOT_CONFORMANT
    assert report.failed == {"proof"}
    assert code(BASE_PROOF) == BaseProof.code == "proof.base"


def test_what_concerns_the_whole_cannot_be_kept_back() -> None:
    document = badge(
        validUntil="2027-11-01T09:00:00Z",
        credentialStatus={"type": "BitstringStatusListEntry"},
        termsOfUse={"type": "Terms"},
    )
    assert always_shown(document) == (
        "/issuer",
        "/validFrom",
        "/validUntil",
        "/credentialStatus",
        "/termsOfUse",
        "/credentialSubject/achievement/type",
        "/credentialSubject/achievement/name",
        "/credentialSubject/achievement/description",
        "/credentialSubject/achievement/criteria",
    )
    subject = {"identifier": [{"type": "IdentityObject"}], "achievement": [{"name": "x"}, "urn:y"]}
    assert always_shown({"credentialSubject": [subject]}) == (
        "/credentialSubject/0/identifier",
        "/credentialSubject/0/achievement/0/name",
    )


def test_the_issuer_may_choose_what_is_mandatory() -> None:
    base = issued(nodes(), ["/issuer", f"{ALIGNED}/1"])
    assert Base.read(base["proof"]["proofValue"]).mandatory == ("/issuer", f"{ALIGNED}/1")
    least = shown(base)
    assert least["credentialSubject"]["achievement"]["alignment"] == [
        nodes()["credentialSubject"]["achievement"]["alignment"][1]
    ]
    assert "proof" in look(least).passed


def signed(**options: Any) -> bytes:
    return sign(
        nodes(),
        signer=SIGNER,
        verification_method=METHOD,
        created=NOW,
        options=Options(mandatory=["/issuer"]),
        **options,
    )


def test_sign_hands_the_mandatory_pointers_on_and_writes_them_nowhere_else() -> None:
    proof = json.loads(signed(cryptosuite="ecdsa-sd-2023"))["proof"]
    assert Base.read(proof["proofValue"]).mandatory == ("/issuer", "/validFrom", "/validUntil")
    assert "mandatory" not in proof
    with pytest.raises(Unsignable):
        signed(cryptosuite="ecdsa-rdfc-2019")


def test_what_is_said_of_the_whole_cannot_be_made_hideable() -> None:
    entry = {"id": "urn:uuid:1", "type": "1EdTechRevocationList"}
    document = {**nodes(), "credentialStatus": entry}
    document["@context"] = [*document["@context"], EXTENSIONS]
    for mandatory in ([], ["/name"], ["/credentialStatus/id"]):
        raw = sign(
            document,
            signer=SIGNER,
            verification_method=METHOD,
            created=NOW,
            cryptosuite="ecdsa-sd-2023",
            options=Options(mandatory=mandatory),
        )
        least = json.loads(derive(raw, pointers=[]))
        for name in ("credentialStatus", "issuer", "validFrom", "validUntil"):
            assert least[name] == document[name]


EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"


def test_nothing_may_be_mandatory() -> None:
    base = issued(nodes(), [])
    assert Base.read(base["proof"]["proofValue"]).mandatory == ()
    assert code(shown(base, "")) is None
    assert look(shown(base, "")).verdict is Verdict.GENUINE


def test_each_proof_has_secrets_of_its_own() -> None:
    one, other = (Base.read(issued(nodes())["proof"]["proofValue"]) for _ in range(2))
    assert one.hmac_key != other.hmac_key
    assert one.public != other.public


def test_only_p256_keys_make_or_check_such_a_proof() -> None:
    other = SoftwareSigner.generate()
    proof = SHOWN["proof"]
    with pytest.raises(WrongKind):
        EcdsaSd2023().create(Unsecured(nodes()), proof, other)
    with pytest.raises(WrongKind):
        EcdsaSd2023().check(Unsecured(SHOWN), proof, other.public)


@pytest.mark.parametrize(
    "change",
    [{"cryptosuite": "ecdsa-rdfc-2019"}, {"type": "EcdsaSecp256r1Signature2019"}, {"type": None}],
)
def test_the_suite_does_not_answer_to_another_name(change: Json) -> None:
    with pytest.raises(BadProof):
        EcdsaSd2023().check(Unsecured(SHOWN), SHOWN["proof"] | change, SIGNER.public)
    with pytest.raises(BadProof):
        issued(nodes(), **change)


def test_such_a_proof_does_not_build_on_another() -> None:
    chained = Unsecured(nodes()).following([{"type": "DataIntegrityProof"}])
    with pytest.raises(Unsignable):
        EcdsaSd2023().create(chained, BASE_PROOF["proof"], SIGNER)


def test_more_statements_than_can_be_checked_are_not_signed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("cairn.vc.disclosure.statements.MAX_STATEMENTS", 10)
    with pytest.raises(OverBudget):
        issued(nodes())
    assert look(SHOWN).verdict is Verdict.CANNOT_CHECK
    assert code(SHOWN) == OverBudget.code


# Malformed proof values.

GOOD = Derived.read(SHOWN["proof"]["proofValue"])


def components(**changes: Any) -> list[Any]:
    names = ("signature", "public", "signatures", "labels", "mandatory")
    values = [
        list(GOOD.signatures) if name == "signatures" else getattr(GOOD, name) for name in names
    ]
    found = dict(zip(names, values, strict=True)) | {"mandatory": list(GOOD.mandatory)} | changes
    return [found[name] for name in names]


def packed(content: Any, head: bytes = DERIVED) -> str:
    return multibase.base64url(head + cbor.encode(content))


MALFORMED: dict[str, Any] = {
    "missing": None,
    "number": 7,
    "empty": "",
    "prefix only": "u",
    "base58": multibase.base58btc(b"\xd9\x5d\x01\x80"),
    "padded": packed(components()) + "=",
    "no header": multibase.base64url(cbor.encode(components())),
    "another header": packed(components(), b"\xd9\x5d\x02"),
    "nothing after the header": multibase.base64url(DERIVED),
    "not an array": packed({}),
    "four components": packed(components()[:4]),
    "six components": packed([*components(), 0]),
    "short signature": packed(components(signature=bytes(63))),
    "signature as text": packed(components(signature="x" * 64)),
    "short key": packed(components(public=bytes(34))),
    "key of another kind": packed(components(public=b"\x81\x24" + bytes(33))),
    "no point": packed(components(public=b"\x80\x24\x02" + b"\xff" * 32)),
    "signatures as map": packed(components(signatures={})),
    "long statement signature": packed(components(signatures=[bytes(65)])),
    "labels as array": packed(components(labels=[])),
    "label by name": packed(components(labels={"c14n0": bytes(32)})),
    "label by negative number": packed(components(labels={-1: bytes(32)})),
    "short label": packed(components(labels={0: bytes(31)})),
    "mandatory as map": packed(components(mandatory={})),
    "mandatory by name": packed(components(mandatory=["0"])),
    "negative index": packed(components(mandatory=[-1])),
    "truth as index": packed(components(mandatory=[False, True])),
    "index twice": packed(components(mandatory=[0, 0])),
    "index beyond the end": packed(components(mandatory=[*GOOD.mandatory[:-1], 1 << 40])),
    "more than was sent": multibase.base64url(DERIVED + b"\x9b" + b"\xff" * 8),
    "open length": multibase.base64url(DERIVED + b"\x9f\xff"),
    "left over": packed(components()) + "AA",
    "deep": multibase.base64url(DERIVED + b"\x81" * 5000),
}


@pytest.mark.parametrize("value", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_proof_value_is_named_as_such(value: object) -> None:
    with pytest.raises(BadProof) as caught:
        EcdsaSd2023().check(Unsecured(SHOWN), SHOWN["proof"] | {"proofValue": value}, SIGNER.public)
    assert (caught.value.code, caught.value.pointer) == (BadProof.code, "/proofValue")


@settings(max_examples=150, deadline=None, derandomize=True)
@given(data=st.data())
def test_no_damaged_proof_value_is_accepted(data: st.DataObject) -> None:
    content = bytearray(multibase.decode(SHOWN["proof"]["proofValue"]))
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] ^= data.draw(st.integers(1, 255))
    value = multibase.base64url(bytes(content))
    assert not accepted(value)


def accepted(value: str) -> bool:
    try:
        return EcdsaSd2023().check(
            Unsecured(SHOWN), SHOWN["proof"] | {"proofValue": value}, SIGNER.public
        )
    except BadProof:
        return False


@given(st.binary(max_size=200), st.sampled_from([BASE, DERIVED, b""]))
@settings(max_examples=150, deadline=None, derandomize=True)
def test_any_bytes_are_read_or_refused(content: bytes, head: bytes) -> None:
    for kind in (Base, Derived):
        with pytest.raises(BadProof):
            kind.read(multibase.base64url(head + content))
