"""What is left when a run is killed, and what the next run makes of it."""

import errno
import os
import random
import signal
import time

import pytest

from cairn.cli import files
from tests.support.desk import learner, snapshot

MANY = [learner(number) for number in range(1, 161)]


def arguments(desk):
    files = (desk.achievement(), desk.roster(MANY))
    return ("issue", *files, "--key", desk.key(), "--out", desk.badges)


def kill_once(desk, process, *, beyond: int) -> None:
    """Kill without warning as soon as more than ``beyond`` credentials stand there."""
    while process.poll() is None:
        if len(list(desk.badges.glob("*.json"))) > beyond:
            process.send_signal(signal.SIGKILL)
            break
        time.sleep(0.001)
    process.communicate()


def must_be_complete(desk) -> None:
    """Everybody has one credential that verifies, at a place that nobody else has."""
    lines = desk.index()
    assert sorted(line["id"] for line in lines) == sorted(row["id"] for row in MANY)
    assert len({(line["status_list"], line["status_index"]) for line in lines}) == len(MANY)
    assert len({line["credential"] for line in lines}) == len(MANY)
    report = desk.report(desk.badges)
    assert report["totals"] == {
        "documents": len(MANY),
        "passed": len(MANY),
        "failed": 0,
        "unknown": 0,
    }
    assert list(desk.badges.rglob("*.part")) == []


def test_a_run_that_is_killed_again_and_again_comes_to_the_same_end(desk):
    command = arguments(desk)
    chance = random.Random(20261123)
    reached = -1
    for _ in range(5):
        kill_once(desk, desk.start(*command), beyond=reached)
        done = snapshot(desk.badges)
        reached = len(list(desk.badges.glob("*.json"))) + chance.randrange(25)
    kept = {name: done[name] for name in done if name.startswith("s") and "/" not in name}
    assert desk(*command).exit_code == 0
    after = snapshot(desk.badges)
    assert {name: after[name] for name in kept} == kept
    must_be_complete(desk)
    assert desk(*command).exit_code == 0
    assert snapshot(desk.badges) == after


@pytest.mark.parametrize("delay", [0.15, 0.3, 0.45, 0.6])
def test_a_run_that_is_killed_at_any_moment_can_be_carried_on(desk, delay):
    command = arguments(desk)
    process = desk.start(*command)
    time.sleep(delay)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert desk(*command).exit_code == 0
    must_be_complete(desk)


@pytest.mark.parametrize("step", range(1, 10))
def test_a_power_cut_between_two_writes_loses_nothing(desk, monkeypatch, step):
    """Stop at the n-th file that is put in its place: ledger, plan, list, credentials, index."""

    class Cut(BaseException):
        pass

    command = ("issue", desk.achievement(), desk.roster(MANY[:3]), "--key", desk.key())
    command = (*command, "--out", desk.badges)
    replaced = iter(range(1, 100))
    real = files.Path.replace

    def replace(self, target):
        if next(replaced) == step:
            raise Cut
        return real(self, target)

    monkeypatch.setattr(files.Path, "replace", replace)
    try:
        desk(*command)
        finished = True
    except Cut:
        finished = False
    monkeypatch.undo()
    assert finished is (step > 8)
    assert desk(*command).exit_code == 0
    assert [line["id"] for line in desk.index()] == ["s1", "s2", "s3"]
    assert len({line["status_index"] for line in desk.index()}) == 3
    assert desk.report(desk.badges)["totals"]["passed"] == 3
    before = snapshot(desk.badges)
    assert desk(*command).exit_code == 0
    assert snapshot(desk.badges) == before


def test_a_row_may_be_mended_before_its_credential_was_signed(desk, monkeypatch):
    desk.issue([learner(1)])
    with monkeypatch.context() as patch:
        patch.setattr("cairn.cli.batch.Batch.keep", full_disk)
        assert desk.issue([learner(1), learner(2)]).exit_code == 1
    mended = learner(2, name="Ada Mended")
    assert desk.issue([learner(1), mended]).exit_code == 0
    assert [line["name"] for line in desk.index()] == ["Learner 1", "Ada Mended"]


def full_disk(*_: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device", "badges/s2.json")


def test_a_full_disk_is_one_plain_line_and_the_run_goes_on_later(desk, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("cairn.cli.batch.Batch.keep", full_disk)
        result = desk.issue(MANY[:3])
    assert (result.exit_code, result.stderr) == (
        1,
        "badges/s2.json: the disk is full. Free some space, then run the same command again.\n",
    )
    assert desk.issue(MANY[:3]).exit_code == 0
    assert len(desk.index()) == 3


def test_two_runs_at_once_do_not_meet(desk):
    command = arguments(desk)
    first = desk.start(*command)
    while not (desk.badges / "s1.json").exists():
        assert first.poll() is None
        time.sleep(0.001)
    os.kill(first.pid, signal.SIGSTOP)
    try:
        second = desk(*command)
    finally:
        os.kill(first.pid, signal.SIGCONT)
    first.communicate()
    assert second.exit_code == 1
    assert second.stderr == (
        f"Another cairn issue is at work in {desk.badges}. Wait until it ends, then try again.\n"
    )
    assert first.returncode == 0
    must_be_complete(desk)
