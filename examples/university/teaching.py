"""Two runs of module AAA on real, anonymised data: class lists, marks, results and awards.

The files of ``examples/oulad`` become the sheets that a university's own systems would send. What
is imported is read from those sheets; who earned the award is decided by the rule of the version.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from cairn.assessment import services as assessment
from cairn.assessment.services import MarksReport, Released, Settled
from cairn.delivery import services as delivery
from cairn.delivery.models import Offering
from cairn.delivery.services import ImportReport
from cairn.design.content import Content
from cairn.design.models import Version
from cairn.kernel import clock
from university.founding import ON_REAL_DATA, University
from university.place import Place, learner_address
from university.telling import Surprise, must

DATA: Final = Path(__file__).resolve().parents[1] / "oulad"
#: A presentation is named after its year and the month it starts: B is February, J is October.
#: The dataset does not say on which day, so the first of the month is taken.
START_MONTH: Final = {"B": 2, "J": 10}
#: How far ahead the offerings stand that have no learners yet.
AHEAD: Final = timedelta(weeks=8)
LENGTH: Final = timedelta(weeks=6)

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Run:
    """One presentation of the module with the sheets about it."""

    code: str
    offering: Offering
    roster: Path
    marks: Path


@dataclass(frozen=True, slots=True)
class Enrolled:
    """How many rows the class lists brought, and how many people those are."""

    enrolments: int
    withdrawn: int
    again: int


@dataclass(frozen=True, slots=True)
class Marked:
    """How many marks have a score; ``blank`` cells say nothing."""

    scored: int
    blank: int


def plan(university: University, approved: Mapping[str, Version], place: Place) -> list[Run]:
    """Plan an offering of everything approved; those of the real data are opened at once."""
    runs = [
        _run(university, approved[ON_REAL_DATA], row, place) for row in rows(DATA / "courses.csv")
    ]
    _written(
        place.sheets / "offerings.csv",
        "code,offering",
        ((run.code, run.offering.public_id) for run in runs),
    )
    starts_on = clock.today(university.institution) + AHEAD
    for slug, version in approved.items():
        if slug != ON_REAL_DATA:
            _plan(university, version, f"{version.text.code}-1", starts_on, starts_on + LENGTH)
    return runs


def _run(university: University, version: Version, course: Row, place: Place) -> Run:
    presentation = course["code_presentation"]
    code = f"{course['code_module']}-{presentation}"
    start = date(int(presentation[:4]), START_MONTH[presentation[4:]], 1)
    end = start + timedelta(days=int(course["module_presentation_length"]))
    planned = _plan(university, version, code, start, end)
    return Run(
        code,
        delivery.open_offering(planned, by=university.registrar),
        _written(place.sheets / f"{code}-roster.csv", "id,name,email,state", _learners(course)),
        _written(place.sheets / f"{code}-marks.csv", "id,task,score", _marks(course, version.text)),
    )


def _plan(university: University, version: Version, code: str, start: date, end: date) -> Offering:
    return delivery.plan_offering(
        version, code=code, starts_on=start, ends_on=end, by=university.registrar
    )


def enrol(university: University, runs: Iterable[Run]) -> Enrolled:
    """Import the class lists: first as a dry run, then in earnest, and both must say the same."""
    enrolments = withdrawn = again = 0
    for run in runs:
        sheet, by = run.roster.read_bytes(), university.registrar
        tried = delivery.import_roster(run.offering, sheet, dry_run=True, by=by)
        done = delivery.import_roster(run.offering, sheet, by=by)
        _agree(run.roster, tried, done)
        enrolments += done.new
        withdrawn += sum(line.learner.state == "withdrawn" for line in done.lines)
        again += sum(bool(line.recognised) for line in done.lines)
    return Enrolled(enrolments, withdrawn, again)


def mark(university: University, runs: Iterable[Run]) -> Marked:
    """Import the marks in the same way."""
    scored = blank = 0
    for run in runs:
        sheet, by = run.marks.read_bytes(), university.teacher
        tried = assessment.import_marks(run.offering, sheet, dry_run=True, by=by)
        done = assessment.import_marks(run.offering, sheet, by=by)
        _agree(run.marks, tried, done)
        scored += done.scored
        blank += done.blank
    return Marked(scored, blank)


def _agree(
    sheet: Path, tried: ImportReport | MarksReport, done: ImportReport | MarksReport
) -> None:
    if done.problems:
        raise Surprise(f"{sheet.name}: " + " ".join(str(one) for one in done.problems[:5]))
    must(done.written and not tried.written, f"{sheet.name}: the dry run wrote something.")
    must(
        (tried.new, tried.changed, tried.same) == (done.new, done.changed, done.same),
        f"{sheet.name}: the dry run promised something else than was done.",
    )


def release(university: University, runs: Iterable[Run]) -> int:
    """Judge the marks of everyone who takes part, and let the learners know."""
    done: list[Released] = [
        assessment.release_results(run.offering, by=university.teacher) for run in runs
    ]
    return sum(one.released for one in done)


def confer(university: University, runs: Iterable[Run]) -> int:
    """Decide who earned it, as of the last day of each run."""
    done: list[Settled] = [
        assessment.confer_awards(run.offering, on=run.offering.ends_on, by=university.registrar)
        for run in runs
    ]
    return sum(one.conferred for one in done)


def _learners(course: Row) -> Iterator[tuple[str, ...]]:
    """The class list: the dataset has numbers for people, and no name is made up."""
    for row in rows(DATA / "studentInfo.csv"):
        if _belongs(row, course):
            state = "withdrawn" if row["final_result"] == "Withdrawn" else "enrolled"
            key = row["id_student"]
            yield key, f"Learner {key}", learner_address(key), state


def _marks(course: Row, content: Content) -> Iterator[tuple[str, ...]]:
    keys = _task_keys(course, content)
    for row in rows(DATA / "studentAssessment.csv"):
        if row["id_assessment"] in keys:
            yield row["id_student"], keys[row["id_assessment"]], row["score"]


def _task_keys(course: Row, content: Content) -> dict[str, str]:
    """Match the tutor-marked tasks of a presentation, by day, with those that were approved."""
    found = [
        row
        for row in rows(DATA / "assessments.csv")
        if _belongs(row, course) and row["assessment_type"] == "TMA"
    ]
    found.sort(key=lambda row: int(row["date"]))
    weights = [task.weight for task in content.tasks]
    must(
        [int(row["weight"]) for row in found] == weights,
        f"{course['code_presentation']} has other tasks than were approved.",
    )
    return {row["id_assessment"]: task.key for row, task in zip(found, content.tasks, strict=True)}


def _belongs(row: Row, course: Row) -> bool:
    return all(row[name] == course[name] for name in ("code_module", "code_presentation"))


def _written(path: Path, header: str, lines: Iterable[tuple[Any, ...]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header.split(","))
        writer.writerows(lines)
    return path


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
