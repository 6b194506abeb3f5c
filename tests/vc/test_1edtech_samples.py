"""The samples of the official Open Badges 3.0 validator that use eddsa-rdfc-2022 or are JWTs.

*valid* there means that nothing fails here (the issuers are fictional, so who signed is unknown);
*invalid* means that something fails. The rest is listed case by case in ``OURS`` with the reason.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cairn.vc.baking import unbake
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
    # Not among the official cases: an endorsement on its own, signed with a key in a fragment.
    "endorsement-valid.json": Verdict.ISSUER_UNCONFIRMED,
    # Official: the data model 1.1 is accepted with a note.
    "simple-jwt_v1.png": Verdict.ISSUER_UNCONFIRMED,
    "simple-jwt_v1.svg": Verdict.ISSUER_UNCONFIRMED,
    # The status list that goes with two samples: a fragment key again.
    "bit-string-list/testlist": Verdict.ISSUER_UNCONFIRMED,
}


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


def _with_our_forms() -> list[str]:
    kinds = (".json", ".png", ".svg", ".1ob", ".jwt", "")
    samples = (path for path in sorted(SAMPLES.rglob("*")) if path.suffix in kinds)
    return [
        path.relative_to(SAMPLES).as_posix()
        for path in samples
        if path.is_file() and _is_ours(path.name, _credential(path))
    ]


def _is_ours(name: str, credential: bytes) -> bool:
    # simple.jwt has no official answer; it is looked at on its own below.
    return b"eddsa-rdfc-2022" in credential or (
        name != "simple.jwt" and credential.startswith(b"eyJ")
    )


def _inspect(name: str) -> Report:
    return inspect(_credential(SAMPLES / name), documents=_documents(), at=NOW)


CASES = _with_our_forms()


def test_the_samples_are_all_here() -> None:
    assert len(CASES) == 38
    assert {name for name in CASES if EXPECTED.get(name) in ("warning", "see probe", None)} == set(
        OURS
    )


@pytest.mark.parametrize("name", [name for name in CASES if EXPECTED.get(name) == "valid"])
def test_what_is_valid_officially_does_not_fail(name: str) -> None:
    report = _inspect(name)
    assert report.failed == frozenset()
    assert report.verdict is Verdict.ISSUER_UNCONFIRMED
    assert "proof" in report.passed


@pytest.mark.parametrize("name", [name for name in CASES if EXPECTED.get(name) == "invalid"])
def test_what_is_invalid_officially_fails(name: str) -> None:
    assert _inspect(name).failed != frozenset()


@pytest.mark.parametrize(("name", "verdict"), OURS.items())
def test_the_open_cases_have_an_answer_of_ours(name: str, verdict: Verdict) -> None:
    report = _inspect(name)
    assert (report.verdict, report.failed) == (verdict, frozenset())


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
