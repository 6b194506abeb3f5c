from __future__ import annotations

import json
from typing import Any

import pytest

from cairn.plug import UnknownPart
from cairn.vc.errors import DataLoss, Unsignable
from cairn.vc.sign import sign
from tests.support.university import YESTERDAY, University, badge


@pytest.fixture(scope="module")
def university() -> University:
    return University()


def test_the_signed_document_is_the_document_and_a_proof(university: University) -> None:
    document = badge()
    signed = json.loads(university.sign(document))
    proof = signed.pop("proof")
    assert signed == document
    assert list(proof) == [
        "type",
        "cryptosuite",
        "created",
        "verificationMethod",
        "proofPurpose",
        "proofValue",
    ]
    assert proof["created"] == "2026-11-22T12:00:00Z"


def test_signing_twice_gives_the_same_bytes(university: University) -> None:
    assert university.issue() == university.issue()


def test_the_document_is_left_as_it_was(university: University) -> None:
    document = badge()
    university.sign(document)
    assert document == badge()


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (lambda d: d.update(gradePointAverage=4), "/gradePointAverage"),
        (lambda d: d["credentialSubject"].update(nickname="Ada"), "/credentialSubject/nickname"),
        (
            lambda d: d["credentialSubject"]["achievement"]["criteria"].update(hint="x"),
            "/credentialSubject/achievement/criteria/hint",
        ),
        (lambda d: d["type"].append("Diploma"), "/type"),
    ],
)
def test_a_word_that_would_go_unsigned_is_refused_with_its_place(
    university: University, change: Any, place: str
) -> None:
    document = badge()
    change(document)
    with pytest.raises(DataLoss) as caught:
        university.sign(document)
    assert caught.value.pointer == place


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"credentialSubject": {"type": ["AchievementSubject"]}}, "/credentialSubject"),
        ({"validFrom": "2026-11-01"}, "/validFrom"),
        ({"id": "no address"}, "/id"),
        ({"issuer": None}, "/issuer"),
        ({"@context": ["https://www.w3.org/ns/credentials/v2"]}, "/@context"),
        ({"validUntil": "2020-01-01T00:00:00Z"}, "/validUntil"),
        ({"proof": {"type": "DataIntegrityProof"}}, "/proof"),
    ],
)
def test_what_breaks_the_standard_is_not_signed(
    university: University, changes: dict[str, object], place: str
) -> None:
    with pytest.raises(Unsignable) as caught:
        university.sign(badge(**changes))
    assert (caught.value.pointer or "").startswith(place)


@pytest.mark.parametrize("number", [1e-7, 0.30000000000000004, 562949953421312.2])
def test_a_number_that_readers_write_differently_is_refused(
    university: University, number: float
) -> None:
    subject = badge()["credentialSubject"] | {"creditsEarned": number}
    with pytest.raises(Unsignable) as caught:
        university.issue(credentialSubject=subject)
    assert caught.value.pointer == "/credentialSubject/creditsEarned"


@pytest.mark.parametrize("number", [0.1, -2.5, 1e-4, 42.0, 1234567890.123, 33.3333333333333])
def test_an_everyday_number_is_signed(university: University, number: float) -> None:
    subject = badge()["credentialSubject"] | {"creditsEarned": number}
    assert university.issue(credentialSubject=subject)


def test_an_unknown_suite_names_the_known_ones(university: University) -> None:
    with pytest.raises(UnknownPart, match="eddsa-rdfc-2022"):
        sign(
            badge(),
            signer=university.signer,
            verification_method=university.method,
            created=YESTERDAY,
            cryptosuite="rot13-2026",
        )
