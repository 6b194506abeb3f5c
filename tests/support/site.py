"""A whole site in processes of its own: commands, workers and their deaths, on either database."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parents[2]


class Site:
    """Settings, a database and a data directory; every command is a process."""

    def __init__(self, folder: Path, *, database_url: str = "", **settings: str) -> None:
        self.folder = folder
        self.database_url = database_url or f"sqlite:///{folder / 'cairn.sqlite3'}"
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}",
            "DJANGO_SETTINGS_MODULE": "cairn.site.settings",
            "DATABASE_URL": self.database_url,
            "CAIRN_DATA_DIR": str(folder),
            "CAIRN_ORIGIN": "https://badges.example.edu",
            "CAIRN_SQLITE_SYNC": "NORMAL",
            "CAIRN_STALE_AFTER": "1",
            "CAIRN_KEK": "5a" * 32,
            **settings,
        }
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.output = folder / "output.txt"
        self._started: list[Process] = []

    def cairn(self, *words: str, code: int | None = 0, **settings: str) -> str:
        """Run a command to its end and return what it printed."""
        return self._finish([sys.executable, "-m", "cairn.cli.main", *words], code, settings)

    def tables(self) -> None:
        """Give it the tables: `cairn migrate` made them once in this session, they are copied."""
        if self.database_url.startswith("sqlite"):
            shutil.copy(_file_with_tables(), self.folder / "cairn.sqlite3")
        else:
            from tests.support.databases import postgres

            postgres().copy(_database_with_tables(), urlsplit(self.database_url).path[1:])

    def module(self, *words: str) -> str:
        """Run a module to its end and return what it printed."""
        return self._finish([sys.executable, "-m", *words], 0, {})

    def python(self, program: str, *words: str) -> str:
        """Run a program with Django set up."""
        return self._finish(
            [sys.executable, "-c", f"import django; django.setup()\n{program}", *words], 0, {}
        )

    def _finish(self, command: Sequence[str], code: int | None, settings: dict[str, str]) -> str:
        done = subprocess.run(
            command,
            env=self.env | settings,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=180,
            check=False,
        )
        said = done.stdout + done.stderr
        assert code is None or done.returncode == code, f"exit code {done.returncode}\n{said}"
        return said

    def start(self, *words: str, **settings: str) -> Process:
        """Start a command, or a module with -m, that goes on until it is ended."""
        command = [
            sys.executable,
            *(words if words[0] == "-m" else ["-m", "cairn.cli.main", *words]),
        ]
        process = Process(command, self.env | settings, self.folder, self.output)
        self._started.append(process)
        return process

    def close(self) -> None:
        """End every process that a test left running."""
        for process in self._started:
            process.kill()

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Ask the database, past everything of ours."""
        if self.database_url.startswith("sqlite"):
            import sqlite3

            connection: Any = sqlite3.connect(self.folder / "cairn.sqlite3", timeout=20)
        else:
            import psycopg

            connection = psycopg.connect(self.database_url)
        try:
            found = connection.execute(query)
            rows = found.fetchall() if found.description else []
            connection.commit()
            return list(rows)
        finally:
            connection.close()

    def wait(self, done: Callable[[], bool], *, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not done():
            if time.monotonic() > deadline:
                tail = (
                    self.output.read_text("utf-8", "replace")[-4000:]
                    if self.output.exists()
                    else ""
                )
                raise AssertionError(f"Waited {seconds:g} seconds in vain.\n{tail}")
            time.sleep(0.1)


@cache
def _file_with_tables() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="cairn-tables-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    made = Site(folder / "site")
    made.cairn("migrate")
    made.rows("PRAGMA wal_checkpoint(TRUNCATE)")
    return made.folder / "cairn.sqlite3"


@cache
def _database_with_tables() -> str:
    from tests.support.databases import postgres

    name = f"tables_{os.getpid()}"
    folder = Path(tempfile.mkdtemp(prefix="cairn-tables-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    Site(folder / "site", database_url=postgres().database(name)).cairn("migrate")
    return name


class Process:
    """A process and all that it started."""

    def __init__(
        self, command: Sequence[str], env: dict[str, str], folder: Path, output: Path
    ) -> None:
        with output.open("ab") as stream:
            self._popen = subprocess.Popen(
                command,
                env=env,
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
                start_new_session=True,
            )
        self.pid = self._popen.pid

    def alive(self) -> bool:
        return self._popen.poll() is None

    def children(self) -> list[int]:
        path = Path(f"/proc/{self.pid}/task/{self.pid}/children")
        return [int(pid) for pid in path.read_text().split()] if path.exists() else []

    def tell(self, signum: int) -> None:
        self._popen.send_signal(signum)

    def kill(self) -> None:
        """End it and its children as a power failure would."""
        for pid in [*self.children(), self.pid]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue
        self._popen.wait()

    def stop(self, *, seconds: float = 40) -> int:
        """Ask it to end, and return its exit code."""
        if self.alive():
            self.tell(signal.SIGTERM)
        return self._popen.wait(seconds)
