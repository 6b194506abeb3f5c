"""Functions that run at the same moment, each in a thread with its own connection."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any


def together(*works: Callable[[], Any]) -> list[Any]:
    """Start all as one, wait for them, and return what each returned or raised."""
    from django.db import connections

    barrier = Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        try:
            barrier.wait(30)
            return work()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        futures = [pool.submit(run, work) for work in works]
        return [future.exception(60) or future.result() for future in futures]
