"""cairn serve and cairn worker: the processes of a site."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import FrameType
from typing import Annotated, Final

import typer

from cairn.cli.console import Stop, counted, say
from cairn.cli.presence import present
from cairn.cli.server_setup import needs_server

GRACE_SECONDS: Final = 30.0
HEALTHY_SECONDS: Final = 60.0
SHORTEST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 30.0
POLL_SECONDS: Final = 0.2


@needs_server
def serve(
    bind: Annotated[
        str, typer.Option(metavar="HOST:PORT", help="Where to listen.")
    ] = "127.0.0.1:8000",
    threads: Annotated[
        int, typer.Option(min=1, max=64, help="Requests that are answered side by side.")
    ] = 4,
    processes: Annotated[
        int, typer.Option(min=1, max=64, help="Web processes. One is right for SQLite.")
    ] = 1,
    no_worker: Annotated[
        bool,
        typer.Option("--no-worker", help="Run no jobs here; start cairn worker elsewhere."),
    ] = False,
) -> None:
    """Serve the site with gunicorn, and one worker beside it.

    \b
    Examples:
      cairn serve
      cairn serve --bind 0.0.0.0:8000 --no-worker

    A process that dies is started again. SIGTERM lets requests and the job at hand come to a good
    end, then stops everything.

    What happens next: put a web server with TLS in front, and open the address in CAIRN_ORIGIN.
    """
    _refuse_old_tables()
    _gather_static_files()
    web = [sys.executable, "-m", "gunicorn", "cairn.site.wsgi:application", "--bind", bind]
    web += ["--worker-class", "gthread", "--threads", str(threads), "--workers", str(processes)]
    web += ["--graceful-timeout", "25", "--no-control-socket"]
    children = [Child("web", web)]
    if not no_worker:
        children.append(Child("worker", [sys.executable, "-m", "cairn.cli.main", "worker"]))
    with present():
        supervise(children)


@needs_server
def worker(
    retry_failed: Annotated[
        bool,
        typer.Option("--retry-failed", help="First give jobs that failed for good another chance."),
    ] = False,
) -> None:
    """Run jobs until told to stop, and look after those whose worker died.

    \b
    Examples:
      cairn worker
      cairn worker --retry-failed

    With CAIRN_ENGINE=embedded one worker is right for SQLite, and several for PostgreSQL. With
    CAIRN_ENGINE=celery it is a Celery worker. SIGTERM ends it at the next point where the job at
    hand can be taken up again.
    """
    _refuse_old_tables()
    from cairn.kernel import jobs
    from cairn.kernel.engines import current

    if retry_failed:
        say(f"{counted(jobs.retry_failed(), 'job')} waiting again")
    with present():
        current().work()


def _refuse_old_tables() -> None:
    from django.db import OperationalError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except OperationalError:
        return  # the database is away: the processes wait for it
    finally:
        connection.close()
    if missing:
        raise Stop("The tables are older than this version of Cairn. Run: cairn migrate")


def _gather_static_files() -> None:
    """Copy style sheets, scripts and fonts to the data directory, packed and named by contents."""
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)


@dataclass(slots=True)
class Child:
    """A process that should always be there."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = 0.0
    again_at: float = 0.0

    def start(self) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(  # noqa: S603 - our own command line
            self.command,
            process_group=0,
            preexec_fn=_ending_with_parent(),  # noqa: PLW1509 - this process has one thread
        )

    def bury(self) -> None:
        """Note the death, and rest longer each time, so that a broken one does not spin."""
        now = time.monotonic()
        fresh = now - self.started > HEALTHY_SECONDS
        self.pause = (
            SHORTEST_PAUSE if fresh else min(self.pause * 2 or SHORTEST_PAUSE, LONGEST_PAUSE)
        )
        self.again_at = now + self.pause
        self.process = None

    def tell(self, signum: int) -> None:
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signum)


def _ending_with_parent() -> Callable[[], None] | None:
    """Return what makes a child end when its parent is killed, where the system can (Linux)."""
    if not sys.platform.startswith("linux"):
        return None
    import ctypes

    libc = ctypes.CDLL(None)
    end_with_parent = 1  # PR_SET_PDEATHSIG

    def ask() -> None:
        libc.prctl(end_with_parent, signal.SIGTERM)

    return ask


@dataclass(slots=True)
class Supervisor:
    """Keeps children alive until it is told to stop, then stops them in order."""

    children: Sequence[Child]
    _ending: bool = field(default=False)

    def run(self) -> None:
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, self._end)
        try:
            for child in self.children:
                child.start()
            while not self._ending:
                for child in self.children:
                    self._look_after(child)
                time.sleep(POLL_SECONDS)
        finally:
            self._stop()

    def _end(self, signum: int, frame: FrameType | None) -> None:
        self._ending = True

    def _look_after(self, child: Child) -> None:
        if child.process is None:
            if time.monotonic() >= child.again_at:
                child.start()
        elif child.process.poll() is not None:
            child.bury()
            say(f"{child.name} ended; it starts again in {child.pause:g} seconds")

    def _stop(self) -> None:
        for child in self.children:
            child.tell(signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        for child in self.children:
            if child.process is None:
                continue
            try:
                child.process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.process.kill()
                child.process.wait()


def supervise(children: Sequence[Child]) -> None:
    Supervisor(children).run()
