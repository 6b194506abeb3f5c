from __future__ import annotations

import json
import pickle
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.vc import document
from cairn.vc.documents import Shelf
from cairn.vc.model import Credential
from cairn.vc.report import State, Verdict
from cairn.vc.secured import Unsecured
from cairn.vc.verify import NotVerified, VerifiedCredential, inspect, verify
from tests.support.university import NOW, University, badge

CHECKS = [
    "json",
    "data_model",
    "schema",
    "terms",
    "proof",
    "issuer",
    "status",
    "dates",
    "endorsements",
]


@pytest.fixture(scope="module")
def university() -> University:
    university = University()
    university.publish_list(3)
    return university


def test_a_badge_in_good_standing_is_genuine(university: University) -> None:
    report = university.inspect(university.issue_listed(7))
    assert report.verdict is Verdict.GENUINE
    assert [check.id for check in report] == CHECKS
    assert report.passed == set(CHECKS) - {"endorsements"}
    assert report.sentence == (
        "Genuine and current: Harbour University (harbour.example) made this statement and stands by "
        "it."
    )


def test_verify_returns_what_was_checked_and_the_bytes_as_they_were(university: University) -> None:
    raw = b"  " + university.issue() + b"\n"
    verified = verify(raw, documents=Shelf(university.published), at=NOW)
    assert verified.raw == raw
    assert verified.credential.name == "Foundations of security"
    assert verified.report.verdict is Verdict.GENUINE


def test_only_verify_makes_a_verified_credential(university: University) -> None:
    raw = university.issue()
    report = university.inspect(raw)
    with pytest.raises(TypeError, match="from nowhere else"):
        VerifiedCredential(raw, Credential(json.loads(raw)), report)


def test_verify_raises_with_the_report_when_a_check_is_only_unknown(university: University) -> None:
    raw = university.issue()
    with pytest.raises(NotVerified) as caught:
        verify(raw, documents=Shelf(), at=NOW)
    assert caught.value.report.verdict is Verdict.CANNOT_CHECK
    assert caught.value.report.unknown == {"proof"}
    assert caught.value.report.failed == frozenset()


def test_a_report_is_neither_true_nor_false(university: University) -> None:
    report = university.inspect(university.issue())
    with pytest.raises(TypeError, match="unknown differs from failed"):
        bool(report)
    assert pickle.loads(pickle.dumps(report)) == report


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("credentialSubject", "achievement", "name"), "Mastery of security"),
        (("credentialSubject", "id"), "did:example:eve"),
        (("validFrom",), "2026-10-01T09:00:00Z"),
        (("issuer", "name"), "Another University"),
        (("type",), ["VerifiableCredential", "OpenBadgeCredential", "EndorsementCredential"]),
        (("proof", "created"), "2026-11-21T12:00:00Z"),
    ],
)
def test_a_changed_statement_is_altered(
    university: University, path: tuple[str, ...], value: object
) -> None:
    signed = json.loads(university.issue())
    target = signed
    for part in path[:-1]:
        target = target[part]
    target[path[-1]] = value
    report = university.inspect(json.dumps(signed).encode())
    assert report.verdict is Verdict.ALTERED
    assert "proof" in report.failed
    proof = next(check for check in report if check.id == "proof")
    assert (proof.code, proof.pointer) == ("proof.altered", "/proof/proofValue")


def test_an_added_word_that_nobody_defines_is_not_covered(university: University) -> None:
    signed = json.loads(university.issue())
    signed["credentialSubject"]["gradePointAverage"] = "4.0"
    report = university.inspect(json.dumps(signed).encode())
    assert report.verdict is Verdict.UNSIGNED_PARTS
    terms = next(check for check in report if check.id == "terms")
    assert (terms.state, terms.pointer) == (
        State.FAILED,
        "/credentialSubject/gradePointAverage",
    )


def test_spacing_order_and_spelling_do_not_count(university: University) -> None:
    signed = json.loads(university.issue())
    # The vocabulary has two names for one type.
    signed["type"] = ["AchievementCredential", "VerifiableCredential"]
    shuffled = json.dumps(dict(reversed(signed.items())), indent=4).encode()
    assert university.inspect(shuffled).verdict is Verdict.GENUINE


_FIXED = University()
_SIGNED = _FIXED.issue()


@settings(max_examples=400, deadline=None)
@given(place=st.integers(0, len(_SIGNED) - 1), byte=st.integers(0, 255))
def test_any_changed_byte_is_noticed_or_means_the_same(place: int, byte: int) -> None:
    changed = _SIGNED[:place] + bytes([byte]) + _SIGNED[place + 1 :]
    report = _FIXED.inspect(changed)
    if report.verdict is not Verdict.GENUINE:
        assert report.failed or report.unknown
        return
    # The same statements, spelled in another way: the report says that it compared by meaning.
    before, after = (Unsecured(document.parse(raw)).canonical for raw in (_SIGNED, changed))
    assert after.lines == before.lines
    proof = next(check for check in report if check.id == "proof")
    assert "compared by meaning" in proof.message


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_no_bytes_make_inspect_raise(raw: bytes) -> None:
    report = inspect(raw, documents=Shelf(), at=NOW)
    assert report.failed or report.unknown


_values = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.floats(-9, 9) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*badge(), "@context", "@id", "proof", "x"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([*json.loads(_SIGNED)]), _values)
def test_no_shape_makes_inspect_raise(key: str, value: object) -> None:
    signed = json.loads(_SIGNED) | {key: value}
    report = _FIXED.inspect(json.dumps(signed).encode())
    assert report.verdict in set(Verdict)


def test_a_document_without_a_proof_is_not_in_order(university: University) -> None:
    report = university.inspect(json.dumps(badge()).encode())
    proof = next(check for check in report if check.id == "proof")
    assert (proof.state, proof.code) == (State.FAILED, "proof.missing")
    assert report.verdict is Verdict.NOT_CONFORMANT


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"proofPurpose": "authentication"}, "PROOF_VERIFICATION_ERROR"),
        ({"created": "yesterday"}, "PROOF_VERIFICATION_ERROR"),
        ({"created": 5}, "PROOF_VERIFICATION_ERROR"),
        ({"expires": "2026-11-01T00:00:00Z"}, "PROOF_VERIFICATION_ERROR"),
        ({"verificationMethod": None}, "PROOF_VERIFICATION_ERROR"),
        ({"previousProof": "urn:uuid:1"}, "PROOF_VERIFICATION_ERROR"),
        ({"verificationMethod": "did:web:harbour.example#other"}, "key.malformed"),
        ({"proofValue": "z" + "1" * 88}, "proof.altered"),
    ],
)
def test_a_proof_that_contradicts_its_rules_fails(
    university: University, change: dict[str, object], code: str
) -> None:
    signed = json.loads(university.issue())
    signed["proof"] |= change
    report = university.inspect(json.dumps(signed).encode())
    proof = next(check for check in report if check.id == "proof")
    assert (proof.state, proof.code) == (State.FAILED, code)


def test_an_unknown_way_of_signing_is_unknown_alone_and_passed_over_beside_a_known_one(
    university: University,
) -> None:
    signed = json.loads(university.issue())
    other = {"type": "DataIntegrityProof", "cryptosuite": "newer-2030", "proofValue": "z1"}
    both = university.inspect(json.dumps(signed | {"proof": [other, signed["proof"]]}).encode())
    assert both.verdict is Verdict.GENUINE
    alone = university.inspect(json.dumps(signed | {"proof": other}).encode())
    assert (alone.verdict, alone.unknown) == (Verdict.CANNOT_CHECK, {"proof"})


def test_one_broken_proof_of_two_counts(university: University) -> None:
    signed = json.loads(university.issue())
    broken = signed["proof"] | {"created": "2020-01-01T00:00:00Z"}
    report = university.inspect(json.dumps(signed | {"proof": [signed["proof"], broken]}).encode())
    proof = next(check for check in report if check.id == "proof")
    assert (proof.state, proof.pointer) == (State.FAILED, "/proof/1/proofValue")


def test_dates_are_asked_at_the_time_given(university: University) -> None:
    raw = university.issue(validFrom="2026-01-01T00:00:00+11:00", validUntil="2026-06-30T23:59:59Z")
    within = datetime(2026, 3, 1, tzinfo=UTC)
    assert university.inspect(raw, at=within).verdict is Verdict.GENUINE
    late = university.inspect(raw, at=NOW)
    assert (late.verdict, late.failed) == (Verdict.EXPIRED, {"dates"})
    assert "30 June 2026" in next(check.message for check in late if check.id == "dates")
    # 1 January at +11:00 has begun at 13:00 UTC the day before.
    eve = datetime(2025, 12, 31, 13, 0, tzinfo=UTC)
    assert university.inspect(raw, at=eve).verdict is Verdict.GENUINE
    early = university.inspect(raw, at=eve - timedelta(seconds=1))
    assert (early.verdict, early.failed) == (Verdict.NOT_YET_VALID, {"dates"})


def test_an_unbundled_vocabulary_is_unknown_and_never_fetched(university: University) -> None:
    signed = json.loads(university.issue())
    signed["@context"].append("https://elsewhere.example/context")
    report = university.inspect(json.dumps(signed).encode())
    assert (report.verdict, report.failed, report.unknown) == (
        Verdict.CANNOT_CHECK,
        frozenset(),
        {"terms"},
    )
    terms = next(check for check in report if check.id == "terms")
    assert (terms.code, terms.pointer) == ("context.unknown", "/@context")


def test_a_schema_of_strangers_is_unknown(university: University) -> None:
    extensions = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
    official = "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/"
    context = [*badge()["@context"], extensions]
    kind = "1EdTechJsonSchemaValidator2019"
    known = [{"id": official + "ob_v3p0_achievementcredential_schema.json", "type": kind}]
    stranger = [*known, {"id": "https://elsewhere.example/schema.json", "type": kind}]
    one = university.issue(**{"@context": context, "credentialSchema": known})
    assert university.inspect(one).verdict is Verdict.GENUINE
    two = university.issue(**{"@context": context, "credentialSchema": stranger})
    schema = next(check for check in university.inspect(two) if check.id == "schema")
    assert (schema.state, schema.pointer) == (State.UNKNOWN, "/credentialSchema/1")


@pytest.mark.parametrize("address", [{}, [], {"id": []}, 7, None])
def test_a_schema_whose_address_is_none_is_no_crash(
    university: University, address: object
) -> None:
    document = badge() | {
        "credentialSchema": [{"id": address, "type": "1EdTechJsonSchemaValidator2019"}]
    }
    report = university.inspect(json.dumps(document).encode())
    assert report.verdict is not Verdict.GENUINE


def _endorsed(university: University, endorser: University, **changes: object) -> bytes:
    endorsement = {
        "@context": badge()["@context"],
        "id": "urn:uuid:7c8f5c8e-44c6-4b0e-a3cb-5d1f0c1c9a10",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": "Endorsement",
        "issuer": {"id": endorser.did, "type": ["Profile"], "name": "Port Authority"},
        "validFrom": "2026-11-01T00:00:00Z",
        "credentialSubject": {
            "id": "https://harbour.example/achievements/security",
            "type": ["EndorsementSubject"],
            "endorsementComment": "These are the skills we hire for.",
        },
    } | changes
    return university.issue(endorsement=[json.loads(endorser.sign(endorsement))])


def test_an_endorsement_is_checked_with_its_own_proof(university: University) -> None:
    port = University(did="did:web:port.example")
    raw = _endorsed(university, port)
    shelf = Shelf(university.published | port.published)
    report = inspect(raw, documents=shelf, at=NOW)
    assert "endorsements" in report.passed
    assert report.verdict is Verdict.GENUINE
    unconfirmed = university.inspect(raw)
    assert unconfirmed.unknown == {"endorsements"}


def test_an_expired_endorsement_does_not_hold(university: University) -> None:
    port = University(did="did:web:port.example")
    raw = _endorsed(university, port, validUntil="2026-11-02T00:00:00Z")
    report = inspect(raw, documents=Shelf(university.published | port.published), at=NOW)
    assert (report.verdict, report.failed) == (Verdict.NOT_CONFORMANT, {"endorsements"})
    check = next(check for check in report if check.id == "endorsements")
    assert (check.pointer, check.code) == ("/endorsement/0/validUntil", "dates.expired")
