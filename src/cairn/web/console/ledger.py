"""The ledger: what happened, to which row, by whom, when; searched, checked, taken along."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final, cast
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.urls import reverse
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from cairn.kernel import clock
from cairn.kernel.facts import REGISTERED
from cairn.kernel.ledger import verify_chain
from cairn.kernel.models import LedgerEntry, Person
from cairn.web.console.frame import EACH_PAGE, asked, readers_of_the_ledger, show
from cairn.web.console.health import checked_at
from cairn.web.page import PageRequest

#: A spreadsheet takes a cell that begins so for a formula.
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
KEPT_FOR: Final = 7 * 24 * 3600
COLUMNS: Final = ("number", "at", "fact", "actor", "subject", "data", "hash")


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for; blank fields find all."""

    subject: str
    fact: str
    actor: str
    since: date | None
    until: date | None
    problem: str = ""

    @classmethod
    def of(cls, request: PageRequest) -> Search:
        since, until = _day(asked(request, "since")), _day(asked(request, "until"))
        problem = ""
        if "unfit" in (since, until):
            problem = _("Write days as 2026-11-03. The days were left out of this search.")
        fact = asked(request, "fact")
        return cls(
            asked(request, "subject").lower(),
            fact if fact in REGISTERED else "",
            asked(request, "actor").lower(),
            since if isinstance(since, date) else None,
            until if isinstance(until, date) else None,
            problem,
        )

    def rows(self, request: PageRequest) -> Any:
        """Newest first. Built by the actor, so that a download may read it after the request."""
        rows = LedgerEntry.objects.for_actor(request.actor).order_by("-number")
        zone: Any = get_current_timezone()
        if self.subject:
            rows = rows.filter(subject=self.subject)
        if self.fact:
            rows = rows.filter(fact=self.fact)
        if self.actor:
            rows = rows.filter(actor=self.actor)
        if self.since:
            rows = rows.filter(at__gte=_midnight(self.since, zone))
        if self.until:
            rows = rows.filter(at__lt=_midnight(self.until + timedelta(days=1), zone))
        return rows

    @property
    def query(self) -> str:
        told = {
            "subject": self.subject,
            "fact": self.fact,
            "actor": self.actor,
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
        }
        return urlencode({name: value for name, value in told.items() if value})


def _day(text: str) -> date | str | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return "unfit"
    return day if date(1900, 1, 1) <= day <= date(2999, 12, 31) else "unfit"


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), tzinfo=zone)


@require_safe
@readers_of_the_ledger
def ledger(request: PageRequest) -> HttpResponse:
    search = Search.of(request)
    before = asked(request, "before")
    rows = search.rows(request)
    if before.isascii() and before.isdecimal() and len(before) < 18:
        rows = rows.filter(number__lt=int(before))
    found = list(rows[: EACH_PAGE + 1])
    shown, more = found[:EACH_PAGE], len(found) > EACH_PAGE
    people = dict(
        Person.objects.for_actor(request.actor)
        .filter(public_id__in={row.actor for row in shown})
        .values_list("public_id", "full_name")
    )
    return show(
        request,
        "ledger.html",
        "ledger",
        search=search,
        facts=sorted(REGISTERED),
        rows=[
            {
                "row": row,
                "meaning": REGISTERED[row.fact].meaning if row.fact in REGISTERED else row.fact,
                "who": people.get(row.actor, ""),
                "data": [(key, _told(value)) for key, value in row.data.items()],
            }
            for row in shown
        ],
        older=shown[-1].number if more else None,
        cursor=bool(before),
        query=search.query,
        last=checked_at(request),
    )


def _told(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(str(one) for one in value[:5]) + (" …" if len(value) > 5 else "")
    return "" if value is None else str(value)


@require_POST
@readers_of_the_ledger
def check(request: PageRequest) -> HttpResponse:
    """Compute every hash again, and say what was found."""
    chain = verify_chain(request.institution)
    cache.set(
        f"chain:{request.institution.public_id}",
        {"at": clock.now(), "entries": chain.entries, "problem": chain.problem},
        KEPT_FOR,
    )
    if chain.intact:
        said = ngettext(
            "%(n)s fact was read, and its hash is right.",
            "%(n)s facts were read, and every hash is right.",
            chain.entries,
        )
        messages.success(request, said % {"n": f"{chain.entries:,}"})
    else:
        said = _("The chain breaks at entry %(n)s. %(problem)s")
        messages.error(request, said % {"n": f"{chain.broken_at:,}", "problem": chain.problem})
    return HttpResponseRedirect(reverse("console:ledger"))


class _Line:
    """Gives the line back that csv writes."""

    def write(self, line: str) -> str:
        return line


def neutral(cell: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(FORMULA) else text


@require_safe
@readers_of_the_ledger
def export(request: PageRequest) -> HttpResponse:
    """What the search finds, as a sheet; it streams, however long it is."""
    rows = Search.of(request).rows(request)
    answer = StreamingHttpResponse(_sheet(rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="ledger.csv"'
    return cast(HttpResponse, answer)


def _sheet(rows: Any) -> Iterator[str]:
    writer: Any = csv.writer(_Line())
    yield writer.writerow(COLUMNS)
    for row in rows.iterator(chunk_size=2000):
        data = ";".join(f"{key}={_whole(value)}" for key, value in row.data.items())
        cells = (row.number, row.at.isoformat(), row.fact, row.actor, row.subject, data, row.hash)
        yield writer.writerow([neutral(cell) for cell in cells])


def _whole(value: Any) -> str:
    return ",".join(str(one) for one in value) if isinstance(value, list) else str(value)
