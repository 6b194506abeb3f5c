from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from cairn.design.content import Content, read
from cairn.issuing.addresses import Addresses
from cairn.issuing.archive import Archive
from cairn.issuing.compose import Case, Composer, Issuer, Learner, plain, standalone
from cairn.vc import statuslist
from cairn.vc.did import web
from cairn.vc.document import dump
from cairn.vc.documents import Shelf
from cairn.vc.keys import SoftwareSigner
from cairn.vc.model import Credential
from cairn.vc.report import Verdict
from cairn.vc.sign import sign
from cairn.vc.verify import inspect
from tests.support.contents import content

AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
ADDRESSES = Addresses("https://harbour.example", "did:web:harbour.example")
ISSUER = Issuer(ADDRESSES, "Harbour University", zone="Australia/Sydney", country="AU")
ADA = Learner("Ada Lovelace", "ada@harbour.example", "per_ada", "salt")
CREDENTIAL = "crd_00000000000000000000000001"


@dataclass(frozen=True)
class Version:
    achievement: str
    number: int
    content: Content


def version(**changes):
    return Version("ach_security", 2, read(content(**changes)))


def compose(learner=ADA, *, total=Decimal("71.5"), **changes):
    case = Case(CREDENTIAL, learner, date(2026, 11, 20), total, 1, 94567)
    return Composer(ISSUER, version(**changes)).compose(case, at=AT)


@pytest.fixture(scope="module")
def signer():
    return SoftwareSigner.generate()


def published(signer):
    method = web.verification_method(ADDRESSES.did, signer.public)
    url = ADDRESSES.status_list(1)
    bits = statuslist.credential(
        url=url, issuer=ADDRESSES.did, bits=statuslist.Bitstring(), valid_from=AT
    )
    raw = sign(bits, signer=signer, verification_method=method, created=AT)
    keys = dump(web.did_document(ADDRESSES.did, [signer.public]))
    return method, Shelf({ADDRESSES.did_document: keys, url: raw})


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"valid_for": "3 years", "review_date": "2027-11-01", "hours_note": "Counted by hand."},
        {"credit": {"points": 6, "rule": "Credit policy 2026"}, "code": "SEC-1"},
        {"tags": ["twice", "twice"], "image": None, "alignments": None, "level": "not levelled"},
        {"title": "Sécurité 🛡", "language": None, "workload": None, "hours": None},
    ],
)
def test_a_stranger_finds_it_genuine(signer, changes):
    method, shelf = published(signer)
    raw = sign(compose(**changes), signer=signer, verification_method=method, created=AT)
    assert inspect(raw, documents=shelf, at=AT).verdict is Verdict.GENUINE


def test_it_says_what_was_approved_and_what_was_achieved():
    seen = Credential(compose(valid_for="3 years"))
    assert seen.raw["id"] == f"https://harbour.example/c/{CREDENTIAL}"
    assert seen.name == "Foundations of security"
    assert seen.valid_from == AT
    assert seen.valid_until == datetime(2029, 11, 23, 12, 0, tzinfo=UTC)
    # Midnight in Sydney, where the award was conferred.
    assert seen.awarded == datetime(2026, 11, 19, 13, 0, tzinfo=UTC)
    assert seen.issuer.raw["address"]["addressCountryCode"] == "AU"
    assert seen.achievement.version == "2"
    assert seen.achievement.id == "https://harbour.example/achievements/ach_security"
    assert seen.raw["credentialStatus"]["statusListIndex"] == "94567"
    (result,) = seen.subject.results
    scales = {scale.id: scale for scale in seen.achievement.result_descriptions}
    assert result.value == "71.5"
    assert scales[result.result_description].required_value == "50"


def test_every_fact_of_the_text_is_signed():
    narrative = Credential(compose(hours_note="Counted by hand.")).achievement.criteria.narrative
    for words in (
        "1. Find weak points in a small network.",
        "- Task: Live task (weight 60 %, secure)",
        "- Hours of learning: 40",
        "- Level: AQF level 8 (Outcomes were compared with the AQF criteria for level 8)",
        "- Taught: 12 hours",
        "- Counted by hand.",
        "This micro-credential is not a national qualification.",
    ):
        assert words in narrative


def test_the_learner_is_named_and_the_address_only_recognised():
    subject = Credential(compose()).subject
    assert subject.name == "Ada Lovelace"
    assert "ada@harbour.example" not in str(subject.raw)
    assert any(item.matches("ada@harbour.example") for item in subject.identifiers)


def test_without_an_address_the_reference_is_recognised():
    learner = Learner("", None, "per_ada", "salt")
    (identifier,) = Credential(compose(learner)).subject.identifiers
    assert identifier.identity_type == "identifier"
    assert identifier.matches("per_ada")


@pytest.mark.parametrize(
    ("total", "value"),
    [("40", "40"), ("39.999999", "39.99"), ("40.100000", "40.1"), ("0", "0"), ("100", "100")],
)
def test_a_result_is_cut_and_never_rounded_up(total, value):
    (result,) = Credential(compose(total=Decimal(total))).subject.results
    assert result.value == value


def test_no_result_is_made_up():
    assert "result" not in compose(total=None)["credentialSubject"]


def test_numbers_are_written_plainly():
    assert [plain(Decimal(text)) for text in ("1E+2", "12.50", "0.0", "7")] == [
        "100",
        "12.5",
        "0",
        "7",
    ]


def test_the_sample_is_nobodys_and_makes_documents_small(signer):
    composer = Composer(ISSUER, version())
    method, _ = published(signer)
    shared = composer.sample(method, at=AT)
    assert b"Ada" not in shared
    raw = sign(compose(), signer=signer, verification_method=method, created=AT)
    assert len(Archive(shared).pack(raw)) < len(raw) / 8


def test_a_profile_stands_alone_as_a_document():
    document = standalone(ISSUER.profile())
    assert document["@context"][0] == "https://www.w3.org/ns/credentials/v2"
    assert document["id"] == ADDRESSES.did
