"""Comprehensive learner records: credentials in a credential, each looked at on its own (CLR 2.0)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cairn.vc import contained
from cairn.vc.documents import Shelf
from cairn.vc.errors import Unsignable
from cairn.vc.report import Check, Report, State, Verdict
from cairn.vc.verify import inspect, verify
from tests.support.university import DID, NOW, University, badge

SAMPLES = Path(__file__).parent.parent / "vectors" / "1edtech-clr20"
Json = dict[str, Any]


def record(*credentials: Any, **changes: Any) -> Json:
    one, two = (
        "urn:uuid:a7467ef6-56cb-11ec-bf63-0242ac130002",
        "urn:uuid:dd887f0a-56cb-11ec-bf63-0242ac130002",
    )
    achievement = badge()["credentialSubject"]["achievement"]
    document: Json = {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/clr/v2p0/context-2.0.1.json",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        ],
        "id": "urn:uuid:1f0c2a9b-56cb-11ec-bf63-0242ac130002",
        "type": ["VerifiableCredential", "ClrCredential"],
        "name": "Transcript",
        "issuer": {"id": DID, "type": ["Profile"], "name": "Harbour University"},
        "validFrom": "2026-11-01T09:00:00Z",
        "credentialSubject": {
            "id": "did:example:ada",
            "type": ["ClrSubject"],
            "verifiableCredential": list(credentials),
            "achievement": [{**achievement, "id": one}, {**achievement, "id": two}],
            "association": [
                {
                    "type": "Association",
                    "associationType": "isParentOf",
                    "sourceId": one,
                    "targetId": two,
                }
            ],
        },
    }
    return document | changes


@pytest.fixture
def university() -> University:
    made = University()
    made.publish_list(7)
    return made


def held(university: University, index: int = 8) -> Json:
    found: Json = json.loads(university.issue_listed(index))
    return found


def credentials(report: Report) -> tuple[State, str | None, str | None]:
    check = next(one for one in report if one.id == "credentials")
    return check.state, check.code, check.pointer


def test_a_record_holds_when_each_of_its_credentials_does(university: University) -> None:
    other = University(did="did:web:port.example")
    university.published |= other.published
    document = badge(issuer={"id": other.did, "type": ["Profile"], "name": "Port Authority"})
    raw = university.sign(record(held(university), json.loads(other.sign(document))))
    report = university.inspect(raw)
    assert report.verdict is Verdict.GENUINE
    assert credentials(report)[0] is State.PASSED
    assert [inner.verdict for inner in report.inside] == [Verdict.GENUINE] * 2
    assert (
        verify(raw, documents=Shelf(university.published), at=NOW).credential.name == "Transcript"
    )


def test_a_record_is_no_better_than_what_is_in_it(university: University) -> None:
    report = university.inspect(university.sign(record(held(university), held(university, 7))))
    assert report.verdict is Verdict.REVOKED
    assert report.sentence.startswith("One of the credentials in it does not stand. Revoked")
    assert credentials(report) == (
        State.FAILED,
        "status.revoked",
        "/credentialSubject/verifiableCredential/1/credentialStatus",
    )
    assert "status" not in report.failed


def test_a_record_signs_for_what_it_holds_and_not_for_its_truth(university: University) -> None:
    forged = {**held(university), "name": "Medicine"}
    report = university.inspect(university.sign(record(forged)))
    assert (report.verdict, "proof" in report.passed) == (Verdict.ALTERED, True)
    unsigned = badge()
    report = university.inspect(university.sign(record(unsigned)))
    assert (report.verdict, credentials(report)[1]) == (Verdict.NOT_CONFORMANT, "proof.missing")


def test_a_record_in_a_record_is_not_looked_into(university: University) -> None:
    inner = json.loads(university.sign(record(held(university))))
    outer = record(inner, id="urn:uuid:2f0c2a9b-56cb-11ec-bf63-0242ac130002")
    report = university.inspect(university.sign(outer))
    assert report.verdict is Verdict.CANNOT_CHECK
    assert credentials(report)[:2] == (State.UNKNOWN, "credentials.nested")


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (
            lambda d: d["credentialSubject"].pop("verifiableCredential"),
            "/credentialSubject/verifiableCredential",
        ),
        (
            lambda d: d["credentialSubject"].update(verifiableCredential=[]),
            "/credentialSubject/verifiableCredential",
        ),
        (
            lambda d: d["credentialSubject"].update(type=["AchievementSubject"]),
            "/credentialSubject/type",
        ),
        (
            lambda d: d["credentialSubject"]["association"][0].pop("targetId"),
            "/credentialSubject/association/0/targetId",
        ),
        (
            lambda d: d["credentialSubject"]["association"][0].update(type="Link"),
            "/credentialSubject/association/0/type",
        ),
        (lambda d: d["@context"].pop(1), "/@context"),
        (lambda d: d.pop("name"), "/name"),
    ],
)
def test_the_schema_of_records_is_asked(university: University, change: Any, place: str) -> None:
    document = record(held(university))
    change(document)
    with pytest.raises(Unsignable) as caught:
        university.sign(document)
    assert (caught.value.pointer or "").startswith(place)


def test_every_verdict_but_one_weighs_down_what_holds_it() -> None:
    for verdict in Verdict:
        report = Report(verdict, "", ())
        held = contained.Contained(Check("credentials", State.PASSED, ""), (report,))
        assert (held.gravest is report) == (verdict is not Verdict.GENUINE)


def test_the_samples_of_the_official_validator_hold() -> None:
    """Both that it calls valid; what became of the others is told in the documentation."""
    for name, count in (("simple.json", 1), ("simple_v1.json", 6)):
        report = inspect((SAMPLES / name).read_bytes(), documents=Shelf(), at=NOW)
        assert report.verdict is Verdict.ISSUER_UNCONFIRMED
        assert report.failed == frozenset()
        assert len(report.inside) == count
        assert all("proof" in inner.passed for inner in report.inside)


@pytest.mark.parametrize(
    ("name", "own", "inner"),
    [
        ("complex.json", "passed", "schema.broken"),
        ("simple.jwt", "passed", "schema.broken"),
        ("simple-noproof.json", "skipped", "document.data_loss"),
        ("simple_old_safesigned.json", "skipped", "document.data_loss"),
    ],
)
def test_the_samples_without_an_official_answer_have_ours(name: str, own: str, inner: str) -> None:
    report = inspect((SAMPLES / name).read_bytes(), documents=Shelf(), at=NOW)
    proof = next(check for check in report if check.id == "proof")
    assert (proof.state.value, credentials(report)[1]) == (own, inner)
