"""Badges that Cairn baked, read by openbadgeslib in an environment of its own."""

from __future__ import annotations

import atexit
import json
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from cairn.vc.baking import bake, unbake
from tests.interop.conftest import Issued
from tests.support.university import University, badge

pytestmark = pytest.mark.interop

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / ".venv-openbadgeslib/bin"
PICTURES = ("badge.png", "badge.svg")


def tool(name: str) -> Path:
    if not (TOOLS / name).exists():
        raise RuntimeError(f"{TOOLS / name} is needed. Run: make interop")
    return TOOLS / name


@cache
def reader() -> subprocess.Popen[str]:
    """Their library in one process for all tests: to start it takes longer than to read."""
    started = subprocess.Popen(
        [tool("python"), "tests/interop/read_badges.py"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    )
    atexit.register(started.communicate)
    return started


def read_back(badges: list[Path], documents: dict[str, Any]) -> list[Any]:
    question = {"documents": documents, "badges": [str(path) for path in badges]}
    process = reader()
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(json.dumps(question) + "\n")
    process.stdin.flush()
    return list(json.loads(process.stdout.readline()))


def where_it_looks(issued: Issued) -> dict[str, Any]:
    documents = issued.documents()
    return documents | {
        "https://learn.example.edu/.well-known/did.json": documents["did:web:learn.example.edu"]
    }


def check(issued: Issued, suffix: str) -> None:
    badges = sorted(issued.badges.glob(f"*{suffix}"))
    assert len(badges) == 4
    for path, answer in zip(badges, read_back(badges, where_it_looks(issued)), strict=True):
        credential = path.with_suffix(".json").read_text("utf-8")
        document = json.loads(credential)
        assert answer == {
            "text": credential,
            "valid": True,
            "trusted": True,
            "reason": None,
            "issuer": document["issuer"]["name"],
            "achievement": document["credentialSubject"]["achievement"]["name"],
        }


def test_png_badges_are_read_back_byte_for_byte_and_verify(issued: Issued):
    check(issued, ".png")


def test_svg_badges_are_read_back_byte_for_byte_and_verify(issued_as_svg: Issued):
    check(issued_as_svg, ".svg")


@pytest.mark.parametrize("picture", PICTURES)
def test_an_altered_badge_is_read_back_and_does_not_verify(
    issued: Issued, tmp_path: Path, picture: str
):
    document = issued.credentials()[0]
    document["credentialSubject"]["achievement"]["name"] += "!"
    image = (ROOT / "examples" / picture).read_bytes()
    path = tmp_path / picture
    path.write_bytes(bake(image, json.dumps(document)))
    [answer] = read_back([path], where_it_looks(issued))
    assert (json.loads(answer["text"]), answer["valid"]) == (document, False)
    assert "signature" in answer["reason"].lower()


def test_a_revoked_badge_is_refused_and_the_others_are_not(revoked: Issued):
    badges = sorted(revoked.badges.glob("*.png"))
    answers = read_back(badges, where_it_looks(revoked))
    assert [answer["valid"] for answer in answers] == [False, True, True, True]
    assert "'revocation' is set" in answers[0]["reason"]


AWKWARD = (
    "Quote \" apostrophe ' ampersand & less < greater > end ]]> comment --> entity &amp; &#10;",
    "line\nbreak, tab\t, \u00a0 \u2028 \ufffd é Ω 中 𝄞 👩🏽‍🎓",
    "<script>alert(1)</script><![CDATA[x]]>",
)


@pytest.mark.parametrize("picture", PICTURES)
@pytest.mark.parametrize("name", AWKWARD)
def test_awkward_text_comes_back_as_it_was(tmp_path: Path, picture: str, name: str):
    university = University()
    credential = university.sign(badge(name=name, description=name)).decode()
    path = tmp_path / picture
    path.write_bytes(bake((ROOT / "examples" / picture).read_bytes(), credential))
    [answer] = read_back([path], served(university))
    assert answer["text"] == credential
    assert (answer["valid"], answer["trusted"], answer["reason"]) == (True, True, None)
    assert unbake(path.read_bytes()).text == credential


def served(university: University) -> dict[str, Any]:
    return {url: json.loads(raw) for url, raw in university.published.items()}


@pytest.mark.parametrize("picture", PICTURES)
def test_the_command_of_openbadgeslib_accepts_our_badge_and_nobody_elses(
    tmp_path: Path, picture: str
):
    university, document = University(), badge()
    document["credentialSubject"]["id"] = "mailto:ada@example.org"
    path, pem = tmp_path / picture, tmp_path / "issuer.pem"
    image = (ROOT / "examples" / picture).read_bytes()
    path.write_bytes(bake(image, university.sign(document).decode()))

    def verdict(signer: University, holder: str) -> tuple[int, bool]:
        public = Ed25519PublicKey.from_public_bytes(signer.signer.public.raw)
        pem.write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
        done = subprocess.run(
            [tool("openbadges-verifier"), "-V3", "-i", path, "-k", pem, "-r", holder, "--json"],
            check=False,
            stdout=subprocess.PIPE,
            cwd=tmp_path,
        )
        return done.returncode, json.loads(done.stdout)["valid"]

    assert verdict(university, "ada@example.org") == (0, True)
    assert verdict(university, "bob@example.org") == (1, False)
    assert verdict(University(), "ada@example.org") == (1, False)
