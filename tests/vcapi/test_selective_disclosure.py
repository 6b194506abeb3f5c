"""ecdsa-sd-2023 (VC-DI-ECDSA §3.4 to §3.6) over HTTP: issued, derived and verified."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cairn.vc import cbor, contexts, multibase
from cairn.vc.disclosure.proofvalue import Base, Derived
from cairn.vcapi.server import Server
from tests.support.vcapi import Api, Json, Party, clause, credential, stamp

VECTORS = Path(__file__).parents[1] / "vectors/vc-di-ecdsa/ecdsa-sd-2023"
CITIZENSHIP = Path(__file__).parents[1] / "vectors/citizenship/v4rc1.jsonld"
SD = "ecdsa-sd-2023-p-256"
WORDS = {"@vocab": "https://windsurf.example/#"}
SUBJECT: Json = {
    "name": "Jane Doe",
    "boards": [{"boardName": "Oak620", "year": 2020}, {"boardName": "Excite", "year": 2018}],
    "sails": [{"size": 5.9, "year": 2022}, {"size": 7, "year": 2023}],
}


def windsurfer(**changes: Any) -> Json:
    return credential(WORDS, credentialSubject=SUBJECT | changes, validFrom=stamp(days=-1))


def derived(api: Api, issued: Json, *pointers: str, **options: Any) -> tuple[int, Json]:
    body = {"verifiableCredential": issued, "options": {"selectivePointers": pointers, **options}}
    return api.post("/credentials/derive", body)


def shown(api: Api, issued: Json, *pointers: str) -> Json:
    status, answer = derived(api, issued, *pointers)
    assert (status, answer.get("detail")) == (201, None)
    return answer


@clause(
    "VC-DI-ECDSA §2.2.1, §3.5.2", "A base proof is multibase base64url of CBOR behind d9 5d 00."
)
def test_the_value_of_a_base_proof(api: Api) -> None:
    proof = api.issue(windsurfer(), SD, mandatoryPointers=["/issuer"])["proof"]
    assert (proof["type"], proof["cryptosuite"]) == ("DataIntegrityProof", "ecdsa-sd-2023")
    assert proof["proofValue"].startswith("u2V0A")
    base = Base.read(proof["proofValue"])
    assert "/issuer" in base.mandatory
    assert (len(base.signature), len(base.public), len(base.hmac_key)) == (64, 35, 32)
    assert {len(signature) for signature in base.signatures} == {64}


@clause("VC-DI-ECDSA §3.4.12", "A mandatory pointer that leads nowhere is an error.")
def test_a_mandatory_pointer_that_leads_nowhere(api: Api) -> None:
    for bad in (["/non/existent/path"], ["/credentialSubject/invalid"], ["issuer"], [5], "/issuer"):
        api.refuses(windsurfer(), SD, mandatoryPointers=bad)


@clause("VC-DI-ECDSA §3.4.12, §3.6.6", "A selective pointer that leads nowhere is an error.")
def test_a_selective_pointer_that_leads_nowhere(api: Api) -> None:
    issued = api.issue(windsurfer(), SD)
    for bad in ("/non/existent", "credentialSubject", "/credentialSubject/boards/9"):
        assert derived(api, issued, bad)[0] == 400
    for bad in (5, "/issuer", [5]):
        body = {"verifiableCredential": issued, "options": {"selectivePointers": bad}}
        assert api.post("/credentials/derive", body)[0] == 400


@clause("VC-DI-ECDSA §3.4.11", "What is shown keeps the ids and types on the way to it.")
def test_ids_and_types_come_along(api: Api) -> None:
    issued = api.issue(
        credential(
            WORDS,
            id="urn:uuid:1",
            credentialSubject={"id": "did:example:1", "type": "Sailor", "a": 1, "b": 2},
        ),
        SD,
        mandatoryPointers=["/issuer"],
    )
    part = shown(api, issued, "/credentialSubject/a")
    assert part["credentialSubject"] == {"id": "did:example:1", "type": "Sailor", "a": 1}
    assert (part["id"], part["type"], part["issuer"]) == (
        "urn:uuid:1",
        issued["type"],
        issued["issuer"],
    )


@pytest.mark.parametrize(
    "pointers",
    [
        ["/credentialSubject/name"],
        ["/credentialSubject/boards/0/year", "/credentialSubject/sails/1/size"],
        ["/credentialSubject/boards"],
        [
            "/credentialSubject/boards/0",
            "/credentialSubject/boards/1",
            "/credentialSubject/sails/0",
        ],
        ["/credentialSubject/boards/1"],
        ["/credentialSubject"],
    ],
)
@clause(
    "VC-DI-ECDSA §3.6.7",
    "A derived proof verifies: nested, whole lists, parts of them, not the first.",
)
def test_parts_that_verify(api: Api, pointers: list[str]) -> None:
    issued = api.issue(windsurfer(), SD, mandatoryPointers=["/issuer", "/validFrom"])
    part = shown(api, issued, *pointers)
    assert api.accepts(part)
    assert part["proof"]["proofValue"].startswith("u2V0B")


@clause("VC-DI-ECDSA §3.6.7", "A base proof is not verified.")
def test_a_base_proof_is_not_verified(api: Api) -> None:
    issued = api.issue(windsurfer(), SD)
    assert api.why(issued) == "PROOF_VERIFICATION_ERROR"


@clause("VC-DI-ECDSA §3.6.7", "A derived credential that was changed is not verified.")
def test_a_changed_part(api: Api) -> None:
    part = shown(api, api.issue(windsurfer(), SD), "/credentialSubject/name")
    assert api.accepts(part)
    for changed in ({"id": "urn:invalid"}, {"name": "John Doe"}, {"year": 2020}):
        assert not api.accepts(part | {"credentialSubject": part["credentialSubject"] | changed})


@clause("VC-DI-ECDSA §3.5.8", "A proofValue in another encoding, header or form is an error.")
def test_values_of_another_form(api: Api) -> None:
    part = shown(api, api.issue(windsurfer(), SD), "/credentialSubject/name")
    value = part["proof"]["proofValue"]
    content = multibase.decode(value)
    read = Derived.read(value)
    components = cbor.decode(content[3:])
    assert len(components) == 5
    bad = [
        "a",
        value[1:],
        "z" + value[1:],
        value[:1] + value[4:],
        multibase.base64url(b"\xd9\x5d\x02" + content[3:]),
        multibase.base64url(content[:-1]),
        *(
            multibase.base64url(
                content[:3] + cbor.encode([*components[:at], wrong, *components[at + 1 :]])
            )
            for at, wrong in enumerate((b"short", b"short", [b"short"], {0: b"short"}, ["0"]))
        ),
        multibase.base64url(content[:3] + cbor.encode(components[:4])),
        multibase.base64url(content[:3] + cbor.encode(7)),
    ]
    assert read.signature == components[0]
    for wrong in bad:
        assert not api.accepts(part | {"proof": part["proof"] | {"proofValue": wrong}})
    for cryptosuite in ("invalid-cryptosuite", "ecdsa-rdfc-2019"):
        assert not api.accepts(part | {"proof": part["proof"] | {"cryptosuite": cryptosuite}})


@clause("VC-DI-ECDSA §3.6.6", "Only a credential with one base proof can be derived from.")
def test_what_cannot_be_derived_from(api: Api) -> None:
    part = shown(api, api.issue(windsurfer(), SD), "/credentialSubject/name")
    plain = api.issue(windsurfer())
    for bad in (
        part,
        plain,
        windsurfer(),
        {name: plain[name] for name in plain if name != "proof"},
    ):
        assert derived(api, bad, "/credentialSubject/name")[0] == 400
    assert api.post("/credentials/derive", {"options": {}})[0] == 400


@pytest.mark.parametrize(
    "name", ["employ/derivedRevealDocument.json", "prc/derivedRevealDocument.json"]
)
@clause(
    "VC-DI-ECDSA §A.7",
    "The proofs of the published derived credentials hold.",
)
def test_the_published_vectors(
    api: Api, server: Server, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their vocabulary is no part of Cairn, so it is lent for the test; and their time is over."""
    monkeypatch.setattr(server.profile, "_clock", lambda: datetime(2025, 1, 2, tzinfo=UTC))
    words = json.loads(CITIZENSHIP.read_text("utf-8"))["@context"]
    load = contexts.load
    monkeypatch.setattr(
        contexts, "load", lambda url: words if url.endswith("citizenship/v4rc1") else load(url)
    )
    document = json.loads((VECTORS / name).read_text("utf-8"))
    # Their proof holds, and its key is not that of the did:key they name as issuer.
    _, answer = api.verify(document)
    assert [one["code"] for one in answer["problemDetails"]] == ["issuer.contradicted"]
    assert "proof" in answer["checks"]
    _, answer = api.verify(document | {"issuer": "did:example:other"})
    assert "proof" not in answer["checks"]


@clause("VC-DI-ECDSA §3.6.1", "The key of the suite is P-256.")
def test_a_key_of_another_kind(api: Api) -> None:
    part = shown(api, api.issue(windsurfer(), SD), "/credentialSubject/name")
    other = Party("P-384")
    proof = part["proof"] | {"verificationMethod": other.method}
    assert not api.accepts(part | {"issuer": other.did, "proof": proof})
