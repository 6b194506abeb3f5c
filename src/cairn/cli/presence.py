"""Is the site at work on this data directory? Locks of the system say so, and end with their process."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from cairn.cli.console import Stop

NAME: Final = "running.lock"
RUNNING: Final = (
    "The site is running on this data directory, and would go on with rows that are no longer there. "
    "Stop cairn serve and every cairn worker, then run this again."
)


@contextmanager
def present() -> Iterator[None]:
    """Be at work; as many processes as there are may be."""
    with _lock().open("a") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Stop("An archive is being read back. Start the site when that is done.") from None
        yield


@contextmanager
def absent() -> Iterator[None]:
    """Be alone, or end with one line that says who is not gone yet."""
    with _lock().open("a") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Stop(RUNNING) from None
        yield


def _lock() -> Path:
    from django.conf import settings

    folder: Path = settings.CAIRN.data_dir
    return folder / NAME
