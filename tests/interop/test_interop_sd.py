"""Selective disclosure, with the JavaScript library as issuer, holder and verifier in turn."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence

import pytest

from cairn.vc import multibase
from cairn.vc.cryptosuites.ecdsa_sd_2023 import always_shown
from cairn.vc.document import parse, pointer
from cairn.vc.keys import PRIVATE_PREFIXES
from cairn.vc.report import Verdict
from tests.interop.test_interop_js import members
from tests.support import corpus
from tests.support.disclosing import (
    CREATED,
    ISSUER,
    METHOD,
    RESULTS,
    SECRET,
    SIGNER,
    Json,
    issued,
    look,
    shown,
)
from tests.support.javascript import JavaScript
from tests.support.university import badge

pytestmark = pytest.mark.interop

AT = "2026-11-23T12:00:00Z"
CHOSEN = ["/credentialSubject/achievement/tag", "/credentialSubject/achievement/achievementType"]


@pytest.fixture(scope="module")
def js() -> Iterator[JavaScript]:
    with JavaScript("sd.mjs") as running:
        yield running


def sample() -> Json:
    """The benchmark's badge, whose result description holds a list."""
    document: Json = parse((corpus.ROOT / "bench/sample.json").read_bytes())
    document.pop("credentialStatus")
    return document | {"issuer": {**document["issuer"], "id": ISSUER}}


def their_issue(js: JavaScript, document: Json, pointers: Sequence[str]) -> Json:
    key = {
        "id": METHOD,
        "controller": ISSUER,
        "publicKeyMultibase": SIGNER.public.multibase,
        "secretKeyMultibase": multibase.base58btc(PRIVATE_PREFIXES["P-256"] + SECRET),
    }
    return js.ask("issue", credential=document, key=key, created=CREATED, pointers=pointers)


def holds(js: JavaScript, credential: Json) -> bool:
    """Whether both verifiers accept it; they have to agree."""
    answer = js.ask("verify", credential=credential, now=AT)
    report = look(credential)
    assert answer["verified"] is ("proof" in report.passed), answer
    return answer["verified"]


def test_they_verify_what_we_derived_from_what_we_issued(js: JavaScript):
    credential = shown(issued(badge(issuer=ISSUER)), *CHOSEN)
    assert holds(js, credential)
    assert look(credential).verdict is (Verdict.GENUINE)


@pytest.mark.parametrize("seed", range(8))
def test_both_derive_the_same_from_what_either_issued(js: JavaScript, seed: int):
    """Letter for letter, the proof value as well; what is chosen differs from seed to seed."""
    document = badge(issuer=ISSUER)
    places = [pointer(*place) for place in members(document) if place[0] != "@context"]
    draw = random.Random(seed)
    mandatory = ["/issuer", *draw.sample(places, 2)]
    pointers = draw.sample(places, 3)
    for credential in (
        issued(document, mandatory),
        their_issue(js, document, mandatory)["credential"],
    ):
        ours = shown(credential, *pointers)
        assert js.ask("derive", credential=credential, pointers=pointers) == {"credential": ours}
        assert holds(js, ours)


def test_neither_accepts_what_was_changed(js: JavaScript):
    credential = shown(issued(badge(issuer=ISSUER)), *CHOSEN)
    for place in members(credential["credentialSubject"], ("credentialSubject",)):
        tampered = json.loads(json.dumps(credential))
        holder = tampered
        for step in place[:-1]:
            holder = holder[step]
        del holder[place[-1]]
        assert not holds(js, tampered), pointer(*place)


def test_neither_accepts_a_base_proof(js: JavaScript):
    assert not holds(js, issued(badge(issuer=ISSUER)))


def test_a_list_can_be_shown_here_and_verified_there(js: JavaScript):
    base = issued(sample())
    whole = shown(base, RESULTS)
    listed = whole["credentialSubject"]["achievement"]["resultDescription"][0]
    assert len(listed["allowedValue"]) > 1
    assert holds(js, whole)
    assert holds(js, shown(base, CHOSEN[0]))
    listed["allowedValue"].reverse()
    assert not holds(js, whole)


def test_the_javascript_library_cannot_take_a_document_with_a_list(js: JavaScript):
    """It gives the list an address, which JSON-LD 1.1 does not allow; so does the specification."""
    fault = 'if an element has the property "@set" or "@list"'
    assert fault in their_issue(js, sample(), ["/issuer"])["error"]
    assert fault in js.ask("derive", credential=issued(sample()), pointers=CHOSEN[:1])["error"]


def test_the_javascript_library_rewrites_a_text_that_looks_like_a_label(js: JavaScript):
    """It replaces labels in whole lines, so that such a text is signed as another one."""
    document = badge(issuer=ISSUER, name="From _:here to _:there")
    credential = shown(issued(document), "/name")
    report = look(credential)
    assert report.verdict is Verdict.GENUINE
    assert not js.ask("verify", credential=credential, now=AT)["verified"]
    theirs = their_issue(js, document, list(always_shown(document)))["credential"]
    theirs = shown(theirs, "/name")
    report = look(theirs)
    assert report.verdict is Verdict.ALTERED
