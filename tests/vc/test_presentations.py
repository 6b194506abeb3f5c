"""A presentation is looked at whole: its holder, what was asked of it, and each credential in it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cairn.vc import statuslist
from cairn.vc.did import key as did_key
from cairn.vc.documents import Shelf
from cairn.vc.errors import Unsignable
from cairn.vc.jose import cose, enveloped, w3c
from cairn.vc.keys import SoftwareSigner
from cairn.vc.report import Report, State, Verdict
from cairn.vc.sign import Options, sign
from cairn.vc.verify import Expected, NotVerified, inspect, verify, verify_presentation
from tests.support.university import LIST_URL, NOW, YESTERDAY, University

Json = dict[str, Any]
ADA = SoftwareSigner.from_seed(b"\7" * 32)
ADA_ID = did_key.did_from(ADA.public)
ADA_KEY = did_key.verification_method(ADA_ID)
ASKED = Expected(domain="employer.example", challenge="b6c1")
ANSWER = Options(purpose="authentication", domain="employer.example", challenge="b6c1")


def presentation(*credentials: Any, **changes: Any) -> Json:
    document: Json = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiablePresentation"],
        "holder": ADA_ID,
        "verifiableCredential": list(credentials),
    }
    return {name: item for name, item in (document | changes).items() if item is not None}


def signed(document: Json, *, options: Options = ANSWER, signer: SoftwareSigner = ADA) -> bytes:
    method = did_key.verification_method(did_key.did_from(signer.public))
    return sign(
        document, signer=signer, verification_method=method, created=YESTERDAY, options=options
    )


@pytest.fixture
def university() -> University:
    made = University()
    made.publish_list(7)
    return made


@pytest.fixture
def credential(university: University) -> Json:
    document: Json = json.loads(university.issue_listed(8))
    return document


def look(university: University, raw: bytes, expected: Expected = ASKED) -> Report:
    return inspect(raw, documents=Shelf(university.published), at=NOW, expected=expected)


def check(report: Report, name: str) -> tuple[State, str | None, str | None]:
    found = next(one for one in report if one.id == name)
    return found.state, found.code, found.pointer


def test_a_presentation_of_what_holds_is_genuine(university: University, credential: Json) -> None:
    report = look(university, signed(presentation(credential, credential)))
    assert [one.id for one in report] == [
        "json",
        "data_model",
        "terms",
        "proof",
        "holder",
        "credentials",
    ]
    assert report.verdict is Verdict.GENUINE
    assert report.passed == {one.id for one in report}
    assert [inner.verdict for inner in report.inside] == [Verdict.GENUINE] * 2
    assert report.sentence == (
        f"Genuine and current: {ADA_ID} presents 2 credentials, and each of them holds."
    )


def test_one_that_holds_is_returned_and_nothing_else(
    university: University, credential: Json
) -> None:
    raw, shelf = signed(presentation(credential)), Shelf(university.published)
    presented = verify_presentation(raw, documents=shelf, at=NOW, expected=ASKED)
    assert (presented.holder, len(presented.credentials)) == (ADA_ID, 1)
    assert presented.credentials[0].name == "Foundations of security"
    with pytest.raises(NotVerified, match="presentation of credentials"):
        verify(raw, documents=shelf, at=NOW, expected=ASKED)
    with pytest.raises(NotVerified, match="nobody presents"):
        verify_presentation(json.dumps(credential).encode(), documents=shelf, at=NOW)
    with pytest.raises(NotVerified):
        verify_presentation(raw, documents=shelf, at=NOW, expected=Expected(challenge="other"))


@pytest.mark.parametrize(
    ("expected", "code"),
    [
        (Expected(challenge="other"), "INVALID_CHALLENGE_ERROR"),
        (Expected(domain="other.example"), "INVALID_DOMAIN_ERROR"),
        (Expected(domain=["employer.example", "other.example"]), "INVALID_DOMAIN_ERROR"),
    ],
)
def test_an_answer_to_another_question_is_refused(
    university: University, credential: Json, expected: Expected, code: str
) -> None:
    report = look(university, signed(presentation(credential)), expected)
    assert check(report, "proof")[:2] == (State.FAILED, code)
    assert report.verdict is Verdict.NOT_CONFORMANT
    assert report.sentence.startswith("Not made for this occasion")


def test_who_asks_nothing_takes_any_answer(university: University, credential: Json) -> None:
    report = look(university, signed(presentation(credential)), Expected())
    assert report.verdict is Verdict.GENUINE


def test_a_proof_that_makes_a_statement_presents_nothing(
    university: University, credential: Json
) -> None:
    report = look(university, signed(presentation(credential), options=Options()), Expected())
    assert check(report, "proof") == (
        State.FAILED,
        "PROOF_VERIFICATION_ERROR",
        "/proof/proofPurpose",
    )


def test_somebody_else_cannot_present_for_the_holder(
    university: University, credential: Json
) -> None:
    other = SoftwareSigner.generate()
    report = look(university, signed(presentation(credential), signer=other))
    assert report.verdict in (Verdict.WRONG_ISSUER, Verdict.ISSUER_UNCONFIRMED)
    assert "holder" not in report.passed


def test_without_a_holder_the_signer_presents(university: University, credential: Json) -> None:
    report = look(university, signed(presentation(credential, holder=None)))
    assert report.verdict is Verdict.GENUINE
    assert "names no holder" in next(one.message for one in report if one.id == "holder")


def test_nobody_signed(university: University, credential: Json) -> None:
    report = look(university, json.dumps(presentation(credential)).encode())
    assert check(report, "proof") == (State.FAILED, "proof.missing", "/proof")
    assert report.inside[0].verdict is Verdict.GENUINE
    assert report.verdict is not Verdict.GENUINE


def test_what_was_altered_is_seen_wherever_it_stands(
    university: University, credential: Json
) -> None:
    document = json.loads(signed(presentation(credential)))
    document["verifiableCredential"][0]["name"] = "Medicine"
    report = look(university, json.dumps(document).encode())
    assert report.verdict is Verdict.ALTERED
    assert report.inside[0].verdict is Verdict.ALTERED
    again = look(university, signed(presentation({**credential, "name": "Medicine"})))
    assert (again.verdict, check(again, "proof")[0]) == (Verdict.ALTERED, State.PASSED)
    assert check(again, "credentials") == (
        State.FAILED,
        "proof.altered",
        "/verifiableCredential/0/proof/proofValue",
    )


def test_the_gravest_of_the_credentials_gives_the_verdict(
    university: University, credential: Json
) -> None:
    revoked = json.loads(university.issue_listed(7))
    ended = json.loads(university.issue(validUntil="2026-11-02T00:00:00Z"))
    report = look(university, signed(presentation(credential, ended, revoked)))
    assert report.verdict is Verdict.REVOKED
    assert report.sentence.startswith("One of the credentials in it does not stand. Revoked:")
    assert [inner.verdict for inner in report.inside] == [
        Verdict.GENUINE,
        Verdict.EXPIRED,
        Verdict.REVOKED,
    ]


def test_credentials_in_envelopes_stand_beside_those_with_a_proof(
    university: University, credential: Json
) -> None:
    token = w3c.issue(
        {**credential, "proof": None} | {"proof": credential["proof"]},
        signer=university.signer,
        key_id=university.method,
    )
    message = cose.issue(credential, signer=university.signer, key_id=university.method)
    inside = [enveloped.credential("vc+jwt", token), enveloped.credential("vc+cose", message)]
    report = look(university, signed(presentation(credential, *inside)))
    assert [inner.verdict for inner in report.inside] == [Verdict.GENUINE] * 3
    assert report.verdict is Verdict.GENUINE


@pytest.mark.parametrize("form", ["jwt", "data", "cose"])
def test_a_presentation_in_an_envelope(university: University, credential: Json, form: str) -> None:
    token = w3c.issue(credential, signer=university.signer, key_id=university.method)
    document = presentation(enveloped.credential("vc+jwt", token))
    if form == "cose":
        raw = cose.issue(document, signer=ADA, key_id=ADA_KEY, kind="vp")
        report = look(university, raw, Expected())
    else:
        text = w3c.issue(
            document,
            signer=ADA,
            key_id=ADA_KEY,
            kind="vp",
            audience="employer.example",
            nonce="b6c1",
        )
        raw = text.encode()
        if form == "data":
            outer = {
                "@context": "https://www.w3.org/ns/credentials/v2",
                "type": "EnvelopedVerifiablePresentation",
                "id": enveloped.url_of("vp+jwt", text),
            }
            raw = json.dumps(outer).encode()
        report = look(university, raw)
        late = look(university, raw, Expected(challenge="other"))
        assert check(late, "proof") == (State.FAILED, "INVALID_CHALLENGE_ERROR", "/nonce")
    assert report.verdict is Verdict.GENUINE
    assert [inner.verdict for inner in report.inside] == [Verdict.GENUINE]


def test_what_is_no_credential_is_no_credential_here_either(university: University) -> None:
    document = presentation()
    document["verifiableCredential"] = "a.b.c"
    with pytest.raises(Unsignable, match="must be a credential"):
        signed(document)
    report = look(university, json.dumps(document).encode())
    assert check(report, "data_model")[0] is State.FAILED
    assert check(report, "credentials")[0] is State.FAILED


def test_whose_the_credentials_are_is_asked_of_each(
    university: University, credential: Json
) -> None:
    raw = signed(presentation(credential))
    for who, verdict in (
        ("did:example:ada", Verdict.GENUINE),
        ("did:example:bo", Verdict.OTHER_RECIPIENT),
    ):
        assert look(university, raw, replace(ASKED, recipient=who)).verdict is verdict
    empty = signed(presentation(verifiableCredential=None))
    report = look(university, empty, replace(ASKED, recipient="did:example:ada"))
    assert (report.verdict, set(report.unknown)) == (Verdict.CANNOT_CHECK, {"recipient"})


def test_an_empty_presentation_presents_nothing(university: University) -> None:
    report = look(university, signed(presentation(verifiableCredential=None)))
    assert report.sentence == f"Genuine and current: {ADA_ID} presents no credential."
    assert check(report, "credentials")[0] is State.SKIPPED


def test_more_than_anyone_reads_is_not_read(university: University, credential: Json) -> None:
    document = presentation(*[{"id": f"urn:x:{n}"} for n in range(65)])
    report = look(university, json.dumps(document).encode(), Expected())
    assert check(report, "credentials")[:2] == (State.UNKNOWN, "credentials.too_many")
    assert report.inside == ()


def test_the_addresses_of_all_credentials_together_are_counted(university: University) -> None:
    asked: set[str] = set()

    class Counting(Shelf):
        def load(self, url: str) -> bytes:
            asked.add(url)
            return super().load(url)

    many = []
    for number in range(64):
        entry = statuslist.entry(list_url=f"{LIST_URL}/{number}", index=1)
        many.append(json.loads(university.issue(credentialStatus=entry)))
    raw = signed(presentation(*many))
    report = inspect(raw, documents=Counting(university.published), at=NOW, expected=ASKED)
    assert report.verdict is Verdict.CANNOT_CHECK
    assert len(asked) == 64


def test_the_example_of_the_page_runs() -> None:
    page = Path(__file__).parents[2] / "docs/how-to/check-a-presentation.md"
    (example,) = re.findall(r"```python\n(.*?)```", page.read_text("utf-8"), re.DOTALL)
    exec(compile(example, str(page), "exec"), {})
