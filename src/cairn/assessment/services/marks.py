"""Giving marks: one, several, or a sheet of them. A correction is a newer row."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db import IntegrityError

from cairn.assessment import facts, marksheet, policies, selectors
from cairn.assessment.errors import NoSuchTask, NotBegun, ScoreUnfit
from cairn.assessment.marksheet import Line, Standing, Step
from cairn.assessment.models import Mark
from cairn.assessment.states import MarkState
from cairn.delivery.errors import ChangedMeanwhile
from cairn.delivery.models import Enrolment, Offering
from cairn.delivery.selectors import chunks
from cairn.delivery.states import OfferingState
from cairn.design.content import Content
from cairn.kernel import bulk, clock
from cairn.kernel.actor import Actor
from cairn.kernel.change import Record, change
from cairn.sheet import Matched, Problem, SheetError, Table, read_sheet

#: What a person or a program may give as a score; None says that there is no mark.
Score = Decimal | int | str | None


@dataclass(frozen=True, slots=True)
class MarksReport:
    """What a sheet of marks changes, or changed: one line a filled cell. ``blank`` ones say nothing.

    With problems, nothing was written.
    """

    lines: tuple[Line, ...]
    blank: int
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]
    written: bool

    @property
    def new(self) -> int:
        return self._count(Step.NEW)

    @property
    def same(self) -> int:
        return self._count(Step.SAME)

    @property
    def changed(self) -> int:
        return self._count(Step.CHANGED)

    @property
    def digest(self) -> str:
        """What this report would do, in short: the same marks over the same marks, the same digest."""
        told = [
            [
                one.entry.row,
                one.step.value,
                one.enrolment,
                one.entry.task,
                str(one.entry.score),
                one.number,
                str(one.before),
            ]
            for one in self.lines
        ]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()

    def _count(self, step: Step) -> int:
        return sum(1 for line in self.lines if line.step is step)

    @property
    def scored(self) -> int:
        """How many of them have a score, and do not only say that there is none."""
        return sum(1 for line in self.lines if line.entry.score is not None)


def record_mark(enrolment: Enrolment, *, task: str, score: Score, by: Actor) -> Mark:
    """Give a mark for one task, or state that there is none. The one that stands is not repeated."""
    return record_marks(enrolment, scores={task: score}, by=by)[0]


def record_marks(enrolment: Enrolment, *, scores: Mapping[str, Score], by: Actor) -> list[Mark]:
    """Give marks for several tasks. They count once they are released."""
    offering = enrolment.offering
    with change(offering, by=by) as record, change(enrolment, by=by):
        must_take_marks(offering, by)
        tasks = task_keys(offering.version.text)
        standing = selectors.newest_marks([enrolment.pk]).get(enrolment.pk, {})
        wanted = {known(task, tasks): read_score(score) for task, score in scores.items()}
        news = [
            new_mark(enrolment.pk, task, score, standing.get(task), by)
            for task, score in wanted.items()
            if task not in standing or standing[task].score != score
        ]
        if news:
            bulk.insert(Mark, news)
        for mark in news:
            tell(mark, enrolment.public_id, record)
        return _newest_of(enrolment, wanted)


def import_marks(
    offering: Offering,
    sheet: bytes | Table | Matched,
    *,
    dry_run: bool = False,
    expected: str | None = None,
    by: Actor,
) -> MarksReport:
    """Give every mark on a sheet (see :mod:`cairn.assessment.marksheet` for its two forms).

    With one problem, or in a dry run, nothing is written; the report says what would be. The same
    sheet again changes nothing. ``expected`` is the digest of the report that a person confirmed: if
    the sheet would do something else by now, nothing is written.
    """
    try:
        with change(offering, by=by) as record:
            must_take_marks(offering, by)
            report, enrolments = _read(offering, sheet)
            if dry_run or report.problems:
                return report
            if expected is not None and report.digest != expected:
                raise ChangedMeanwhile
            _write(report.lines, enrolments, by=by, record=record)
            return replace(report, written=True)
    except IntegrityError as exc:
        raise ChangedMeanwhile from exc


def must_take_marks(offering: Offering, by: Actor) -> None:
    """Raise unless the actor may mark here, and the offering has begun."""
    by.must(policies.may_mark, selectors.case_facts(by, offering))
    if offering.state == OfferingState.PLANNED:
        raise NotBegun


def read_score(score: Score) -> Decimal | None:
    """Read a score as a sheet would, or raise :class:`ScoreUnfit`."""
    if score is None:
        return None
    found = marksheet.read_score(str(score))
    if isinstance(found, marksheet.Unread):
        raise ScoreUnfit(why=f"{found.message} {found.cure}")
    return found


def task_keys(content: Content) -> tuple[str, ...]:
    return tuple(task.key for task in content.tasks)


def known(task: str, tasks: Sequence[str]) -> str:
    if task not in tasks:
        raise NoSuchTask(task=marksheet.shown(task) or "without a name", tasks=", ".join(tasks))
    return task


def new_mark(
    enrolment: int, task: str, score: Decimal | None, before: Standing | None, by: Actor
) -> Mark:
    return Mark(
        enrolment_id=enrolment,
        task=task,
        number=before.number + 1 if before else 1,
        score=score,
        state=MarkState.MISSING if score is None else MarkState.GIVEN,
        given_by_id=by.person_id,
        recorded_at=clock.now(),
    )


def tell(mark: Mark, enrolment: str, record: Record) -> None:
    fact = facts.MARK_MISSING if mark.state == MarkState.MISSING else facts.MARK_RECORDED
    record(fact, mark, enrolment=enrolment, task=mark.task, number=mark.number)


def _newest_of(enrolment: Enrolment, tasks: Iterable[str]) -> list[Mark]:
    rows = Mark.objects.filter(enrolment=enrolment, task__in=list(tasks)).order_by("number")
    newest = {row.task: row for row in rows}
    return [newest[task] for task in tasks]


def _read(offering: Offering, raw: bytes | Table | Matched) -> tuple[MarksReport, dict[int, str]]:
    tasks = task_keys(offering.version.text)
    try:
        sheet = read_sheet(raw, required=("id",), optional=marksheet.columns(tasks), key=None)
    except SheetError as exc:
        return MarksReport((), 0, exc.problems, (), written=False), {}
    found = marksheet.read(sheet.rows, tasks)
    enrolments = _enrolments(offering, {entry.key for entry in found.entries})
    keys = {key: pk for key, (pk, _) in enrolments.items()}
    standing = selectors.newest_marks(keys.values())
    lines, unknown = marksheet.plan(found.entries, keys, standing)
    problems = sorted((*found.problems, *unknown), key=lambda problem: problem.row or 0)
    report = MarksReport(lines, found.blank, tuple(problems), sheet.notes, written=False)
    return report, dict(enrolments.values())


def _enrolments(offering: Offering, keys: Iterable[str]) -> dict[str, tuple[int, str]]:
    found: dict[str, tuple[int, str]] = {}
    for some in chunks(sorted(keys)):
        rows = Enrolment.objects.filter(offering=offering, source_key__in=some)
        for key, pk, public_id in rows.values_list("source_key", "pk", "public_id"):
            found[key] = (pk, public_id)
    return found


def _write(
    lines: Sequence[Line], enrolments: Mapping[int, str], *, by: Actor, record: Record
) -> None:
    news = [
        new_mark(
            line.enrolment,
            line.entry.task,
            line.entry.score,
            None if line.number == 1 else Standing(line.number - 1, line.before),
            by,
        )
        for line in lines
        if line.step is not Step.SAME
    ]
    if news:
        bulk.insert(Mark, news)
    for mark in news:
        tell(mark, enrolments[mark.enrolment_id], record)
