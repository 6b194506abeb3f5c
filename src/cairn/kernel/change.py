"""The shape of a write: one transaction, the row locked, and what happened recorded with it.

::

    with change(enrolment, by=by) as record:
        ...
        record(facts.AWARD_CONFERRED, award)

A change inside another joins it: one transaction, and the entries appended once, in order, at the
end of the outermost block. A block that raises leaves no row and no entry.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Protocol

from django.core.exceptions import ObjectDoesNotExist
from django.db import models, transaction

from cairn.kernel import clock, events, ledger
from cairn.kernel.actor import Actor
from cairn.kernel.errors import NotFound
from cairn.kernel.facts import Fact, tell
from cairn.kernel.tenancy import CrossedInstitutions, within

if TYPE_CHECKING:
    from cairn.kernel.models import Institution


class HasPublicId(Protocol):
    public_id: Any


class Record:
    """Says what happened; the entries are written when the block ends."""

    __slots__ = ("_actor", "_institution_id", "_pending")

    def __init__(self, pending: list[ledger.Pending], actor: Actor) -> None:
        self._pending = pending
        self._actor = actor.id
        self._institution_id = actor.institution.pk

    def __call__(self, fact: Fact, subject: HasPublicId, /, **ids: Any) -> None:
        """``subject`` is the row it happened to; ``ids`` are what else a reader needs to find."""
        if getattr(subject, "institution_id", self._institution_id) != self._institution_id:
            raise CrossedInstitutions(f"{fact} is about a row of another institution.")
        self._pending.append((fact.name, self._actor, subject.public_id, tell(fact, ids)))


_pending: ContextVar[list[ledger.Pending] | None] = ContextVar("cairn_pending", default=None)


@contextmanager
def change(subject: models.Model, *, by: Actor) -> Iterator[Record]:
    """Change one row and what hangs on it. The row is locked and read again first.

    Raises :class:`NotFound` when the row is gone, or belongs to another institution than the actor.
    """
    _same_institution(subject, by)
    with _block(by) as record:
        _lock(subject)
        yield record


@contextmanager
def change_many(institution: Institution, *, by: Actor) -> Iterator[Record]:
    """Change many rows of an institution in one transaction. Locks no row: the service does."""
    _same_institution(institution, by)
    with _block(by) as record:
        yield record


def _same_institution(subject: Any, by: Actor) -> None:
    own = subject.institution_id if hasattr(subject, "institution_id") else subject.pk
    if own != by.institution.pk:
        raise NotFound(str(subject._meta.verbose_name))


@contextmanager
def _block(by: Actor) -> Iterator[Record]:
    # The institution is left before the transaction ends: what runs on commit finds none open.
    with transaction.atomic(), within(by.institution):
        outer = _pending.get()
        if outer is not None:
            yield from _join(outer, by)
            return
        pending: list[ledger.Pending] = []
        token = _pending.set(pending)
        try:
            yield Record(pending, by)
        finally:
            _pending.reset(token)
        if pending:
            told = ledger.append(by.institution, pending, at=clock.now())
            events.plan(by.institution, told)


def _join(outer: list[ledger.Pending], by: Actor) -> Iterator[Record]:
    mark = len(outer)
    try:
        yield Record(outer, by)
    except BaseException:
        del outer[mark:]  # the savepoint takes back the rows, this their entries
        raise


def _lock(subject: models.Model) -> None:
    """Lock the row and read it again, keeping the neighbours that were already fetched."""
    fields: list[Any] = [field for field in subject._meta.concrete_fields if field.is_relation]
    kept = {
        field: (getattr(subject, field.attname), field.get_cached_value(subject))
        for field in fields
        if field.is_cached(subject)
    }
    # NO KEY: rows that point here may still be added. SQLite's transaction holds the only pen.
    rows = type(subject)._base_manager.select_for_update(no_key=True)
    try:
        subject.refresh_from_db(from_queryset=rows)
    except ObjectDoesNotExist:
        raise NotFound(str(subject._meta.verbose_name)) from None
    for field, (key, neighbour) in kept.items():
        if getattr(subject, field.attname) == key:
            field.set_cached_value(subject, neighbour)
