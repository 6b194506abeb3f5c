"""Work that is done later, once, whatever happens to the worker, the broker or the clock.

The row of a job is the truth. A worker takes it by one conditional UPDATE, which draws a new claim;
every later write of that run asks for the same claim, so a worker that was given up for dead and
wakes again can neither report progress nor, when it reports within its transaction, commit work.
A room registers what it can do later in its ``jobs.py``::

    @job("issue-batch")
    def issue_batch(running: Running) -> None: ...

and asks for it with ``enqueue("issue-batch", key=..., institution=..., args={...})``.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from traceback import extract_tb
from typing import Any, Final, TypeAlias

import structlog
from django.db import transaction
from django.db.models import F
from django.utils.module_loading import autodiscover_modules
from django_tasks import task

from cairn.kernel import clock
from cairn.kernel.engines import Away, current
from cairn.kernel.errors import Denied, NotFound, Refused
from cairn.kernel.models import Institution, Job
from cairn.kernel.tenancy import within

DRAIN_LIMIT: Final = 100_000
ERROR_LENGTH: Final = 500

log = structlog.get_logger(__name__)


class Lost(Exception):
    """Somebody else runs this job now; this run ends without a trace."""


class Stopped(Exception):
    """The worker was asked to stop; the job goes on in the next one."""


class UnknownKind(LookupError):
    """No room of this version can do a job of this kind."""


@dataclass(frozen=True, slots=True)
class Retry:
    """How often a job is tried that gets no further, and how long it rests in between."""

    limit: int = 10
    first: timedelta = timedelta(seconds=2)
    longest: timedelta = timedelta(minutes=10)

    def wait(self, attempt: int) -> timedelta:
        """Return the rest after the given failed attempt: twice as long each time."""
        doubled: int = 2 ** min(attempt - 1, 30)
        return min(self.first * doubled, self.longest)


@dataclass(slots=True)
class Running:
    """One run of a job, in the hands of the function that does it."""

    id: str
    kind: str
    args: Mapping[str, Any]
    institution: Institution | None
    attempt: int
    done: int
    total: int | None
    claim: str = field(repr=False)

    def progress(self, done: int, *, total: int | None = None) -> None:
        """Say how far the job is, and that it is alive; at least once in CAIRN_STALE_AFTER seconds.

        Call it inside the transaction of the work it tells of: then both are kept or neither, and
        ``Lost`` rolls back what another worker is doing already.
        """
        if total is not None:
            self.total = total
        # Getting further starts the count of attempts again.
        further = {"attempt": 1} if done > self.done else {}
        kept = _held(self).update(
            done=done, total=self.total, beats=F("beats") + 1, heartbeat=clock.now(), **further
        )
        if not kept:
            raise Lost(self.id)
        self.done = done
        transaction.on_commit(_stop_when_asked)


Function: TypeAlias = Callable[[Running], None]


@dataclass(frozen=True, slots=True)
class Kind:
    name: str
    function: Function
    retry: Retry


_kinds: dict[str, Kind] = {}
# A worker that was told to stop sets this; the engine may put an event that its children share.
stopping: Any = threading.Event()


def job(kind: str, *, retry: Retry = Retry()) -> Callable[[Function], Function]:
    """Register the function that does jobs of this kind. It may run twice for one job."""

    def register(function: Function) -> Function:
        known = _kinds.setdefault(kind, Kind(kind, function, retry))
        if known.function is not function:
            raise ValueError(f"Two functions want to do jobs of the kind {kind}.")
        return function

    return register


def kinds() -> dict[str, Kind]:
    """Return every kind of job that the rooms of this server can do."""
    autodiscover_modules("jobs")
    return dict(_kinds)


def enqueue(
    kind: str,
    *,
    key: str,
    institution: Institution | None = None,
    args: Mapping[str, Any] | None = None,
    run_at: datetime | None = None,
) -> Job:
    """Ask for a job. The same key twice is the same job, also when it is long done.

    ``args`` holds public ids, dates and numbers; names and marks stay in their tables.
    """
    now = clock.now()
    with transaction.atomic():
        row, new = Job.objects.get_or_create(
            key=key,
            defaults={
                "kind": kind,
                "institution": institution,
                "args": dict(args or {}),
                "created_at": now,
                "run_at": run_at,
            },
        )
        if row.kind != kind or row.institution_id != (institution and institution.pk):
            raise ValueError(f"The key {key} belongs to another job.")
        if new and (run_at is None or run_at <= now):
            _send_with_commit(row.public_id)
    return row


def again(row: Job) -> bool:
    """Give a failed job another chance, with a new count of attempts."""
    return bool(_revive(Job.objects.filter(pk=row.pk)))


def retry_failed() -> int:
    """Give every failed job another chance, and return their number."""
    return _revive(Job.objects.all())


def _revive(rows: Any) -> int:
    revived = rows.filter(state=Job.State.FAILED).update(
        state=Job.State.WAITING,
        attempt=0,
        queued_at=None,
        run_at=None,
        held_since=None,
        finished_at=None,
    )
    return int(revived)


def _send_with_commit(job_id: str) -> None:
    if current().transactional:
        send(job_id)
    else:
        transaction.on_commit(partial(send, job_id), robust=True)


def send(job_id: str) -> bool:
    """Hand the id to the engine. When that is away the sweeper tries again, so nothing is lost."""
    engine = current()
    try:
        with transaction.atomic() if engine.transactional else nullcontext():
            engine.send(job_id)
            Job.objects.waiting().filter(public_id=job_id).update(queued_at=clock.now())
    except Away as exc:
        log.warning("engine.away", job=job_id, error=str(exc))
        return False
    return True


current().prepare()


@task()
def run_job(job_id: str) -> None:
    """Run a job by its id: the one task that engines know."""
    run(job_id)


def run(job_id: str) -> bool:
    """Run the job here and now if it is due and nobody else has it; say whether it was run."""
    running = _claim(job_id)
    if running is None:
        return False
    with _settled(running), within(running.institution) if running.institution else nullcontext():
        known = kinds().get(running.kind)
        if known is None:
            raise UnknownKind(running.kind)
        known.function(running)
    return True


def _claim(job_id: str) -> Running | None:
    now, claim = clock.now(), secrets.token_hex(16)
    with transaction.atomic():
        mine = (
            Job.objects.due(now)
            .filter(public_id=job_id)
            .update(
                state=Job.State.RUNNING,
                claim=claim,
                attempt=F("attempt") + 1,
                beats=F("beats") + 1,
                heartbeat=now,
                run_at=None,
                held_since=None,
                error="",
            )
        )
        if not mine:
            return None
        row = Job.objects.select_related("institution").get(public_id=job_id)
    return Running(
        id=row.public_id,
        kind=row.kind,
        args=row.args,
        institution=row.institution,
        attempt=row.attempt,
        done=row.done,
        total=row.total,
        claim=claim,
    )


@contextmanager
def _settled(running: Running) -> Iterator[None]:
    """Write down how the run ended. A worker that dies instead is noticed by the sweeper."""
    with structlog.contextvars.bound_contextvars(job=running.id, kind=running.kind):
        try:
            yield
        except Lost:
            log.warning("job.lost")
        except Stopped:
            _held(running).update(**_waiting(attempt=F("attempt") - 1))
            log.info("job.stopped", done=running.done)
        except (Refused, Denied, NotFound) as exc:
            _fail(running, exc)
            raise
        except Exception as exc:
            _retry_or_fail(running, exc)
            raise
        else:
            _held(running).update(state=Job.State.DONE, finished_at=clock.now(), claim="")


def _held(running: Running) -> Any:
    return Job.objects.running().filter(public_id=running.id, claim=running.claim)


def _waiting(**more: Any) -> dict[str, Any]:
    return {"state": Job.State.WAITING, "claim": "", "queued_at": None, **more}


def _fail(running: Running, exc: Exception) -> None:
    _held(running).update(
        state=Job.State.FAILED, claim="", finished_at=clock.now(), error=describe(exc)
    )
    log.error("job.failed", error=describe(exc))


def _retry_or_fail(running: Running, exc: Exception) -> None:
    retry = retry_of(running.kind)
    row = _held(running).first()
    if row is None:
        return
    if row.attempt >= retry.limit:
        _fail(running, exc)
        return
    now = clock.now()
    wait = retry.wait(row.attempt)
    _held(running).update(**_waiting(run_at=now + wait, held_since=now, error=describe(exc)))
    log.warning("job.rests", error=describe(exc), seconds=wait.total_seconds())


def retry_of(kind: str) -> Retry:
    known = kinds().get(kind)
    return known.retry if known else Retry()


def describe(exc: Exception) -> str:
    """Return what failed and where. Not the message: a database's may quote a name or a mark."""
    if isinstance(exc, Refused):
        return str(exc.code)[:ERROR_LENGTH]
    ours = [frame for frame in extract_tb(exc.__traceback__) if "cairn" in frame.filename]
    place = f" in {ours[-1].name}, line {ours[-1].lineno}" if ours else ""
    return f"{type(exc).__name__}{place}"[:ERROR_LENGTH]


def trouble(exc: Exception) -> str:
    """Return the name under which the log tells that the database cannot be used."""
    return "disk.full" if "full" in str(exc) else "database.away"


def _stop_when_asked() -> None:
    if stopping.is_set():
        raise Stopped


def drain(*, limit: int = DRAIN_LIMIT) -> int:
    """Run everything that is due now, in this process: for tests, the demo and one-off commands.

    An error of a job is raised here, after its row was settled.
    """
    count = 0
    while count < limit:
        row = Job.objects.due(clock.now()).order_by("pk").first()
        if row is None:
            return count
        count += run(row.public_id)
    raise RuntimeError(f"More than {limit} jobs: some of them ask for each other without end.")
