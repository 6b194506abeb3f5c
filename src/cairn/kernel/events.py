"""Facts heard by the rooms above: after commit, at least once, retried, replayable.

A change that records facts notes, in its own transaction, who has to hear which range of the
ledger: one delivery, with one job, for each subscriber, however many rows were changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, TypeVar

from django.db.models import F, Max, Min

from cairn.kernel.facts import Fact
from cairn.kernel.ledger import Told
from cairn.kernel.tenancy import within

if TYPE_CHECKING:
    from cairn.kernel.models import Delivery, Institution, LedgerEntry

Hear = Callable[["list[LedgerEntry]"], None]
H = TypeVar("H", bound=Hear)

JOB: Final = "deliver-facts"
MOST_ATTEMPTS: Final = 12
FIRST_PAUSE: Final = timedelta(seconds=5)
LONGEST_PAUSE: Final = timedelta(hours=6)
AT_ONCE: Final = 5_000


@dataclass(frozen=True, slots=True)
class Subscriber:
    """A function of a room's reactions, and the facts it wants to hear."""

    name: str
    facts: frozenset[str]
    hear: Hear


SUBSCRIBERS: dict[str, Subscriber] = {}


class UnknownSubscriber(LookupError):
    """No room of this version has a reaction of this name."""

    def __init__(self, name: str) -> None:
        known = ", ".join(sorted(SUBSCRIBERS)) or "none"
        super().__init__(f"Nobody named {name!r} hears facts. Known subscribers: {known}.")


class NotHeard(Exception):
    """A subscriber failed, whatever it said; it will be told again later."""


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
    for subscriber in SUBSCRIBERS.values():
        ranges = [told.ranges[fact] for fact in subscriber.facts if fact in told.ranges]
        if ranges:
            first, last = min(start for start, _ in ranges), max(end for _, end in ranges)
            _note(institution, subscriber.name, first, last)


def deliver(delivery_id: int, *, beat: Callable[[int], Any], last_attempt: bool = False) -> None:
    """Tell a subscriber what it has not heard yet, in parts; ``beat`` is called after each.

    Raises :class:`NotHeard`, so that the job tries again: what a rule refuses today it may allow
    when the next change is in.
    """
    from cairn.kernel.models import Delivery

    delivery = Delivery.objects.get(pk=delivery_id)
    row = Delivery.objects.filter(pk=delivery_id)
    if delivery.state == Delivery.State.DONE:
        return
    heard = delivery.heard
    try:
        for entries in _parts(delivery):
            _subscriber(delivery.subscriber).hear(entries)
            heard = entries[-1].number
            row.update(heard=heard)
            beat(heard - delivery.first + 1)
    except Exception as exc:
        given_up = last_attempt and heard == delivery.heard
        state = Delivery.State.FAILED if given_up else Delivery.State.WAITING
        row.update(attempts=F("attempts") + 1, error=_kind(exc), state=state)
        raise NotHeard(delivery.subscriber) from exc
    row.update(attempts=F("attempts") + 1, error="", heard=delivery.last, state=Delivery.State.DONE)


def _kind(exc: Exception) -> str:
    """What went wrong, without the message: that may tell a name."""
    return (str(getattr(exc, "code", "")) or type(exc).__name__)[:200]


def replay(
    name: str, *, since: datetime | None = None, institution: Institution | None = None
) -> int:
    """Let a subscriber hear the past again: everything, or what was recorded since a moment.

    Returns the number of deliveries planned, at most one for an institution.
    """
    from cairn.kernel.models import Institution, LedgerEntry

    subscriber = _subscriber(name)
    count = 0
    for one in Institution.objects.all() if institution is None else [institution]:
        with within(one):
            entries = LedgerEntry.objects.filter(fact__in=subscriber.facts)
            if since is not None:
                entries = entries.filter(at__gte=since)
            span = entries.aggregate(first=Min("number"), last=Max("number"))
            if span["first"] is not None:
                _note(one, name, span["first"], span["last"])
                count += 1
    return count


def _subscriber(name: str) -> Subscriber:
    if name not in SUBSCRIBERS:
        raise UnknownSubscriber(name)
    return SUBSCRIBERS[name]


def _note(institution: Institution, name: str, first: int, last: int) -> None:
    from django.db import transaction

    from cairn.kernel import jobs
    from cairn.kernel.models import Delivery

    with transaction.atomic(), within(institution):
        delivery = Delivery.objects.create(subscriber=name, first=first, last=last, heard=first - 1)
        key = f"{JOB}:{delivery.pk}"
        jobs.enqueue(JOB, key=key, institution=institution, args={"delivery": delivery.pk})


def _parts(delivery: Delivery) -> Iterator[list[LedgerEntry]]:
    from cairn.kernel.models import LedgerEntry

    wanted = LedgerEntry.objects.filter(
        fact__in=_subscriber(delivery.subscriber).facts, number__lte=delivery.last
    ).order_by("number")
    heard = delivery.heard
    while part := list(wanted.filter(number__gt=heard)[:AT_ONCE]):
        yield part
        heard = part[-1].number
