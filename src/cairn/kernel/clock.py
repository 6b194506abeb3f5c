"""The only place that asks what time it is. Services read it; rules are given a date."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo


class HasTimeZone(Protocol):
    time_zone: str


class Hands:
    """A stopped clock; a test may move its hands, backwards too."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def advance(self, by: timedelta) -> None:
        self.at += by


_lock = threading.Lock()
_stopped: list[Hands] = []


def now() -> datetime:
    """This moment, in UTC."""
    return _stopped[-1].at if _stopped else datetime.now(UTC)


def today(institution: HasTimeZone) -> date:
    """The date on the wall of the institution."""
    return now().astimezone(ZoneInfo(institution.time_zone)).date()


@contextmanager
def frozen(at: datetime) -> Iterator[Hands]:
    """Stop the clock, in every thread, for a test."""
    if at.tzinfo is None:
        raise ValueError("Give a time with a time zone.")
    hands = Hands(at.astimezone(UTC))
    with _lock:
        _stopped.append(hands)
    try:
        yield hands
    finally:
        with _lock:
            _stopped.remove(hands)
