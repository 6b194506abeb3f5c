"""Questions to other sites, a few at a time, so that slow ones never hold up every reader."""

from __future__ import annotations

import threading
from typing import Final

from cairn.fetch import Fetcher, FetchUnreachable

AT_ONCE: Final = 2
_PATIENCE: Final = 2.0
_gate = threading.BoundedSemaphore(AT_ONCE)


def ask(fetcher: Fetcher, url: str) -> bytes:
    """The document at ``url``; raises :class:`cairn.fetch.FetchError`."""
    if not _gate.acquire(timeout=_PATIENCE):
        raise FetchUnreachable("Too many questions at once. Try again in a minute.")
    try:
        return fetcher.get(url).content
    finally:
        _gate.release()
