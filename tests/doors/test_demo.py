"""The demo, run as `make demo` runs it: once on all the data, and on a cut that is quick to repeat."""

import json
import os
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

import cairn
from cairn.vc.baking import unbake
from cairn.vc.did import web
from cairn.vc.documents import Shelf
from cairn.vc.report import Verdict
from cairn.vc.verify import inspect
from tests.support.oulad import EARNED, loaded, rows

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
STEPS = ["key", "roster", "issue", "verify", "bake", "revoke"]


def demo(*arguments: object, examples: Path = EXAMPLES) -> subprocess.CompletedProcess[str]:
    # A secret of the user's must neither be used nor stand in the way.
    own = {"PYTHONPATH": str(Path(cairn.__file__).parents[1]), "CAIRN_KEY_PASSPHRASE": "not this"}
    return subprocess.run(
        [sys.executable, examples / "demo.py", *map(str, arguments)],
        check=False,
        capture_output=True,
        encoding="utf-8",
        env=os.environ | own,
    )


def words(output: str) -> list[str]:
    return [line.split()[0] for line in output.splitlines()]


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo") / "given"
    run = demo("--no-serve", "--dir", folder)
    assert (run.returncode, run.stderr) == (0, "")
    return run.stdout, folder


@pytest.fixture(scope="module")
def earned():
    """Who earned it, as SQL counts them: id, name, e-mail, day, mark."""
    connection = loaded()
    yield list(connection.execute(EARNED))
    connection.close()


def credential(folder: Path, learner: str) -> dict:
    return json.loads((folder / f"credentials/{learner}.json").read_bytes())


def test_the_demo_ends_with_the_number_that_sql_counts(done, earned):
    count = len(earned)
    assert done[0].splitlines()[-1] == (
        f"demo: enrolments=748 credentials={count} verified={count} revoked=1"
    )


def test_every_step_says_one_line(done):
    assert words(done[0]) == [*STEPS, "demo:"]
    for step in ("issue", "verify"):
        assert re.search(rf"^{step} .*570 .* in \d+\.\d s \(\d+ a second\)", done[0], re.MULTILINE)


def test_the_folder_alone_lets_others_verify_offline(done):
    folder = done[1]
    did = json.loads((folder / "did.json").read_bytes())
    shelf = {web.url_for(did["id"]): (folder / "did.json").read_bytes()}
    for path in (folder / "status").glob("*.json"):
        shelf[json.loads(path.read_bytes())["id"]] = path.read_bytes()
    reports = [
        inspect(path.read_bytes(), documents=Shelf(shelf), at=datetime.now(UTC))
        for path in sorted((folder / "credentials").glob("*.json"))
    ]
    verdicts = [report.verdict for report in reports]
    assert verdicts.count(Verdict.GENUINE) == 569
    assert verdicts.count(Verdict.REVOKED) == 1
    for suffix in ("svg", "png"):
        badge = (folder / f"badges/AAA-2013J-11391.{suffix}").read_bytes()
        inside = unbake(badge).text.encode()
        assert inside == (folder / "credentials/AAA-2013J-11391.json").read_bytes()


def test_each_learner_got_the_mark_and_the_day_that_sql_finds(done, earned):
    said = []
    for learner, name, *_ in earned:
        found = credential(done[1], learner)
        subject = found["credentialSubject"]
        names = [one["identityHash"] for one in subject["identifier"] if not one["hashed"]]
        assert names == [name]
        said.append((learner, name, "", found["validFrom"][:10], subject["result"][0]["value"]))
    assert said == earned


def test_the_profile_is_the_issuer_of_every_credential(done, earned):
    folder = done[1]
    profile = json.loads((folder / "profile.json").read_bytes())
    assert profile.pop("@context")[0] == "https://www.w3.org/ns/credentials/v2"
    assert profile["id"] == json.loads((folder / "did.json").read_bytes())["id"]
    assert all(credential(folder, learner)["issuer"] == profile for learner, *_ in earned)


def test_no_private_key_is_left_behind(done):
    texts = [path for path in done[1].rglob("*") if path.is_file()]
    assert [path for path in texts if b"ciphertext" in path.read_bytes()] == []
    assert [path for path in texts if b"secretKey" in path.read_bytes()] == []


@pytest.fixture
def few(tmp_path):
    """The examples with the first ten enrolments only."""
    examples = tmp_path / "examples"
    shutil.copytree(EXAMPLES, examples, ignore=shutil.ignore_patterns("__pycache__"))
    info = examples / "oulad/studentInfo.csv"
    info.write_text("\n".join(info.read_text("utf-8").splitlines()[:11]) + "\n", "utf-8")
    return examples


def test_the_same_run_twice_starts_afresh_and_says_that_nothing_is_served(few, tmp_path):
    folder = tmp_path / "given"
    keys = set()
    for _ in range(2):
        run = demo("--dir", folder, examples=few)
        assert (run.returncode, run.stderr) == (0, "")
        assert words(run.stdout) == [*STEPS, "serve", "demo:"]
        count = len(rows((folder / "roster.csv").read_text("utf-8"))) - 1
        assert run.stdout.splitlines()[-1] == (
            f"demo: enrolments=10 credentials={count} verified={count} revoked=1"
        )
        keys.add((folder / "did.json").read_bytes())
    assert len(keys) == 2


def test_a_folder_with_files_of_somebody_else_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work", "utf-8")
    run = demo("--dir", tmp_path)
    assert (run.returncode, run.stdout) == (1, "")
    assert "holds files that no demo made" in run.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_command_that_fails_ends_the_demo_with_its_words(few, tmp_path):
    (few / "oulad/achievement.yaml").write_text("name: Nothing else\n", "utf-8")
    run = demo("--dir", tmp_path / "given", examples=few)
    assert run.returncode == 1
    assert words(run.stdout) == ["key", "roster"]
    assert run.stderr.startswith("demo: stopped. ")
    assert "Write what a learner must do to earn it." in run.stderr
