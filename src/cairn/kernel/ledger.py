"""What happened, in order, chained by hashes: audit trail and outbox in one table."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.db import connection

from cairn.kernel import bulk

if TYPE_CHECKING:
    from cairn.kernel.models import Institution, LedgerEntry

# fact, actor, public id of the subject, data
Pending = tuple[str, str, str, dict[str, Any]]

START = "0" * 64
# Keys are ASCII words, values are ASCII strings, small integers, true, false, null and lists of
# them (facts.tell): for these, sorted and compact JSON is the canonical form of RFC 8785.
canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":"), check_circular=False).encode


@dataclass(frozen=True)
class Told:
    """What one change appended: the first and last number of each fact."""

    last: int
    ranges: dict[str, tuple[int, int]]


@dataclass(frozen=True)
class Chain:
    """The outcome of checking an institution's chain."""

    entries: int
    hash: str
    broken_at: int | None = None
    problem: str = ""

    @property
    def intact(self) -> bool:
        return self.broken_at is None


def stamp(at: datetime) -> str:
    """A moment as it is hashed."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def entry_hash(
    institution: str, number: int, at: str, pending: tuple[Any, ...], previous: str
) -> str:
    """SHA-256 over the canonical JSON of the entry and the hash of the one before."""
    fact, actor, subject, data = pending
    content = {
        "actor": actor,
        "at": at,
        "data": data,
        "fact": fact,
        "institution": institution,
        "number": number,
        "previous": previous,
        "subject": subject,
    }
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def append(institution: Institution, pending: Sequence[Pending], *, at: datetime) -> Told:
    """Append entries to the chain. Only ``change()`` calls this, at the end of its block."""
    from cairn.kernel.models import LedgerEntry, LedgerHead

    head, _ = LedgerHead.objects.select_for_update().get_or_create(
        institution=institution, defaults={"hash": START}
    )
    links = _Links(institution, head.number, head.hash, at)
    bulk.copy(LedgerEntry, _COLUMNS, links.rows(pending))
    moved = LedgerHead.objects.filter(pk=head.pk, number=head.number).update(
        number=links.number, hash=links.hash
    )
    if moved != 1:
        raise RuntimeError("Two changes appended to the ledger at once; the head was not locked.")
    return Told(links.number, links.ranges)


_COLUMNS = (
    "institution",
    "number",
    "at",
    "fact",
    "actor",
    "subject",
    "data",
    "previous_hash",
    "hash",
)


class _Links:
    """Forges the chain while the rows stream into the table."""

    def __init__(self, institution: Institution, number: int, last: str, at: datetime) -> None:
        from cairn.kernel.models import LedgerEntry

        self.institution, self.number, self.hash = institution, number, last
        self.stamp = stamp(at)
        self.at = LedgerEntry._meta.get_field("at").get_db_prep_save(at, connection)
        self.ranges: dict[str, tuple[int, int]] = {}

    def rows(self, pending: Sequence[Pending]) -> Iterator[tuple[Any, ...]]:
        key, name = self.institution.pk, self.institution.public_id
        for one in pending:
            previous = self.hash
            self.number += 1
            self.hash = entry_hash(name, self.number, self.stamp, one, previous)
            fact, actor, subject, data = one
            first, _ = self.ranges.get(fact, (self.number, 0))
            self.ranges[fact] = (first, self.number)
            told = canonical(data)
            yield key, self.number, self.at, fact, actor, subject, told, previous, self.hash


def verify_chain(institution: Institution) -> Chain:
    """Recompute every hash. An entry altered, added, removed or moved breaks the chain there."""
    from cairn.kernel.models import LedgerEntry, LedgerHead

    entries = LedgerEntry.objects.unscoped().filter(institution=institution).order_by("number")
    number, last = 0, START
    for entry in entries.iterator(chunk_size=2000):
        problem = _problem(institution, entry, number, last)
        if problem:
            return Chain(number, last, number + 1, problem)
        number, last = entry.number, entry.hash
    head = LedgerHead.objects.filter(institution=institution).first()
    if (head.number, head.hash) != (number, last) if head else number:
        return Chain(number, last, number + 1, "The last entries are missing.")
    return Chain(number, last)


def _problem(institution: Institution, entry: LedgerEntry, number: int, last: str) -> str:
    if entry.number != number + 1:
        return f"Entry {number + 1} is missing."
    if entry.previous_hash != last:
        return f"Entry {entry.number} does not follow from the one before."
    content = (entry.fact, entry.actor, entry.subject, entry.data)
    found = entry_hash(institution.public_id, entry.number, stamp(entry.at), content, last)
    return "" if found == entry.hash else f"Entry {entry.number} was altered."
