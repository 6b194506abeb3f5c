"""Digests of related resources, where the resource is bundled (VCDM 2.0 §5.3)."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from typing import Any

import pytest

from cairn.vc import contexts, multibase
from cairn.vc.errors import Unsignable
from cairn.vc.related import related_problems
from cairn.vc.report import State, Verdict
from tests.support.university import University, badge

V2 = "https://www.w3.org/ns/credentials/v2"
RAW = contexts.raw(V2) or b""


def sri(name: str, raw: bytes = RAW) -> str:
    return f"{name}-{b64encode(hashlib.new(name, raw).digest()).decode()}"


def multihash(prefix: bytes, name: str) -> bytes:
    return prefix + hashlib.new(name, RAW).digest()


RIGHT: list[dict[str, Any]] = [
    *({"digestSRI": sri(name)} for name in ("sha256", "sha384", "sha512")),
    {"digestSRI": f"{sri('sha256')} {sri('sha384')}"},
    {"digestSRI": f"{sri('sha256', b'')} {sri('sha384')}"},  # the strongest counts
    {"digestSRI": f"{sri('sha384')}?ct=json"},
    {"digestMultibase": multibase.base64url(hashlib.sha256(RAW).digest())},
    {"digestMultibase": multibase.base64url(multihash(b"\x12\x20", "sha256"))},
    {"digestMultibase": multibase.base58btc(multihash(b"\x20\x30", "sha384"))},
    {"digestMultibase": multibase.base58btc(multihash(b"\x13\x40", "sha512"))},
]
WRONG: list[dict[str, Any]] = [
    {"digestSRI": sri("sha384", b"")},
    {"digestSRI": f"{sri('sha256')} {sri('sha384', b'')}"},
    {"digestSRI": "md5-1B2M2Y8AsgTpgAmY7PhCfg=="},
    {"digestSRI": "sha384-not/base64!"},
    {"digestSRI": sri("sha384").replace("sha384", "sha512")},
    {"digestMultibase": multibase.base64url(multihash(b"\x20\x30", "sha256"))},
    {"digestMultibase": multibase.base64url(hashlib.sha512(RAW).digest())},
    {"digestMultibase": "f00"},
    {"digestMultibase": "u" + "!" * 43},
]


@pytest.mark.parametrize("digest", RIGHT)
def test_the_digest_of_a_bundled_vocabulary(digest: dict[str, Any]) -> None:
    assert list(related_problems({"relatedResource": {"id": V2, **digest}})) == []


@pytest.mark.parametrize("digest", WRONG)
def test_another_digest_is_found(digest: dict[str, Any]) -> None:
    other = {"id": "https://x.example/1", **digest}
    (problem,) = related_problems({"relatedResource": [other, {"id": V2, **digest}]})
    assert problem.pointer == f"/relatedResource/1/{next(iter(digest))}"
    assert problem.message == f"is not the digest of what stands at {V2}."


@pytest.mark.parametrize("odd", [None, 5, [], "x", [5], {"id": 5}, {"id": V2, "digestSRI": 5}])
def test_what_has_no_digest_is_for_the_data_model_to_judge(odd: object) -> None:
    assert list(related_problems({"relatedResource": odd})) == []


def test_a_wrong_digest_is_neither_signed_nor_verified() -> None:
    university = University()
    wrong = {"id": V2, **WRONG[0]}
    with pytest.raises(Unsignable, match="is not the digest") as caught:
        university.issue(relatedResource=wrong)
    assert caught.value.pointer == "/relatedResource/digestSRI"
    report = university.inspect(university.issue(relatedResource={"id": V2, **RIGHT[1]}))
    assert report.verdict is Verdict.GENUINE
    assert badge()["@context"][0] == V2
    assert {check.state for check in report if check.id == "data_model"} == {State.PASSED}
