"""Tokens against the package jose: it verifies ours, and we verify its."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from cairn.vc.documents import Shelf
from cairn.vc.jose import compact, disclosures, jwk, openbadges, w3c
from cairn.vc.jose.token import algorithm_of, must_be_signed_by
from cairn.vc.keys import Algorithm, SoftwareSigner
from cairn.vc.multibase import encode64
from cairn.vc.proofs import Altered
from cairn.vc.report import Verdict
from cairn.vc.verify import inspect
from tests.support.university import NOW, badge

pytestmark = pytest.mark.interop

Json = dict[str, Any]
HERE = Path(__file__).resolve().parent
ALGORITHMS = ["RS256", "ES256", "ES384", "ES512", "EdDSA"]
KINDS: list[Algorithm] = ["RSA", "P-256", "P-384", "P-521", "Ed25519"]
KEY = "did:web:harbour.example#key-1"


def ask(*questions: Json) -> list[Json]:
    """What the package answers, in one process."""
    node = shutil.which("node")
    if node is None or not (HERE / "node_modules/jose").is_dir():
        raise RuntimeError("Node 20 and tests/interop/node_modules are needed. Run: make interop")
    written = "".join(json.dumps(question) + "\n" for question in questions)
    done = subprocess.run(
        [node, "jose.mjs"], cwd=HERE, input=written, capture_output=True, check=True, text=True
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.fixture(scope="module")
def keys() -> dict[str, Json]:
    made = ask(*({"do": "key", "alg": alg} for alg in ALGORITHMS))
    return dict(zip(ALGORITHMS, made, strict=True))


@pytest.fixture(scope="module")
def signers() -> list[SoftwareSigner]:
    return [SoftwareSigner.generate(kind) for kind in KINDS]


def test_it_verifies_ours_and_sees_a_changed_letter(signers: list[SoftwareSigner]) -> None:
    questions, expected = [], []
    for signer in signers:
        alg = algorithm_of(signer.public)
        if alg in openbadges.ALGORITHMS:
            text = openbadges.issue(badge(), signer=signer, key_id=KEY)
        else:
            text = w3c.issue(badge(), signer=signer, key_id=KEY)
        head, payload, signature = text.split(".")
        other = "A" if payload[9] != "A" else "B"
        forged = f"{head}.{payload[:9]}{other}{payload[10:]}.{signature}"
        asked = {"do": "verify", "key": signer.public.jwk, "algorithms": [alg]}
        questions += [asked | {"token": token} for token in (text, forged)]
        claims = compact.read(text).claims
        expected += [
            {"header": compact.read(text).header, "claims": claims},
            {"error": "ERR_JWS_SIGNATURE_VERIFICATION_FAILED"},
        ]
    assert ask(*questions) == expected


def test_it_verifies_the_signed_part_of_our_sd_jwt(signers: list[SoftwareSigner]) -> None:
    signer = signers[1]
    text = w3c.issue_disclosable(
        badge(), signer=signer, key_id=KEY, pointers=["/name"], random=bytes
    )
    question = {"do": "verify", "token": text.split("~")[0], "key": signer.public.jwk}
    (answer,) = ask(question | {"algorithms": ["ES256"]})
    assert answer["claims"]["_sd"] == [disclosures.hash_of(text.split("~")[1])]
    assert "name" not in answer["claims"]


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_we_verify_its(keys: dict[str, Json], alg: str) -> None:
    header = {"alg": alg, "typ": "vc+jwt", "kid": KEY}
    (answer,) = ask({"do": "sign", "header": header, "claims": badge(), "key": keys[alg]["secret"]})
    token = compact.read(answer["token"])
    public = jwk.public_key(keys[alg]["jwk"])
    must_be_signed_by(token, public)
    assert (token.header, token.claims) == (header, badge())
    head, _, signature = answer["token"].split(".")
    other = encode64(json.dumps(badge(name="Another")).encode())
    with pytest.raises(Altered):
        must_be_signed_by(compact.read(f"{head}.{other}.{signature}"), public)


@pytest.mark.parametrize("alg", ALGORITHMS)
def test_keys_go_both_ways(keys: dict[str, Json], alg: str) -> None:
    made = keys[alg]
    public = jwk.public_key(made["jwk"])
    assert public.jwk == made["jwk"]
    assert jwk.thumbprint(public) == made["thumbprint"]
    signer = jwk.private_key(made["secret"])
    assert signer.public == public


@pytest.mark.parametrize("alg", ["RS256", "ES256"])
def test_an_open_badge_that_it_signed_is_genuine(keys: dict[str, Json], alg: str) -> None:
    address = "https://harbour.example/issuer"
    document = badge(issuer={"id": address, "type": ["Profile"], "name": "Harbour University"})
    ours = openbadges.issue(document, signer=jwk.private_key(keys[alg]["secret"]), key_id=address)
    claims = compact.read(ours).claims
    header = {"alg": alg, "typ": "JWT", "kid": address}
    (answer,) = ask({"do": "sign", "header": header, "claims": claims, "key": keys[alg]["secret"]})
    shelf = Shelf({address: json.dumps(keys[alg]["jwk"]).encode()})
    report = inspect(answer["token"].encode(), documents=shelf, at=NOW)
    assert report.verdict is Verdict.GENUINE
