"""The inputs of the W3C suite for JOSE and COSE, through the command that the suite calls."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.desk import Desk

VECTORS = Path(__file__).parents[1] / "vectors" / "vc-jose-cose"
OK, BAD = "success", "failure"

# Numbers, files, keys and answers are those of the suite (tests/test-mapping.js).
ISSUED: list[tuple[int, str, str, str, str | None, str]] = [
    (1, "credential-minimal.json", "p256", "credential_jose", None, OK),
    (2, "credential-full.json", "p384", "credential_jose", None, OK),
    (3, "presentation-single.json", "p256", "presentation_jose", None, OK),
    (4, "presentation-multiple.json", "p521", "presentation_jose", None, OK),
    (5, "credential-unknown-extensions.json", "p521", "credential_jose", None, BAD),
    (
        17,
        "credential-selective.json",
        "p384",
        "credential_sdjwt",
        '["credentialSubject.firstName", "credentialSubject.lastName"]',
        OK,
    ),
    (
        18,
        "credential-nested-selective.json",
        "p521",
        "credential_sdjwt",
        '["credentialSubject.address.street", "credentialSubject.address.city", '
        '"credentialSubject.phoneNumbers[0]"]',
        OK,
    ),
    (
        19,
        "presentation-selective.json",
        "p384",
        "presentation_sdjwt",
        '["holder", "verifiableCredential[0]"]',
        OK,
    ),
    (27, "credential-minimal.json", "did-ed25519", "credential_cose", None, OK),
    (28, "presentation-single.json", "p384", "presentation_cose", None, OK),
]
VERIFIED: list[tuple[int, str, str, str, str]] = [
    (6, "credential-jose-minimal.txt", "p256", "credential_jose", OK),
    (7, "presentation-jose-multiple.txt", "p384", "presentation_jose", OK),
    (8, "credential-issuer-match-signed.txt", "ed25519", "credential_jose", OK),
    (9, "credential-jose-unknown-extensions.txt", "ed25519", "credential_jose", BAD),
    (10, "credential-minimal.json", "ed25519", "credential_jose", BAD),
    (11, "presentation-single.json", "ed25519", "presentation_jose", BAD),
    (12, "credential-jose-bad-signature.txt", "ed25519", "credential_jose", BAD),
    (13, "credential-jose-bad-media-type.txt", "ed25519", "credential_jose", BAD),
    (14, "presentation-jose-bad-media-type.txt", "ed25519", "presentation_jose", BAD),
    (15, "credential-jose-vc-vp-claims.txt", "ed25519", "credential_jose", BAD),
    (16, "presentation-jose-bad-credential.txt", "ed25519", "presentation_jose", BAD),
    (20, "credential-sdjwt-selective.txt", "p384", "credential_sdjwt", OK),
    (21, "credential-sdjwt-nested.txt", "p521", "credential_sdjwt", OK),
    (22, "presentation-sdjwt-selective.txt", "p384", "presentation_sdjwt", OK),
    (23, "credential-sdjwt-bad-signature.txt", "p384", "credential_sdjwt", BAD),
    (24, "credential-sdjwt-bad-media-type.txt", "ed25519", "credential_sdjwt", BAD),
    (25, "presentation-sdjwt-bad-media-type.txt", "ed25519", "presentation_sdjwt", BAD),
    (26, "presentation-sdjwt-bad-credential.txt", "p521", "presentation_sdjwt", BAD),
    (29, "credential-cose-minimal.txt", "p256", "credential_cose", OK),
    (30, "credential-cose-minimal-not-base64.txt", "p256", "credential_cose", BAD),
    (31, "presentation-cose-single.txt", "p384", "presentation_cose", OK),
    (32, "credential-cose-bad-signature.txt", "ed25519", "credential_cose", BAD),
    (33, "credential-cose-bad-media-type.txt", "p384", "credential_cose", BAD),
    (34, "presentation-cose-bad-media-type.txt", "p256", "presentation_cose", BAD),
    (35, "presentation-cose-bad-credential.txt", "p256", "presentation_cose", BAD),
]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def run(desk: Desk, command: str, source: Path, key: str, feature: str, *more: str) -> Any:
    output = desk / "answer.json"
    result = desk(
        *("jose", command, "--input", source, "--key", VECTORS / f"vm-{key}.json"),
        *("--feature", feature, "--output", output, *more),
    )
    answer = json.loads(output.read_bytes())
    assert result.exit_code == (0 if answer["result"] == OK else 1)
    return answer


@pytest.mark.parametrize(("number", "name", "key", "feature", "sd", "expected"), ISSUED)
def test_issue(
    desk: Desk, number: int, name: str, key: str, feature: str, sd: str | None, expected: str
) -> None:
    more = ("--sd", sd) if sd else ()
    answer = run(desk, "issue", VECTORS / name, key, feature, *more)
    assert answer["result"] == expected
    if expected == BAD:
        assert answer["data"] == "No vocabulary of the document names this word. (/anotherBadOne)"
        return
    token = desk / "token.txt"
    token.write_text(answer["data"])
    back = run(desk, "verify", token, key, feature)
    assert back["result"] == OK
    assert json.loads(back["data"]) == json.loads((VECTORS / name).read_bytes())


@pytest.mark.parametrize(("number", "name", "key", "feature", "expected"), VERIFIED)
def test_verify(desk: Desk, number: int, name: str, key: str, feature: str, expected: str) -> None:
    answer = run(desk, "verify", VECTORS / name, key, feature)
    assert (answer["result"], number) == (expected, number)
    if expected == OK:
        inside = "VerifiableCredential" if feature.startswith("cred") else "VerifiablePresentation"
        document = json.loads(answer["data"])
        assert inside in document["type"]
        assert not document.keys() & {"iss", "iat", "jti", "exp", "_sd", "_sd_alg"}


@pytest.mark.parametrize(
    ("name", "feature"),
    [(name, feature) for _, name, _, feature, expected in VERIFIED if expected == OK],
)
def test_what_one_key_signed_no_other_did(desk: Desk, name: str, feature: str) -> None:
    known = {row[1]: row[2] for row in VERIFIED}[name]
    for key in {"p256", "p384", "p521", "ed25519"} - {known}:
        assert run(desk, "verify", VECTORS / name, key, feature)["result"] == BAD


def test_a_vc_jwt_of_open_badges(desk: Desk) -> None:
    from tests.support.university import badge

    source = desk / "badge.json"
    source.write_text(json.dumps(badge()))
    answer = run(desk, "issue", source, "p256", "credential_openbadges")
    assert answer["result"] == OK
    token = desk / "badge.jwt"
    token.write_text(answer["data"] + "\n")
    back = run(desk, "verify", token, "p256", "credential_openbadges")
    assert json.loads(back["data"]) == badge()
    assert run(desk, "verify", token, "p256", "credential_jose")["result"] == BAD
    assert run(desk, "issue", source, "p384", "credential_openbadges")["result"] == BAD


@pytest.mark.parametrize("sd", ["[1]", "[", '["x"'])
def test_places_that_are_none_are_a_misuse(desk: Desk, sd: str) -> None:
    result = desk(
        *("jose", "issue", "--input", VECTORS / "credential-minimal.json"),
        *("--key", VECTORS / "vm-p256.json", "--feature", "credential_sdjwt"),
        *("--output", desk / "answer.json", "--sd", sd),
    )
    assert result.exit_code == 2
    assert not (desk / "answer.json").exists()


@pytest.mark.parametrize(
    ("key", "says"),
    [
        ("{}", "The key file needs an id"),
        ('{"id": "x", "secretKeyJwk": {"kty": "EC"}}', "Of JSON Web Keys"),
    ],
)
def test_a_key_file_that_holds_no_key(desk: Desk, key: str, says: str) -> None:
    (desk / "key.json").write_text(key)
    result = desk(
        *("jose", "issue", "--input", VECTORS / "credential-minimal.json", "--key"),
        *(desk / "key.json", "--feature", "credential_jose", "--output", desk / "answer.json"),
    )
    assert result.exit_code == 1
    assert says in json.loads((desk / "answer.json").read_bytes())["data"]


def test_verify_takes_the_disclosure_paths_that_a_suite_passes_on(desk: Desk) -> None:
    source = VECTORS / "credential-sdjwt-selective.txt"
    for sd, code in (('["credentialSubject.firstName"]', 0), ("", 0), ("[", 2)):
        result = desk(
            *("jose", "verify", "--input", source, "--key", VECTORS / "vm-p384.json"),
            *("--feature", "credential_sdjwt", "--sd", sd, "--output", desk / "answer.json"),
        )
        assert result.exit_code == code
