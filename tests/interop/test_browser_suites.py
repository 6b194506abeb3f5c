"""The verifier of the browser knows the suites of the library, and its sets and chains of proofs."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from cairn.vc.keys import Algorithm
from cairn.vc.sign import Options
from tests.interop.test_browser_verifier import Browser, agreed, browser
from tests.support.university import badge
from tests.vc.test_chains import ONE, TWO, Party
from tests.vc.test_suites import ECDSA, PUBLISHED, SUITES

__all__ = ["browser"]
pytestmark = pytest.mark.interop
Json = dict[str, Any]


def raw(document: Json) -> bytes:
    return json.dumps(document).encode()


@pytest.mark.parametrize(("suite", "kind"), SUITES)
def test_each_suite_and_every_kind_of_damage_to_it(
    browser: Browser, suite: str, kind: Algorithm
) -> None:
    party = Party(kind)
    document = badge()
    document["issuer"]["id"] = party.did
    signed = party(document, suite=suite)
    assert agreed(browser, raw(signed))["verdict"] == "genuine"
    changes: list[Callable[[Json], object]] = [
        lambda d: d.update(name="Other"),
        lambda d: d["@context"].append("https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"),
        lambda d: d["proof"].update(created="2026-11-02T00:00:00Z"),
        lambda d: d["proof"].pop("@context", None),
        lambda d: d["proof"].update({"@context": d["@context"][:1]}),
        lambda d: d["proof"].update({"@context": None}),
        lambda d: d["proof"].update(proofValue=d["proof"]["proofValue"][:-2]),
        lambda d: d["proof"].update(proofValue="z" + "1" * 64),
        lambda d: d["proof"].update(verificationMethod=Party("P-256").method),
        lambda d: d["proof"].update(domain=[7]),
        lambda d: d["proof"].update(challenge=7),
        *(lambda d, n=name: d["proof"].update(cryptosuite=n) for name in {n for n, _ in SUITES}),
        lambda d: d["proof"].update(cryptosuite="constructor"),
        lambda d: d["proof"].update(type="Ed25519Signature2020"),
    ]
    for change in changes:
        changed = copy.deepcopy(signed)
        change(changed)
        agreed(browser, raw(changed))


def test_the_vectors_of_the_w3c(browser: Browser) -> None:
    for folder, ending, _ in PUBLISHED:
        if folder.is_relative_to(ECDSA):
            agreed(browser, (folder / f"signed{ending}.json").read_bytes())


def test_sets_and_chains_and_how_they_break(browser: Browser) -> None:
    ada, bob = Party(), Party("P-384")
    document = badge()
    document["issuer"]["id"] = ada.did
    chain = bob(ada(document, Options(id=ONE)), Options(id=TWO, previous=[ONE]))
    chain = ada(chain, Options(previous=TWO), "eddsa-jcs-2022")
    assert agreed(browser, raw(chain))["verdict"] == "genuine"
    changes: list[Callable[[list[Json]], object]] = [
        lambda p: p.pop(0),
        lambda p: p.pop(1),
        lambda p: p.reverse(),
        lambda p: p.append(p[0]),
        lambda p: p[1].update(previousProof=TWO),
        lambda p: p[0].update(previousProof=TWO),
        lambda p: p[1].update(previousProof=[]),
        lambda p: p[1].update(previousProof=[ONE, ONE]),
        lambda p: p[1].update(previousProof=[ONE, None]),
        lambda p: p[0].update(created="2026-11-02T00:00:00Z"),
        lambda p: p[0].update(cryptosuite="of-the-future-2050"),
        lambda p: p[2].update(proofPurpose="authentication"),
    ]
    for change in changes:
        changed = copy.deepcopy(chain)
        change(changed["proof"])
        agreed(browser, raw(changed))
