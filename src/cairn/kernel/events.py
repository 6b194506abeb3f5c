"""Facts heard by the rooms above: after commit, at least once, retried, replayable."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeVar

from cairn.kernel.facts import Fact
from cairn.kernel.ledger import Told

if TYPE_CHECKING:
    from cairn.kernel.models import Institution, LedgerEntry

Hear = Callable[["list[LedgerEntry]"], None]
H = TypeVar("H", bound=Hear)

MOST_ATTEMPTS = 12
AT_ONCE = 5_000
LEASE = timedelta(minutes=30)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Subscriber:
    """A function of a room's reactions, and the facts it wants to hear."""

    name: str
    facts: frozenset[str]
    hear: Hear


SUBSCRIBERS: dict[str, Subscriber] = {}


def on(*facts: Fact) -> Callable[[H], H]:
    """Subscribe a function to facts: ``@on(facts.AWARD_CONFERRED)``.

    It is given entries in the order of their numbers, perhaps twice, perhaps a range in several
    parts, and must leave the same rows behind whichever way. It acts on the state it reads: another
    change may have followed the one it hears of.
    """

    def subscribe(hear: H) -> H:
        room = hear.__module__.removeprefix("cairn.").split(".")[0]
        name = f"{room}.{hear.__name__}"
        if name in SUBSCRIBERS:
            raise ValueError(f"Two subscribers are named {name!r}. Rename one of them.")
        SUBSCRIBERS[name] = Subscriber(name, frozenset(fact.name for fact in facts), hear)
        return hear

    return subscribe


def plan(institution: Institution, told: Told) -> None:
    """Note who has to hear what a change appended; part of its transaction."""


def deliver(delivery_id: int) -> bool:
    """Tell one subscriber its range. Returns whether it has heard everything."""
    raise NotImplementedError


def deliver_due(*, limit: int = 100) -> int:
    """Tell what is due, oldest first. Returns the number of deliveries tried."""
    raise NotImplementedError


def replay(name: str, *, since: datetime | None = None) -> int:
    """Let a subscriber hear the past again. Returns the number of deliveries planned."""
    raise NotImplementedError
