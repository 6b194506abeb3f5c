"""What the steps of an import share: reading a kept sheet, what it would do, what it may hold."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _

from cairn.assessment import marksheet
from cairn.assessment import services as assessing
from cairn.delivery import rules, selectors, services
from cairn.delivery.models import Enrolment, ImportDraft, Offering, Sheet
from cairn.kernel.actor import Actor
from cairn.sheet import Matched, Problem, Table, guess, letter, read_table
from cairn.sheet.problems import MAX_PROBLEMS

#: As many lines as a person looks through before confirming; the report has them all.
LINES: Final = 100
EXAMPLES: Final = 3
LEAVE: Final = ""


@dataclass(frozen=True, slots=True)
class Field:
    """Something that a column may be."""

    name: str
    label: str
    needed: bool = False
    key: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """One column of an uploaded sheet, with examples and what it is said to be."""

    position: int
    letter: str
    title: str
    examples: tuple[str, ...]
    chosen: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a dry run, in words."""

    row: int
    key: str
    what: str
    step: str
    told: str
    who: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a sheet would do. ``report`` is the room's own."""

    table: Table
    report: Any
    lines: tuple[Line, ...]

    @property
    def problems(self) -> tuple[Problem, ...]:
        return tuple(self.report.problems)

    @property
    def cut(self) -> bool:
        """Are there more lines than are shown?"""
        return len(self.report.lines) > len(self.lines)

    @property
    def many(self) -> bool:
        return len(self.problems) >= MAX_PROBLEMS

    @property
    def changes(self) -> int:
        return int(self.report.new + self.report.changed)


def fields(draft: ImportDraft) -> list[Field]:
    """What the columns of this kind of sheet may be."""
    if draft.kind == Sheet.ROSTER:
        return [
            Field("id", _("Id (recognises the person)"), needed=True, key=True),
            Field("name", _("Name"), needed=True),
            Field("email", _("E-mail address")),
            Field("state", _("State (enrolled or withdrawn)")),
        ]
    found = [Field("id", _("Id (recognises the person)"), needed=True, key=True)]
    tasks = draft.offering.version.text.tasks
    found += [
        Field(task.key, _("Mark: %(task)s") % {"task": task.title or task.key}) for task in tasks
    ]
    long = [Field("task", _("Key of the task")), Field("score", _("Mark, one task in a row"))]
    return found + [one for one in long if one.name not in {each.name for each in found}]


def names(draft: ImportDraft) -> tuple[str, ...]:
    return tuple(field.name for field in fields(draft))


def table_of(draft: ImportDraft) -> Table:
    return read_table(bytes(draft.raw), wanted=names(draft))


def columns_of(draft: ImportDraft, table: Table) -> list[Column]:
    """The columns, each with what it was said to be before, or with a guess."""
    if draft.columns is not None:
        chosen = {int(at): name for at, name in draft.columns.items()}
    else:
        known = selectors.remembered_columns(draft.kind, services.fingerprint(table.titles))
        chosen = known or guess(table.titles, names(draft), titled=_titled(draft.offering))
    return [
        Column(
            at,
            letter(at),
            title,
            tuple(_examples(table, at)),
            chosen.get(at, LEAVE) if chosen.get(at, LEAVE) in names(draft) else LEAVE,
        )
        for at, title in enumerate(table.titles)
    ]


def _titled(offering: Offering) -> dict[str, str]:
    return {task.title: task.key for task in offering.version.text.tasks if task.title}


def _examples(table: Table, position: int) -> Iterator[str]:
    seen: list[str] = []
    for _number, cells in table.rows[:200]:
        cell = cells[position] if position < len(cells) else ""
        if cell and cell not in seen:
            seen.append(cell)
            yield cell[:40]
        if len(seen) == EXAMPLES:
            return


def matched(draft: ImportDraft, table: Table) -> Matched:
    edits = {}
    for place, text in draft.edits.items():
        row, _sign, at = place.partition(":")
        edits[(int(row), int(at))] = str(text)
    columns = {int(at): name for at, name in (draft.columns or {}).items()}
    return Matched(table, columns, edits, frozenset(draft.without))


def dry_run(draft: ImportDraft, *, by: Actor) -> Checked:
    """What the sheet would do now. Raises :class:`SheetError` where it cannot be read at all."""
    table = table_of(draft)
    report = _run(draft, table, dry_run=True, expected=None, by=by)
    return Checked(table, report, tuple(_lines(draft, report))[:LINES])


def write(draft: ImportDraft, *, expected: str, by: Actor) -> Checked:
    """Do what was confirmed, all of it or nothing."""
    table = table_of(draft)
    return Checked(table, _run(draft, table, dry_run=False, expected=expected, by=by), ())


def _run(
    draft: ImportDraft, table: Table, *, dry_run: bool, expected: str | None, by: Actor
) -> Any:
    source = matched(draft, table)
    act: Any = services.import_roster if draft.kind == Sheet.ROSTER else assessing.import_marks
    return act(draft.offering, source, dry_run=dry_run, expected=expected, by=by)


def _lines(draft: ImportDraft, report: Any) -> Iterator[Line]:
    people: dict[str, str] = {}
    if draft.kind == Sheet.MARKS:
        here = Enrolment.objects.filter(offering=draft.offering)
        people = dict(here.values_list("source_key", "person__full_name"))
    for one in sorted(report.lines, key=lambda line: line.step.value == "same"):
        step = one.step.value
        if draft.kind == Sheet.ROSTER:
            told = ", ".join(map(str, one.changes)) or one.recognised
            yield Line(one.learner.row, one.learner.key, one.learner.name, step, told)
        else:
            entry = one.entry
            score = _("absent") if entry.score is None else str(entry.score)
            before = _("absent") if one.before is None else str(one.before.normalize())
            told = score if step == "new" else f"{before} → {score}" if step == "changed" else score
            task = draft.offering.version.text.task(entry.task)
            what = (task.title if task else "") or entry.task
            yield Line(entry.row, entry.key, what, step, told, people.get(entry.key, ""))


def results(report: Any) -> dict[int, str]:
    """What becomes of each row, by number: the strongest word of its cells."""
    order = {"same": 0, "changed": 1, "new": 2}
    found: dict[int, str] = {}
    for one in report.lines:
        row = one.learner.row if hasattr(one, "learner") else one.entry.row
        step = one.step.value
        if row not in found or order[step] > order[found[row]]:
            found[row] = step
    return found


def undoing(draft: ImportDraft, report: Any) -> list[list[str]]:
    """A sheet that takes back what this one did, as far as that harms nobody."""
    if draft.kind == Sheet.ROSTER:
        return [
            [one.learner.key, one.learner.name, "withdrawn"]
            for one in report.lines
            if one.step is rules.Step.NEW and one.learner.state != "withdrawn"
        ]
    return [
        [
            one.entry.key,
            one.entry.task,
            "absent" if one.before is None else str(one.before),
            "absent" if one.entry.score is None else str(one.entry.score),
        ]
        for one in report.lines
        if one.step is not marksheet.Step.SAME
    ]


def faulty_rows(draft: ImportDraft, checked: Checked) -> list[dict[str, Any]]:
    """The rows with problems, each with the cells that are read and what is wrong."""
    by_row: dict[int, list[Problem]] = {}
    for problem in checked.problems:
        if problem.row is not None and problem.row > checked.table.top:
            by_row.setdefault(problem.row, []).append(problem)
    cells = dict(checked.table.rows)
    labels = {field.name: field.label for field in fields(draft)}
    chosen = sorted((int(at), name) for at, name in (draft.columns or {}).items())
    found = []
    for row, problems in list(by_row.items())[:LINES]:
        told = {problem.column for problem in problems}
        own = cells.get(row, ())
        found.append(
            {
                "row": row,
                "problems": problems,
                "cells": [
                    {
                        "at": at,
                        "label": labels.get(name, name),
                        "text": draft.edits.get(f"{row}:{at}", own[at] if at < len(own) else ""),
                        "faulty": name in told,
                    }
                    for at, name in chosen
                    if not (len(chosen) > 8 and name not in told and name not in ("id", "name"))
                ],
            }
        )
    return found


def template_lines(offering: Offering, kind: str) -> tuple[list[list[str]], list[tuple[str, str]]]:
    """An empty sheet with the right columns, and what each means."""
    if kind == Sheet.ROSTER:
        return [["id", "name", "email", "state"]], [
            ("id", _("The student number. It recognises the person in every later list.")),
            ("name", _("The name as it shall be printed on the credential.")),
            ("email", _("May stay blank. A private address works after graduation too.")),
            ("state", _("May stay blank. “withdrawn” lets somebody leave, “enrolled” come back.")),
        ]
    tasks = offering.version.text.tasks
    here = Enrolment.objects.filter(offering=offering).taking_part().select_related("person")
    people = here.order_by("person__full_name", "pk")
    empty = [""] * len(tasks)
    lines = [["id", "name", *(task.key for task in tasks)]]
    lines += [[row.source_key, row.person.full_name, *empty] for row in people]
    means = [
        ("id", _("The id by which the class list knows the person. Leave it as it is.")),
        ("name", _("To find the row. It is not compared.")),
    ]
    scale = _("0 to 100, such as 67.5; absent says that nothing was handed in; blank says nothing.")
    means += [(task.key, f"{task.title or task.key}. {scale}") for task in tasks]
    return lines, means
