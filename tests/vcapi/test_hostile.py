"""Requests with something odd in one place: refused or answered, never a crash."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from cairn.vcapi.profile import Profile
from tests.support.vcapi import EXAMPLES, Json, Party, credential, presentation

PARTY = Party()
PROFILE = Profile("https://127.0.0.1:1")
STATED = credential(
    EXAMPLES,
    {"own": "https://example.org/#own"},
    id="urn:uuid:1",
    name={"@value": "Knots", "@language": "en", "@direction": "ltr"},
    issuer={"id": PARTY.did},
    credentialStatus={
        "id": "urn:uuid:2",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "5",
        "statusListCredential": PROFILE.lists.url("revocation"),
    },
    relatedResource=[{"id": "https://www.w3.org/ns/credentials/v2", "digestSRI": "sha256-AAAA"}],
    evidence=[{"type": "https://example.org/#Kind"}],
)
SIGNED = PARTY.prove(STATED, id="urn:uuid:3", domain="a.example", challenge="q")
SHOWN = PARTY.present(presentation(holder=PARTY.did, verifiableCredential=[SIGNED]))
OPTIONS: Json = {
    "mandatoryPointers": ["/issuer"],
    "selectivePointers": ["/name"],
    "domain": ["a.example"],
    "challenge": "q",
    "created": "2026-01-01T00:00:00Z",
    "previousProof": "urn:uuid:3",
    "expectedProofPurpose": "assertionMethod",
}
REQUESTS: list[tuple[str, Json]] = [
    *(
        (f"/issuers/{name}/credentials/issue", {"credential": STATED, "options": OPTIONS})
        for name in PROFILE.issuers
    ),
    ("/credentials/issue", {"credential": SIGNED, "options": OPTIONS}),
    ("/credentials/verify", {"verifiableCredential": SIGNED, "options": OPTIONS}),
    ("/presentations/verify", {"verifiablePresentation": SHOWN, "options": OPTIONS}),
    ("/presentations/prove", {"presentation": SHOWN, "options": OPTIONS}),
    ("/credentials/derive", {"verifiableCredential": SIGNED, "options": OPTIONS}),
    (
        "/credentials/status",
        {"credentialId": "urn:x", "credentialStatus": {"statusPurpose": "revocation"}},
    ),
]
ODD: list[Any] = [
    *(None, True, 0, -1, 1.5, 2**53, "", "x", "urn:x", "did:key:z", "u", "z", "data:,", "a.b.c"),
    *("2026-13-01T00:00:00Z", "\N{RIGHT-TO-LEFT OVERRIDE}", "/" * 400, "~2"),
    *(
        [],
        {},
        [[]],
        [None],
        {"": ""},
        {"id": 5},
        {"@value": {}},
        {"@context": [{}]},
        {"@list": [1]},
    ),
]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, item in items:
        yield (*path, key)
        yield from places(item, (*path, key))


CHANGES = [(path, body, place) for path, body in REQUESTS for place in places(body)]


@settings(max_examples=150)
@given(st.sampled_from(CHANGES), st.sampled_from(ODD))
def test_one_odd_place(change: tuple[str, Json, tuple[Any, ...]], odd: Any) -> None:
    path, body, place = change
    changed = copy.deepcopy(body)
    holder = changed
    for step in place[:-1]:
        holder = holder[step]
    holder[place[-1]] = odd
    answer = PROFILE.post(path, json.dumps(changed).encode())
    assert answer.status in (200, 201, 400, 404)
    said = json.loads(answer.body)
    if answer.status >= 400:
        assert said["status"] == answer.status
        assert said["detail"]


@settings(max_examples=50)
@given(st.sampled_from(sorted({path for path, _ in REQUESTS})), st.binary(max_size=40))
def test_bytes_that_are_no_request(path: str, body: bytes) -> None:
    assert PROFILE.post(path, body).status in (400, 404)
