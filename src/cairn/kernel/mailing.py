"""The outbox: who is to be written to, about what, from when on; and what became of it.

Whoever has something to say asks for a letter here, by its kind and ids. The door ``notices`` finds
the words and sends it: a job, tried again, at least once. A row has one Message-ID for good, so that
a letter that arrives twice is recognised as one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import F

from cairn.kernel import bulk, clock, jobs
from cairn.kernel.models import Institution, Mail, Person
from cairn.kernel.tenancy import within

JOB: Final = "send-mail"
#: Nobody else takes a letter up for so long; a worker that died holds it up no longer.
LEASE: Final = timedelta(minutes=5)
MOST_ATTEMPTS: Final = 12
FIRST_PAUSE: Final = timedelta(minutes=1)
LONGEST_PAUSE: Final = timedelta(hours=6)
_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Wish:
    """A letter that somebody asks for. ``to`` is given where no person is known."""

    kind: str
    key: str
    person: Person | int | None = None
    to: str = ""
    about: str = ""
    batch: str = ""
    language: str = ""
    context: Mapping[str, Any] = field(default_factory=dict)
    #: Held until this moment; ``forever`` until somebody lets it go.
    hold_until: datetime | None = None
    forever: bool = False


def mail(institution: Institution, wish: Wish) -> Mail:
    """Ask for one letter, and for it to be sent when its time has come. The same key is the same letter."""
    with transaction.atomic(), within(institution):
        mail_many(institution, [wish])
        row: Mail = Mail.objects.get(key=wish.key)
    return row


def mail_many(institution: Institution, wishes: Iterable[Wish]) -> int:
    """Ask for letters; those whose key is known are left as they are. Returns how many are new."""
    now = clock.now()
    told = {wish.key: wish for wish in wishes}
    with transaction.atomic(), within(institution):
        keys = list(told)
        for start in range(0, len(keys), _AT_ONCE):
            known = Mail.objects.filter(key__in=keys[start : start + _AT_ONCE])
            for key in known.values_list("key", flat=True):
                del told[key]
        rows = [_row(wish, now) for wish in told.values()]
        bulk.insert(Mail, rows)
        if rows:
            _wake(institution, rows[0].public_id, None)
            for until in sorted({row.hold_until for row in rows if row.hold_until}):
                if until > now:
                    wake(institution, until)
    return len(rows)


def _row(wish: Wish, now: datetime) -> Mail:
    person = wish.person.pk if isinstance(wish.person, Person) else wish.person
    until = None if wish.forever else wish.hold_until or now
    return Mail(
        kind=wish.kind,
        key=wish.key,
        person_id=person,
        to=wish.to,
        about=wish.about,
        batch=wish.batch,
        language=wish.language,
        context=dict(wish.context),
        created_at=now,
        hold_until=until,
    )


def wake(institution: Institution, at: datetime) -> None:
    """Let what is due at a moment be sent then."""
    _wake(institution, f"{at.timestamp():.0f}", at + timedelta(seconds=1))


def _wake(institution: Institution, what: str, at: datetime | None) -> None:
    key = f"{JOB}:{institution.public_id}:{what}"
    jobs.enqueue(JOB, key=key, institution=institution, run_at=at)


def hold_batch(institution: Institution, batch: str, *, until: datetime) -> int:
    """Say until when the letters of a batch are held that were not sent yet."""
    with transaction.atomic(), within(institution):
        count: int = Mail.objects.waiting().filter(batch=batch).update(hold_until=until)
        if count:
            wake(institution, until)
    return count


def cancel_batch(institution: Institution, batch: str, *, why: str) -> int:
    """Cancel the letters of a batch that were not sent yet."""
    with within(institution):
        rows = Mail.objects.waiting().filter(batch=batch)
        return int(rows.update(state=Mail.State.CANCELLED, error=why, text="", html="", context={}))


def sent_of_batch(institution: Institution, batch: str) -> int:
    """How many letters of a batch left, or are leaving."""
    with within(institution):
        rows = Mail.objects.filter(batch=batch)
        left = rows.filter(state__in=[Mail.State.SENT, Mail.State.KEPT]).count()
        return left + rows.waiting().filter(attempts__gt=0).count()


# --- for the door that sends ---------------------------------------------------------------------


def write(row: Mail, *, to: str, subject: str, text: str, html: str) -> None:
    """Keep the words of a letter that waits."""
    row.to, row.subject, row.text, row.html = to, subject, text, html
    Mail.objects.waiting().filter(pk=row.pk).update(to=to, subject=subject, text=text, html=html)


def take(row: Mail) -> bool:
    """Take a letter up, for this worker alone; say whether it was free."""
    now = clock.now()
    due = Mail.objects.due(now).filter(pk=row.pk, attempts=row.attempts)
    if not due.update(attempts=F("attempts") + 1, next_at=now + LEASE):
        return False
    row.attempts += 1
    return True


def sent(row: Mail, *, kept: bool = False) -> None:
    """Note that a letter left; ``kept`` in a demonstration, where none does. Its secrets are forgotten."""
    state = Mail.State.KEPT if kept else Mail.State.SENT
    forget: dict[str, Any] = {} if kept else {"html": "", "context": {}}
    if row.context and not kept:
        forget["text"] = ""
    Mail.objects.waiting().filter(pk=row.pk).update(
        state=state, sent_at=clock.now(), next_at=None, error="", **forget
    )


def failed(
    row: Mail, error: str, *, for_good: bool = False, counted: bool = True
) -> datetime | None:
    """Note that it could not be sent. Returns when it is tried again, or None."""
    rows = Mail.objects.waiting().filter(pk=row.pk)
    if for_good or (counted and row.attempts >= MOST_ATTEMPTS):
        forget = {"text": "", "html": "", "context": {}} if row.context else {}
        rows.update(state=Mail.State.FAILED, next_at=None, error=error[:200], **forget)
        return None
    doubled: int = 2 ** max(row.attempts - 1, 0)
    pause = min(FIRST_PAUSE * doubled, LONGEST_PAUSE)
    at = clock.now() + pause
    rows.update(next_at=at, error=error[:200], attempts=row.attempts - (not counted))
    return at


def cancel(row: Mail, *, why: str) -> None:
    """Note that there is nothing to say any more."""
    Mail.objects.waiting().filter(pk=row.pk).update(
        state=Mail.State.CANCELLED, error=why, text="", html="", context={}
    )


# --- reading -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Outbox:
    """How things stand with mail: what waits, since when, and what failed."""

    waiting: int
    overdue: int
    failed: int
    oldest: datetime | None


def outbox(institution: Institution) -> Outbox:
    now = clock.now()
    with within(institution):
        due = Mail.objects.waiting().filter(hold_until__lte=now)
        return Outbox(
            waiting=Mail.objects.waiting().count(),
            overdue=due.filter(hold_until__lte=now - LEASE).count(),
            failed=Mail.objects.filter(state=Mail.State.FAILED).count(),
            oldest=due.order_by("hold_until").values_list("hold_until", flat=True).first(),
        )


def message_id(row: Mail, host: str) -> str:
    """The one Message-ID of a letter, however often it is sent."""
    return f"<{row.public_id}@{host}>"
