"""Marks by hand: one task, one row for each person; every row is saved by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.assessment import progress as measuring
from cairn.assessment import selectors as assessment
from cairn.assessment import services
from cairn.assessment.rules import plain
from cairn.assessment.services import Entered, Fate, Typed
from cairn.delivery import selectors
from cairn.delivery.models import Enrolment, Offering
from cairn.design.content import Task
from cairn.kernel.errors import NotFound
from cairn.web.page import PageRequest, page, signed_in
from cairn.web.teach.forms import words_of
from cairn.web.teach.paging import cut
from cairn.web.teach.reading import Cohort, cohort, most_lacking, rights

#: No mark needs more; longer texts are answered and not kept.
LONGEST = 40
ORDER = ("person__full_name", "pk")


@dataclass(frozen=True, slots=True)
class MarkRow:
    """One person in the grid: what stands, what was typed, and what became of it."""

    enrolment: Any
    text: str
    seen: int
    standing: str
    released: bool
    fate: str = ""
    said: str = ""

    @property
    def faulty(self) -> bool:
        return bool(self.said)


@signed_in
def marks(request: PageRequest, offering: str) -> HttpResponse:
    row = selectors.taught_for(request.actor, offering)
    seen = cohort(request.actor, row)
    task = _task(seen, request.GET.get("task", ""))
    rows = measuring.staged(selectors.class_of(request.actor, row).taking_part(), [row])
    gaps = request.GET.get("show") == "unmarked"
    if gaps:
        rows = measuring.lacking_marks(rows)
    some = cut(rows, ORDER, after=words_of(request, "after"), before=words_of(request, "before"))
    entered: list[Entered] = []
    typed = _typed(request, some.rows) if request.method == "POST" else {}
    if typed:
        entered = services.enter_marks(
            row, task=task.key, typed=list(typed.values()), by=request.actor
        )
        _say(request, entered)
        if not any(each.said for each in entered):
            return redirect(request.get_full_path())
        seen = cohort(request.actor, row)
    return page(
        request,
        "teach/marks.html",
        cohort=seen,
        task=task,
        task_key=task.key,
        rows=_rows(task, some.rows, typed, entered),
        faults=sum(1 for each in entered if each.said),
        slice=some,
        show="unmarked" if gaps else "",
        tab="marks",
        status=422 if any(each.said for each in entered) else 200,
    )


@signed_in
def one(request: PageRequest, offering: str, enrolment: str) -> HttpResponse:
    """Save one row as its reader leaves it; answers with the row."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    row = selectors.taught_for(request.actor, offering)
    person = _one_of(request, row, enrolment)
    task = row.version.text.task(request.POST.get("task", ""))
    if task is None:
        raise NotFound("task")
    typed = _typed(request, [person])
    entered = services.enter_marks(row, task=task.key, typed=list(typed.values()), by=request.actor)
    staged = measuring.staged(Enrolment.objects.filter(pk=person.pk), [row])
    fresh = staged.select_related("person")[0]
    (shown,) = _rows(task, [fresh], typed, entered)
    context = {
        "row": shown,
        "offering": row,
        "task": task,
        "may": rights(request.actor, row).mark,
        "single": True,
    }
    return render(request, "teach/_mark_row.html", context)


def _one_of(request: PageRequest, offering: Offering, public_id: str) -> Enrolment:
    return selectors.class_of(request.actor, offering).find(public_id)


def _task(seen: Cohort, asked: str) -> Task:
    if not seen.tasks:
        raise NotFound("task")
    key = asked or most_lacking(seen.offering, seen.lacking) or seen.tasks[0].key
    return seen.content.task(key) or seen.tasks[0]


def _typed(request: PageRequest, rows: Sequence[Any]) -> dict[str, Typed]:
    """What the form brought for these people; fields of others are left alone."""
    found = {}
    for row in rows:
        text = request.POST.get(f"m-{row.public_id}")
        if text is not None:
            number = request.POST.get(f"was-{row.public_id}", "")
            seen = int(number) if number.isascii() and number.isdigit() and len(number) < 7 else 0
            plain_text = text.replace("\0", "\ufffd")[: LONGEST + 1]
            found[row.public_id] = Typed(row.public_id, plain_text, seen)
    return found


def _say(request: PageRequest, entered: Sequence[Entered]) -> None:
    saved = sum(1 for each in entered if each.fate is Fate.SAVED)
    faults = any(each.said for each in entered)
    if saved or not faults:
        words = ngettext("%(n)s mark saved.", "%(n)s marks saved.", saved) % {"n": saved}
        # What was typed may have been saved already while it was written.
        messages.success(request, words if saved else _("All marks are saved."))


def _rows(
    task: Task, rows: Sequence[Any], typed: dict[str, Typed], entered: Sequence[Entered]
) -> list[MarkRow]:
    standing = assessment.newest_marks([row.pk for row in rows])
    answers = {each.enrolment: each for each in entered}
    found = []
    for row in rows:
        mark = standing.get(row.pk, {}).get(task.key)
        shown = _shown(mark.score) if mark else ""
        answer = answers.get(row.public_id)
        kept = answer is not None and bool(answer.said)
        found.append(
            MarkRow(
                enrolment=row,
                text=typed[row.public_id].text if kept else shown,
                seen=mark.number if mark else 0,
                standing=shown,
                released=row.outcome is not None,
                fate=answer.fate.value if answer else "",
                said=answer.said if answer else "",
            )
        )
    return found


def _shown(score: Decimal | None) -> str:
    return _("absent") if score is None else plain(score)
