"""VCDM 2.0 clause by clause: what an issuer and a verifier refuse, and what they must not."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import pytest

from cairn.vc import contexts
from tests.support.vcapi import (
    EXAMPLES,
    V1,
    V2,
    Api,
    Json,
    Party,
    clause,
    credential,
    presentation,
    stamp,
)

STRANGER = Party()
OWN = {"Own": "https://example.org/#Own", "own": "https://example.org/#own"}
ASKED: Json = {"challenge": "u7Jq", "domain": "github.com/example/suite"}
MALFORMED = "MALFORMED_VALUE_ERROR"


def typed(name: str, *kinds: Any) -> list[Json]:
    """One and several entries of a member, each with a type."""
    one = {"type": "https://example.org/#Kind", "id": "did:example:kind/1"}
    return [credential(**{name: one}), credential(**{name: [one, {**one, "id": "urn:example:2"}]})]


@clause("VCDM 2.0 §1.3", "An issued document holds what is required, and is secured.")
def test_an_issued_credential_is_whole_and_verifies(api: Api) -> None:
    issued = api.issue(credential(id="urn:uuid:0b7f0b4e-0a1e-4a57-9c6d-1d5a3d1a0001"))
    assert {"@context", "type", "issuer", "credentialSubject", "proof"} <= issued.keys()
    assert issued["id"] == "urn:uuid:0b7f0b4e-0a1e-4a57-9c6d-1d5a3d1a0001"
    assert api.accepts(issued)


@clause("VCDM 2.0 §1.3", "A verifier gives errors for what does not conform.")
def test_a_document_of_another_kind_is_no_credential_and_no_presentation(api: Api) -> None:
    for document in ({"type": ["NonconformingDocument"]}, {}, {"@context": [V2]}):
        assert not api.accepts(document)
        assert not api.accepts_presentation(document)


@clause("VCDM 2.0 §4.3", "A credential has an @context, whose first item is the base context.")
def test_a_credential_without_the_base_context_first_is_refused(api: Api) -> None:
    for context in (None, [], [EXAMPLES], [EXAMPLES, V2], V2, {}, "", [V2.upper()]):
        api.refuses(credential() | {"@context": context})
    missing = credential()
    del missing["@context"]
    api.refuses(missing)


@clause("VCDM 2.0 §4.3", "A presentation has an @context, whose first item is the base context.")
def test_a_presentation_without_the_base_context_first_is_refused(api: Api) -> None:
    valid = STRANGER.present(presentation(EXAMPLES))
    assert api.accepts_presentation(valid)
    for context in ([EXAMPLES, V2], [], [EXAMPLES], None):
        assert not api.accepts_presentation(valid | {"@context": context})
    del valid["@context"]
    assert not api.accepts_presentation(valid)


@clause("VCDM 2.0 §4.3", "Other items of @context are URLs or objects, in any combination.")
def test_further_contexts_are_urls_or_objects(api: Api) -> None:
    kept = api.issue(credential(EXAMPLES, OWN, type=["VerifiableCredential", "Own"]))
    assert kept["@context"] == [V2, EXAMPLES, OWN]
    assert api.accepts(kept)
    for item in ("https ://not-a-url/v1", 123192875, True, None, "https://unknown.example/v1"):
        api.refuses(credential(item))
    for context in (EXAMPLES, OWN):
        signed = STRANGER.present(presentation(context, holder=STRANGER.did))
        assert api.accepts_presentation(signed)
        for item in ("https://example.com", "https ://not-a-url/v1", 123192875):
            assert not api.accepts_presentation(signed | {"@context": [V2, item]})


@clause("VCDM 2.0 §4.4", "An id is a single URL.")
def test_an_id_is_one_url(api: Api) -> None:
    for good in (
        "did:example:1",
        "urn:uuid:6a9c92a9-3fd8-4c35-9b4e-2f1b1c6a0001",
        "https://e.test/1",
    ):
        api.issue(credential(id=good, credentialSubject={"id": good}))
    for bad in (["did:example:1", "did:example:2"], "not-a-url", "", 12, {}, "https ://e.test/1"):
        api.refuses(credential(id=bad))
        api.refuses(credential(credentialSubject={"id": bad}))
    api.refuses(credential() | {"id": None})


@clause("VCDM 2.0 §4.5", "A credential has a type: terms or absolute URLs, in any order.")
def test_the_types_of_a_credential_have_a_meaning(api: Api) -> None:
    for types in (
        ["VerifiableCredential", "https://example.org/#Kind"],
        ["https://example.org/#Kind", "VerifiableCredential", "https://example.org/#Other"],
    ):
        assert api.issue(credential(type=types))["type"] == types
    api.issue(credential(OWN, type=["VerifiableCredential", "Own"]))
    for bad in (
        None,
        [],
        "",
        ["Own"],
        ["VerifiableCredential", 2],
        ["VerifiableCredential", "Own"],
    ):
        api.refuses(credential() | {"type": bad})
    not_a_url = {"Own": "https ://not-a-url#Own"}
    api.refuses(credential(not_a_url, type=["VerifiableCredential", "Own"]))
    api.refuses(credential({"@vocab": None}, type=["VerifiableCredential", "Own"]))


@clause("VCDM 2.0 §4.5", "A presentation has a type, VerifiablePresentation among others.")
def test_the_types_of_a_presentation(api: Api) -> None:
    types = ["VerifiablePresentation", "Own"]
    assert api.accepts_presentation(STRANGER.present(presentation(OWN, type=types)))
    for bad in (None, ["Own"]):
        assert not api.accepts_presentation(STRANGER.present(presentation(OWN, type=bad)))


@pytest.mark.parametrize(
    "member", ["credentialStatus", "termsOfUse", "evidence", "refreshService", "credentialSchema"]
)
@clause(
    "VCDM 2.0 §4.5", "Every status, term of use, evidence, refresh service and schema has a type."
)
def test_what_must_have_a_type(api: Api, member: str) -> None:
    for document in typed(member):
        assert api.issue(document)[member] == document[member]
    for bad in ({"id": "did:example:1"}, {"id": "did:example:1", "type": 2}, "did:example:1"):
        api.refuses(credential(**{member: bad}))
        api.refuses(credential(**{member: [{"type": "https://example.org/#Kind"}, bad]}))


@pytest.mark.parametrize("member", ["name", "description"])
@pytest.mark.parametrize("of_issuer", [False, True])
@clause("VCDM 2.0 §4.6, §11.1", "Names and descriptions are texts or language value objects.")
def test_names_and_descriptions(api: Api, member: str, of_issuer: bool) -> None:
    def said(value: Any) -> Json:
        if of_issuer:
            return credential(issuer={"id": STRANGER.did, member: value})
        return credential(**{member: value})

    english, french = {"@value": "Dog", "@language": "en"}, {"@value": "Chien", "@language": "fr"}
    for good in ("Dog", english, {**english, "@direction": "ltr"}, [english, french]):
        api.issue(said(good))
    for bad in ({**english, "url": "did:example:dog"}, 5, {"@language": "en"}, [english, 5]):
        api.refuses(said(bad))


@clause("VCDM 2.0 §4.7", "The issuer is a URL, or an object whose id is a URL.")
def test_the_issuer(api: Api) -> None:
    for good in ("did:example:issuer", {"id": "did:example:issuer"}):
        assert api.issue(credential(issuer=good))["issuer"] == good
    for bad in (None, "not-a-url", {"id": None}, {"id": "not-a-url"}, {"name": "Nobody"}, 1):
        api.refuses(credential() | {"issuer": bad})
    status, _ = api.post(
        "/issuers/eddsa-rdfc-2022-ed25519/credentials/issue", {"credential": credential()}
    )
    assert status == 400


@clause("VCDM 2.0 §4.8", "There is a credentialSubject, and each one is the subject of a claim.")
def test_the_subject(api: Api) -> None:
    two = [{"id": "did:example:1"}, {"id": "did:example:2"}]
    assert api.issue(credential(credentialSubject=two))["credentialSubject"] == two
    for bad in (None, {}, [], [{"id": "did:example:1"}, {}], "did:example:1", ["did:example:1"]):
        api.refuses(credential() | {"credentialSubject": bad})
    missing = credential()
    del missing["credentialSubject"]
    api.refuses(missing)


@pytest.mark.parametrize("member", ["validFrom", "validUntil"])
@clause("VCDM 2.0 §4.9", "validFrom and validUntil are dateTimeStamps.")
def test_dates_are_date_time_stamps(api: Api, member: str) -> None:
    for good in ("2023-02-26T01:20:18.477Z", "2023-02-25T19:10:39-06:00", "2090-01-01T00:00:00Z"):
        assert api.issue(credential(**{member: good}))[member] == good
    for bad in ("2023-02-26T01:20:18", "2023-02-30T00:00:00Z", "Tomorrow", 2023, ""):
        api.refuses(credential(**{member: bad}))


@clause("VCDM 2.0 §4.9", "validFrom is not after validUntil.")
def test_a_time_that_ends_before_it_begins_is_refused(api: Api) -> None:
    good = credential(validFrom=stamp(days=-365), validUntil=stamp(days=365))
    assert api.accepts(api.issue(good))
    api.refuses(credential(validFrom=stamp(days=365), validUntil=stamp(days=-365)))
    now = stamp()
    api.issue(credential(validFrom=now, validUntil=now))


@clause("VCDM 2.0 §4.9", "A verifier minds the time for which a credential holds.")
def test_a_credential_out_of_its_time_is_not_verified(api: Api) -> None:
    for out in ({"validUntil": stamp(days=-1)}, {"validFrom": stamp(days=1)}):
        assert api.why(api.issue(credential(**out))) == "RANGE_ERROR"


@clause("VCDM 2.0 §4.10", "A credentialStatus may go without an id; one that is there is a URL.")
def test_the_id_of_a_status(api: Api) -> None:
    kind = {"type": "https://example.org/#Status"}
    api.issue(credential(credentialStatus=kind))
    for bad in (["did:example:1", "did:example:2"], "https ://not-a-url/4", 4):
        api.refuses(credential(credentialStatus=kind | {"id": bad}))


@clause("VCDM 2.0 §4.11", "A credentialSchema has an id, which is a URL.")
def test_the_id_of_a_schema(api: Api) -> None:
    kind = {"type": "https://example.org/#Schema"}
    for bad in (kind, kind | {"id": 4}, kind | {"id": "not-a-url"}):
        api.refuses(credential(credentialSchema=bad))
        api.refuses(credential(credentialSchema=[kind | {"id": "did:example:1"}, bad]))


@clause("VCDM 2.0 §4.13", "The id of a presentation is a URL, its holder a URL or has one.")
def test_the_id_and_the_holder_of_a_presentation(api: Api) -> None:
    for good in (
        {"id": "urn:uuid:3978344f-0001"},
        {"holder": STRANGER.did},
        {"holder": {"id": STRANGER.did}},
    ):
        assert api.accepts_presentation(STRANGER.present(presentation(**good)))
    for bad in (
        {"holder": {"id": STRANGER.did.removeprefix("did:key:")}},
        {"holder": 5},
        {"id": "x"},
    ):
        signed = STRANGER.present(presentation()) | bad
        assert not api.accepts_presentation(signed)


@clause(
    "VCDM 2.0 §4.13", "What a presentation holds are credentials: objects, each with its proof."
)
def test_the_credentials_in_a_presentation(api: Api) -> None:
    held = [STRANGER.issue(), STRANGER.issue(validFrom="2023-02-27T05:15:57Z")]
    for good in ([], held[0], held):
        assert api.accepts_presentation(
            STRANGER.present(presentation(verifiableCredential=good)),
            **ASKED | {"challenge": None, "domain": None},
        )
    broken = held[0] | {"credentialSubject": {"id": "did:example:other"}}
    for bad in (broken, [held[0], broken], credential(issuer=STRANGER.did)):
        signed = STRANGER.present(presentation(verifiableCredential=bad))
        assert not api.accepts_presentation(signed)
    for bad in ("https://example.org/1", 5):
        signed = STRANGER.present(presentation()) | {"verifiableCredential": bad}
        assert not api.accepts_presentation(signed)


@clause(
    "VCDM 2.0 §4.13, §7.1", "A verifier checks the proof of a presentation, made for it and now."
)
def test_the_proof_of_a_presentation(api: Api) -> None:
    signed = STRANGER.present(presentation(holder=STRANGER.did), **ASKED)
    assert api.accepts_presentation(signed, **ASKED)
    assert api.accepts_presentation(signed)
    for other in ({"challenge": "another"}, {"domain": "elsewhere.example"}):
        assert not api.accepts_presentation(signed, **ASKED | other)
    broken = signed | {"proof": signed["proof"] | {"proofValue": "z5nmMBw2u9TGKd9NxxHJtyZKgjN2Eh"}}
    assert not api.accepts_presentation(broken, **ASKED)
    assert not api.accepts_presentation(presentation())
    statement = STRANGER.prove(presentation(holder=STRANGER.did), **ASKED)
    assert not api.accepts_presentation(statement, **ASKED)


@clause("VCDM 2.0 §5.2.1", "An error where a context redefines a protected term.")
def test_protected_terms_keep_their_meaning(api: Api) -> None:
    api.refuses(credential({"VerifiableCredential": "https://example.org/#Bad"}))
    kept = {"@protected": True, **OWN}
    api.issue(credential(kept, type=["VerifiableCredential", "Own"]))
    api.refuses(
        credential(kept, {"Own": "https://example.org/#Bad"}, type=["VerifiableCredential", "Own"])
    )


def digests(address: str) -> Json:
    raw = contexts.raw(address)
    assert raw is not None
    sri = base64.b64encode(hashlib.sha384(raw).digest()).decode()
    plain = base64.urlsafe_b64encode(hashlib.sha256(raw).digest()).decode().rstrip("=")
    return {"digestSRI": f"sha384-{sri}", "digestMultibase": f"u{plain}"}


@clause("VCDM 2.0 §5.3", "A related resource has an id of its own and at least one digest.")
def test_the_form_of_related_resources(api: Api) -> None:
    right = digests(V2)
    for name, value in right.items():
        one = {"id": V2, name: value, "mediaType": "application/ld+json"}
        for good in (one, [one], [one, {"id": "https://e.test/1", "digestSRI": "sha256-AAAA"}]):
            assert api.accepts(api.issue(credential(relatedResource=good)))
    one = {"id": V2, **right}
    for bad in ([V2], V2, [right], [one, one], [{"id": V2}], [{"id": "x", **right}]):
        api.refuses(credential(relatedResource=bad))


@clause("VCDM 2.0 §5.3", "A digest that is not that of the resource is an error.")
def test_a_wrong_digest_of_a_related_resource(api: Api) -> None:
    other = digests(V1)
    multihash = "uEiA" + "A" * 42 + "A"
    for bad in (
        {"digestSRI": other["digestSRI"]},
        {"digestMultibase": other["digestMultibase"]},
        {"digestSRI": "sha384-_rCVIV7fSXXT"},
        {"digestSRI": "md5-AAAA"},
        {"digestMultibase": multihash},
        {"digestMultibase": "not multibase"},
    ):
        wrong = credential(relatedResource=[{"id": V2, **bad}], issuer=STRANGER.did)
        api.refuses(wrong)
        assert api.why(STRANGER.prove(wrong)) == MALFORMED


@clause("VCDM 2.0 §5.4 to §5.6", "Refresh services, terms of use and evidence, one or several.")
def test_one_or_several_of_each(api: Api) -> None:
    for member in ("refreshService", "termsOfUse", "evidence"):
        for document in typed(member):
            assert api.accepts(api.issue(document))


@clause("VCDM 2.0 §7.1", "A verifier fails a credential that was changed since it was signed.")
def test_a_changed_credential_is_not_verified(api: Api) -> None:
    issued = api.issue(credential(name="Knots"))
    assert api.accepts(issued)
    assert api.why(issued | {"name": "Ropes"}) == "PROOF_VERIFICATION_ERROR"
    assert not api.accepts({name: issued[name] for name in issued if name != "proof"})


@clause("VCDM 2.0 §7.2", "An error is an object with a type that is a URL, a title and a detail.")
def test_errors_are_problem_details(api: Api) -> None:
    _, answer = api.verify(api.issue(credential()) | {"name": "Added"})
    assert answer["type"] == "https://w3id.org/security#PROOF_VERIFICATION_ERROR"
    assert (answer["title"], answer["status"]) == ("PROOF_VERIFICATION_ERROR", 400)
    assert api.media_type == "application/problem+json"
    _, answer = api.try_issue(credential() | {"type": None})
    assert answer["type"] == "https://w3id.org/security#PROOF_GENERATION_ERROR"
    assert answer["pointer"] == "/type"


@clause("VCDM 2.0 §11.1", "Text keeps its language and its direction under the signature.")
def test_a_changed_language_is_a_change(api: Api) -> None:
    issued = api.issue(credential(name={"@value": "Dog", "@language": "en"}))
    assert not api.accepts(issued | {"name": {"@value": "Dog", "@language": "de"}})


@clause("VCDM 1.1", "A credential of version 1.1 is signed, with the words of the proof added.")
def test_a_credential_of_version_1_1(api: Api) -> None:
    words = {"name": "https://schema.org/name", "description": "https://schema.org/description"}
    for issuer in api.issuers:
        if issuer in ("enveloping-p-256", "status-list"):
            continue
        document = credential(
            issuanceDate=stamp(minutes=-1),
            credentialSubject={"id": "urn:example:1", "name": "Alice"},
        )
        issued = api.issue(document | {"@context": [V1, words]}, issuer)
        assert issued["@context"] == [V1, words, "https://w3id.org/security/data-integrity/v2"]
        if issuer == "ecdsa-sd-2023-p-256":
            shown = {"selectivePointers": ["/credentialSubject/name"]}
            body = {"verifiableCredential": issued, "options": shown}
            _, issued = api.post("/credentials/derive", body)
        assert api.accepts(issued)
    api.refuses(credential() | {"@context": [V1, words]})
