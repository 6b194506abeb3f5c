"""Status lists: drawing places, setting bits, and signing what is published.

Whoever changes a list holds its row, and leaves bits, document and rows in agreement when the
transaction ends: there is no moment at which a revocation is recorded and not published.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from random import SystemRandom
from typing import Final

from django.db.models import QuerySet

from cairn.issuing import facts, policies, rules
from cairn.issuing.archive import digest
from cairn.issuing.compose import PURPOSE
from cairn.issuing.documents import OwnDocuments
from cairn.issuing.errors import NotGenuine
from cairn.issuing.models import IssuerProfile, StatusList
from cairn.issuing.services.keys import Pen, open_pen
from cairn.issuing.states import KeyState
from cairn.kernel import clock
from cairn.kernel.actor import Actor
from cairn.kernel.change import Record, change
from cairn.vc import statuslist
from cairn.vc.report import Verdict
from cairn.vc.sign import sign
from cairn.vc.statuslist import Bitstring
from cairn.vc.verify import inspect

_MILLISECONDS: Final = 1000
_randbelow: Final = SystemRandom().randrange


@dataclass(frozen=True, slots=True)
class Place:
    """One bit of one list."""

    list: StatusList
    index: int


def draw(pen: Pen, count: int, *, at: datetime, record: Record) -> list[Place]:
    """Give away places, at random and each once; a list that is full is followed by the next.

    Call it under the lock of the issuer (``keys.lock_issuer``). Every list that it draws from is
    published and current afterwards.
    """
    places: list[Place] = []
    row = _locked(pen.issuer).order_by("-number").first()
    while len(places) < count:
        if row is None:
            row = _start(pen, 1, at=at, record=record)
        bits, taken = Bitstring.decode(row.bits), Bitstring.decode(row.taken)
        part = min(count - len(places), len(taken) - (taken.count()))
        if not part:
            row = _start(pen, row.number + 1, at=at, record=record)
            continue
        indexes = bits.draw(part, taken=taken, randbelow=_randbelow)
        taken.set_many(indexes, True)
        row.taken = taken.encode()
        row.save(update_fields=["taken"])
        if _must_renew(row, at):
            _publish(row, pen, at=at)
        places += [Place(row, index) for index in indexes]
    return places


def mark(issuer: IssuerProfile, places: Mapping[int, Iterable[int]], *, on: bool) -> None:
    """Set or clear bits, by the key of the list, and publish each list that changed."""
    at = clock.now()
    pen = open_pen(issuer)
    for row in _locked(issuer).filter(pk__in=places).order_by("number"):
        bits = Bitstring.decode(row.bits)
        bits.set_many(places[row.pk], on)
        row.bits = bits.encode()
        _publish(row, pen, at=at)


def renew(pen: Pen, *, at: datetime, record: Record) -> int:
    """Sign again what runs out, what is not valid yet, and what a revoked key signed."""
    renewed = 0
    for row in _locked(pen.issuer).order_by("number"):
        if _must_renew(row, at):
            _publish(row, pen, at=at)
            record(facts.STATUS_LIST_RENEWED, row, key=pen.key)
            renewed += 1
    return renewed


def renew_status_lists(issuer: IssuerProfile, *, by: Actor) -> int:
    """Sign the lists of an issuer again that need it, and say how many did."""
    with change(issuer, by=by) as record:
        by.must(policies.may_publish)
        at = clock.now()
        if not any(_must_renew(row, at) for row in _rows(issuer)):
            return 0
        return renew(open_pen(issuer), at=at, record=record)


def _rows(issuer: IssuerProfile) -> QuerySet[StatusList]:
    return StatusList.objects.filter(issuer=issuer).select_related("key")


def _locked(issuer: IssuerProfile) -> QuerySet[StatusList]:
    return _rows(issuer).select_for_update(of=("self",), no_key=True)


def _must_renew(row: StatusList, at: datetime) -> bool:
    revoked = row.key.state == KeyState.REVOKED
    return revoked or rules.must_renew(row.valid_from, row.valid_until, at=at)


def _start(pen: Pen, number: int, *, at: datetime, record: Record) -> StatusList:
    empty = Bitstring().encode()
    row = StatusList(
        institution=pen.issuer.institution,
        issuer=pen.issuer,
        number=number,
        purpose=PURPOSE,
        bits=empty,
        taken=empty,
    )
    _publish(row, pen, at=at)
    record(facts.STATUS_LIST_STARTED, row, key=pen.key, number=number)
    return row


def _publish(row: StatusList, pen: Pen, *, at: datetime) -> None:
    """Sign the bits as they are now, and keep the document that the site serves."""
    start = at.replace(microsecond=0)
    document = statuslist.credential(
        url=pen.issuer.addresses.status_list(row.number),
        issuer=pen.issuer.did,
        bits=Bitstring.decode(row.bits),
        valid_from=start,
        valid_until=start + rules.VALIDITY,
        purpose=row.purpose,
        ttl=int(rules.TIME_TO_LIVE.total_seconds()) * _MILLISECONDS,
    )
    raw = sign(document, signer=pen.signer, verification_method=pen.key.method, created=at)
    report = inspect(raw, documents=OwnDocuments(pen.issuer), at=at)
    if report.verdict is not Verdict.GENUINE:
        raise NotGenuine(award=f"status list {row.number}", why=report.sentence)
    row.key, row.document, row.etag = pen.key, raw, digest(raw)
    row.valid_from, row.valid_until = start, start + rules.VALIDITY
    row.save()
