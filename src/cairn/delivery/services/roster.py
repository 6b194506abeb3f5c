"""Importing a class list: all of it or nothing, and the same list again changes nothing."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import IntegrityError

from cairn.delivery import facts, policies, rules, selectors
from cairn.delivery.errors import ChangedMeanwhile
from cairn.delivery.models import Enrolment, Offering
from cairn.delivery.rules import Line, Step
from cairn.delivery.states import ENROLMENT, EnrolmentState, OfferingState
from cairn.kernel import bulk
from cairn.kernel import services as kernel
from cairn.kernel.actor import Actor
from cairn.kernel.change import Record, change
from cairn.kernel.models import Person
from cairn.kernel.services import AddressTaken, NewPerson
from cairn.sheet import Matched, Problem, SheetError, Table, read_sheet


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What a class list changes, or changed: one line a row. With problems, nothing was written."""

    lines: tuple[Line, ...]
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
        """What this report would do, in short: the same lines to the same people, the same digest."""
        told = [
            [
                one.learner.row,
                one.step.value,
                one.learner.key,
                one.learner.name,
                one.known.person if one.known else 0,
                [str(change) for change in one.changes],
            ]
            for one in self.lines
        ]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()

    def _count(self, step: Step) -> int:
        return sum(1 for line in self.lines if line.step is step)


def import_roster(
    offering: Offering,
    sheet: bytes | Table | Matched,
    *,
    dry_run: bool = False,
    expected: str | None = None,
    by: Actor,
) -> ImportReport:
    """Enrol everyone on a class list (``id``, ``name``, and ``email``, ``state`` if there are any).

    With one problem, or in a dry run, nothing is written; the report says what would be. Learners
    who are not on the list are left alone. ``expected`` is the digest of the report that a person
    confirmed: if the list would do something else by now, nothing is written.
    """
    try:
        # One list at a time in an institution, so that two never make one person twice.
        with change(by.institution, by=by), change(offering, by=by) as record:
            by.must(policies.may_enrol, offering.org_unit_id)
            report = _read(offering, sheet)
            if dry_run or report.problems:
                return report
            if expected is not None and report.digest != expected:
                raise ChangedMeanwhile
            _write(offering, report.lines, by=by, record=record)
            if report.same < len(report.lines):
                record(facts.ROSTER_IMPORTED, offering, new=report.new, changed=report.changed)
            return replace(report, written=True)
    except (IntegrityError, AddressTaken) as exc:
        raise ChangedMeanwhile from exc


def _read(offering: Offering, raw: bytes | Table | Matched) -> ImportReport:
    try:
        sheet = read_sheet(raw, required=rules.REQUIRED, optional=rules.OPTIONAL, key=None)
    except SheetError as exc:
        return ImportReport((), exc.problems, (), written=False)
    learners, unread = rules.read_learners(sheet.rows)
    lines, unclear = rules.plan_roster(learners, selectors.directory(offering, learners))
    problems = sorted((*unread, *unclear), key=lambda problem: problem.row or 0)
    if offering.state == OfferingState.CLOSED:
        problems += [_closed(line) for line in lines if _adds(line)][:1]
    return ImportReport(lines, tuple(problems), sheet.notes, written=False)


def _closed(line: Line) -> Problem:
    message = "This offering is closed and takes no more learners."
    cure = "Choose one that is open, or delete the rows of new learners."
    return Problem(line.learner.row, "id", message, cure)


def _adds(line: Line) -> bool:
    return line.step is Step.NEW or any(
        change.what == "state" and change.after == EnrolmentState.ENROLLED
        for change in line.changes
    )


def _write(offering: Offering, lines: Sequence[Line], *, by: Actor, record: Record) -> None:
    _correct_people(lines, by=by)
    _add_enrolments(offering, [one for one in lines if one.step is Step.NEW], by=by, record=record)
    _move_enrolments(offering, [one for one in lines if one.step is Step.CHANGED], record=record)


def _correct_people(lines: Sequence[Line], *, by: Actor) -> None:
    news: dict[int, NewPerson] = {}
    for one in lines:
        told = {change.what: change.after for change in one.changes}
        if one.known is not None and ("name" in told or "email" in told):
            news[one.known.person] = NewPerson(
                full_name=told.get("name", ""), address=told.get("email", "")
            )
    if news:
        people = [
            person
            for some in selectors.chunks(sorted(news))
            for person in Person.objects.filter(pk__in=some)
        ]
        kernel.correct_people(
            by.institution, [(person, news[person.pk]) for person in people], by=by
        )


def _add_enrolments(
    offering: Offering, lines: Sequence[Line], *, by: Actor, record: Record
) -> None:
    strangers = [one.learner for one in lines if one.known is None]
    people = iter(
        kernel.add_people(
            by.institution,
            [NewPerson(full_name=one.name, address=one.email) for one in strangers],
            by=by,
        )
        if strangers
        else ()
    )
    rows = [
        Enrolment(
            offering=offering,
            person_id=one.known.person if one.known else next(people).pk,
            source_key=one.learner.key,
            state=one.learner.state or EnrolmentState.ENROLLED,
        )
        for one in lines
    ]
    if rows:
        bulk.insert(Enrolment, rows)
    ids = _public_ids([row.person_id for row in rows])
    for row in rows:
        record(facts.ENROLMENT_ADDED, row, offering=offering, person=ids[row.person_id])
        if row.state == EnrolmentState.WITHDRAWN:
            record(facts.ENROLMENT_WITHDRAWN, row, offering=offering)


def _public_ids(people: Sequence[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for some in selectors.chunks(people):
        found |= Person.objects.filter(pk__in=some).values_list("pk", "public_id")
    return found


def _move_enrolments(offering: Offering, lines: Sequence[Line], *, record: Record) -> None:
    wanted = {
        one.known.enrolment: EnrolmentState(change.after)
        for one in lines
        for change in one.changes
        if change.what == "state" and one.known is not None
    }
    told = {
        EnrolmentState.WITHDRAWN: facts.ENROLMENT_WITHDRAWN,
        EnrolmentState.ENROLLED: facts.ENROLMENT_REINSTATED,
    }
    for some in selectors.chunks(key for key in wanted if key is not None):
        rows = list(Enrolment.objects.filter(offering=offering, pk__in=some).order_by("pk"))
        for row in rows:
            ENROLMENT.move(row, wanted[row.pk])
            record(told[wanted[row.pk]], row, offering=offering)
        Enrolment.objects.bulk_update(rows, ["state"], 500)
