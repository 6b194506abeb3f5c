"""What every worker does beside its jobs: start what is due, and rescue what is stuck."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.conf import settings
from django.db import InterfaceError, OperationalError, connections
from django.utils.module_loading import autodiscover_modules

from cairn.kernel import clock
from cairn.kernel.engines import Away, current
from cairn.kernel.jobs import enqueue, retry_of, send, trouble
from cairn.kernel.models import Job

PAUSE_SECONDS: Final = 1.0
# An id that the engine has not got, of a job that no worker took for so long, is lost.
UNDELIVERED_SECONDS: Final = 10.0
TIDY_SECONDS: Final = 600.0
KEPT_DONE: Final = timedelta(days=30)
BATCH: Final = 500

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Schedule:
    """A job that is asked for once in every period."""

    name: str
    kind: str
    period: timedelta


_schedules: dict[str, Schedule] = {}


def schedule(name: str, *, kind: str, period: timedelta) -> None:
    """Ask for a job of this kind once in every period; said in a room's ``jobs.py``."""
    wanted = Schedule(name, kind, period)
    if _schedules.setdefault(name, wanted) != wanted:
        raise ValueError(f"Two schedules are called {name}.")


def tick(now: datetime | None = None) -> list[Job]:
    """Ask for what is due by the schedules. Any number of callers ask for each slot once."""
    autodiscover_modules("jobs")
    at = now or clock.now()
    asked = []
    for wanted in _schedules.values():
        slot = int(at.timestamp() // wanted.period.total_seconds())
        key = f"tick:{wanted.name}:{slot}"
        if not Job.objects.filter(key=key).exists():
            asked.append(enqueue(wanted.kind, key=key))
    return asked


@dataclass(slots=True)
class Sweeper:
    """Finds jobs whose worker died and ids that got lost, by a stopwatch and never by the clock.

    It remembers what it saw: a running job whose count of beats stands still for
    CAIRN_STALE_AFTER seconds is dead, whatever the time of day says in the meantime.
    """

    stopwatch: Callable[[], float] = time.monotonic
    _seen: dict[int, tuple[object, float]] = field(default_factory=dict)
    _tidied: float | None = None

    def sweep(self) -> int:
        """Look once; return how many jobs were set going again."""
        moved = self._bury_the_dead() + self._send_the_due()
        self._tidy()
        return moved

    def _unchanged_for(self, pk: int, state: object) -> float:
        now = self.stopwatch()
        before, since = self._seen.get(pk, (None, now))
        if before != state:
            since = now
        self._seen[pk] = (state, since)
        return now - since

    def _bury_the_dead(self) -> int:
        alive: set[int] = set()
        moved = 0
        for row in Job.objects.running().iterator():
            alive.add(row.pk)
            still = self._unchanged_for(row.pk, (row.claim, row.beats))
            if still >= settings.CAIRN.stale_after:
                moved += _take_back(row)
        waiting = set(Job.objects.waiting().values_list("pk", flat=True)[:BATCH])
        self._seen = {pk: seen for pk, seen in self._seen.items() if pk in alive | waiting}
        return moved

    def _send_the_due(self) -> int:
        due = Job.objects.due(clock.now()).order_by("pk")
        moved = sum(send(row.public_id) for row in due.filter(queued_at=None)[:BATCH])
        queued = list(due.exclude(queued_at=None)[:BATCH])
        if not queued or _backlog() != 0:
            return moved
        for row in queued:
            if self._unchanged_for(row.pk, (row.claim, row.beats)) >= UNDELIVERED_SECONDS:
                del self._seen[row.pk]
                log.warning("job.undelivered", job=row.public_id)
                moved += send(row.public_id)
        return moved

    def _tidy(self) -> None:
        now = self.stopwatch()
        if self._tidied is not None and now - self._tidied < TIDY_SECONDS:
            return
        self._tidied = now
        current().tidy()
        old = Job.objects.filter(state=Job.State.DONE, finished_at__lt=clock.now() - KEPT_DONE)
        old.delete()


def _backlog() -> int:
    try:
        return current().backlog()
    except Away:
        return -1


def _take_back(row: Job) -> int:
    """Give a dead worker's job to another one, or give up when it never gets further."""
    held = Job.objects.running().filter(pk=row.pk, claim=row.claim, beats=row.beats)
    if row.attempt >= retry_of(row.kind).limit:
        error = f"The worker died {row.attempt} times without getting further."
        moved = held.update(state=Job.State.FAILED, claim="", finished_at=clock.now(), error=error)
        log.error("job.failed", job=row.public_id, error=error)
        return int(moved)
    moved = held.update(state=Job.State.WAITING, claim="", queued_at=None)
    if moved:
        log.warning("job.stale", job=row.public_id, attempt=row.attempt, done=row.done)
    return int(moved)


class Caretaker:
    """Ticks and sweeps until it is told to stop; survives a database that is away."""

    def __init__(self, *, pause: float = PAUSE_SECONDS) -> None:
        self._pause = pause
        self._end = threading.Event()
        self._sweeper = Sweeper()
        self._thread = threading.Thread(target=self.run, name="caretaker", daemon=True)

    def start(self) -> None:
        """Work in a thread of this process."""
        self._thread.start()

    def stop(self) -> None:
        self._end.set()
        if self._thread.is_alive():
            self._thread.join(timeout=10)

    def run(self, *, alive: Callable[[], bool] = lambda: True) -> None:
        """Work here for as long as ``alive`` says so."""
        while alive() and not self._end.wait(self._pause):
            try:
                tick()
                self._sweeper.sweep()
            except (OperationalError, InterfaceError) as exc:
                log.warning(trouble(exc), error=type(exc).__name__)
                connections.close_all()
        connections.close_all()


def care_for(parent: int) -> None:
    """Be the caretaker of a worker in another process, and end with it, however it ends."""
    Caretaker().run(alive=lambda: os.getppid() == parent)
