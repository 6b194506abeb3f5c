"""Who signed: a key that travels in the document proves bytes, not a university."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cairn.vc.did import key as did_key
from cairn.vc.did import web
from cairn.vc.documents import Shelf
from cairn.vc.report import Check, Report, State, Verdict
from cairn.vc.sign import sign
from cairn.vc.verify import inspect
from tests.support.university import DID, NOW, YESTERDAY, University, badge

PROFILE = "https://harbour.example/issuer"


def _issue(university: University, *, method: str, issuer: str) -> bytes:
    document = badge(issuer={"id": issuer, "type": ["Profile"], "name": "Harbour University"})
    return sign(document, signer=university.signer, verification_method=method, created=YESTERDAY)


def _inspect(raw: bytes, documents: dict[str, bytes] | None = None) -> tuple[Report, Check]:
    report = inspect(raw, documents=Shelf(documents), at=NOW)
    assert "proof" in report.passed
    return report, next(check for check in report if check.id == "issuer")


def test_a_published_key_is_the_issuers() -> None:
    university = University()
    report, issuer = _inspect(university.issue(), university.published)
    assert (report.verdict, issuer.state) == (Verdict.GENUINE, State.PASSED)
    assert issuer.message == "The key that signed it is published by did:web:harbour.example."


def test_a_did_key_issuer_is_its_own_key_and_nobody_by_name() -> None:
    university = University()
    did = did_key.did_from(university.signer.public)
    raw = _issue(university, method=did_key.verification_method(did), issuer=did)
    report, issuer = _inspect(raw)
    assert (report.verdict, issuer.state) == (Verdict.GENUINE, State.PASSED)
    assert "the issuer's own word" in issuer.message
    assert "Harbour University" not in report.sentence
    assert did in report.sentence


def test_a_did_key_under_another_issuer_proves_nothing_about_that_issuer() -> None:
    university = University(publish=False)
    did = did_key.did_from(university.signer.public)
    raw = _issue(
        university,
        method=did_key.verification_method(did),
        issuer="urn:uuid:6f2e33e5-7a29-4155-840a-59483ba10164",
    )
    report, issuer = _inspect(raw)
    assert (report.verdict, issuer.state) == (Verdict.ISSUER_UNCONFIRMED, State.UNKNOWN)
    assert issuer.code == "issuer.unconfirmed"


def test_a_did_key_that_the_issuer_lists_is_the_issuers() -> None:
    university = University()
    did = did_key.did_from(university.signer.public)
    raw = _issue(university, method=did_key.verification_method(did), issuer=DID)
    assert _inspect(raw, university.published)[1].state is State.PASSED


def test_a_did_key_that_the_issuer_does_not_list_is_somebody_elses() -> None:
    forger, university = University(publish=False), University()
    did = did_key.did_from(forger.signer.public)
    raw = _issue(forger, method=did_key.verification_method(did), issuer=DID)
    report, issuer = _inspect(raw, university.published)
    assert (report.verdict, issuer.code) == (Verdict.WRONG_ISSUER, "issuer.contradicted")


def test_a_key_in_the_fragment_vouches_for_nobody() -> None:
    forger = University(publish=False)
    raw = _issue(forger, method=f"{PROFILE}#{forger.signer.public.multibase}", issuer=PROFILE)
    report, issuer = _inspect(raw)
    assert (report.verdict, issuer.code) == (Verdict.ISSUER_UNCONFIRMED, "issuer.unreachable")
    page = {PROFILE: b"<html>Harbour University</html>"}
    assert _inspect(raw, page)[1].code == "issuer.unconfirmed"


def test_a_key_in_the_fragment_is_confirmed_by_the_issuers_document() -> None:
    university = University()
    public = university.signer.public.multibase
    raw = _issue(university, method=f"{PROFILE}#{public}", issuer=PROFILE)
    document = {
        "id": PROFILE,
        "verificationMethod": [
            {"id": "#1", "type": "Multikey", "controller": PROFILE, "publicKeyMultibase": public}
        ],
        "assertionMethod": ["#1"],
    }
    report, _ = _inspect(raw, {PROFILE: json.dumps(document).encode()})
    assert report.verdict is Verdict.GENUINE


def test_a_key_in_a_fragment_of_another_address_is_somebody_elses() -> None:
    forger = University(publish=False)
    method = f"https://evil.example/issuer#{forger.signer.public.multibase}"
    report, issuer = _inspect(_issue(forger, method=method, issuer=PROFILE))
    assert (report.verdict, issuer.code) == (Verdict.WRONG_ISSUER, "issuer.other")


def test_another_partys_published_key_is_somebody_elses() -> None:
    evil = University(did="did:web:evil.example")
    report, issuer = _inspect(_issue(evil, method=evil.method, issuer=DID), evil.published)
    assert (report.verdict, issuer.code) == (Verdict.WRONG_ISSUER, "issuer.other")


def test_a_key_document_that_names_the_university_as_controller_is_not_believed() -> None:
    evil = University(publish=False)
    method = "https://evil.example/keys/1"
    document = {
        "id": method,
        "type": "Multikey",
        "controller": PROFILE,
        "publicKeyMultibase": evil.signer.public.multibase,
    }
    raw = _issue(evil, method=method, issuer=PROFILE)
    report, issuer = _inspect(raw, {method: json.dumps(document).encode()})
    assert (report.verdict, issuer.code) == (Verdict.WRONG_ISSUER, "issuer.other")


def test_a_key_document_at_its_own_address_is_confirmed_by_the_issuer() -> None:
    university = University(publish=False)
    method = "https://harbour.example/keys/1"
    key = {
        "id": method,
        "type": "Multikey",
        "controller": PROFILE,
        "publicKeyMultibase": university.signer.public.multibase,
    }
    profile = {"id": PROFILE, "type": "Profile", "assertionMethod": [key]}
    documents = {method: json.dumps(key).encode(), PROFILE: json.dumps(profile).encode()}
    raw = _issue(university, method=method, issuer=PROFILE)
    assert _inspect(raw, documents)[0].verdict is Verdict.GENUINE


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda d: d["verificationMethod"][0].update(revoked="2026-11-01T00:00:00Z"), "withdrawn"),
        (lambda d: d["verificationMethod"][0].update(expires="2026-11-01T00:00:00Z"), "out of use"),
        (lambda d: d["verificationMethod"][0].update(expires="soon"), "cannot be read"),
        (lambda d: d.update(assertionMethod=[]), "does not list the key"),
        (lambda d: d.pop("assertionMethod"), "does not list the key"),
        (lambda d: d.update(id="did:web:other.example"), "about"),
        (lambda d: d["verificationMethod"][0].pop("publicKeyMultibase"), "one form"),
    ],
)
def test_a_key_that_may_not_sign_fails(change: Any, reason: str) -> None:
    university = University()
    university.publish_keys(change)
    report = university.inspect(university.issue())
    proof = next(check for check in report if check.id == "proof")
    assert (proof.state, proof.code) == (State.FAILED, "key.malformed")
    assert reason in proof.message


def test_a_key_that_runs_out_later_may_sign() -> None:
    university = University()
    university.publish_keys(
        lambda d: d["verificationMethod"][0].update(expires="2030-01-01T00:00:00Z")
    )
    assert university.inspect(university.issue()).verdict is Verdict.GENUINE


def test_an_unreachable_key_leaves_the_signature_unknown() -> None:
    university = University(publish=False)
    report = university.inspect(university.issue())
    assert (report.verdict, report.unknown) == (Verdict.CANNOT_CHECK, {"proof"})


def test_a_did_document_that_is_a_page_fails_with_the_place() -> None:
    university = University()
    university.published[web.url_for(DID)] = b"<html></html>"
    report = university.inspect(university.issue())
    proof = next(check for check in report if check.id == "proof")
    assert proof.state is State.FAILED
    assert "https://harbour.example/.well-known/did.json" in proof.message
