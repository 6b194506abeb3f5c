"""One cohort: what needs doing first, its people, its results, and what it is about."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Lower
from django.http import HttpResponse
from django.utils.translation import gettext as _

from cairn.assessment import progress as measuring
from cairn.assessment import selectors as assessment
from cairn.assessment.marksheet import Standing
from cairn.assessment.rules import Outcome, written
from cairn.delivery import selectors
from cairn.delivery.models import Enrolment
from cairn.delivery.states import EnrolmentState
from cairn.web.page import PageRequest, page, signed_in
from cairn.web.teach.forms import words_of
from cairn.web.teach.paging import cut
from cairn.web.teach.reading import Cohort, cohort

#: How a list of people may be ordered; each ends with the key, so that no two rows are alike.
ORDERS: Final = {
    "name": ("folded", "pk"),
    "-name": ("-folded", "-pk"),
    "id": ("source_key", "pk"),
    "-id": ("-source_key", "-pk"),
    "result": ("points", "pk"),
    "-result": ("-points", "-pk"),
}
#: More tasks than these do not fit beside a name; the rest is on the page of the person.
COLUMNS: Final = 5


@dataclass(frozen=True, slots=True)
class Cell:
    """A mark in the table: the number, ``absent``, or nothing yet."""

    task: str
    title: str
    score: Decimal | None
    absent: bool


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person in the table."""

    enrolment: Any
    cells: tuple[Cell, ...]
    result: str
    tone: str
    points: str
    award: str
    award_tone: str

    @property
    def name(self) -> str:
        return str(self.enrolment.person.full_name) or _("Erased")

    @property
    def initials(self) -> str:
        words = self.name.split()
        return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()

    @property
    def withdrawn(self) -> bool:
        return bool(self.enrolment.state == EnrolmentState.WITHDRAWN)


@signed_in
def people(request: PageRequest, offering: str) -> HttpResponse:
    row = selectors.taught_for(request.actor, offering)
    seen = cohort(request.actor, row)
    words, show, sort = words_of(request, "q"), request.GET.get("show", ""), _sort(request)
    some = cut(
        _sorted(_chosen(_staged(request, seen), words, show)),
        ORDERS[sort],
        after=words_of(request, "after"),
        before=words_of(request, "before"),
    )
    return page(
        request,
        "teach/people.html",
        partial="teach/_people.html",
        cohort=seen,
        rows=person_rows(seen, some.rows),
        slice=some,
        words=words,
        show=show,
        sort=sort,
        shown_tasks=seen.tasks[:COLUMNS],
        hidden_tasks=len(seen.tasks[COLUMNS:]),
        tab="people",
    )


@signed_in
def about(request: PageRequest, offering: str) -> HttpResponse:
    row = selectors.taught_for(request.actor, offering)
    return page(request, "teach/about.html", cohort=cohort(request.actor, row), tab="about")


def _sort(request: PageRequest) -> str:
    asked = request.GET.get("sort", "")
    return asked if asked in ORDERS else "name"


def _staged(request: PageRequest, seen: Cohort) -> Any:
    rows = selectors.class_of(request.actor, seen.offering)
    return measuring.staged(rows, [seen.offering])


def _chosen(rows: Any, words: str, show: str) -> Any:
    if words:
        rows = rows.filter(Q(person__full_name__icontains=words) | Q(source_key__icontains=words))
    if show == "unmarked":
        return measuring.lacking_marks(rows)
    if show == "withdrawn":
        return rows.filter(state=EnrolmentState.WITHDRAWN)
    if show == "awarded":
        return rows.filter(standing=True)
    return rows


def _sorted(rows: Any) -> Any:
    return rows.annotate(
        folded=Lower(F("person__full_name")), points=Coalesce(F("total"), Value(Decimal(-1)))
    )


def person_rows(seen: Cohort, rows: list[Enrolment]) -> list[PersonRow]:
    marks = assessment.newest_marks([row.pk for row in rows])
    return [_person_row(seen, row, marks.get(row.pk, {})) for row in rows]


def _person_row(seen: Cohort, row: Any, marks: dict[str, Standing]) -> PersonRow:
    cells = tuple(
        Cell(
            task.key,
            task.title or task.key,
            marks[task.key].score if task.key in marks else None,
            task.key in marks and marks[task.key].score is None,
        )
        for task in seen.tasks[:COLUMNS]
    )
    result, tone = result_words(row)
    award, award_tone = _award_words(row)
    points = "" if row.total is None else written(Fraction(row.total))
    return PersonRow(row, cells, result, tone, points, award, award_tone)


def result_words(row: Any) -> tuple[str, str]:
    """What a row of :func:`cairn.assessment.progress.staged` says of its result."""
    if row.outcome is None:
        return "", ""
    changed = row.recorded is not None and row.recorded > row.released
    if changed:
        return _("Marks changed since"), "warn"
    if row.outcome == Outcome.PASSED:
        return _("Passed"), "good"
    return _("Not passed"), ""


def _award_words(row: Any) -> tuple[str, str]:
    if row.standing:
        return _("Conferred"), "good"
    if row.refused:
        return _("Withdrawn"), "bad"
    if row.outcome == Outcome.PASSED:
        return _("To confer"), "info"
    return "", ""
