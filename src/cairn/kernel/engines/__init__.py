"""What carries the id of a job to a worker: one file per engine, chosen by CAIRN_ENGINE.

An engine may lose an id or deliver it twice. The row of the job is the truth, so twice is harmless
and a lost one is sent again by the sweeper.
"""

from __future__ import annotations

from typing import Protocol

from cairn.plug import PlugPoint


class Away(Exception):
    """The engine cannot be reached now."""


class Engine(Protocol):
    """How ids travel. Each method raises ``Away`` when the engine cannot be reached."""

    transactional: bool
    """Whether ``send`` belongs to the database transaction around it."""

    def prepare(self) -> None:
        """Set up what must stand before the task of jobs is registered."""

    def send(self, job_id: str) -> None:
        """Ask some worker to run the job soon."""

    def backlog(self) -> int:
        """Return how many ids no worker has taken yet."""

    def tidy(self) -> None:
        """Forget what is no longer needed."""

    def work(self) -> None:
        """Run jobs in this process until it is told to stop by SIGTERM or SIGINT."""


engines: PlugPoint[type[Engine]] = PlugPoint("engine", "cairn.kernel.engines")


def current() -> Engine:
    """Return the engine that the settings name."""
    from django.conf import settings

    return engines.get(settings.CAIRN.engine)()
