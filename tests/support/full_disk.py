"""A worker on a disk that is full: run in a mount namespace of its own, where a small disk is mounted.

    unshare --user --map-root-user --mount python -m tests.support.full_disk FOLDER

Prints what it saw as one JSON line.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

from tests.support.site import Site

AWARDS = 400
SIZE = "40m"


def fill_up(disk: Path) -> Path:
    """Leave nothing: write until the disk refuses another kilobyte."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as stream:
        for size in (1 << 20, 1 << 10):
            try:
                while True:
                    stream.write(b"\0" * size)
            except OSError:
                continue
    return ballast


def job(site: Site) -> tuple[str, int]:
    ((state, done),) = site.rows("SELECT state, done FROM kernel_job WHERE kind = 'issue-batch'")
    return state, done


def main(folder: Path) -> None:
    disk = folder / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", disk], check=True)
    site = Site(disk / "site")
    site.output = folder / "output.txt"
    site.tables()
    site.module("tests.support.many", "fill", str(AWARDS))
    workers = site.start("-m", "tests.support.many", "workers")
    site.wait(lambda: job(site)[1] > 0)
    ballast = fill_up(disk)
    site.wait(lambda: "disk.full" in site.output.read_text("utf-8", "replace"))
    time.sleep(3)  # long enough to try again, in vain
    stuck = job(site)
    kept = site.rows("SELECT count(*) FROM issuing_credential")[0][0]
    os.unlink(ballast)  # noqa: PTH108
    site.wait(lambda: job(site) == ("done", AWARDS), seconds=150)
    for pid in workers.children():
        os.kill(pid, 9)
    workers.kill()
    checked = json.loads(site.module("tests.support.many", "check").splitlines()[-1])
    print(json.dumps({"stuck": stuck, "kept": kept, "checked": checked}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
