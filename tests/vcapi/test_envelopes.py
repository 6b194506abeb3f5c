"""Enveloped credentials and presentations (VCDM 2.0 §4.13, VC-JOSE-COSE) over HTTP."""

from __future__ import annotations

import json
import os
from typing import Any

import pytest

from cairn.vc.document import dump
from cairn.vc.jose import compact, cose, enveloped, w3c
from cairn.vc.multibase import encode64
from tests.support.vcapi import V2, Api, Json, Party, clause, credential, presentation, stamp

ENVELOPING = "enveloping-p-256"
STRANGER = Party("P-256")
SEALED = "CRYPTOGRAPHIC_SECURITY_ERROR"


def token(document: Json, **header: Any) -> str:
    """Sign any claims under any header."""
    named = {"typ": "vc+jwt", "cty": "vc", "kid": STRANGER.method} | header
    given = {name: value for name, value in named.items() if value is not None}
    return compact.write(given, dump(document), STRANGER.signer)


def sealed(text: str | bytes, media_type: str = "vc+jwt") -> Json:
    return enveloped.credential(media_type, text)


def statement(**changes: Any) -> Json:
    return credential(issuer=STRANGER.did, **changes)


@clause(
    "VC-JOSE-COSE §3.1.1",
    "A credential is secured as a JWS with the type vc+jwt; the payload is the credential.",
)
def test_a_credential_in_an_envelope(api: Api) -> None:
    issued = api.issue(credential(id="urn:uuid:1"), ENVELOPING)
    assert issued.keys() == {"@context", "type", "id"}
    assert (issued["@context"], issued["type"]) == (V2, "EnvelopedVerifiableCredential")
    media_type, content = enveloped.content_of(issued)
    read = compact.read(content.decode())
    assert (media_type, read.header["typ"], read.header["cty"]) == ("vc+jwt", "vc+jwt", "vc")
    assert read.header["kid"].startswith(api.issuers[ENVELOPING])
    assert read.claims == credential(id="urn:uuid:1") | {"issuer": api.issuers[ENVELOPING]}
    assert api.accepts(issued)
    assert api.accepts(content.decode())


@clause(
    "VCDM 2.0 §4.13.1",
    "The object around an envelope has the base context, its type and a data: URL.",
)
def test_the_object_around_an_envelope(api: Api) -> None:
    whole = sealed(token(statement()))
    assert api.accepts(whole)
    bare = whole["id"].partition(",")[2]
    for wrong in (
        {"@context": []},
        {"@context": "https://www.w3.org/ns/credentials/examples/v2"},
        {"@context": None},
        {"type": "VerifiableCredential"},
        {"type": None},
        {"id": bare},
        {"id": "data:application/vc+jwt," + bare[:-4]},
        {"id": None},
    ):
        changed = {name: value for name, value in (whole | wrong).items() if value is not None}
        assert (wrong, api.accepts(changed)) == (wrong, False)


@clause("VCDM 2.0 §4.13.2", "So it is around the envelope of a presentation.")
def test_the_object_around_the_envelope_of_a_presentation(api: Api) -> None:
    held = presentation(holder=STRANGER.did, verifiableCredential=[sealed(token(statement()))])
    text = token(held, typ="vp+jwt", cty="vp")
    whole = {
        "@context": V2,
        "type": "EnvelopedVerifiablePresentation",
        "id": f"data:application/vp+jwt,{text}",
    }
    assert api.accepts_presentation(whole)
    assert api.accepts_presentation(text)
    assert not api.accepts(whole)
    for wrong in (
        {"@context": []},
        {"@context": ["https://www.w3.org/ns/credentials/examples/v2"]},
        {"type": ["VerifiablePresentation"]},
        {"id": text},
    ):
        assert (wrong, api.accepts_presentation(whole | wrong)) == (wrong, False)


@clause(
    "VC-JOSE-COSE §3.1.1",
    "A token of another type, or of a signature that does not fit, is an error.",
)
def test_another_type_and_another_signature(api: Api) -> None:
    good = token(statement())
    assert api.accepts(good)
    for wrong in (
        token(statement(), typ="vp+jwt"),
        token(statement(), typ="at+jwt"),
        token(statement(), cty="vp"),
        good[:-6] + "AAAAAA",
        good.rpartition(".")[0] + ".",
        ".".join([encode64(b'{"alg":"none","typ":"vc+jwt"}'), good.split(".")[1], ""]),
        "a.b.c",
    ):
        assert not api.accepts(wrong)
    assert api.why(token(statement(), typ="vp+jwt")) == SEALED


@clause("VC-JOSE-COSE §1.1.2.1", "The claims vc and vp are not there.")
def test_the_claims_vc_and_vp(api: Api) -> None:
    for name in ("vc", "vp"):
        assert not api.accepts(token(statement() | {name: statement()}))
        api.refuses(credential() | {name: {}}, ENVELOPING)


@clause("VC-JOSE-COSE §4.1", "kid is an absolute URL, or completes iss; iss is the issuer.")
def test_who_signed(api: Api) -> None:
    fragment = STRANGER.method.partition("#")[2]
    assert api.accepts(token(statement() | {"iss": STRANGER.did}, kid=f"#{fragment}"))
    assert api.accepts(token(statement() | {"iss": STRANGER.did}))
    assert not api.accepts(token(statement(), kid=f"#{fragment}"))
    assert not api.accepts(token(statement() | {"iss": "did:example:other"}))
    assert not api.accepts(token(statement(), kid=None))
    assert not api.accepts(token(statement(), kid=Party("P-256", seed=9).method))
    named = credential(issuer={"id": STRANGER.did})
    assert api.accepts(token(named | {"iss": STRANGER.did}))
    assert not api.accepts(token(named | {"iss": "did:example:other"}))


@clause("RFC 7519 §4.1", "exp and nbf count.")
def test_the_times_of_a_token(api: Api) -> None:
    assert api.accepts(token(statement() | {"exp": 4102444800, "nbf": 1}))
    for out in ({"exp": 1}, {"nbf": 4102444800}, {"exp": "1"}):
        assert not api.accepts(token(statement() | out))


@clause(
    "VC-JOSE-COSE §3.1.2", "Credentials in an enveloped presentation are enveloped and secured."
)
def test_the_credentials_in_an_enveloped_presentation(api: Api) -> None:
    good = sealed(token(statement()))
    assert api.accepts_presentation(
        token(presentation(verifiableCredential=[good]), typ="vp+jwt", cty="vp")
    )
    for bad in (
        statement(),
        "a.b.c",
        sealed("a.b.c"),
        sealed(token(statement(), typ="JWT", cty=None)),
    ):
        held = presentation(verifiableCredential=[good, bad])
        assert not api.accepts_presentation(token(held, typ="vp+jwt", cty="vp"))


@clause(
    "VC-JOSE-COSE §3.2, §3.3", "SD-JWT and COSE, the latter in base64, verify in the same place."
)
def test_the_other_forms(api: Api) -> None:
    given = credential(issuer=STRANGER.did, name="Knots")
    named: Any = {"signer": STRANGER.signer, "key_id": STRANGER.method}
    text = w3c.issue_disclosable(given, pointers=["/name"], random=os.urandom, **named)
    assert api.accepts(sealed(text, "vc+sd-jwt"))
    hidden = text.split("~")[0] + "~"
    assert api.accepts(sealed(hidden, "vc+sd-jwt"))
    assert not api.accepts(sealed(text[:-8] + "AAAAAAA~", "vc+sd-jwt"))
    message = cose.issue(given, **named)
    assert api.accepts(sealed(message, "vc+cose"))
    assert not api.accepts(sealed(message[:-2] + b"\0\0", "vc+cose"))


@clause("VCDM 2.0 §4.9, §4.5", "What an issuer refuses to embed it refuses to envelope.")
@pytest.mark.parametrize("bad", [{"type": ["Own"]}, {"validFrom": "x"}, {"undefinedTerm": 1}])
def test_the_data_model_holds_in_an_envelope(api: Api, bad: Json) -> None:
    api.refuses(credential() | bad, ENVELOPING)
    assert not api.accepts(token(statement() | bad))
    assert api.accepts(token(statement(validFrom=stamp())))
    assert json.loads(json.dumps(bad)) == bad
