"""A disk that is really full, under a worker that is at work: it waits, and nothing is half done."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.full_disk import AWARDS

ROOT = Path(__file__).resolve().parents[3]
APART = ["unshare", "--user", "--map-root-user", "--mount"]


def test_a_worker_on_a_full_disk_goes_on_when_there_is_room(tmp_path):
    if subprocess.run([*APART, "true"], check=False, capture_output=True).returncode:
        pytest.skip("This system lets nobody mount a small disk of their own.")
    done = subprocess.run(
        [*APART, sys.executable, "-m", "tests.support.full_disk", str(tmp_path)],
        env=os.environ | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    seen = json.loads(done.stdout.splitlines()[-1])
    state, counted = seen["stuck"]
    assert state != "done"
    assert seen["kept"] == counted < AWARDS
    assert seen["checked"] == {
        "awards": AWARDS,
        "credentials": AWARDS,
        "awards_with_one": AWARDS,
        "taken": AWARDS,
        "disagreements": [],
        "verdicts": {"genuine": AWARDS},
        "chain": True,
    }
