"""What strangers send, through the commands that meet it."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.university import LIST_URL, University

VECTORS = Path(__file__).parent.parent / "vectors"
HOSTILE = VECTORS / "hostile"
#: Enough for the program and a bounded document, too little for an unbounded one.
MEMORY = 1024 * 1024 * 1024


def cairn(*args: object, home: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cairn.cli.main", *map(str, args)],
        capture_output=True,
        text=True,
        timeout=60,
        env={"XDG_CONFIG_HOME": str(home), "PYTHONPATH": "src", "COLUMNS": "200"},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),
        check=False,
    )


def _verify(path: Path, *options: object, home: Path) -> tuple[int, dict[str, object]]:
    done = cairn("verify", path, "--json", "--offline", *options, home=home)
    assert "Traceback" not in done.stderr
    return done.returncode, json.loads(done.stdout)


def _check(answer: dict[str, object], name: str) -> dict[str, object]:
    checks = answer["checks"]
    assert isinstance(checks, list)
    found: dict[str, object] = next(check for check in checks if check["id"] == name)
    return found


@pytest.mark.parametrize(
    ("file", "words", "pointer"),
    [
        ("nested-10000-deep.json", "nested more than 64", None),
        ("nul.json", "not JSON", None),
        ("nul-escaped.json", "cannot be written", "/name"),
        ("duplicate-keys.json", "“id” stands twice", "/credentialSubject/id"),
    ],
)
def test_json_that_two_readers_would_read_differently_is_refused(
    file: str, words: str, pointer: str | None, tmp_path: Path
) -> None:
    code, answer = _verify(HOSTILE / file, home=tmp_path)
    check = _check(answer, "json")
    assert (code, answer["verdict"], check["state"]) == (1, "unreadable", "failed")
    assert words in str(check["message"])
    assert check["pointer"] == pointer


def test_fifty_megabytes_are_refused_by_their_size(tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    path.write_bytes(b'{"name":"' + b"x" * (50 * 1024 * 1024) + b'"}')
    done = cairn("verify", path, "--offline", home=tmp_path)
    assert done.returncode == 1
    assert "has more than 16,777,216 bytes" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_a_poison_graph_is_left_unknown(tmp_path: Path) -> None:
    code, answer = _verify(HOSTILE / "poison-graph.json", home=tmp_path)
    check = _check(answer, "terms")
    assert (code, answer["verdict"]) == (3, "cannot_check")
    assert (check["state"], check["code"]) == ("unknown", "document.over_budget")


@pytest.mark.parametrize("name", ["gzip-bomb.json", "truncated-gzip.json", "two-members.json"])
def test_a_status_list_that_cannot_be_unpacked_fails(name: str, tmp_path: Path) -> None:
    university = University()
    packed = json.loads((VECTORS / "hostile-status-lists" / name).read_bytes())
    subject = packed["credentialSubject"]

    def swap(document: dict[str, dict[str, str]]) -> None:
        document["credentialSubject"]["encodedList"] = subject["encodedList"]

    university.publish_list(change=swap)
    badge = tmp_path / "badge.json"
    badge.write_bytes(university.issue_listed())
    options: list[object] = []
    for number, (url, content) in enumerate(university.published.items()):
        served = tmp_path / f"{number}.served"
        served.write_bytes(content)
        options += ["--document", f"{url}={served}"]
    assert any(LIST_URL in str(option) for option in options)
    code, answer = _verify(badge, *options, home=tmp_path)
    check = _check(answer, "status")
    assert (code, check["state"], check["code"]) == (1, "failed", "MALFORMED_VALUE_ERROR")


@pytest.mark.parametrize("name", ["two-credentials.png", "external-entity.svg", "entity-bomb.svg"])
def test_a_hostile_picture_gives_a_plain_line(name: str, tmp_path: Path) -> None:
    done = cairn("verify", VECTORS / "hostile-pictures" / name, "--offline", home=tmp_path)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "root:" not in done.stdout + done.stderr


def test_a_drawing_with_a_script_is_not_baked_into(tmp_path: Path) -> None:
    picture = VECTORS / "hostile-pictures" / "script.svg"
    credential = tmp_path / "badge.json"
    credential.write_bytes(University().issue())
    out = tmp_path / "out.svg"
    done = cairn("bake", picture, credential, "--out", out, home=tmp_path)
    assert done.returncode == 1
    assert not out.exists()
    assert "script" in done.stderr


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "key.json"
    done = cairn("keygen", "--did", "web:harbour.example", "--out", path, home=tmp_path)
    assert done.returncode == 0, done.stderr
    return path


ACHIEVEMENT = Path("examples/achievement-minimal.yaml")


def test_a_roster_in_windows_1252_is_read_and_said_so(key: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    roster = HOSTILE / "roster-windows-1252.csv"
    done = cairn("issue", ACHIEVEMENT, roster, "--key", key, "--out", out, home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Windows-1252" in done.stdout + done.stderr
    assert "Zoë Müller" in (out / "s1.json").read_text("utf-8")
    assert "Renée “Née” García" in (out / "s2.json").read_text("utf-8")


@pytest.mark.parametrize(
    ("file", "words"),
    [("roster-duplicate-ids.csv", "Row 4"), ("roster-formula.csv", "Row 3")],
)
def test_a_bad_row_is_named_and_nothing_is_written(
    file: str, words: str, key: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    done = cairn("issue", ACHIEVEMENT, HOSTILE / file, "--key", key, "--out", out, home=tmp_path)
    assert done.returncode == 1
    assert words in done.stderr
    assert not out.exists() or not list(out.iterdir())
