"""Sets and chains of proofs, and what a verifier may ask of a proof besides that it holds."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cairn.vc import chains, multibase
from cairn.vc.cryptosuites import BadProof
from cairn.vc.did import key as did_key
from cairn.vc.documents import Shelf
from cairn.vc.errors import Unsignable
from cairn.vc.keys import SoftwareSigner
from cairn.vc.proofs import STATEMENT, Expected, ProofResult, check_proofs
from cairn.vc.report import State
from cairn.vc.secured import Unsecured
from cairn.vc.sign import PLAIN, Options, add_proof, sign
from cairn.vc.verify import inspect
from tests.support.university import NOW, YESTERDAY, University, badge

FOLDER = Path(__file__).parent.parent / "vectors/vc-di-eddsa/proof-set-chain"
ONE, TWO, THREE = (f"urn:uuid:0d5d2f1e-5a0b-4c5f-9a9c-00000000000{n}" for n in (1, 2, 3))
Json = dict[str, Any]


def _json(name: str) -> Json:
    value: Json = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    return value


def checked(
    document: Json, expected: Expected = STATEMENT, at: datetime = NOW
) -> list[ProofResult]:
    return check_proofs(Unsecured(document), issuer="", documents=Shelf(), at=at, expected=expected)


def states(document: Json, expected: Expected = STATEMENT) -> list[str]:
    return [result.state.value for result in checked(document, expected)]


def w3c_signer(number: int) -> SoftwareSigner:
    secret = _json("multiKeyPairs")[f"keyPair{number}"]["privateKeyMultibase"]
    return SoftwareSigner.from_seed(multibase.decode(secret)[2:34])


class Party:
    """Somebody with a key of his own, who signs as a did:key."""

    def __init__(self, kind: Any = "Ed25519") -> None:
        self.signer = SoftwareSigner.generate(kind)
        self.did = did_key.did_from(self.signer.public)
        self.method = did_key.verification_method(self.did)
        self.suite = "eddsa-rdfc-2022" if kind == "Ed25519" else "ecdsa-jcs-2019"

    def __call__(self, document: Json, options: Options = PLAIN, suite: str | None = None) -> Json:
        put = add_proof if "proof" in document else sign
        raw = put(
            document,
            signer=self.signer,
            verification_method=self.method,
            created=YESTERDAY,
            cryptosuite=suite or self.suite,
            options=options,
        )
        signed: Json = json.loads(raw)
        return signed


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("signedProofSet1", 1),
        ("signedProofSet2", 2),
        ("signedProofChain1", 3),
        ("signedProofChain2", 4),
    ],
)
def test_the_sets_and_chains_of_the_w3c_hold(name: str, count: int) -> None:
    assert states(_json(name)) == ["passed"] * count


def test_each_proof_of_the_w3c_chain_is_made_again() -> None:
    expected = _json("signedProofChain2")
    document = _json("unsigned")
    for number, proof in enumerate(expected["proof"], start=1):
        raw = (add_proof if "proof" in document else sign)(
            document,
            signer=w3c_signer(number),
            verification_method=proof["verificationMethod"],
            created=datetime.fromisoformat(proof["created"]),
            options=Options(id=proof.get("id"), previous=proof.get("previousProof", ())),
        )
        document = json.loads(raw)
    assert document["proof"] == expected["proof"]
    assert document == expected


def test_a_link_covers_the_document_with_the_proofs_it_builds_on() -> None:
    for name, link in (("proofChainTempDoc1", 2), ("proofChainTempDoc2", 3)):
        signed = _json("signedProofChain2")
        earlier = chains.matching(signed["proof"][link], signed["proof"])
        assert Unsecured(signed).following(earlier).document == _json(name)


@pytest.mark.parametrize("broken", range(4))
def test_one_broken_link_fails_and_those_built_on_it_with_it(broken: int) -> None:
    document = _json("signedProofChain2")
    document["proof"][broken]["created"] = "2023-02-24T23:36:39Z"
    found = states(document)
    # A link covers the signatures before it, with all they say, so that it does not hold without them.
    assert (
        found
        == {
            0: ["failed", "passed", "failed", "unknown"],
            1: ["passed", "failed", "failed", "unknown"],
            2: ["passed", "passed", "failed", "failed"],
            3: ["passed", "passed", "passed", "failed"],
        }[broken]
    )


def test_a_set_and_a_chain_of_different_suites() -> None:
    ada, bob, cleo = Party(), Party("P-384"), Party("P-256")
    document = bob(ada(badge(), Options(id=ONE)), Options(id=TWO))
    document = cleo(document, Options(previous=[TWO, ONE]))
    document = ada(document, suite="eddsa-jcs-2022")
    assert [proof.get("previousProof") for proof in document["proof"]] == [
        None,
        None,
        [TWO, ONE],
        None,
    ]
    assert states(document) == ["passed"] * 4
    del document["proof"][1]
    assert states(document) == ["passed", "failed", "passed"]
    del document["proof"][1]
    assert states(document) == ["passed", "passed"]


def test_a_proof_beside_another_does_not_depend_on_it() -> None:
    document = Party()(Party()(badge()))
    first, second = document["proof"]
    assert states(document | {"proof": second}) == ["passed"]
    assert states(document | {"proof": [second, first]}) == ["passed", "passed"]


def chained() -> Json:
    ada = Party()
    return ada(ada(badge(), Options(id=ONE)), Options(id=TWO, previous=ONE))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda p: p[1].update(previousProof=THREE), "is not among the proofs here"),
        (lambda p: p[1].update(previousProof=None), "does not name them by their ids"),
        (lambda p: p[1].update(previousProof=[]), "does not name them by their ids"),
        (lambda p: p[1].update(previousProof=7), "does not name them by their ids"),
        (lambda p: p[1].update(previousProof=[ONE, {}]), "does not name them by their ids"),
        (lambda p: p[1].update(previousProof=[ONE, ONE]), "one of those it builds on twice"),
        (lambda p: p[1].update(previousProof=TWO), "builds on itself"),
        (lambda p: p.append(p[0]), "names more than one of them"),
        (lambda p: p[0].update(previousProof=TWO), "builds on itself"),
        (lambda p: p[0].update(id=THREE), "is not among the proofs here"),
        (lambda p: p.pop(0), "is not among the proofs here"),
    ],
)
def test_a_chain_that_is_put_together_wrongly_is_refused(
    change: Callable[[list[Json]], object], says: str
) -> None:
    document = chained()
    change(document["proof"])
    failed = [result for result in checked(document) if result.state is State.FAILED]
    texts = [str(result.error) for result in failed]
    assert any(says in text for text in texts)
    wrong = next(result.error for result in failed if says in str(result.error))
    assert isinstance(wrong, BadProof)
    assert wrong.pointer == "/previousProof"


def test_a_circle_of_three_is_seen_from_each_of_them_and_in_time() -> None:
    proofs = [
        {**chained()["proof"][0], "id": f"urn:{n}", "previousProof": f"urn:{(n + 1) % 16}"}
        for n in range(16)
    ]
    results = checked(badge() | {"proof": proofs})
    assert {str(result.error) for result in results} == {
        "The proof builds on itself, by way of others."
    }


def test_a_link_on_a_proof_of_an_unknown_kind_is_not_confirmed() -> None:
    ada = Party()
    document = ada(badge(), Options(id=ONE))
    document["proof"]["cryptosuite"] = "of-the-future-2050"
    document = ada(document, Options(id=TWO, previous=ONE))
    document = ada(document, Options(previous=TWO))
    document = ada(document)
    results = checked(document)
    assert [result.state.value for result in results] == ["skipped", "unknown", "unknown", "passed"]
    assert {result.error.code for result in results if result.error} == {"proof.unfounded"}
    document["issuer"]["id"] = ada.did
    report = inspect(json.dumps(document).encode(), documents=Shelf(), at=NOW)
    assert "proof" in report.failed  # the issuer was named after signing


def test_what_is_asked_of_a_proof_besides_that_it_holds() -> None:
    ada = Party()
    options = Options(domain=["https://a.example", "https://b.example"], challenge="7f3c")
    document = ada(badge(), options)
    both = {"https://b.example", "https://a.example"}
    for expected in (
        Expected(),
        Expected(domain=both),
        Expected(challenge="7f3c"),
        Expected(domain=tuple(both), challenge="7f3c"),
    ):
        assert states(document, expected) == ["passed"]
    for expected, code in (
        (Expected(domain="https://a.example"), "INVALID_DOMAIN_ERROR"),
        (Expected(domain=[]), "INVALID_DOMAIN_ERROR"),
        (Expected(domain={*both, "https://c.example"}), "INVALID_DOMAIN_ERROR"),
        (Expected(challenge="7f3d"), "INVALID_CHALLENGE_ERROR"),
        (Expected(challenge=""), "INVALID_CHALLENGE_ERROR"),
        (Expected(purpose="authentication"), "PROOF_VERIFICATION_ERROR"),
    ):
        (result,) = checked(document, expected)
        assert result.state is State.FAILED
        assert result.error is not None
        assert result.error.code == code
    plain = ada(badge())
    assert states(plain, Expected(challenge="7f3c")) == ["failed"]
    assert states(plain, Expected(domain="https://a.example")) == ["failed"]
    one = ada(badge(), Options(domain="https://a.example"))
    assert states(one, Expected(domain="https://a.example")) == ["passed"]
    assert states(one, Expected(domain=["https://a.example"])) == ["passed"]


@pytest.mark.parametrize(
    "change", [{"domain": 7}, {"domain": ["a", None]}, {"challenge": ["7f3c"]}]
)
def test_a_domain_or_challenge_that_is_not_text_is_refused(change: Json) -> None:
    document = Party()(badge())
    document["proof"] |= change
    (result,) = checked(document)
    assert "is not text" in str(result.error)


def test_a_domain_or_challenge_that_was_changed_is_altered() -> None:
    document = Party()(badge(), Options(domain="https://a.example", challenge="7f3c"))
    for name, value in (("domain", "https://b.example"), ("challenge", "7f3d")):
        changed = document | {"proof": document["proof"] | {name: value}}
        (result,) = checked(changed)
        assert result.error is not None
        assert result.error.code == "proof.altered"


def test_a_proof_for_another_purpose_needs_a_key_for_that_purpose() -> None:
    university = University()
    raw = sign(
        badge(),
        signer=university.signer,
        verification_method=university.method,
        created=YESTERDAY,
        options=Options(purpose="authentication"),
    )
    document = json.loads(raw)

    def state(expected: Expected) -> str:
        found = check_proofs(
            Unsecured(document),
            issuer=university.did,
            documents=Shelf(university.published),
            at=NOW,
            expected=expected,
        )
        return found[0].state.value

    # The university's document lists the key for statements only.
    assert state(Expected(purpose="authentication")) == "failed"
    assert state(STATEMENT) == "failed"
    university.publish_keys(lambda d: d.update(authentication=d["assertionMethod"]))
    assert state(Expected(purpose="authentication")) == "passed"
    assert state(STATEMENT) == "failed"


def test_a_proof_runs_out_at_its_moment() -> None:
    end = datetime(2027, 1, 1, tzinfo=UTC)
    document = Party()(badge(), Options(expires=end))
    assert document["proof"]["expires"] == "2027-01-01T00:00:00Z"
    found = [
        checked(document, at=moment)[0].state.value
        for moment in (end - timedelta(seconds=1), end, end + timedelta(seconds=1))
    ]
    assert found == ["passed", "failed", "failed"]


def test_signing_refuses_what_no_verifier_would_read() -> None:
    ada = Party()
    signed = ada(badge(), Options(id=ONE))
    for options, says in (
        (Options(id="one"), "The id of a proof is a URL"),
        (Options(id=ONE), "is there already"),
        (Options(previous=TWO), "is not among the proofs here"),
        (Options(previous=[ONE, ONE]), "twice"),
    ):
        with pytest.raises(Unsignable, match=says):
            ada(signed, options)
    with pytest.raises(Unsignable, match="signed already"):
        sign(signed, signer=ada.signer, verification_method=ada.method, created=YESTERDAY)
    with pytest.raises(Unsignable, match="carries no proof"):
        add_proof(badge(), signer=ada.signer, verification_method=ada.method, created=YESTERDAY)
    many = signed | {"proof": [signed["proof"]] * 16}
    with pytest.raises(Unsignable, match="More than 16"):
        ada(many)
