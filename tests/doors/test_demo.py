"""The demo, run as `make demo` runs it: once on all the data, and on a cut that is quick to repeat."""

import csv
import hashlib
import json
import os
import re
import shutil
import signal
import sqlite3
import stat
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import urllib3

import cairn
from cairn.vc.baking import unbake
from cairn.vc.did import web
from cairn.vc.documents import Shelf
from cairn.vc.report import Verdict
from cairn.vc.verify import inspect
from tests.doors.test_pages import pattern, plain, steps
from tests.support.oulad import EARNED, loaded
from tests.support.rabbitmq import free_port

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
FOUNDED = ["site", "people", "issuer", "design", "quality"]
TAUGHT = ["serve", "offer", "enrol", "mark", "release", "award"]
SEEN = ["issue", "desks", "sign-in", "verify", "badge", "revoke", "keep", "ledger"]
STEPS = [*FOUNDED, *TAUGHT, *SEEN]
ZONE = ZoneInfo("Australia/Melbourne")


def start(*arguments: object, examples: Path = EXAMPLES) -> subprocess.Popen[str]:
    # Settings and secrets of the user's must neither be used nor stand in the way.
    own = {
        "PYTHONPATH": str(Path(cairn.__file__).parents[1]),
        "CAIRN_ORIGIN": "https://somebody.example",
        "CAIRN_KEK": "not this",
        "DATABASE_URL": "postgresql://127.0.0.1:1/not_this",
        "DJANGO_SETTINGS_MODULE": "not.this",
    }
    return subprocess.Popen(
        [sys.executable, examples / "demo.py", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=os.environ | own,
    )


def demo(*arguments: object, examples: Path = EXAMPLES) -> subprocess.CompletedProcess[str]:
    process = start("--port", free_port(), *arguments, examples=examples)
    out, err = process.communicate(timeout=300)
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


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
    """Who earned it, as SQL counts them on the files: id, name, e-mail, day, mark."""
    connection = loaded()
    yield list(connection.execute(EARNED))
    connection.close()


@contextmanager
def database(folder: Path):
    connection = sqlite3.connect(folder / "site/cairn.sqlite3")
    try:
        yield connection
    finally:
        connection.close()


def credential(folder: Path, learner: str) -> dict:
    return json.loads((folder / f"credentials/{learner}.json").read_bytes())


def shelf(folder: Path) -> Shelf:
    """The folder in place of the web."""
    did = (folder / "did.json").read_bytes()
    documents = {web.url_for(json.loads(did)["id"]): did}
    for path in (folder / "status").glob("*.json"):
        documents[json.loads(path.read_bytes())["id"]] = path.read_bytes()
    return Shelf(documents)


def test_the_demo_ends_with_the_numbers_that_sql_counts(done, earned):
    count = len(earned)
    assert count == 570
    assert done[0].splitlines()[-1] == (
        f"demo: enrolments=748 marks=3146 awards={count} credentials={count} "
        f"verified={count} revoked=1"
    )


def test_every_step_says_one_line(done):
    assert words(done[0]) == [*STEPS, "demo:"]
    for step in ("enrol", "mark", "release", "award", "issue", "verify"):
        assert re.search(
            rf"^{step} .*\d+ .* in \d+\.\d s \([\d,]+ a second\)", done[0], re.MULTILINE
        )
    assert "3146 marks, 3 blank ones left alone" in done[0]
    assert "genuine before, revoked after; 569 others stay genuine" in done[0]


def test_the_tables_agree_with_what_was_said(done):
    with database(done[1]) as connection:

        def count(question: str) -> int:
            return connection.execute(f"select count(*) from {question}").fetchone()[0]

        # Twelve learners and fourteen marks are those of the cohort that is open.
        assert count("delivery_enrolment") == 748 + 12
        assert count("assessment_mark where score is not null") == 3146 + 14
        assert count("assessment_award where withdrawn_on is null") == 570
        assert count("issuing_credential where state = 'issued'") == 569
        assert count("issuing_credential where state = 'revoked'") == 1
        assert count("kernel_person where full_name like 'Learner %'") == 712 + 12
        # Everybody has one address, the five members of staff too.
        assert count("kernel_person") == 729
        assert count("kernel_emailaddress") == 729
        learners = "kernel_emailaddress where address like 'learner.%@students.harbour.example'"
        assert count(learners) == 724


def test_three_micro_credentials_were_approved_by_somebody_who_wrote_none_of_them(done):
    with database(done[1]) as connection:
        told = connection.execute(
            "select achievement.slug, version.approved_on is not null, decision.outcome,"
            " decision.by_person_id = proposal.author_id"
            " from design_version as version"
            " join design_achievement as achievement on achievement.id = version.achievement_id"
            " join design_proposal as proposal on proposal.id = version.proposal_id"
            " join quality_review as review on review.version_id = version.id"
            " join quality_decision as decision on decision.review_id = review.id"
            " order by achievement.slug"
        ).fetchall()
    slugs = ["business-analytics", "incident-response", "module-aaa"]
    assert told == [(slug, 1, "approve", 0) for slug in slugs]


def test_author_reviewer_and_teacher_find_something_to_do(done):
    with database(done[1]) as connection:
        left = connection.execute(
            "select achievement.slug, proposal.state from design_proposal as proposal"
            " join design_achievement as achievement on achievement.id = proposal.achievement_id"
            " where achievement.slug in ('accessible-documents', 'data-storytelling')"
            " order by achievement.slug"
        ).fetchall()
        marks = connection.execute(
            "select mark.task, count(*) from assessment_mark as mark"
            " join delivery_enrolment as enrolment on enrolment.id = mark.enrolment_id"
            " join delivery_offering as offering on offering.id = enrolment.offering_id"
            " where offering.code = 'BAN-D-2' group by mark.task order by mark.task"
        ).fetchall()
    assert left == [("accessible-documents", "in_review"), ("data-storytelling", "draft")]
    assert marks == [("t1", 10), ("t2", 4)]


def test_the_folder_alone_lets_others_verify_offline(done):
    folder, at = done[1], datetime.now(UTC)
    documents = shelf(folder)
    paths = sorted((folder / "credentials").glob("*.json"))
    verdicts = Counter(
        inspect(path.read_bytes(), documents=documents, at=at).verdict for path in paths
    )
    assert verdicts == {Verdict.GENUINE: 569, Verdict.REVOKED: 1}
    for suffix in ("svg", "png"):
        inside = unbake((folder / f"badges/AAA-2013J-11391.{suffix}").read_bytes()).text
        assert inside.encode() == (folder / "credentials/AAA-2013J-11391.json").read_bytes()


def test_the_index_names_each_file_with_its_hash_and_its_place_in_the_list(done):
    folder = done[1]
    with (folder / "credentials/index.csv").open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    names = {path.name for path in (folder / "credentials").glob("*.json")}
    assert {line["file"] for line in lines} == names
    assert len({(line["status_list"], line["status_index"]) for line in lines}) == 570
    for line in lines:
        raw = (folder / "credentials" / line["file"]).read_bytes()
        assert line["sha256"] == hashlib.sha256(raw).hexdigest()
        assert line["id"] == json.loads(raw)["id"]


def test_each_learner_got_the_mark_and_the_day_that_sql_finds(done, earned):
    said = []
    for learner, *_ in earned:
        found = credential(done[1], learner)
        subject = found["credentialSubject"]
        names = [one["identityHash"] for one in subject["identifier"] if not one["hashed"]]
        day = datetime.fromisoformat(found["awardedDate"]).astimezone(ZONE).date().isoformat()
        said.append((learner, *names, day, Decimal(subject["result"][0]["value"])))
    assert said == [(key, name, day, Decimal(mark)) for key, name, _, day, mark in earned]


def test_the_profile_is_the_issuer_of_every_credential(done, earned):
    folder = done[1]
    profile = json.loads((folder / "profile.json").read_bytes())
    assert profile.pop("@context")[0] == "https://www.w3.org/ns/credentials/v2"
    assert profile["id"] == json.loads((folder / "did.json").read_bytes())["id"]
    assert profile["id"] == "did:web:harbour.example"
    assert all(credential(folder, learner)["issuer"] == profile for learner, *_ in earned)


def test_secrets_are_in_the_folder_of_the_site_alone(done):
    site = done[1] / "site"
    assert stat.S_IMODE(site.stat().st_mode) == 0o700
    secrets = [(site / name).read_text("utf-8").strip() for name in ("kek", "secret-key")]
    with database(done[1]) as connection:
        (sealed,) = connection.execute("select sealed from issuing_signingkey").fetchone()
    others = [path for path in done[1].rglob("*") if path.is_file() and site not in path.parents]
    assert len(others) > 570
    hidden = [*(secret.encode() for secret in secrets), bytes(sealed)]
    assert [path for path in others for one in hidden if one in path.read_bytes()] == []


def test_the_tutorial_does_what_it_says(done, tmp_path):
    (tmp_path / "build").mkdir()
    (tmp_path / "build/demo").symlink_to(done[1])
    (tmp_path / "bin").mkdir()
    command = tmp_path / "bin/cairn"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m cairn.cli.main "$@"\n', "utf-8")
    command.chmod(0o755)
    environment = {
        "PATH": f"{command.parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(Path(cairn.__file__).parents[1]),
        "PYTHONIOENCODING": "utf-8",
        "HOME": str(tmp_path),
    }
    pages = list(steps("tutorial/a-small-university.md"))
    assert len(pages) > 3
    before = ""
    for commands, printed in pages:
        run = subprocess.run(
            ["bash", "-e", "-o", "pipefail", "-c", before + commands],
            cwd=tmp_path,
            env=environment,
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
        )
        assert run.returncode == 0, run.stdout
        if printed is None:
            before += commands  # it sets what the next blocks use, as in one terminal
        else:
            assert re.fullmatch(pattern(printed), plain(run.stdout)), run.stdout


@pytest.fixture
def few(tmp_path):
    """The examples with the first ten enrolments only."""
    examples = tmp_path / "examples"
    shutil.copytree(EXAMPLES, examples, ignore=shutil.ignore_patterns("__pycache__"))
    info = examples / "oulad/studentInfo.csv"
    kept = info.read_text("utf-8").splitlines()[:11]
    info.write_text("\n".join(kept) + "\n", "utf-8")
    learners = {line.split(",")[2] for line in kept[1:]}
    marks = examples / "oulad/studentAssessment.csv"
    header, *lines = marks.read_text("utf-8").splitlines()
    here = {str(task) for task in range(1752, 1757)}
    cut = [line for line in lines if line.split(",")[1] in learners and line.split(",")[0] in here]
    marks.write_text("\n".join([header, *cut]) + "\n", "utf-8")
    courses = examples / "oulad/courses.csv"
    courses.write_text("\n".join(courses.read_text("utf-8").splitlines()[:2]) + "\n", "utf-8")
    return examples


def said(process: subprocess.Popen[str], word: str) -> list[str]:
    """Read until a line begins with this word."""
    lines = []
    for line in process.stdout:
        lines.append(line.rstrip("\n"))
        if line.startswith(word):
            return lines
    raise AssertionError("\n".join([*lines, process.stderr.read()]))


def answers(url: str, accept: str = "*/*") -> int | None:
    try:
        return urllib3.request("GET", url, headers={"Accept": accept}, retries=False).status
    except urllib3.exceptions.HTTPError:
        return None


def served(folder: Path, examples: Path) -> tuple[subprocess.Popen[str], str]:
    """A demo that serves, and the address it shows."""
    process = start("--dir", folder, "--port", free_port(), examples=examples)
    lines = [*said(process, "demo:"), process.stdout.readline()]
    assert words("\n".join(lines)) == [*STEPS, "demo:", "serve"]
    count = r"demo: enrolments=10 marks=(\d+) awards=(\d+) credentials=\2 verified=\2 revoked=1"
    assert re.fullmatch(count, lines[-2])
    url = re.search(r"look at (\S+);", lines[-1])[1]
    assert process.stdout.readline() == "\n"
    site = url.partition("/c/")[0]
    assert process.stdout.readline() == f"Sign in with one click, as any role: {site}/demo\n"
    return process, url


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    _, err = process.communicate(timeout=60)
    return process.returncode, err


def test_the_demo_serves_until_it_is_ended_and_the_next_one_starts_afresh(few, tmp_path):
    folder = tmp_path / "given"
    process, url = served(folder, few)
    assert answers(url, "image/png") == answers(url) == 200
    process.send_signal(signal.SIGINT)
    assert ended(process) == (0, "\ndemo: ended.\n")
    assert answers(url) is None
    first = (folder / "did.json").read_bytes()

    process, url = served(folder, few)
    assert answers(url) == 200
    assert (folder / "did.json").read_bytes() != first
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text("utf-8").split()
    os.kill(int(children[0]), signal.SIGKILL)
    code, err = ended(process)
    assert code == 1
    assert err.startswith("demo: stopped. The server ended by itself.")


def test_a_folder_with_files_of_somebody_else_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("years of work", "utf-8")
    run = demo("--dir", tmp_path)
    assert (run.returncode, run.stdout) == (1, "")
    assert "holds files that no demo made" in run.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_what_a_room_refuses_ends_the_demo_with_its_words(few, tmp_path):
    path = few / "university/module-aaa.yaml"
    path.write_text(path.read_text("utf-8").replace("pass: 40", "pass: 400"), "utf-8")
    run = demo("--dir", tmp_path / "given", examples=few)
    assert run.returncode == 1
    assert words(run.stdout) == ["site", "people", "issuer"]
    assert run.stderr.startswith("demo: stopped. ")
    assert "Write a number from 0 to 100" in run.stderr
