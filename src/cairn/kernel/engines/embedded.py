"""The engine of a small host: the queue is a table of the same database."""

from __future__ import annotations

import time
from datetime import timedelta
from types import FrameType
from typing import Any, Final

import structlog
from django.db import InterfaceError, OperationalError, connections
from django.utils.crypto import get_random_string

from cairn.kernel import clock
from cairn.kernel.engines import Away, engines

POLL_SECONDS: Final = 0.5
LONGEST_PAUSE: Final = 15.0
KEPT: Final = timedelta(hours=1)

log = structlog.get_logger(__name__)


@engines.register("embedded")
class Embedded:
    """Sends within the transaction around it, so an id is never lost between two commits."""

    transactional = True

    def prepare(self) -> None:
        """Nothing: the table is there."""

    def send(self, job_id: str) -> None:
        from cairn.kernel.jobs import run_job

        run_job.enqueue(job_id)

    def backlog(self) -> int:
        from django_tasks_db.models import DBTaskResult

        try:
            return int(DBTaskResult.objects.ready().count())
        except (OperationalError, InterfaceError) as exc:
            raise Away("The database cannot be reached.") from exc

    def tidy(self) -> None:
        """Delete old queue entries, also those that a killed worker left running for ever."""
        from django_tasks_db.models import DBTaskResult

        from cairn.kernel.models import Job

        before = clock.now() - KEPT
        DBTaskResult.objects.finished().filter(finished_at__lt=before).delete()
        left = DBTaskResult.objects.running().filter(started_at__lt=before)
        for entry in left.iterator():
            if not Job.objects.running().filter(public_id__in=entry.args_kwargs["args"]).exists():
                entry.delete()

    def work(self) -> None:
        from cairn.kernel import jobs
        from cairn.kernel.sweeping import Caretaker

        worker = _worker()
        at_once = worker.shutdown

        def shutdown(signum: int, frame: FrameType | None) -> None:
            # Only told: the library would leave from the middle of whatever runs, a query too.
            if jobs.stopping.is_set():
                at_once(signum, frame)
            jobs.stopping.set()
            worker.running = False

        worker.shutdown = shutdown
        worker.configure_signals()
        caretaker = Caretaker()
        caretaker.start()
        try:
            _keep_running(worker)
        finally:
            caretaker.stop()


def _keep_running(worker: Any) -> None:
    """Start the library's loop again whenever the database went away and ended it."""
    pause = POLL_SECONDS
    while worker.running:
        started = time.monotonic()
        try:
            worker.run()
        except (OperationalError, InterfaceError) as exc:
            from cairn.kernel.jobs import trouble

            connections.close_all()
            if time.monotonic() - started > LONGEST_PAUSE:
                pause = POLL_SECONDS
            log.warning(trouble(exc), error=type(exc).__name__, again_in_seconds=pause)
            again = time.monotonic() + pause
            while worker.running and time.monotonic() < again:
                time.sleep(POLL_SECONDS)
            pause = min(pause * 2, LONGEST_PAUSE)


def _worker() -> Any:
    from django_tasks_db.management.commands.db_worker import Worker

    return Worker(
        queue_names=["default"],
        interval=POLL_SECONDS,
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=get_random_string(32),
        excluded_queue_names=[],
    )
