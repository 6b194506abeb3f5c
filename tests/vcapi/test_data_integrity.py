"""VC-DI, VC-DI-EdDSA and VC-DI-ECDSA clause by clause: what is made, and what is not verified."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from cairn.vc import multibase
from cairn.vc.keys import PublicKey
from tests.support.vcapi import EDDSA, Api, Json, Party, clause, credential, stamp

VECTORS = Path(__file__).parents[1] / "vectors"
STRANGER = Party()
PLAIN = {
    "eddsa-rdfc-2022-ed25519": ("eddsa-rdfc-2022", "z6Mk", 34, 64),
    "eddsa-jcs-2022-ed25519": ("eddsa-jcs-2022", "z6Mk", 34, 64),
    "ecdsa-rdfc-2019-p-256": ("ecdsa-rdfc-2019", "zDn", 35, 64),
    "ecdsa-rdfc-2019-p-384": ("ecdsa-rdfc-2019", "z82", 51, 96),
    "ecdsa-jcs-2019-p-256": ("ecdsa-jcs-2019", "zDn", 35, 64),
    "ecdsa-jcs-2019-p-384": ("ecdsa-jcs-2019", "z82", 51, 96),
}
SUITES = [
    ("eddsa-rdfc-2022", Party()),
    ("eddsa-jcs-2022", Party()),
    ("ecdsa-rdfc-2019", Party("P-256")),
    ("ecdsa-rdfc-2019", Party("P-384")),
    ("ecdsa-jcs-2019", Party("P-256")),
    ("ecdsa-jcs-2019", Party("P-384")),
]
every_issuer = pytest.mark.parametrize("issuer", PLAIN)
every_suite = pytest.mark.parametrize(
    ("suite", "party"), SUITES, ids=[f"{s}-{p.signer.public.algorithm}" for s, p in SUITES]
)
FAILED = "PROOF_VERIFICATION_ERROR"


def changed(document: Json, **changes: Any) -> Json:
    """Change members of the proof after signing; None takes one away."""
    proof = document["proof"] | changes
    return document | {"proof": {name: proof[name] for name in proof if proof[name] is not None}}


@every_issuer
@clause(
    "VC-DI §2.1", "A proof is an object with type, cryptosuite, verificationMethod and purpose."
)
def test_the_members_of_a_proof(api: Api, issuer: str) -> None:
    issued = api.issue(credential(id="urn:uuid:1"), issuer)
    proof = issued["proof"]
    assert proof["type"] == "DataIntegrityProof"
    assert proof["cryptosuite"] == PLAIN[issuer][0]
    assert proof["proofPurpose"] == "assertionMethod"
    assert proof["verificationMethod"].startswith(api.issuers[issuer] + "#")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", proof["created"])
    assert api.accepts(issued)


@every_issuer
@clause(
    "VC-DI-EdDSA §2.2.1, VC-DI-ECDSA §2.2.1",
    "proofValue is base58-btc of r and s, as long as the key asks.",
)
def test_the_value_of_a_proof(api: Api, issuer: str) -> None:
    value = api.issue(credential(), issuer)["proof"]["proofValue"]
    assert re.fullmatch("z[1-9A-HJ-NP-Za-km-z]+", value)
    assert len(multibase.decode(value)) == PLAIN[issuer][3]


@every_issuer
@clause(
    "VC-DI-EdDSA §2.1.1, VC-DI-ECDSA §2.1.1",
    "publicKeyMultibase is base58-btc with the prefix of its kind.",
)
def test_the_key_that_a_proof_names(api: Api, issuer: str) -> None:
    did = api.issuers[issuer]
    _, found = api.get(f"/1.0/identifiers/{did}")
    document = found["didDocument"]
    (method,) = document["verificationMethod"]
    _, prefix, length, _ = PLAIN[issuer]
    assert (method["type"], method["controller"]) == ("Multikey", did)
    assert method["publicKeyMultibase"].startswith(prefix)
    assert len(multibase.decode(method["publicKeyMultibase"])) == length
    assert PublicKey.from_multibase(method["publicKeyMultibase"])
    assert document["assertionMethod"] == [method["id"]]


@clause("VC-DI-EdDSA §2.1.1", "A key in any other encoding is not allowed.")
def test_a_key_in_another_encoding_is_refused(api: Api) -> None:
    issued = STRANGER.issue()
    key = STRANGER.signer.public
    other = multibase.base64url(b"\xed\x01" + key.raw)
    method = f"did:key:{other}#{other}"
    assert not api.accepts(
        changed(issued | {"issuer": f"did:key:{other}"}, verificationMethod=method)
    )


@clause(
    "VC-DI §2.4.1",
    "A document of version 1.1 gets the vocabulary of proofs; others stay as they are.",
)
def test_no_context_is_added_where_none_is_needed(api: Api) -> None:
    document = credential()
    assert api.issue(document)["@context"] == document["@context"]


@every_suite
@clause("VC-DI §4.4", "A proof whose type, suite, method, purpose or value is missing is an error.")
def test_a_proof_that_lacks_a_member(api: Api, suite: str, party: Party) -> None:
    document = credential(issuer=party.did)
    assert api.accepts(party.prove(document, suite))
    for member in ("type", "cryptosuite", "verificationMethod", "proofPurpose"):
        assert not api.accepts(party.prove(document, suite, **{member: None}))
    assert not api.accepts(changed(party.prove(document, suite), proofValue=None))
    for proof in (None, {}, [], "proof", 5):
        assert not api.accepts(document | {"proof": proof})
    assert api.why(document) == FAILED


@every_suite
@clause("VC-DI §4.4", "A proof whose type, suite, method, purpose or value is wrong is an error.")
def test_a_proof_with_a_wrong_member(api: Api, suite: str, party: Party) -> None:
    document = credential(issuer=party.did)
    for wrong in (
        {"type": "UnknownProofType"},
        {"type": ""},
        {"cryptosuite": "UnknownCryptosuite"},
        {"cryptosuite": ""},
        {"cryptosuite": 5},
        {"verificationMethod": "did:key:invalidVm"},
        {"verificationMethod": "did:key:@invalidVm@"},
        {"verificationMethod": 5},
        {"proofPurpose": "https://example.org/#invalidPurpose"},
        {"proofPurpose": "authentication"},
    ):
        assert not api.accepts(party.prove(document, suite, **wrong))
    signed = party.prove(document, suite)
    assert not api.accepts(changed(signed, proofPurpose="invalidPurpose"))
    value = signed["proof"]["proofValue"]
    longer = multibase.base58btc(multibase.decode(value) + bytes(32))
    for bad in (None, 5, "", value[1:], "u" + value[1:], "a", longer, value + "0", "z"):
        assert not api.accepts(signed | {"proof": signed["proof"] | {"proofValue": bad}})


@clause("VC-DI §4.4", "A purpose that is not the expected one is an error.")
def test_the_purpose_that_a_verifier_expects(api: Api) -> None:
    issued = STRANGER.issue()
    assert api.accepts(issued, expectedProofPurpose="assertionMethod")
    assert not api.accepts(issued, expectedProofPurpose="authentication")
    login = STRANGER.present(credential(issuer=STRANGER.did))
    assert not api.accepts(login)
    assert api.accepts(login, expectedProofPurpose="authentication")


@every_suite
@clause("VC-DI §2.1", "created and expires are dateTimeStamps, if they are there.")
def test_the_times_of_a_proof(api: Api, suite: str, party: Party) -> None:
    document = credential(issuer=party.did)
    for good in ({"created": None}, {"created": stamp(days=-365)}, {"expires": stamp(days=1)}):
        assert api.accepts(party.prove(document, suite, **good))
    for bad in (
        {"created": "invalidDate"},
        {"expires": "invalidDate"},
        {"expires": stamp(seconds=-2)},
    ):
        assert api.why(party.prove(document, suite, **bad)) == FAILED


@clause("VC-DI §2.1", "A time without an offset is read as UTC.")
def test_times_without_an_offset(api: Api) -> None:
    document = credential(issuer=STRANGER.did)
    now, past, later = (stamp(minutes=away)[:-1] for away in (0, -1, 30))
    assert api.accepts(STRANGER.prove(document, created=now))
    assert api.accepts(STRANGER.prove(document, expires=later))
    assert not api.accepts(STRANGER.prove(document, expires=past))


@clause("VC-DI §4.4", "domain and challenge are those the verifier asked for.")
def test_the_domain_and_the_challenge(api: Api) -> None:
    document = credential(issuer=STRANGER.did)
    signed = STRANGER.prove(document, domain="here.example", challenge="1235abcd6789")
    assert api.accepts(signed, domain="here.example", challenge="1235abcd6789")
    assert api.accepts(signed)
    assert api.why(signed, domain="there.example") == "INVALID_DOMAIN_ERROR"
    assert api.why(signed, challenge="other") == "INVALID_CHALLENGE_ERROR"
    assert not api.accepts(STRANGER.prove(document), challenge="1235abcd6789")
    for bad in ({"domain": 5}, {"challenge": []}, {"domain": [5]}):
        assert not api.accepts(signed, **bad)


@clause("VC-DI §2.1, §4.2", "The options of a request stand in the proof.")
def test_the_options_of_a_proof(api: Api) -> None:
    asked = {
        "created": "2026-01-02T03:04:05Z",
        "expires": "2099-01-01T00:00:00Z",
        "domain": ["a.example", "b.example"],
        "challenge": "q",
        "proofId": "urn:uuid:2",
    }
    proof = api.issue(credential(), **asked)["proof"]
    wanted = {"id" if name == "proofId" else name: value for name, value in asked.items()}
    assert {name: proof[name] for name in wanted} == wanted
    for bad in (
        {"created": "invalidDate"},
        {"expires": "soon"},
        {"proofId": "x"},
        {"cryptosuite": "x"},
    ):
        api.refuses(credential(), **bad)


@clause("VC-DI §2.4.2", "A word, type or address that would be dropped is an error.")
def test_nothing_is_dropped(api: Api) -> None:
    lost = "DATA_LOSS_DETECTION_ERROR"
    assert api.refuses(credential(undefinedTerm="x")) == lost
    assert api.refuses(credential(type=["VerifiableCredential", "UndefinedType"])) == lost
    assert (
        api.refuses(credential(credentialSubject={"id": "did:example:1", "undefined": 1})) == lost
    )
    issued = STRANGER.issue()
    assert api.why(issued | {"undefinedTerm": "IfDroppedWillVerify"}) == lost
    assert api.why(issued | {"type": [*issued["type"], "UndefinedType"]}) == lost
    base = {"@base": "https://invalid.example.com/"}
    assert not api.accepts(issued | {"@context": [*issued["@context"], base]})


@every_suite
@clause(
    "VC-DI-EdDSA §3.2, §3.3, VC-DI-ECDSA §3.2, §3.3",
    "A document canonicalised or hashed otherwise fails.",
)
def test_another_canonical_form_fails(api: Api, suite: str, party: Party) -> None:
    """A value made by the sister suite is one made over other bytes."""
    other = suite.replace("rdfc", "xxx").replace("jcs", "rdfc").replace("xxx", "jcs")
    document = credential(issuer=party.did)
    assert not api.accepts(changed(party.prove(document, other), cryptosuite=suite))


@clause(
    "VC-DI-EdDSA §3.3.2", "With jcs the contexts of the proof are those the document begins with."
)
def test_the_context_of_a_jcs_proof(api: Api) -> None:
    issued = api.issue(credential(), "eddsa-jcs-2022-ed25519")
    assert issued["proof"]["@context"] == issued["@context"]
    more = issued | {
        "@context": [*issued["@context"], "https://www.w3.org/ns/credentials/examples/v2"]
    }
    assert api.accepts(more)
    assert not api.accepts(changed(issued, **{"@context": more["@context"]}))


@clause("VC-DI §4.5", "Of a set of proofs every one is verified.")
def test_a_set_of_proofs(api: Api) -> None:
    first = STRANGER.issue()
    alone = {name: first[name] for name in first if name != "proof"}
    second = Party(seed=9).prove(alone)["proof"]
    assert api.accepts(first | {"proof": [first["proof"], second]})
    broken = second | {"proofValue": first["proof"]["proofValue"]}
    assert not api.accepts(first | {"proof": [first["proof"], broken]})
    assert not api.accepts(first | {"proof": [broken, first["proof"]]})


@clause("VC-DI §4.5", "A chain holds if every proof that is named is there and holds.")
def test_a_chain_of_proofs(api: Api) -> None:
    name = "urn:uuid:26329423-bec9-4b2e-88cb-a7c7d9dc4544"
    first = api.issue(credential(), proofId=name)
    chain = api.issue(first, previousProof=name)
    many = api.issue(first, previousProof=[name])
    assert (chain["proof"][1]["previousProof"], many["proof"][1]["previousProof"]) == (name, [name])
    for whole in (chain, many):
        assert api.accepts(whole)
        earlier, later = whole["proof"]
        for broken in (
            [later],
            [earlier | {"id": "urn:uuid:3"}, later],
            [earlier, later | {"id": "urn:uuid:3"}],
            [earlier, later | {"previousProof": "urn:uuid:missing"}],
            [earlier, later | {"previousProof": ["urn:uuid:missing"]}],
            [earlier, later | {"previousProof": 5}],
            [earlier | {"proofValue": "invalidProofValue"}, later],
            [earlier | {"created": stamp(days=-3)}, later],
        ):
            assert not api.accepts(whole | {"proof": broken})
    for missing in ("urn:uuid:missing", ["urn:uuid:missing"], [name, "urn:uuid:missing"]):
        api.refuses(first, previousProof=missing)


@clause("VC-DI §4.2", "A proof that is there and is none is refused, and not signed around.")
def test_a_proof_without_a_type_is_not_signed_around(api: Api) -> None:
    for proof in ({"proofValue": "z1"}, "proof", [5], None):
        api.refuses(credential() | {"proof": proof})


@pytest.mark.parametrize(
    "name",
    [
        "vc-di-eddsa/eddsa-rdfc-2022/signedDataInt.json",
        "vc-di-eddsa/eddsa-jcs-2022/signedJCS.json",
        "vc-di-eddsa/Ed25519Signature2020/signedEdSig.json",
        "vc-di-eddsa/proof-set-chain/signedProofSet2.json",
        "vc-di-eddsa/proof-set-chain/signedProofChain2.json",
        "vc-di-ecdsa/ecdsa-rdfc-2019-p256/signedECDSAP256.json",
        "vc-di-ecdsa/ecdsa-rdfc-2019-p384/signedECDSAP384.json",
        "vc-di-ecdsa/ecdsa-jcs-2019-p256/signedJCSECDSAP256.json",
        "vc-di-ecdsa/ecdsa-jcs-2019-p384/signedJCSECDSAP384.json",
    ],
)
@clause(
    "VC-DI-EdDSA §B, VC-DI-ECDSA §A",
    "The published test vectors verify; one changed letter does not.",
)
def test_the_published_vectors(api: Api, name: str) -> None:
    """Their issuer is a web address that does not exist: whose the key is stays a warning."""
    document = json.loads((VECTORS / name).read_text("utf-8"))
    status, answer = api.verify(document)
    assert (status, [one["code"] for one in answer["warnings"]]) == (200, ["issuer.unreachable"])
    assert not api.accepts(document | {"name": "Changed"})


@clause("VC-DI §3", "Each issuer makes the proofs of one suite, whatever a request asks.")
def test_an_issuer_makes_proofs_of_its_own_suite_alone(api: Api) -> None:
    suite = "eddsa-rdfc-2022"
    assert api.issue(credential(), cryptosuite=suite)["proof"]["cryptosuite"] == suite
    api.refuses(credential(), cryptosuite="ecdsa-rdfc-2019")
    api.refuses(credential(), verificationMethod="did:key:z6Mk#z6Mk")
    api.refuses(credential(), EDDSA, mandatoryPointers=["/issuer"])
