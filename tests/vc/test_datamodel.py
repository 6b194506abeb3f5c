import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cairn.vc.datamodel import V1, V2, data_model, datamodel_problems, is_url
from cairn.vc.timestamps import read_timestamp, write_day, write_timestamp

VECTORS = Path(__file__).parents[1] / "vectors"
EXAMPLES = sorted((VECTORS / "w3c-vcdm2-examples").glob("verifiable-credential-*.json"))


@pytest.fixture
def credential():
    return {
        "@context": [V2],
        "id": "urn:uuid:8f0d7a3e-1111-4222-8333-444455556666",
        "type": ["VerifiableCredential"],
        "issuer": {"id": "did:web:example.edu", "name": "Example University"},
        "validFrom": "2026-01-01T00:00:00Z",
        "credentialSubject": {"id": "did:example:ada", "name": "Ada"},
    }


def found(document):
    return {problem.pointer: problem.message for problem in datamodel_problems(document)}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_of_the_specification_have_no_problems(path):
    assert datamodel_problems(json.loads(path.read_text("utf-8"))) == []


def test_the_older_data_model_is_read():
    badge = json.loads((VECTORS / "1edtech-ob30/simple_v1.json").read_text("utf-8"))
    assert data_model(badge) == "1.1"
    assert datamodel_problems(badge) == []


@pytest.mark.parametrize(
    ("context", "version"),
    [
        ([V2], "2.0"),
        ([V1, V2], "1.1"),
        (V2, "2.0"),
        ([], None),
        (None, None),
        ([{}], None),
        ({}, None),
    ],
)
def test_the_first_context_names_the_data_model(context, version):
    assert data_model({"@context": context}) == version


URL = "must be a URL with a scheme, such as https: or did:."
STAMP = "must be a date and time such as 2026-02-28T09:30:00Z."


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"@context": None}, {"/@context": "is missing."}),
        ({"@context": V2}, {"/@context": f"must be a list that starts with {V2}."}),
        ({"@context": ["https://a.example/c", V2]}, {"/@context/0": f"must be {V2}."}),
        ({"@context": []}, {"/@context/0": f"must be {V2}."}),
        ({"@context": [V2, 5]}, {"/@context/1": "must be a URL or an object."}),
        ({"type": None}, {"/type": "is missing."}),
        ({"type": []}, {"/type": "must contain VerifiableCredential."}),
        ({"type": ["Badge"]}, {"/type": "must contain VerifiableCredential."}),
        ({"type": ["VerifiableCredential", 5]}, {"/type/1": "must be text."}),
        ({"id": "badge 1"}, {"/id": URL}),
        ({"id": None}, {"/id": URL}),
        ({"id": ["urn:a", "urn:b"]}, {"/id": URL}),
        ({"issuer": None}, {"/issuer": "is missing."}),
        ({"issuer": {"name": "x"}}, {"/issuer/id": "is missing."}),
        ({"issuer": {"id": "example.edu"}}, {"/issuer/id": URL}),
        ({"issuer": "example.edu"}, {"/issuer": "must be a URL, or an object whose id is a URL."}),
        ({"credentialSubject": None}, {"/credentialSubject": "is missing."}),
        ({"credentialSubject": []}, {"/credentialSubject": "is missing."}),
        ({"credentialSubject": "did:example:ada"}, {"/credentialSubject": "must be an object."}),
        (
            {"credentialSubject": [{"id": "urn:a"}, {}]},
            {"/credentialSubject/1": "is empty: it must say something about the subject."},
        ),
        ({"credentialSubject": {"id": "ada"}}, {"/credentialSubject/id": URL}),
        ({"validFrom": "2026-01-01"}, {"/validFrom": STAMP}),
        ({"validFrom": 1767225600}, {"/validFrom": STAMP}),
        (
            {"validFrom": "2026-01-01T00:00:00"},
            {"/validFrom": "needs an offset: end it with Z for UTC, or with one like +10:00."},
        ),
        (
            {"validUntil": "2026-02-30T00:00:00Z"},
            {"/validUntil": "is not a date and time that exists."},
        ),
        ({"validUntil": "2025-12-31T23:59:59Z"}, {"/validUntil": "is before validFrom."}),
        ({"validUntil": "2026-01-01T09:00:00+10:00"}, {"/validUntil": "is before validFrom."}),
        ({"credentialStatus": {"id": "urn:a"}}, {"/credentialStatus/type": "is missing."}),
        ({"credentialStatus": "urn:a"}, {"/credentialStatus": "must be an object with a type."}),
        ({"credentialStatus": {"type": "T", "id": "a"}}, {"/credentialStatus/id": URL}),
        ({"termsOfUse": [{"type": "T"}, {}]}, {"/termsOfUse/1/type": "is missing."}),
        ({"evidence": {"type": []}}, {"/evidence/type": "is missing."}),
        ({"refreshService": {"type": 5}}, {"/refreshService/type": "is missing."}),
        (
            {"credentialSchema": {}},
            {"/credentialSchema/type": "is missing.", "/credentialSchema/id": "is missing."},
        ),
        ({"name": 5}, {"/name": "must be text, or an object with @value and @language."}),
        (
            {"name": {"@value": "x", "@language": "en", "url": "u"}},
            {"/name/url": "has no place beside @value."},
        ),
        (
            {"description": [{"@value": "x", "@language": "en"}, {"@value": "y", "@language": "e n"}]},
            {"/description/1/@language": "must be a language tag such as en or en-AU."},
        ),
        (
            {"issuer": {"id": "urn:a", "name": {"@value": "x", "@direction": "up"}}},
            {"/issuer/name/@direction": "must be ltr or rtl."},
        ),
        (
            {"relatedResource": "https://a.example/x"},
            {"/relatedResource": "must be an object with an id and a digest."},
        ),
        (
            {"relatedResource": [{"id": "https://a.example/x"}]},
            {"/relatedResource/0": "must have a digestSRI or a digestMultibase."},
        ),
        (
            {"relatedResource": [{"digestSRI": "sha256-a"}]},
            {"/relatedResource/0/id": "must be a URL with a scheme, such as https:."},
        ),
        (
            {"relatedResource": [{"id": "urn:a", "digestMultibase": 5}]},
            {"/relatedResource/0/digestMultibase": "must be text."},
        ),
        (
            {"relatedResource": [{"id": "urn:a", "digestSRI": "s"}, {"id": "urn:a", "digestSRI": "s"}]},
            {"/relatedResource/1/id": "stands twice among the related resources."},
        ),
    ],
)  # fmt: skip
def test_each_broken_must_is_told_at_its_place(credential, change, expected):
    assert found(credential | change) == expected


@pytest.mark.parametrize(
    "change",
    [
        {"issuer": "did:web:example.edu"},
        {"credentialSubject": [{"name": "Ada"}]},
        {"validUntil": "2026-01-01T00:00:00Z"},
        {"validUntil": "2026-01-01T10:00:00.5+10:00"},
        {"name": [{"@value": "a", "@language": "en"}, {"@value": "b", "@direction": "rtl"}]},
        {"relatedResource": {"id": "https://a.example/x", "digestSRI": "sha256-a"}},
        {"evidence": [{"type": ["Evidence"]}]},
        {"@context": [V2, {"@vocab": "https://a.example/"}]},
    ],
)
def test_what_the_data_model_allows_is_no_problem(credential, change):
    assert found(credential | change) == {}


def test_every_problem_is_listed_at_once():
    assert list(found({})) == ["/@context", "/type", "/issuer", "/credentialSubject"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({}, {}),
        ({"issuanceDate": "2026-01-01T00:00:00"}, {}),
        ({"issuanceDate": None}, {"/issuanceDate": STAMP}),
        (
            {"expirationDate": "2025-01-01T00:00:00Z"},
            {"/expirationDate": "is before issuanceDate."},
        ),
        ({"validFrom": "soon", "name": 5}, {}),
    ],
)
def test_dates_of_the_older_data_model_have_their_own_names(credential, change, expected):
    del credential["validFrom"]
    old = {"@context": [V1], "issuanceDate": "2026-01-01T00:00:00Z"}
    assert found(credential | old | change) == expected


def test_the_older_data_model_needs_a_date_of_issue(credential):
    assert found(credential | {"@context": [V1]}) == {"/issuanceDate": "is missing."}


@pytest.mark.parametrize(
    "value", ["did:key:z6Mk", "urn:uuid:1", "https://bücher.example/a?b#c", "a:b"]
)
def test_urls_have_a_scheme(value):
    assert is_url(value)


@pytest.mark.parametrize(
    "value", ["", "example.edu", "//example.edu", "https:", "a b:c", "1a:b", "a:<b>", 5]
)
def test_other_text_is_no_url(value):
    assert not is_url(value)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-02-28T09:30:00Z", datetime(2026, 2, 28, 9, 30, tzinfo=UTC)),
        ("2026-02-28T09:30:00.123456789+10:30", datetime(2026, 2, 27, 23, 0, 0, 123456, UTC)),
        ("2026-02-28T09:30:00-14:00", datetime(2026, 2, 28, 23, 30, tzinfo=UTC)),
        ("2026-12-31T24:00:00Z", datetime(2027, 1, 1, tzinfo=UTC)),
    ],
)
def test_timestamps_are_read_as_xml_schema_means_them(text, moment):
    assert read_timestamp(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-02-28",
        "2026-02-28 09:30:00Z",
        "2026-02-28t09:30:00z",
        "2026-02-28T09:30Z",
        "2026-02-28T09:30:00",
        "2026-02-28T09:30:60Z",
        "2026-02-28T24:00:01Z",
        "2026-02-28T09:30:00+14:01",
        "2026-02-28T09:30:00+09:75",
        "2026-02-28T09:30:00.Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+01:00",
        "9999-12-31T24:00:00Z",
        "２０２６-02-28T09:30:00Z",
        "2026-02-28T09:30:00Z\n",
    ],
)
def test_other_dates_are_refused(text):
    with pytest.raises(ValueError, match=r"^(must be|needs|is not) "):
        read_timestamp(text)


def test_a_moment_without_a_zone_is_not_written():
    with pytest.raises(ValueError, match="needs a time zone"):
        write_timestamp(datetime(2026, 1, 1))  # noqa: DTZ001


@given(
    st.datetimes(
        min_value=datetime(2, 1, 1),  # noqa: DTZ001
        max_value=datetime(9998, 1, 1),  # noqa: DTZ001
        timezones=st.integers(-840, 840).map(lambda m: timezone(timedelta(minutes=m))),
    )
)
def test_a_written_moment_reads_back_to_the_second(moment):
    text = write_timestamp(moment)
    assert len(text) == 20
    assert read_timestamp(text) == moment.replace(microsecond=0)


def test_a_day_is_written_as_it_was_where_it_was():
    midnight = datetime(2014, 6, 26, tzinfo=timezone(timedelta(hours=10)))
    assert write_day(midnight) == "2014-06-26T00:00:00+10:00"
    assert read_timestamp(write_day(midnight)) == midnight
    assert write_day(midnight.astimezone(UTC)) == "2014-06-25T14:00:00Z"
