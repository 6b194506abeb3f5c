"""VC-JWT of Open Badges: claims that repeat the credential, a strict header, and whose key it is."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cairn.vc.baking import bake, unbake
from cairn.vc.did import key as did_key
from cairn.vc.documents import Shelf
from cairn.vc.errors import Unsignable
from cairn.vc.jose import openbadges
from cairn.vc.keys import Algorithm, WrongKind
from cairn.vc.report import Check, Report, State, Verdict
from cairn.vc.verify import NotVerified, inspect, verify
from tests.support.jose import SIGNERS, changed, parts, publish, token
from tests.support.university import DID, LIST_URL, NOW, University, badge

Json = dict[str, Any]
RSA, P256 = SIGNERS["RSA"], SIGNERS["P-256"]


@pytest.fixture
def university() -> University:
    university = University()
    publish(university, "RSA", "P-256", "Ed25519")
    return university


def issue(kind: Algorithm = "P-256", document: Json | None = None) -> str:
    return openbadges.issue(
        document or badge(), signer=SIGNERS[kind], key_id=f"{DID}#{kind.lower()}"
    )


def look(text: str, university: University) -> Report:
    return inspect(text.encode(), documents=Shelf(university.published), at=NOW)


def proof_of(report: Report) -> Check:
    return next(check for check in report if check.id == "proof")


@pytest.mark.parametrize(("kind", "alg"), [("RSA", "RS256"), ("P-256", "ES256")])
def test_what_is_issued_is_genuine(kind: Algorithm, alg: str, university: University) -> None:
    text = issue(kind, badge(validUntil="2027-02-28T09:30:00Z"))
    header, claims = parts(text)
    assert header == {"alg": alg, "typ": "JWT", "kid": f"{DID}#{kind.lower()}"}
    assert {name: claims[name] for name in ("iss", "jti", "sub", "nbf", "exp")} == {
        "iss": DID,
        "jti": "urn:uuid:0d5d2f1e-5a0b-4c5f-9a9c-0a3f5a0f9f11",
        "sub": "did:example:ada",
        "nbf": 1793523600,
        "exp": 1803807000,
    }
    report = look(text, university)
    assert (report.verdict, report.failed, report.unknown) == (Verdict.GENUINE, set(), set())
    assert (
        proof_of(report).message == "Nothing in it has changed since it was signed, to the letter."
    )
    verified = verify(text.encode(), documents=Shelf(university.published), at=NOW)
    assert verified.credential.name == "Foundations of security"
    assert verified.raw == text.encode()


@pytest.mark.parametrize("around", ["{}\n", " {}", "\r\n{}\t"])
def test_the_space_around_a_file_does_not_count(around: str, university: University) -> None:
    assert look(around.format(issue()), university).verdict is Verdict.GENUINE


def test_a_key_in_the_header_proves_that_nothing_was_changed_and_no_more() -> None:
    text = openbadges.issue(badge(), signer=P256)
    assert parts(text)[0] == {"alg": "ES256", "typ": "JWT", "jwk": P256.public.jwk}
    unreachable = inspect(text.encode(), documents=Shelf(), at=NOW)
    assert unreachable.verdict is Verdict.ISSUER_UNCONFIRMED
    stranger = University()
    assert look(text, stranger).verdict is Verdict.WRONG_ISSUER
    publish(stranger, "P-256")
    assert look(text, stranger).verdict is Verdict.GENUINE


def test_a_did_key_of_the_issuer_is_the_key_and_no_name() -> None:
    did = did_key.did_from(P256.public)
    issuer = {"id": did, "type": ["Profile"], "name": "Harbour University"}
    text = openbadges.issue(badge(issuer=issuer), signer=P256)
    report = inspect(text.encode(), documents=Shelf(), at=NOW)
    assert report.verdict is Verdict.GENUINE
    assert report.sentence.startswith("Genuine and current: the holder of the key did:key:zDn")
    other = openbadges.issue(badge(issuer=issuer), signer=RSA)
    assert inspect(other.encode(), documents=Shelf(), at=NOW).verdict is Verdict.WRONG_ISSUER


KID = "https://keys.example/badges"


@pytest.mark.parametrize(
    ("kid", "published"),
    [
        (KID, P256.public.jwk),
        (KID, {"keys": [P256.public.jwk]}),
        (KID + "#1", {"keys": [RSA.public.jwk | {"kid": "2"}, P256.public.jwk | {"kid": "1"}]}),
        (KID + "#1", {"keys": ["x", P256.public.jwk | {"kid": KID + "#1"}]}),
    ],
)
def test_a_kid_may_lead_to_a_key_or_a_set_of_keys(kid: str, published: Json) -> None:
    text = openbadges.issue(badge(), signer=P256, key_id=kid)
    shelf = {KID: json.dumps(published).encode()}
    alone = inspect(text.encode(), documents=Shelf(shelf), at=NOW)
    assert alone.verdict is Verdict.ISSUER_UNCONFIRMED
    issuer = University()
    publish(issuer, "P-256")
    both = inspect(text.encode(), documents=Shelf(shelf | issuer.published), at=NOW)
    assert both.verdict is Verdict.GENUINE


def test_a_set_of_keys_at_the_issuers_own_address_speaks_for_it() -> None:
    document = badge(issuer={"id": KID, "type": ["Profile"], "name": "Harbour"})
    text = openbadges.issue(document, signer=RSA, key_id=KID + "#1")
    shelf = {KID: json.dumps({"keys": [RSA.public.jwk | {"kid": "1"}]}).encode()}
    assert inspect(text.encode(), documents=Shelf(shelf), at=NOW).verdict is Verdict.GENUINE


@pytest.mark.parametrize(
    ("published", "says"),
    [
        ({"keys": []}, "does not stand once among those published there"),
        ({"keys": [P256.public.jwk, P256.public.jwk]}, "does not stand once"),
        (P256.public.jwk | {"d": "AQ"}, "holds the private member d"),
        (RSA.public.jwk, "made with a key of the kind P-256; this one is RSA"),
        ({"id": "https://other.example"}, "is about something else"),
        ([], "is not a key document"),
    ],
)
def test_a_kid_that_leads_elsewhere_fails(published: object, says: str) -> None:
    text = openbadges.issue(badge(), signer=P256, key_id=KID)
    shelf = Shelf({KID: json.dumps(published).encode()})
    check = proof_of(inspect(text.encode(), documents=shelf, at=NOW))
    assert (check.state, says in check.message) == (State.FAILED, True)


def test_a_key_that_cannot_be_had_is_unknown() -> None:
    text = openbadges.issue(badge(), signer=P256, key_id=KID)
    report = inspect(text.encode(), documents=Shelf(), at=NOW)
    assert (report.verdict, report.unknown) == (Verdict.CANNOT_CHECK, {"proof"})


def test_a_key_in_the_header_must_be_the_one_it_names(university: University) -> None:
    text = changed(issue(), P256, header={"jwk": RSA.public.jwk})
    assert "another key" in proof_of(look(text, university)).message
    same = changed(issue(), P256, header={"jwk": P256.public.jwk})
    assert look(same, university).verdict is Verdict.GENUINE


CLAIMS: list[tuple[str, Any]] = [
    ("iss", "did:web:other.example"),
    ("iss", None),
    ("iss", [DID]),
    ("jti", "urn:uuid:other"),
    ("jti", None),
    ("sub", "did:example:eve"),
    ("sub", ""),
    ("nbf", 1793523601),
    ("nbf", "1793523600"),
    ("nbf", True),
    ("nbf", None),
    ("exp", 1893523600),
    ("exp", False),
    ("vp", {}),
    ("vc", badge()),
    ("vc", "x"),
]


@pytest.mark.parametrize(("name", "value"), CLAIMS, ids=str)
def test_each_claim_is_compared(name: str, value: Any, university: University) -> None:
    report = look(changed(issue(), P256, **{name: value}), university)
    check = proof_of(report)
    assert (check.state, check.code) == (State.FAILED, "jose.claim")
    assert check.pointer == ("/vc" if name in ("vc", "vp") else f"/{name}")
    assert report.verdict is Verdict.NOT_CONFORMANT


def test_an_end_that_only_one_of_them_knows_fails(university: University) -> None:
    ends = issue(document=badge(validUntil="2027-02-28T09:30:00Z"))
    assert proof_of(look(changed(ends, P256, exp=None), university)).pointer == "/exp"
    assert proof_of(look(changed(ends, P256, validUntil=None), university)).pointer == "/exp"


def test_a_token_without_sub_is_read_as_the_official_samples_are(university: University) -> None:
    assert look(changed(issue(), P256, sub=None), university).verdict is Verdict.GENUINE


@pytest.mark.parametrize("claim", [{"iat": 1}, {"aud": "x"}, {"cnf": {}}])
def test_other_registered_claims_are_no_part_of_the_credential(
    claim: Json, university: University
) -> None:
    assert look(changed(issue(), P256, **claim), university).verdict is Verdict.GENUINE


def test_a_word_that_nobody_defined_is_not_in_order(university: University) -> None:
    report = look(changed(issue(), P256, remark="extra"), university)
    assert (report.verdict, report.failed) == (
        Verdict.NOT_CONFORMANT,
        {"schema", "terms"} & report.failed,
    )
    assert "terms" in report.failed
    assert "proof" in report.passed


@pytest.mark.parametrize("name", ["x5c", "x5u", "jku", "cty", "x5t", "zip", "other"])
def test_no_other_header_is_allowed(name: str, university: University) -> None:
    check = proof_of(look(changed(issue(), P256, header={name: "vc"}), university))
    assert (check.state, check.code, check.pointer) == (State.FAILED, "jose.header", f"/{name}")


@pytest.mark.parametrize("typ", ["JWT", "jwt", "application/JWT", None])
def test_the_type_is_jwt_or_left_out(typ: str | None, university: University) -> None:
    assert look(changed(issue(), P256, header={"typ": typ}), university).verdict is Verdict.GENUINE


@pytest.mark.parametrize("typ", ["JOSE", "vp+jwt", "dc+sd-jwt", "at+jwt", "vc+sd-jwt", "vc+cose"])
def test_another_type_is_another_form(typ: str, university: University) -> None:
    check = proof_of(look(changed(issue(), P256, header={"typ": typ}), university))
    assert (check.state, check.code) == (State.FAILED, "jose.header")


def test_the_older_data_model_stands_under_vc(university: University) -> None:
    old = badge(
        **{"@context": ["https://www.w3.org/2018/credentials/v1", badge()["@context"][1]]},
        validFrom=None,
        issuanceDate="2026-11-01T09:00:00Z",
        expirationDate="2027-02-28T09:30:00Z",
    )
    claims = {"vc": old, "iss": DID, "jti": old["id"], "nbf": 1793523600, "exp": 1803807000}
    header = {"alg": "ES256", "kid": f"{DID}#p-256"}
    assert look(token(header, claims, P256), university).verdict is Verdict.GENUINE
    moved = token(header, claims | {"nbf": 1}, P256)
    assert proof_of(look(moved, university)).pointer == "/nbf"


def test_every_letter_of_the_payload_counts(university: University) -> None:
    text = issue()
    header, payload, signature = text.split(".")
    verdicts = set()
    for place in range(0, len(payload), 53):
        other = "A" if payload[place] != "A" else "B"
        report = look(
            f"{header}.{payload[:place]}{other}{payload[place + 1 :]}.{signature}", university
        )
        verdicts.add(report.verdict)
    assert Verdict.ALTERED in verdicts
    assert not verdicts & {Verdict.GENUINE, Verdict.ISSUER_UNCONFIRMED}


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        (
            {"credentialSubject": badge()["credentialSubject"] | {"id": None}},
            "/credentialSubject/id",
        ),
        ({"iss": DID}, "/iss"),
        ({"vc": {}}, "/vc"),
        ({"validFrom": "2026-11-01"}, "/validFrom"),
        ({"remark": "x"}, "/remark"),
    ],
)
def test_what_could_not_be_repeated_is_not_signed(changes: Json, place: str) -> None:
    document = badge(**changes)
    subject = document["credentialSubject"]
    if subject["id"] is None:
        del subject["id"]
        subject["identifier"] = [
            {
                "type": "IdentityObject",
                "hashed": False,
                "identityHash": "Ada",
                "identityType": "name",
            }
        ]
    with pytest.raises(Unsignable) as caught:
        issue(document=document)
    assert caught.value.pointer == place


@pytest.mark.parametrize("kind", ["Ed25519", "P-384", "P-521"])
def test_other_kinds_of_keys_do_not_sign(kind: Algorithm) -> None:
    with pytest.raises(
        WrongKind, match="A VC-JWT of Open Badges is made with a key of the kind RSA or P-256"
    ):
        issue(kind)


def test_status_and_dates_are_asked_as_for_any_other(university: University) -> None:
    university.publish_list(7)
    entry = json.loads(university.issue_listed(7))["credentialStatus"]
    assert entry["statusListCredential"] == LIST_URL
    revoked = issue(document=badge(credentialStatus=entry))
    assert look(revoked, university).verdict is Verdict.REVOKED
    over = issue(document=badge(validUntil="2026-11-02T00:00:00Z"))
    assert look(over, university).verdict is Verdict.EXPIRED
    with pytest.raises(NotVerified):
        verify(over.encode(), documents=Shelf(university.published), at=NOW)


def test_a_proof_inside_was_there_first_and_has_to_hold(university: University) -> None:
    signed = json.loads(university.issue())
    text = openbadges.issue(signed, signer=P256, key_id=f"{DID}#p-256")
    assert look(text, university).verdict is Verdict.GENUINE
    name = changed(text, P256, name="Something else")
    assert look(name, university).verdict is Verdict.ALTERED


def endorsement(**changes: Any) -> Json:
    document: Json = {
        "@context": badge()["@context"],
        "id": "urn:uuid:2f0e1a33-7c55-4c0f-8a38-9f6e7d1b2c3d",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": "A good word",
        "issuer": {"id": DID, "type": ["Profile"], "name": "Harbour University"},
        "validFrom": "2026-11-01T09:00:00Z",
        "credentialSubject": {
            "id": "https://harbour.example/achievements/security",
            "type": ["EndorsementSubject"],
            "endorsementComment": "Useful at work.",
        },
    }
    return document | changes


def test_an_endorsement_as_a_jwt_is_checked(university: University) -> None:
    good = issue(document=endorsement())
    report = look(issue(document=badge(endorsementJwt=[good])), university)
    assert (report.verdict, "endorsements" in report.passed) == (Verdict.GENUINE, True)
    head, payload, signature = good.split(".")
    other = "A" if signature[5] != "A" else "B"
    forged = f"{head}.{payload}.{signature[:5]}{other}{signature[6:]}"
    report = look(issue(document=badge(endorsementJwt=[forged])), university)
    check = next(check for check in report if check.id == "endorsements")
    assert (check.state, check.code, check.pointer) == (
        State.FAILED,
        "proof.altered",
        "/endorsementJwt/0",
    )


@pytest.mark.parametrize("given", ["x", "a.b.c", "eyJ.eyJ.eyJ", "ü.ü.ü", 7])
def test_an_endorsement_that_cannot_be_read_is_unknown(given: Any, university: University) -> None:
    report = look(changed(issue(), P256, endorsementJwt=[given]), university)
    assert "endorsements" in report.unknown


def test_it_travels_in_a_picture(university: University) -> None:
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"></svg>'
    text = issue()
    baked = unbake(bake(svg, text))
    assert (baked.form, baked.text) == ("jws", text)
    assert look(baked.text, university).verdict is Verdict.GENUINE
