from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from cairn.vc import revocationlist, statuslist
from cairn.vc.report import Check, Report, State, Verdict
from tests.support.university import DID, LIST_URL, NOW, YESTERDAY, University, badge


@pytest.fixture
def university() -> University:
    return University()


def _status(university: University, raw: bytes) -> tuple[Report, Check]:
    report = university.inspect(raw)
    return report, next(check for check in report if check.id == "status")


def test_a_set_bit_revokes_and_its_neighbours_stand(university: University) -> None:
    university.publish_list(7)
    report, status = _status(university, university.issue_listed(7))
    assert (report.verdict, status.code) == (Verdict.REVOKED, "status.revoked")
    assert report.failed == {"status"}
    for index in (6, 8, 0, 131_071):
        assert _status(university, university.issue_listed(index))[0].verdict is Verdict.GENUINE


def test_a_suspension_is_told_from_a_revocation(university: University) -> None:
    university.publish_list(7, purpose="suspension")
    report, status = _status(university, university.issue_listed(7, purpose="suspension"))
    assert (report.verdict, status.code) == (Verdict.SUSPENDED, "status.suspended")


def test_a_missing_list_is_unknown(university: University) -> None:
    report, status = _status(university, university.issue_listed())
    assert (report.verdict, status.state) == (Verdict.CANNOT_CHECK, State.UNKNOWN)
    assert status.code == "STATUS_RETRIEVAL_ERROR"


def test_a_list_past_its_date_is_unknown(university: University) -> None:
    university.publish_list(valid_until=NOW - timedelta(hours=1))
    report, status = _status(university, university.issue_listed())
    assert (report.verdict, status.state) == (Verdict.CANNOT_CHECK, State.UNKNOWN)
    assert status.code == "status.stale"


def test_a_list_from_the_future_is_unknown(university: University) -> None:
    university.publish_list(valid_from=NOW + timedelta(hours=1))
    assert _status(university, university.issue_listed())[1].code == "status.stale"


def test_a_list_for_another_purpose_fails(university: University) -> None:
    university.publish_list(purpose="suspension")
    report, status = _status(university, university.issue_listed(purpose="revocation"))
    assert (report.verdict, status.state) == (Verdict.CANNOT_CHECK, State.FAILED)
    assert status.code == "STATUS_VERIFICATION_ERROR"


def test_a_list_signed_by_somebody_else_fails(university: University) -> None:
    forger = University(publish=False)
    forger.publish_list()
    university.published[LIST_URL] = forger.published[LIST_URL]
    status = _status(university, university.issue_listed())[1]
    assert (status.state, status.code) == (State.FAILED, "STATUS_VERIFICATION_ERROR")


def test_a_list_that_names_another_issuer_fails(university: University) -> None:
    other = University(did="did:web:other.example")
    other.publish_list()
    university.published |= other.published
    status = _status(university, university.issue_listed())[1]
    assert (status.state, status.code) == (State.FAILED, "STATUS_VERIFICATION_ERROR")
    assert "somebody else" in status.message


def test_an_altered_list_fails(university: University) -> None:
    university.publish_list(7)
    listed = json.loads(university.published[LIST_URL])
    listed["credentialSubject"]["encodedList"] = statuslist.Bitstring().encode()
    university.published[LIST_URL] = json.dumps(listed).encode()
    status = _status(university, university.issue_listed(7))[1]
    assert (status.state, status.code) == (State.FAILED, "STATUS_VERIFICATION_ERROR")


def test_an_unsigned_list_fails(university: University) -> None:
    university.publish_list()
    listed = json.loads(university.published[LIST_URL])
    del listed["proof"]
    university.published[LIST_URL] = json.dumps(listed).encode()
    status = _status(university, university.issue_listed())[1]
    assert (status.state, status.code) == (State.FAILED, "STATUS_VERIFICATION_ERROR")


def _short(document: Any) -> None:
    document["credentialSubject"]["encodedList"] = statuslist.Bitstring(1024).encode()


def _garbled(document: Any) -> None:
    document["credentialSubject"]["encodedList"] = "uH4sIAAAAAAAA"


def _unpacked(document: Any) -> None:
    document["credentialSubject"]["encodedList"] = "z123"


def _mistyped(document: Any) -> None:
    document["type"] = ["VerifiableCredential"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_short, "STATUS_LIST_LENGTH_ERROR"),
        (_garbled, "MALFORMED_VALUE_ERROR"),
        (_unpacked, "MALFORMED_VALUE_ERROR"),
        (_mistyped, "MALFORMED_VALUE_ERROR"),
    ],
)
def test_a_list_that_cannot_answer_fails_by_the_specifications_name(
    university: University, change: Any, code: str
) -> None:
    university.publish_list(change=change)
    status = _status(university, university.issue_listed())[1]
    assert (status.state, status.code) == (State.FAILED, code)


def test_a_place_outside_the_list_fails(university: University) -> None:
    university.publish_list()
    status = _status(university, university.issue_listed(131_072))[1]
    assert (status.state, status.code) == (State.FAILED, "RANGE_ERROR")


def test_a_page_instead_of_a_list_fails(university: University) -> None:
    university.published[LIST_URL] = b"<html>moved</html>"
    status = _status(university, university.issue_listed())[1]
    assert (status.state, status.code) == (State.FAILED, "MALFORMED_VALUE_ERROR")


def test_a_number_as_index_is_read(university: University) -> None:
    university.publish_list(7)
    entry = statuslist.entry(list_url=LIST_URL, index=7) | {"statusListIndex": 7}
    raw = university.issue(credentialStatus=entry)
    assert _status(university, raw)[0].verdict is Verdict.REVOKED


def test_every_entry_of_several_is_asked(university: University) -> None:
    university.publish_list(7)
    entries = [statuslist.entry(list_url=LIST_URL, index=index) for index in (6, 7)]
    plain = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "issuer": university.did,
        "credentialSubject": {"id": "did:example:ada"},
        "credentialStatus": entries,
    }
    report, status = _status(university, university.sign(plain))
    assert (report.verdict, status.pointer) == (Verdict.REVOKED, "/credentialStatus/1")


def test_the_revocation_list_of_1edtech_is_read(university: University) -> None:
    url = "https://harbour.example/revoked"
    extensions = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
    raw = university.issue(
        **{
            "@context": [*badge()["@context"], extensions],
            "credentialStatus": {"id": url, "type": "1EdTechRevocationList"},
        }
    )
    assert _status(university, raw)[1].state is State.UNKNOWN
    revoked = {"id": badge()["id"], "revoked": True}
    university.published[url] = json.dumps({"id": url, "revokedCredential": [revoked]}).encode()
    assert _status(university, raw)[0].verdict is Verdict.REVOKED
    lifted = json.dumps({"id": url, "revokedCredential": [revoked | {"revoked": False}]})
    university.published[url] = lifted.encode()
    assert _status(university, raw)[0].verdict is Verdict.GENUINE


EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
REVOKED_AT = "https://harbour.example/revoked"


def _named(university: University) -> bytes:
    return university.issue(
        **{
            "@context": [*badge()["@context"], EXTENSIONS],
            "credentialStatus": {"id": REVOKED_AT, "type": "1EdTechRevocationList"},
        }
    )


@pytest.mark.parametrize(
    ("listed", "verdict"),
    [
        ({"revokedCredential": []}, Verdict.GENUINE),
        ({"revokedCredential": [{"id": "urn:x:other"}]}, Verdict.GENUINE),
        ({"revokedCredential": [{"id": badge()["id"]}]}, Verdict.REVOKED),
        ({"revokedCredential": {"id": badge()["id"]}}, Verdict.REVOKED),
        ({"revokedCredential": [badge()["id"]]}, Verdict.REVOKED),
        ({"revokedCredentials": [{"id": badge()["id"]}]}, Verdict.REVOKED),
        ({"revokedCredential": [{"id": badge()["id"], "revoked": 0}]}, Verdict.REVOKED),
        ({"issuer": DID, "revokedCredential": []}, Verdict.GENUINE),
        ({"issuer": {"id": DID}, "revokedCredential": []}, Verdict.GENUINE),
        ({"issuer": "did:web:other.example", "revokedCredential": []}, Verdict.CANNOT_CHECK),
        ({}, Verdict.CANNOT_CHECK),
        ({"revokedCredential": [7]}, Verdict.CANNOT_CHECK),
        ({"revokedCredential": [{"revoked": True}]}, Verdict.CANNOT_CHECK),
        ({"revokedCredential": None}, Verdict.GENUINE),
    ],
)
def test_a_revocation_list_names_what_is_revoked(
    university: University, listed: dict[str, Any], verdict: Verdict
) -> None:
    university.published[REVOKED_AT] = json.dumps(listed).encode()
    assert _status(university, _named(university))[0].verdict is verdict


def test_the_reason_of_a_revocation_is_repeated(university: University) -> None:
    listed = {"revokedCredential": [{"id": badge()["id"], "revocationReason": "Marks mixed up"}]}
    university.published[REVOKED_AT] = json.dumps(listed).encode()
    status = _status(university, _named(university))[1]
    assert status.message == "The issuer has revoked this credential. It says: “Marks mixed up”."


def test_what_is_published_as_a_revocation_list_is_read_as_one(university: University) -> None:
    raw = university.issue(
        **{
            "@context": [*badge()["@context"], revocationlist.EXTENSIONS],
            "credentialStatus": revocationlist.entry(REVOKED_AT),
        }
    )
    revoked: dict[str, str | None] = {"urn:uuid:1": None}
    for reason, verdict in ((None, Verdict.GENUINE), ("Marks mixed up", Verdict.REVOKED)):
        if reason:
            revoked[badge()["id"]] = reason
        listed = revocationlist.document(url=REVOKED_AT, issuer=DID, revoked=revoked)
        university.published[REVOKED_AT] = json.dumps(listed).encode()
        assert _status(university, raw)[0].verdict is verdict


def test_a_revocation_list_names_urls() -> None:
    with pytest.raises(statuslist.MalformedStatus):
        revocationlist.entry("revoked")
    with pytest.raises(statuslist.MalformedStatus):
        revocationlist.document(url=REVOKED_AT, issuer=DID, revoked={"s1024": None})


def test_several_entries_are_all_asked(university: University) -> None:
    """Open Badges 3.0 has room for one entry; the data model for many."""
    other = "https://harbour.example/status/2"
    bits = statuslist.Bitstring(2 * statuslist.MINIMUM_LENGTH)
    bits.set_value(3, 1, size=2)
    wide = statuslist.credential(
        url=other, issuer=DID, bits=bits, purpose="suspension", valid_from=YESTERDAY, size=2
    )
    university.published[other] = university.sign(wide)
    university.publish_list(7)
    plain = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "issuer": DID,
        "credentialSubject": {"id": "did:example:ada"},
    }
    for first, second, verdict in (
        (8, 4, Verdict.GENUINE),
        (8, 3, Verdict.SUSPENDED),
        (7, 4, Verdict.REVOKED),
    ):
        entries = [
            statuslist.entry(list_url=LIST_URL, index=first),
            statuslist.entry(list_url=other, index=second, purpose="suspension", messages=MESSAGES),
        ]
        raw = university.sign({**plain, "credentialStatus": entries})
        assert _status(university, raw)[0].verdict is verdict


MESSAGES = ("Valid", "Under review", "Replaced", "Withdrawn")


@pytest.mark.parametrize(
    ("purpose", "value", "verdict", "message"),
    [
        ("revocation", 0, Verdict.GENUINE, "The issuer has not revoked it."),
        (
            "revocation",
            3,
            Verdict.REVOKED,
            "The issuer has revoked this credential. It says: “Withdrawn”.",
        ),
        (
            "suspension",
            1,
            Verdict.SUSPENDED,
            "The issuer has suspended this credential. It says: “Under review”.",
        ),
        (
            "message",
            2,
            Verdict.CANNOT_CHECK,
            "The issuer has marked this credential. It says: “Replaced”.",
        ),
    ],
)
def test_a_wide_status_says_what_it_means(
    university: University, purpose: str, value: int, verdict: Verdict, message: str
) -> None:
    entry = statuslist.entry(list_url=LIST_URL, index=7, purpose=purpose, messages=MESSAGES)
    bits = statuslist.Bitstring(2 * statuslist.MINIMUM_LENGTH)
    bits.set_value(7, value, size=2)
    bits.set_value(8, 3, size=2)
    listed = statuslist.credential(
        url=LIST_URL, issuer=DID, bits=bits, purpose=purpose, valid_from=YESTERDAY, size=2
    )
    university.published[LIST_URL] = university.sign(listed)
    report, status = _status(university, university.issue(credentialStatus=entry))
    assert (report.verdict, status.message) == (verdict, message)


def test_a_list_signed_with_the_key_before_the_last_still_counts(university: University) -> None:
    """A rotated key stays published, so lists and credentials may be signed by different keys."""
    raw = university.issue_listed(7)
    after = University(publish=False)
    university.publish_keys(
        lambda d: (
            d["verificationMethod"].append(
                {
                    "id": after.method,
                    "type": "Multikey",
                    "controller": after.did,
                    "publicKeyMultibase": after.signer.public.multibase,
                }
            ),
            d["assertionMethod"].append(after.method),
        )
    )
    after.publish_list(7, valid_from=YESTERDAY)
    university.published[LIST_URL] = after.published[LIST_URL]
    assert _status(university, raw)[0].verdict is Verdict.REVOKED
