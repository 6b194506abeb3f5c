"""The traps of JOSE, each under its name: RFC 8725, and what peers got wrong."""

from __future__ import annotations

import hashlib
import hmac
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.vc.document import MAX_BYTES
from cairn.vc.documents import Shelf
from cairn.vc.errors import Unreadable
from cairn.vc.jose import compact, envelope, openbadges, w3c
from cairn.vc.jose.errors import BadHeader
from cairn.vc.keys import Algorithm
from cairn.vc.report import Check, Report, State, Verdict
from cairn.vc.verify import inspect
from tests.support.jose import KINDS, SIGNERS, b64, changed, parts, publish, token
from tests.support.university import DID, NOW, University, badge

Json = dict[str, Any]
P256, RSA = SIGNERS["P-256"], SIGNERS["RSA"]
GOOD = openbadges.issue(badge(), signer=P256, key_id=f"{DID}#p-256")
UNIVERSITY = University()
publish(UNIVERSITY, *KINDS)


class Counting(Shelf):
    """A shelf that remembers what was asked of it."""

    def __init__(self, documents: dict[str, bytes]) -> None:
        super().__init__(documents)
        self.asked: list[str] = []

    def load(self, url: str) -> bytes:
        self.asked.append(url)
        return super().load(url)


def look(text: str | bytes, shelf: Shelf | None = None) -> Report:
    raw = text.encode() if isinstance(text, str) else text
    return inspect(raw, documents=shelf or Shelf(UNIVERSITY.published), at=NOW)


def proof_of(report: Report) -> Check:
    return next(check for check in report if check.id == "proof")


def test_what_the_traps_are_set_against_is_genuine() -> None:
    assert look(GOOD).verdict is Verdict.GENUINE


@pytest.mark.parametrize("alg", ["none", "None", "NONE", "nOnE"])
@pytest.mark.parametrize("signed", [True, False])
def test_alg_none(alg: str, signed: bool) -> None:
    header, claims = parts(GOOD)
    report = look(token(header | {"alg": alg}, claims, P256 if signed else None))
    check = proof_of(report)
    assert (check.state, check.code) == (State.FAILED, "jose.algorithm")
    assert "nobody signed it" in check.message
    assert report.verdict is Verdict.NOT_CONFORMANT


@pytest.mark.parametrize("alg", ["HS256", "HS384", "HS512"])
def test_algorithm_confusion_a_public_key_as_a_shared_secret(alg: str) -> None:
    header, claims = parts(GOOD)
    message = f"{b64(header | {'alg': alg})}.{b64(claims)}"
    for secret in (P256.public.raw, json.dumps(P256.public.jwk).encode(), RSA.public.raw):
        seal = hmac.new(secret, message.encode(), getattr(hashlib, f"sha{alg[2:]}")).digest()
        check = proof_of(look(f"{message}.{b64(seal)}"))
        assert (check.state, check.code) == (State.FAILED, "jose.algorithm")
        assert "everybody who checks could forge" in check.message


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("alg", ["RS256", "ES256"])
def test_algorithm_confusion_the_kind_of_the_key_decides(kind: Algorithm, alg: str) -> None:
    own = {"RSA": "RS256", "P-256": "ES256"}.get(kind)
    header, claims = parts(GOOD)
    text = token(header | {"alg": alg, "kid": f"{DID}#{kind.lower()}"}, claims, SIGNERS[kind])
    check = proof_of(look(text))
    if alg == own:
        assert check.state is State.PASSED
    else:
        assert (check.state, check.code) == (State.FAILED, "key.wrong_kind")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("alg", ["RS256", "ES256", "ES384", "ES512", "EdDSA", "Ed25519", "PS256"])
def test_algorithm_confusion_in_the_form_of_the_w3c(kind: Algorithm, alg: str) -> None:
    own = {
        "P-256": ["ES256"],
        "P-384": ["ES384"],
        "P-521": ["ES512"],
        "Ed25519": ["EdDSA", "Ed25519"],
    }
    header = {"alg": alg, "typ": "vc+jwt", "kid": f"{DID}#{kind.lower()}"}
    check = proof_of(look(token(header, badge(), SIGNERS[kind])))
    assert (check.state is State.PASSED) is (alg in own.get(kind, []))
    assert check.code in (None, "jose.algorithm", "key.wrong_kind")


@pytest.mark.parametrize("alg", ["ES384", "ES256K", "PS256", "RS384", "RS1", "EdDSA", "", "es256"])
def test_open_badges_knows_two_algorithms(alg: str) -> None:
    check = proof_of(look(changed(GOOD, P256, header={"alg": alg})))
    assert (check.state, check.code) == (State.FAILED, "jose.algorithm")
    assert "is signed with ES256 or RS256" in check.message


@pytest.mark.parametrize(
    "header", [{"alg": None}, {"alg": 7}, {"alg": ["ES256"]}, {"kid": 7}, {"typ": {}}]
)
def test_a_header_of_the_wrong_types(header: Json) -> None:
    report = look(changed(GOOD, P256, header=header))
    assert report.verdict is Verdict.UNREADABLE
    assert next(iter(report)).code == "jose.header"


@pytest.mark.parametrize(
    "header",
    [
        {"crit": ["exp"]},
        {"crit": []},
        {"crit": ["b64"], "b64": False},
        {"b64": False},
        {"b64": True},
    ],
)
def test_crit_and_b64_are_refused(header: Json) -> None:
    report = look(changed(GOOD, P256, header=header))
    assert (report.verdict, next(iter(report)).code) == (Verdict.UNREADABLE, "jose.header")


@pytest.mark.parametrize("name", ["jku", "x5u"])
@pytest.mark.parametrize("typ", ["JWT", "vc+jwt"])
def test_addresses_in_the_header_are_never_fetched(name: str, typ: str) -> None:
    # Contexts and keys fetched at run time are a way to make a verifier call anybody.
    shelf = Counting(UNIVERSITY.published)
    header = {name: "https://attacker.example/keys", "typ": typ}
    look(changed(GOOD, P256, header=header), shelf)
    assert set(shelf.asked) <= {"https://harbour.example/.well-known/did.json"}


@pytest.mark.parametrize(
    "kid", ["http://keys.example/1", "file:///etc/passwd", "urn:x:y", "javascript:1", "//x"]
)
def test_a_kid_of_another_scheme_is_not_fetched(kid: str) -> None:
    shelf = Counting(UNIVERSITY.published)
    check = proof_of(look(changed(GOOD, P256, header={"kid": kid}), shelf))
    assert check.state is State.FAILED
    assert [url for url in shelf.asked if not url.startswith("https://harbour.example/")] == []


@pytest.mark.parametrize("member", ["d", "p", "q", "dp", "dq", "qi", "oth", "k"])
@pytest.mark.parametrize("kind", ["RSA", "P-256"])
def test_a_private_key_in_the_header(member: str, kind: Algorithm) -> None:
    signer = SIGNERS[kind]
    text = openbadges.issue(badge(), signer=signer)
    check = proof_of(
        look(changed(text, signer, header={"jwk": signer.public.jwk | {member: "AQ"}}))
    )
    assert (check.state, check.code) == (State.FAILED, "key.malformed")
    assert "stop using this key" in check.message


def test_anybody_can_sign_as_any_university_with_a_key_of_their_own() -> None:
    # P5b: the key in the header proves only that the letters are unaltered.
    stranger = SIGNERS["RSA"]
    text = openbadges.issue(badge(), signer=stranger)
    assert look(text, Shelf()).verdict is Verdict.ISSUER_UNCONFIRMED
    assert look(text, Shelf(University().published)).verdict is Verdict.WRONG_ISSUER


def test_a_key_of_another_issuer_does_not_speak_for_this_one() -> None:
    issuer = {"id": "did:web:other.example", "type": ["Profile"], "name": "Other"}
    text = openbadges.issue(badge(issuer=issuer), signer=P256, key_id=f"{DID}#p-256")
    assert look(text).verdict is Verdict.WRONG_ISSUER


def test_a_key_that_was_withdrawn() -> None:
    university = University()
    publish(university, "P-256")
    document = json.loads(university.published["https://harbour.example/.well-known/did.json"])
    document["verificationMethod"][-1]["revoked"] = "2026-11-01T00:00:00Z"
    shelf = Shelf({"https://harbour.example/.well-known/did.json": json.dumps(document).encode()})
    check = proof_of(look(GOOD, shelf))
    assert (check.state, "withdrawn" in check.message) == (State.FAILED, True)


@pytest.mark.parametrize(
    "form", ["{}=", "{} ", "{}\n.", "{}.", ".{}", "{}.x", "={}", "{}==", "\u200b{}", "{}\0"]
)
def test_other_spellings_of_a_token(form: str) -> None:
    text = form.format(GOOD)
    report = look(text)
    assert (report.verdict is Verdict.GENUINE) is (text.strip(" \n") == GOOD)


def test_a_signature_has_one_spelling() -> None:
    head, payload, signature = GOOD.split(".")
    # 64 bytes end on two bits of the last letter; the other four are zero.
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    last = letters.index(signature[-1])
    assert last % 16 == 0
    for other in range(last + 1, last + 16):
        report = look(f"{head}.{payload}.{signature[:-1]}{letters[other]}")
        assert (report.verdict, next(iter(report)).code) == (Verdict.UNREADABLE, "jose.malformed")
    for stray in ("+", "/", "=", "%", " ", "é"):
        assert look(f"{head}.{payload}.{signature[:-1]}{stray}").verdict is Verdict.UNREADABLE


@pytest.mark.parametrize("length", [0, 1, 63, 65, 128])
def test_a_signature_of_another_length(length: int) -> None:
    head, payload, _ = GOOD.split(".")
    report = look(f"{head}.{payload}.{b64(bytes(length))}")
    assert report.verdict is Verdict.ALTERED


def test_psychic_signatures_of_zeros() -> None:
    head, payload, _ = GOOD.split(".")
    assert look(f"{head}.{payload}.{b64(bytes(64))}").verdict is Verdict.ALTERED


def test_a_signature_as_der_is_none() -> None:
    from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

    from cairn.vc.multibase import decode64

    head, payload, signature = GOOD.split(".")
    raw = decode64(signature)
    der = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    assert look(f"{head}.{payload}.{b64(der)}").verdict is Verdict.ALTERED


@pytest.mark.parametrize(
    "header",
    [
        '{"alg":"ES256","alg":"none"}',
        '{"alg":"none","alg":"ES256"}',
        '{"alg":"ES256","kid":"a","k\\u0069d":"b"}',
    ],
)
def test_a_name_that_stands_twice_in_the_header(header: str) -> None:
    report = look(token(header, badge(), P256))
    assert (report.verdict, next(iter(report)).code) == (Verdict.UNREADABLE, "jose.malformed")


def test_a_name_that_stands_twice_in_the_payload() -> None:
    header, claims = parts(GOOD)
    text = json.dumps(claims)[:-1] + ',"name":"Another"}'
    report = look(token(header, text, P256))
    assert (report.verdict, "twice" in next(iter(report)).message) == (Verdict.UNREADABLE, True)


@pytest.mark.parametrize(
    "payload", ["[]", "7", '"x"', "", "\ufeff{}", '{"a":NaN}', "{'a':1}", "\xff"]
)
def test_a_payload_that_is_no_object(payload: str) -> None:
    raw = payload.encode("latin-1") if payload == "\xff" else payload
    assert look(token(parts(GOOD)[0], raw, P256)).verdict is Verdict.UNREADABLE


def test_claims_outside_the_signed_bytes_do_not_count() -> None:
    # A credential beside the token, as some keep it, is not what was signed.
    beside = json.dumps({"jwt": GOOD, "name": "Another"}).encode()
    assert look(beside).verdict is Verdict.UNSIGNED_PARTS


def test_the_label_of_the_form_must_match_what_is_signed() -> None:
    # A vc+jwt is not read as a VC-JWT of Open Badges, nor the other way round.
    as_w3c = changed(GOOD, P256, header={"typ": "vc+jwt"}, iss="did:web:other.example")
    assert proof_of(look(as_w3c)).code == "jose.claim"
    with pytest.raises(BadHeader):
        openbadges.document_in(compact.read(w3c.issue(badge(), signer=P256, key_id=f"{DID}#p-256")))


def test_no_fall_back_to_a_weaker_check() -> None:
    # A token that fails is not looked at again as JSON, nor by the proof inside alone.
    inside = json.loads(UNIVERSITY.issue())
    text = openbadges.issue(inside, signer=P256, key_id=f"{DID}#p-256")
    head, payload, _ = text.split(".")
    assert look(f"{head}.{payload}.{b64(bytes(64))}").verdict is Verdict.ALTERED


def test_words_that_the_document_defines_itself_are_unknown() -> None:
    own = {"x": {"@id": "https://www.w3.org/2018/credentials#credentialStatus", "@type": "@id"}}
    document = badge()
    document["@context"].append(own)
    header, claims = parts(GOOD)
    report = look(token(header, claims | document, P256))
    assert report.verdict is Verdict.CANNOT_CHECK
    assert "terms" in report.unknown


def test_sizes_are_bounded() -> None:
    for text in (
        "a" * (3 * MAX_BYTES),
        f"{'a' * 40_000}.e30.aa",
        f"e30.{'a' * (3 * MAX_BYTES)}.aa",
    ):
        with pytest.raises(Unreadable):
            compact.read(text)
    deep = token({"alg": "ES256"}, "[" * 9000 + "]" * 9000, P256)
    assert look(deep).verdict is Verdict.UNREADABLE
    long = changed(GOOD, P256, header={"kid": "https://" + "a" * 4000})
    assert look(long).verdict is Verdict.UNREADABLE


def test_an_envelope_in_an_envelope_is_not_opened_for_ever() -> None:
    inner = json.dumps(
        {"type": "EnvelopedVerifiableCredential", "id": "data:application/vc+jwt,{}"}
    )
    outer = {"type": "EnvelopedVerifiableCredential", "id": f"data:application/vc+jwt,{inner}"}
    assert look(json.dumps(outer)).verdict in (Verdict.UNREADABLE, Verdict.NOT_CONFORMANT)


PIECES = st.text('abcXYZ019-_.~= {}"eyJ', max_size=40)


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=4).map(".".join) | st.binary(max_size=60))
def test_nothing_that_is_no_token_is_more_than_unreadable(text: str | bytes) -> None:
    raw = text.encode() if isinstance(text, str) else text
    try:
        found = envelope.opened(raw)
    except (BadHeader, Unreadable):
        return
    assert found is None or isinstance(found.document, dict)


@settings(max_examples=80, deadline=None)
@given(place=st.integers(0, len(GOOD) - 1), letter=st.sampled_from("Aa0-_.~= "))
def test_no_letter_of_a_token_can_be_changed(place: int, letter: str) -> None:
    text = GOOD[:place] + letter + GOOD[place + 1 :]
    assert (look(text).verdict is Verdict.GENUINE) is (text.strip() == GOOD)
