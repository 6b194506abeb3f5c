"""Documents whose JSON says one thing and whose signed RDF says another, and people who claim a name."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from cairn.vc import statuslist
from cairn.vc.documents import Shelf
from cairn.vc.errors import CredentialError
from cairn.vc.jsonld import Disguised, OwnWords
from cairn.vc.report import Check, Report, State, Verdict
from cairn.vc.sign import sign
from cairn.vc.verify import MAX_STATUSES, inspect
from tests.support.university import DID, LIST_URL, NOW, YESTERDAY, University, badge

Json = dict[str, Any]
CRED = "https://www.w3.org/2018/credentials#"
DATE_TIME = "http://www.w3.org/2001/XMLSchema#dateTime"
OVER = "2026-11-02T00:00:00Z"


@pytest.fixture
def university() -> University:
    university = University()
    university.publish_list(7)
    return university


def lapsed(university: University) -> Json:
    """A credential that is revoked and over, as its holder has it."""
    entry = statuslist.entry(list_url=LIST_URL, index=7)
    signed: Json = json.loads(university.issue(credentialStatus=entry, validUntil=OVER))
    return signed


def look(university: University, document: Json) -> Report:
    return university.inspect(json.dumps(document).encode())


def check(report: Report, name: str) -> Check:
    return next(check for check in report if check.id == name)


def spelled_out(signed: Json) -> None:
    signed[CRED + "credentialStatus"] = signed.pop("credentialStatus")
    signed[CRED + "validUntil"] = {"@value": signed.pop("validUntil"), "@type": DATE_TIME}


def end_spelled_out(signed: Json) -> None:
    signed[CRED + "validUntil"] = {"@value": signed.pop("validUntil"), "@type": DATE_TIME}


def with_a_keyword(signed: Json) -> None:
    signed["@id"] = signed.pop("id")


@pytest.mark.parametrize("hide", [spelled_out, end_spelled_out, with_a_keyword])
def test_what_is_signed_cannot_be_hidden_under_a_longer_name(
    university: University, hide: Callable[[Json], None]
) -> None:
    signed = lapsed(university)
    hide(signed)
    report = look(university, signed)
    terms = check(report, "terms")
    assert (terms.state, terms.code) == (State.FAILED, "document.disguised")
    assert report.verdict is Verdict.NOT_CONFORMANT


def test_the_end_of_a_signature_cannot_be_hidden_either(university: University) -> None:
    signed = json.loads(university.issue())
    expiration = "https://w3id.org/security#expiration"
    signed["proof"][expiration] = {"@value": "2030-01-01T00:00:00Z", "@type": DATE_TIME}
    proof = check(look(university, signed), "proof")
    assert (proof.state, proof.code) == (State.FAILED, "document.disguised")


def test_an_end_date_cannot_move_into_another_mention_of_the_credential(
    university: University,
) -> None:
    """The page that shows a badge is evidence for it, under one address: in RDF they are one thing."""
    evidence = [{"id": badge()["id"], "type": ["Evidence"]}]
    signed = json.loads(university.issue(evidence=evidence, validUntil=OVER))
    assert look(university, signed).verdict is Verdict.EXPIRED
    moved = {"validUntil": signed.pop("validUntil")}
    signed["evidence"][0] |= {"type": ["Evidence", "VerifiableCredential"], **moved}
    terms = check(look(university, signed), "terms")
    assert (terms.state, terms.pointer) == (State.FAILED, "/evidence/0/validUntil")


OWN: Json = {
    "x": {"@id": CRED + "credentialStatus", "@type": "@id"},
    "y": {"@id": CRED + "validUntil", "@type": DATE_TIME},
}


def test_a_document_that_defines_its_own_words_is_never_genuine(university: University) -> None:
    signed = lapsed(university)
    signed["@context"].append(OWN)
    signed["x"], signed["y"] = signed.pop("credentialStatus"), signed.pop("validUntil")
    report = look(university, signed)
    terms = check(report, "terms")
    assert (terms.state, terms.code, terms.pointer) == (
        State.UNKNOWN,
        "context.own",
        "/@context/2",
    )
    assert report.verdict is Verdict.CANNOT_CHECK


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("credentialSubject",), "/credentialSubject/@context"),
        (("credentialSubject", "achievement"), "/credentialSubject/achievement/@context"),
        (("proof",), "/proof/@context"),
    ],
)
def test_definitions_count_at_any_depth(
    university: University, path: tuple[str, ...], place: str
) -> None:
    signed = json.loads(university.issue())
    target = signed
    for part in path:
        target = target[part]
    target["@context"] = {"y": "https://elsewhere.example/y"}
    assert check(look(university, signed), "terms").pointer == place


@pytest.mark.parametrize(
    "context",
    [
        {f"a{i}": f"a{i + 1}:x" for i in range(5000)},
        {"a0": "https://x.example/"} | {f"a{i}": f"a{i - 1}:x" for i in range(1, 8000)},
    ],
    ids=["a chain that overflows the stack", "addresses that grow"],
)
def test_definitions_of_strangers_are_not_even_worked_out(
    university: University, context: Json
) -> None:
    signed = json.loads(university.issue())
    signed["@context"].append(context)
    assert check(look(university, signed), "terms").code == "context.own"


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"@context": [*badge()["@context"], {"y": "https://elsewhere.example/y"}]}, OwnWords),
        ({CRED + "validUntil": {"@value": OVER, "@type": DATE_TIME}}, Disguised),
    ],
)
def test_none_of_it_is_signed(
    university: University, change: Json, fault: type[CredentialError]
) -> None:
    with pytest.raises(fault):
        university.issue(**change)


def test_a_name_that_anyone_can_claim_stands_beside_the_place_that_answered() -> None:
    other = University(did="did:web:other.example:a")
    document = badge()
    document["issuer"] |= {"id": other.did}
    report = other.inspect(other.sign(document))
    assert report.sentence == (
        "Genuine and current: Harbour University (other.example) made this statement and stands by "
        "it."
    )


@pytest.mark.parametrize("method", ["https://harbour.example/issuer#{}", "did:web:gone.example#{}"])
def test_a_stranger_does_not_make_the_issuer_say_that_it_is_over(method: str) -> None:
    stranger = University(publish=False)
    document = badge(validUntil=OVER)
    document["issuer"]["id"] = "https://harbour.example/issuer"
    raw = sign(
        document,
        signer=stranger.signer,
        verification_method=method.format(stranger.signer.public.multibase),
        created=YESTERDAY,
    )
    report = inspect(raw, documents=Shelf(), at=NOW)
    assert report.sentence == (
        "Expired: the time this was made for is over. It was not confirmed that Harbour University "
        "made it."
    )


def test_an_all_clear_from_another_list_of_the_issuer_is_none(university: University) -> None:
    university.publish_list(8, change=lambda made: made.update(id=LIST_URL + "0"))
    clear = check(university.inspect(university.issue_listed(7)), "status")
    assert (clear.state, clear.code) == (State.UNKNOWN, "STATUS_RETRIEVAL_ERROR")
    assert university.inspect(university.issue_listed(8)).verdict is Verdict.REVOKED


def test_a_mark_for_another_purpose_is_not_passed_over(university: University) -> None:
    university.publish_list(7, purpose="refresh")
    status = check(university.inspect(university.issue_listed(7, purpose="refresh")), "status")
    assert (status.state, status.code) == (State.UNKNOWN, "status.other_purpose")


def plain(university: University, entries: list[Json]) -> bytes:
    """A credential that is no badge, which may have several status entries."""
    return university.issue(
        type=["VerifiableCredential"],
        credentialSubject={"id": "did:example:ada"},
        issuer=DID,
        credentialStatus=entries,
    )


def test_a_revocation_counts_behind_a_list_that_cannot_be_had(university: University) -> None:
    gone = statuslist.entry(list_url="https://gone.example/1", index=7)
    raw = plain(university, [gone, statuslist.entry(list_url=LIST_URL, index=7)])
    report = university.inspect(raw)
    assert report.verdict is Verdict.REVOKED
    assert check(report, "status").pointer == "/credentialStatus/1"


def test_only_so_many_lists_are_followed(university: University) -> None:
    entries = [statuslist.entry(list_url=LIST_URL, index=i) for i in range(10, 11 + MAX_STATUSES)]
    assert university.inspect(plain(university, entries[1:])).verdict is Verdict.GENUINE
    status = check(university.inspect(plain(university, entries)), "status")
    assert (status.state, status.code) == (State.UNKNOWN, "status.too_many")


def test_a_list_of_the_old_data_model_with_an_odd_date_is_a_fault_and_no_crash(
    university: University,
) -> None:
    old = {
        "@context": [
            "https://www.w3.org/2018/credentials/v1",
            "https://w3id.org/security/data-integrity/v2",
        ],
        "id": LIST_URL,
        "type": ["VerifiableCredential"],
        "issuer": DID,
        "issuanceDate": "2026-01-01T00:00:00Z",
        "validFrom": "soon",
        "credentialSubject": {"id": LIST_URL + "#list"},
    }
    university.published[LIST_URL] = university.sign(old)
    status = check(university.inspect(university.issue_listed(7)), "status")
    assert (status.state, status.code) == (State.FAILED, "STATUS_VERIFICATION_ERROR")


def test_praise_of_something_else_is_no_praise_of_this(university: University) -> None:
    port = University(did="did:web:port.example")
    praise = {
        "@context": badge()["@context"],
        "id": "urn:uuid:7c8f5c8e-44c6-4b0e-a3cb-5d1f0c1c9a10",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": "Endorsement",
        "issuer": {"id": port.did, "type": ["Profile"], "name": "Port Authority"},
        "validFrom": "2026-11-01T00:00:00Z",
        "credentialSubject": {
            "id": "https://elsewhere.example/achievements/medicine",
            "type": ["EndorsementSubject"],
            "endorsementComment": "These are the skills we hire for.",
        },
    }
    raw = university.issue(endorsement=[json.loads(port.sign(praise))])
    shelf = Shelf(university.published | port.published)
    found = check(inspect(raw, documents=shelf, at=NOW), "endorsements")
    assert (found.state, found.code, found.pointer) == (
        State.UNKNOWN,
        "endorsements.other_subject",
        "/endorsement/0/credentialSubject/id",
    )


def test_a_document_of_ever_new_mixtures_of_words_is_left_unknown() -> None:
    university = University()
    kinds = [
        "Address",
        "Alignment",
        "GeoCoordinates",
        "IdentityObject",
        "Image",
        "Profile",
        "Related",
    ]
    mixtures = [
        [kind for bit, kind in enumerate(kinds) if number >> bit & 1] for number in range(1, 128)
    ]
    signed = json.loads(university.issue())
    signed["evidence"] = [{"type": ["Evidence", *mixture]} for mixture in mixtures]
    report = university.inspect(json.dumps(signed).encode())
    terms = next(check for check in report if check.id == "terms")
    assert (terms.state, terms.code) == (State.UNKNOWN, "document.over_budget")
