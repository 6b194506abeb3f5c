"""The samples of the official Open Badges 3.0 validator: all 41 of its verdicts, and the rest.

*valid* there means that nothing fails here (the issuers are fictional, so who signed is unknown);
*invalid* means that something fails. What the official answers leave open is listed case by case in
``OURS``, with the reason; people find the same in docs/reference/official-samples.md.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cairn.vc.baking import unbake
from cairn.vc.did import web as did_web
from cairn.vc.documents import Shelf
from cairn.vc.report import Report, Verdict
from cairn.vc.verify import inspect
from tests.support.university import NOW

SAMPLES = Path(__file__).parent.parent / "vectors" / "1edtech-ob30"
EXPECTED = {
    case["file"]: case["outcome"]
    for case in json.loads((SAMPLES / "expected.json").read_text())["cases"]
}

#: What the official answers leave open, and ours.
OURS = {
    # Official: the second proof's type is unknown to JSON-LD, reported by one probe, not fatal.
    # Ours: that proof is passed over, the other one holds.
    "simple-multiple-proofs.json": Verdict.ISSUER_UNCONFIRMED,
    # Official: the version 3.0.2 of the context is accepted with a note. Ours: it is bundled, so
    # the signature can be recomputed and holds.
    "simple-context-version.json": Verdict.ISSUER_UNCONFIRMED,
    # Official: the data model 1.1 is accepted with a note.
    "simple_v1.json": Verdict.ISSUER_UNCONFIRMED,
    "simple-jwt_v1.png": Verdict.ISSUER_UNCONFIRMED,
    "simple-jwt_v1.svg": Verdict.ISSUER_UNCONFIRMED,
    # Official: a draft of a suite, read with a note. Ours: nobody can tell what it signed.
    "simple-eddsa-2022.json": Verdict.CANNOT_CHECK,
}
#: Not among the official cases.
BESIDE = {
    # An endorsement on its own, signed with a key in a fragment.
    "endorsement-valid.json": Verdict.ISSUER_UNCONFIRMED,
    # Its proof does not hold over the published vocabulary, whichever of its lists is asked.
    "endorsement-err-schema-status-refresh.json": Verdict.ALTERED,
    # The status list that goes with two samples: a fragment key again.
    "bit-string-list/testlist": Verdict.ISSUER_UNCONFIRMED,
    "simple-noproof.json": Verdict.NOT_CONFORMANT,
    "simple.jwt": Verdict.NOT_CONFORMANT,
}
_REVOKED_BY_LIST = "credential-status-revoked.json"


def _documents() -> Shelf:
    """The files that ship with the samples, at the addresses at which the samples look for them."""
    served = {}
    for name in ("credential-status-revoked.json", "credential-status-revoked-blank-nodes.json"):
        sample = json.loads((SAMPLES / "bit-string-list" / name).read_bytes())
        url = sample["credentialStatus"]["statusListCredential"]
        served[url] = (SAMPLES / "bit-string-list" / "testlist").read_bytes()
    return Shelf(served)


def _credential(path: Path) -> bytes:
    if path.suffix in (".png", ".svg"):
        return unbake(path.read_bytes()).text.encode()
    return path.read_bytes()


def _inspect(name: str, documents: Shelf | None = None) -> Report:
    documents = _documents() if documents is None else documents
    return inspect(_credential(SAMPLES / name), documents=documents, at=NOW)


def test_the_samples_are_all_here() -> None:
    assert len(EXPECTED) == 41
    assert {name for name, said in EXPECTED.items() if said in ("warning", "see probe")} == set(
        OURS
    )
    found = {
        path.relative_to(SAMPLES).as_posix()
        for path in SAMPLES.rglob("*")
        if path.is_file() and path.name not in ("SOURCE.md", "expected.json")
    }
    assert {*EXPECTED, *BESIDE} == found


@pytest.mark.parametrize("name", [name for name, said in EXPECTED.items() if said == "valid"])
def test_what_is_valid_officially_does_not_fail(name: str) -> None:
    report = _inspect(name)
    assert report.failed == frozenset()
    assert report.verdict is Verdict.ISSUER_UNCONFIRMED
    assert "proof" in report.passed


@pytest.mark.parametrize(
    "name",
    [name for name, said in EXPECTED.items() if said == "invalid" and name != _REVOKED_BY_LIST],
)
def test_what_is_invalid_officially_fails(name: str) -> None:
    assert _inspect(name).failed != frozenset()


def test_what_stands_on_a_list_of_revoked_credentials_fails() -> None:
    """Neither its issuer's keys nor its list are shipped: here they are made to fit."""
    sample = json.loads((SAMPLES / _REVOKED_BY_LIST).read_bytes())
    assert _inspect(_REVOKED_BY_LIST).verdict is Verdict.CANNOT_CHECK
    issuer, method = sample["issuer"]["id"], sample["proof"]["verificationMethod"]
    keys = {
        "id": issuer,
        "verificationMethod": [
            {
                "id": method,
                "type": "Multikey",
                "controller": issuer,
                "publicKeyMultibase": method.partition("#")[2],
            }
        ],
        "assertionMethod": [method],
    }
    listed = {"id": sample["credentialStatus"]["id"], "revokedCredential": [{"id": sample["id"]}]}
    served = {did_web.url_for(issuer): keys, listed["id"]: listed}
    shelf = Shelf({url: json.dumps(document).encode() for url, document in served.items()})
    report = _inspect(_REVOKED_BY_LIST, shelf)
    assert (report.verdict, report.failed) == (Verdict.REVOKED, {"status"})


@pytest.mark.parametrize(("name", "verdict"), OURS.items())
def test_the_open_cases_have_an_answer_of_ours(name: str, verdict: Verdict) -> None:
    report = _inspect(name)
    assert (report.verdict, report.failed) == (verdict, frozenset())


@pytest.mark.parametrize(("name", "verdict"), BESIDE.items())
def test_what_has_no_official_answer_has_one_of_ours(name: str, verdict: Verdict) -> None:
    assert _inspect(name).verdict is verdict


@pytest.mark.parametrize(
    "name", ["credential-status-revoked.json", "credential-status-revoked-blank-nodes.json"]
)
def test_the_revoked_samples_fail_for_being_revoked(name: str) -> None:
    report = _inspect(f"bit-string-list/{name}")
    assert (report.verdict, report.failed) == (Verdict.REVOKED, {"status"})


def test_a_sample_without_an_official_answer_names_no_key() -> None:
    report = _inspect("simple.jwt")
    proof = next(check for check in report if check.id == "proof")
    assert (report.verdict, proof.code) == (Verdict.NOT_CONFORMANT, "jose.header")
