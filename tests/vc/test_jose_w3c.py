"""The forms of the W3C around a credential: JWT and COSE."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from cairn.vc import cbor
from cairn.vc.documents import Shelf
from cairn.vc.errors import Unsignable
from cairn.vc.jose import cose, jwk, w3c
from cairn.vc.jose.errors import (
    BadToken,
)
from cairn.vc.keys import Algorithm, WrongKind
from cairn.vc.report import State, Verdict
from cairn.vc.verify import inspect
from tests.support.jose import (
    SIGNERS,
    changed,
    look,
    parts,
    proof_of,
)
from tests.support.university import DID, NOW, University, badge

Json = dict[str, Any]
P256, ED = SIGNERS["P-256"], SIGNERS["Ed25519"]
KEY = f"{DID}#p-256"
SIGNING: list[Algorithm] = ["P-256", "P-384", "P-521", "Ed25519"]


@pytest.mark.parametrize("kind", SIGNING)
def test_both_forms_are_genuine_with_every_kind_of_key(kind: Algorithm) -> None:
    signer, name = SIGNERS[kind], f"{DID}#{kind.lower()}"
    text = w3c.issue(badge(), signer=signer, key_id=name)
    header, claims = parts(text)
    alg = {"P-256": "ES256", "P-384": "ES384", "P-521": "ES512", "Ed25519": "EdDSA"}[kind]
    assert header == {"alg": alg, "typ": "vc+jwt", "cty": "vc", "kid": name}
    assert claims == badge()
    assert look(text).verdict is Verdict.GENUINE
    message = cose.issue(badge(), signer=signer, key_id=name)
    assert message[:2] == b"\xd2\x84"
    assert look(message).verdict is Verdict.GENUINE


def test_an_rsa_key_does_not_sign_in_these_forms() -> None:
    with pytest.raises(WrongKind):
        w3c.issue(badge(), signer=SIGNERS["RSA"], key_id=KEY)


@pytest.mark.parametrize("key_id", ["", "key-1", "#key-1"])
def test_the_name_of_the_key_is_an_address(key_id: str) -> None:
    with pytest.raises(Unsignable, match="must be an address"):
        w3c.issue(badge(), signer=P256, key_id=key_id)


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"iss": DID}, "/iss"),
        ({"vc": {}}, "/vc"),
        ({"issuer": None}, "/issuer"),
        ({"remark": "x"}, "/remark"),
    ],
)
def test_what_may_not_be_signed(changes: Json, place: str) -> None:
    with pytest.raises(Unsignable) as caught:
        w3c.issue(badge(**changes), signer=P256, key_id=KEY)
    assert caught.value.pointer == place


CREDENTIAL = w3c.issue(badge(), signer=P256, key_id=KEY)
LATER = int((NOW + timedelta(days=1)).timestamp())
EARLIER = int((NOW - timedelta(days=1)).timestamp())


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": DID, "jti": badge()["id"], "sub": "did:example:ada"},
        {"iat": "2010-01-01T19:23:24Z"},
        {"iat": 7, "aud": "x", "cnf": {"jwk": {}}},
        {"exp": LATER},
        {"nbf": EARLIER + 0.5},
    ],
)
def test_claims_about_the_token_are_no_part_of_the_credential(claims: Json) -> None:
    assert look(changed(CREDENTIAL, P256, **claims)).verdict is Verdict.GENUINE


@pytest.mark.parametrize(
    ("claims", "place"),
    [
        ({"iss": "did:web:other.example"}, "/iss"),
        ({"iss": [DID]}, "/iss"),
        ({"jti": "urn:x"}, "/jti"),
        ({"sub": "did:example:eve"}, "/sub"),
        ({"vc": {}}, "/vc"),
        ({"vp": "x"}, "/vp"),
        ({"exp": EARLIER}, "/exp"),
        ({"exp": "soon"}, "/exp"),
        ({"exp": True}, "/exp"),
        ({"nbf": LATER}, "/nbf"),
    ],
)
def test_claims_that_say_otherwise(claims: Json, place: str) -> None:
    check = proof_of(look(changed(CREDENTIAL, P256, **claims)))
    assert (check.state, check.code, check.pointer) == (State.FAILED, "jose.claim", place)


@pytest.mark.parametrize(
    "header", [{"typ": "vp+jwt"}, {"typ": "vc+sd-jwt"}, {"cty": "vp"}, {"cty": "JWT"}]
)
def test_another_media_type(header: Json) -> None:
    assert proof_of(look(changed(CREDENTIAL, P256, header=header))).code == "jose.header"


def test_the_type_may_be_written_out_and_the_content_type_left_out() -> None:
    header = {"typ": "application/VC+JWT", "cty": None, "x5t": "not understood"}
    assert look(changed(CREDENTIAL, P256, header=header)).verdict is Verdict.GENUINE


@pytest.mark.parametrize(
    "kid",
    ["p-256", "#p-256", jwk.thumbprint(P256.public)],
    ids=["name", "fragment", "thumbprint"],
)
def test_a_kid_in_part_is_completed_with_iss(kid: str) -> None:
    name = jwk.thumbprint(P256.public)
    university = University()

    def add(document: Json) -> None:
        method: Json = {"id": KEY, "type": "JsonWebKey", "controller": DID}
        method["publicKeyJwk"] = P256.public.jwk | {"kid": name}
        document["verificationMethod"].append(method)
        document["assertionMethod"].append(KEY)

    university.publish_keys(add)
    text = changed(CREDENTIAL, P256, header={"kid": kid}, iss=DID)
    report = inspect(text.encode(), documents=Shelf(university.published), at=NOW)
    assert report.verdict is Verdict.GENUINE


def test_a_kid_in_part_without_iss_names_nobody() -> None:
    check = proof_of(look(changed(CREDENTIAL, P256, header={"kid": "p-256"})))
    assert (check.state, check.pointer) == (State.FAILED, "/kid")


def test_a_member_that_no_vocabulary_names() -> None:
    document = badge(
        **{"@context": [*badge()["@context"], "https://www.w3.org/ns/credentials/examples/v2"]}
    )
    assert w3c.unnamed_members(document) == []
    assert w3c.unnamed_members(document | {"huh": 1, "what": 2}) == ["huh", "what"]


def sign1(
    protected: Any, payload: bytes | None = None, unprotected: Any = None, tag: int = 18
) -> bytes:
    """A COSE_Sign1 with any header, signed as it stands."""
    body = json.dumps(badge()).encode() if payload is None else payload
    header = protected if isinstance(protected, bytes) else cbor.encode(protected)
    signature = P256.sign(cbor.encode(["Signature1", header, b"", body]))
    return cbor.encode(cbor.Tagged(tag, [header, unprotected or {}, body, signature]))


HEADER: dict[Any, Any] = {1: -7, 3: "application/vc", 4: KEY.encode(), 16: "application/vc+cose"}


def test_a_message_made_by_hand_is_genuine() -> None:
    assert look(sign1(HEADER)).verdict is Verdict.GENUINE
    in_the_open = {label: item for label, item in HEADER.items() if label != 4}
    assert look(sign1(in_the_open, unprotected={4: KEY.encode()})).verdict is Verdict.GENUINE
    assert look(sign1(HEADER | {1: -9})).verdict is Verdict.GENUINE


@pytest.mark.parametrize(
    ("message", "verdict"),
    [
        (sign1(HEADER | {2: [16]}), Verdict.UNREADABLE),
        (sign1(HEADER, unprotected={4: b"x"}), Verdict.UNREADABLE),
        (sign1(HEADER | {1: None}), Verdict.UNREADABLE),
        (sign1(HEADER | {4: "text"}), Verdict.UNREADABLE),
        (sign1(HEADER | {4: b"\xff"}), Verdict.UNREADABLE),
        (sign1(HEADER | {16: 7}), Verdict.UNREADABLE),
        (sign1(b""), Verdict.UNREADABLE),
        (sign1([]), Verdict.UNREADABLE),
        (sign1(HEADER, payload=b"[]"), Verdict.UNREADABLE),
        (sign1(HEADER, payload=b'{"a":1,"a":2}'), Verdict.UNREADABLE),
        (cbor.encode(cbor.Tagged(18, [b"", {}, None, b""])), Verdict.UNREADABLE),
        (cbor.encode(cbor.Tagged(18, 7)), Verdict.UNREADABLE),
        (sign1(HEADER) + b"\0", Verdict.UNREADABLE),
        (sign1(HEADER, tag=17), Verdict.UNREADABLE),
        (sign1(HEADER | {16: "application/vp+cose"}), Verdict.NOT_CONFORMANT),
        (sign1(HEADER | {3: "application/json"}), Verdict.NOT_CONFORMANT),
        (sign1(HEADER | {1: -35}), Verdict.NOT_CONFORMANT),
        (sign1(HEADER | {1: 5}), Verdict.NOT_CONFORMANT),
        (sign1(HEADER | {1: "HS256"}), Verdict.NOT_CONFORMANT),
        (sign1(HEADER | {1: "ES256"}), Verdict.NOT_CONFORMANT),
        (sign1(HEADER)[:-1] + b"\0", Verdict.ALTERED),
    ],
)
def test_messages_that_are_wrong(message: bytes, verdict: Verdict) -> None:
    if (
        message.endswith(b"\0")
        and verdict is Verdict.ALTERED
        and look(message).verdict is Verdict.GENUINE
    ):
        message = message[:-1] + b"\1"
    assert look(message).verdict is verdict


def test_what_stands_in_the_open_half_is_not_signed_and_does_not_count() -> None:
    without = {label: item for label, item in HEADER.items() if label != 1}
    assert look(sign1(without, unprotected={1: -7})).verdict is Verdict.UNREADABLE
    assert look(sign1(HEADER, unprotected={99: "anything"})).verdict is Verdict.GENUINE


def test_more_than_any_credential_is_not_read() -> None:
    with pytest.raises(BadToken, match="which is the most that is read"):
        cose.read(b"\xd2" * 3_000_000)
