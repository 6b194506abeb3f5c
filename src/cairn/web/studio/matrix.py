"""The matrix that talks back: which task shows which outcome, a press at a time."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from cairn.design import selectors, services
from cairn.design.content import Content, Outcome, Task
from cairn.design.errors import DraftChanged
from cairn.design.models import Proposal
from cairn.kernel.errors import Denied, Refused
from cairn.web.page import TARGET, PageRequest, page, signed_in
from cairn.web.studio.desk import Desk, Said

#: Somebody else may save between our reading and our writing; then we read again.
TRIES: Final = 3


@dataclass(frozen=True, slots=True)
class Cell:
    """Where an outcome meets a task."""

    value: str
    element: str
    task: str
    number: int
    weight: Decimal | None
    linked: bool
    secure: bool

    @property
    def weightless(self) -> bool:
        """The task says that it shows the outcome, and no mark hangs on it."""
        return self.linked and not self.weight

    @property
    def tone(self) -> str:
        return "bad" if self.weightless else ""


@dataclass(frozen=True, slots=True)
class Line:
    """An outcome with its cells, and what is wrong with it."""

    index: int
    number: int
    text: str
    cells: tuple[Cell, ...]
    says: tuple[Said, ...]

    @property
    def linked(self) -> tuple[Cell, ...]:
        return tuple(cell for cell in self.cells if cell.linked)

    @property
    def bad(self) -> bool:
        return any(one.point.problem.code == "outcome.not_assessed" for one in self.says)


@signed_in
def matrix(request: PageRequest, public_id: str) -> HttpResponse:
    found = selectors.proposal_for(request.actor, public_id)
    refused = ""
    if request.method == "POST":
        try:
            _press(request, found)
        except (Refused, Denied) as exc:
            refused = str(exc)
        if TARGET not in request.headers:
            if refused:
                messages.error(request, refused)
            view = "?view=list" if request.POST.get("view") == "list" else ""
            at = request.POST.get("cell", "").rpartition(":")[0].replace(":", "-")
            url = reverse("studio:matrix", args=[public_id])
            return HttpResponseRedirect(f"{url}{view}{f'#c-{at}' if at else ''}")
    return _show(request, found, refused)


def _show(request: PageRequest, found: Proposal, refused: str) -> HttpResponse:
    desk = Desk.of(request, found, "matrix")
    asked = request.POST.get("view") or request.GET.get("view", "")
    content = desk.content
    return page(
        request,
        "studio/matrix.html",
        partial="studio/_matrix.html",
        **desk.as_context,
        section="matrix",
        as_list=asked == "list",
        lines=_lines(desk, content),
        columns=[_column(task, number) for number, task in enumerate(content.tasks, 1)],
        refused=refused,
        swap=TARGET in request.headers,
        caption=_caption(content),
    )


def _press(request: PageRequest, found: Proposal) -> None:
    """Link or unlink one cell. Pressed twice, the second changes nothing."""
    outcome, _colon, rest = request.POST.get("cell", "").partition(":")
    task, _colon, want = rest.partition(":")
    for attempt in range(TRIES):
        text = copy.deepcopy(found.content)
        row = next((one for one in text.get("tasks", []) if one.get("key") == task), None)
        known = any(one.get("key") == outcome for one in text.get("outcomes", []))
        if row is None or not known or want not in ("on", "off"):
            raise Refused(
                "matrix.gone", _("This outcome or task is gone. Look at the matrix as it is now.")
            )
        keys = [key for key in row.get("outcomes", []) if key != outcome]
        if want == "on":
            order = [one.get("key") for one in text["outcomes"]]
            keys = sorted([*keys, outcome], key=lambda k: order.index(k) if k in order else 999)
        row["outcomes"] = keys
        try:
            services.save_draft(found, content=text, seen=found.revision, by=request.actor)
        except DraftChanged:
            if attempt == TRIES - 1:
                raise
            found.refresh_from_db(fields=["content", "revision", "state"])
        else:
            return


def _lines(desk: Desk, content: Content) -> list[Line]:
    return [_line(desk, content, number, one) for number, one in enumerate(content.outcomes, 1)]


def _line(desk: Desk, content: Content, number: int, outcome: Outcome) -> Line:
    start = f"/outcomes/{number - 1}"
    pointers = (start, f"{start}/text")
    return Line(
        number - 1,
        number,
        outcome.text,
        tuple(_cell(outcome, task, at) for at, task in enumerate(content.tasks, 1)),
        tuple(one for one in desk.said if one.point.problem.pointer in pointers),
    )


def _cell(outcome: Outcome, task: Task, number: int) -> Cell:
    linked = outcome.key in task.outcomes
    return Cell(
        value=f"{outcome.key}:{task.key}:{'off' if linked else 'on'}",
        element=f"{outcome.key}-{task.key}",
        task=task.title or _("Task {number}").format(number=number),
        number=number,
        weight=task.weight,
        linked=linked,
        secure=bool(task.secure),
    )


def _column(task: Task, number: int) -> dict[str, Any]:
    shown = len(task.outcomes) if task.weight else 0
    return {
        "title": task.title or _("Task {number}").format(number=number),
        "weight": task.weight,
        "secure": task.secure,
        "shows": ngettext("1 outcome", "%(n)s outcomes", shown) % {"n": shown}
        if shown
        else _("Nothing yet"),
    }


def _caption(content: Content) -> str:
    outcomes = len(content.outcomes)
    tasks = len(content.tasks)
    told = [
        ngettext("1 outcome", "%(n)s outcomes", outcomes) % {"n": outcomes},
        ngettext("1 task", "%(n)s tasks", tasks) % {"n": tasks},
    ]
    return _("{what}. A solid stone is assessed there. Press a cell to change it.").format(
        what=", ".join(told)
    )
