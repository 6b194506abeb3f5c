"""The engine of a large site: Celery workers, fed by RabbitMQ."""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from cairn.kernel.engines import Away, engines

if TYPE_CHECKING:
    from celery import Celery

QUEUE: Final = "default"
# A broker that does not answer is told from a slow one after so many seconds.
PATIENCE: Final = 4
CARETAKER: Final = (
    "import sys, django; django.setup(); "
    "from cairn.kernel.sweeping import care_for; care_for(int(sys.argv[1]))"
)


@cache
def application() -> Celery:
    """Return the one Celery application of this process, set up from Django's settings."""
    from celery import Celery as Application

    app = Application("cairn")
    app.config_from_object("django.conf:settings", namespace="CELERY")
    app.set_default()
    app.set_current()
    return app


@engines.register("celery")
class CeleryEngine:
    """Sends after the transaction around it, because the broker knows nothing of it."""

    transactional = False

    def prepare(self) -> None:
        application()

    def send(self, job_id: str) -> None:
        from kombu.exceptions import OperationalError

        from cairn.kernel.jobs import run_job

        try:
            run_job.enqueue(job_id)
        except (OperationalError, OSError) as exc:
            raise Away(f"The broker cannot be reached ({type(exc).__name__}).") from exc

    def backlog(self) -> int:
        from amqp.exceptions import NotFound
        from kombu.exceptions import OperationalError

        try:
            with application().connection_for_read(connect_timeout=PATIENCE) as connection:
                connection.ensure_connection(max_retries=1, timeout=PATIENCE)
                with connection.channel() as channel:
                    return int(channel.queue_declare(QUEUE, passive=True).message_count)
        except NotFound:
            return 0  # nobody has sent anything yet
        except (OperationalError, OSError) as exc:
            raise Away(f"The broker cannot be reached ({type(exc).__name__}).") from exc

    def tidy(self) -> None:
        """Nothing: the broker forgets what was acknowledged."""

    def work(self) -> None:
        from celery.signals import worker_shutting_down

        from cairn.kernel import jobs

        # Children are forked from this process and share the event.
        jobs.stopping = multiprocessing.get_context("fork").Event()

        def tell_children(**_: Any) -> None:
            jobs.stopping.set()

        worker_shutting_down.connect(tell_children, weak=False)
        # A process of its own: Celery forks its children, and a fork beside a busy thread may hang.
        caretaker = subprocess.Popen(  # noqa: S603 - our own code and a number
            [sys.executable, "-c", CARETAKER, str(os.getpid())], start_new_session=True
        )
        try:
            # Several workers may run on one host, so each is named by its process.
            application().worker_main(
                [
                    "worker",
                    "--loglevel=WARNING",
                    f"--queues={QUEUE}",
                    f"--hostname=cairn-{os.getpid()}@%h",
                    "--without-gossip",
                    "--without-mingle",
                ]
            )
        finally:
            caretaker.terminate()
            caretaker.wait(timeout=10)
