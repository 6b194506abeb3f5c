"""The commented examples, issued and verified as their comments say."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from cairn.cli.main import app

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
LEARNERS = ["s1001", "s1002", "s1003", "s1004"]


@pytest.fixture
def cairn(monkeypatch, tmp_path):
    monkeypatch.setenv("CAIRN_KEK", "07" * 32)

    def run(*arguments: object) -> str:
        done = CliRunner().invoke(app, [str(argument) for argument in arguments])
        assert done.exit_code == 0, done.output
        return done.stdout

    run("keygen", "--did", "web:harbour.example", "--out", tmp_path / "key.json")
    return run


@pytest.mark.parametrize("definition", ["achievement.yaml", "achievement-minimal.yaml"])
@pytest.mark.parametrize("picture", ["badge.svg", "badge.png"])
def test_an_example_becomes_genuine_credentials_and_badges(definition, picture, cairn, tmp_path):
    badges = tmp_path / "badges"
    cairn(
        *("issue", EXAMPLES / definition, EXAMPLES / "roster.csv", "--key", tmp_path / "key.json"),
        *("--out", badges, "--bake", EXAMPLES / picture),
    )
    supplied = [tmp_path / "key.did.json", *badges.glob("status/*.json")]
    options = [word for path in supplied for word in ("--document", path)]
    report = json.loads(cairn("verify", badges, "--offline", "--json", *options))
    suffix = Path(picture).suffix
    assert {item["file"]: item["verdict"] for item in report["documents"]} == {
        f"{learner}{end}": "genuine" for learner in LEARNERS for end in (".json", suffix)
    }


def test_an_example_shows_what_it_says(cairn, tmp_path):
    cairn(
        *("issue", EXAMPLES / "achievement.yaml", EXAMPLES / "roster.csv"),
        *("--key", tmp_path / "key.json", "--out", tmp_path / "badges"),
    )
    shown = cairn("show", tmp_path / "badges/s1002.json")
    for words in ("Cybersecurity incident response", "Tomás Oyelaran", "67 (Completed)"):
        assert words in shown
