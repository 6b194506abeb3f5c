"""Write the class list of everyone who earned it in the two AAA presentations.

The rule: a weighted mark of the tutor-marked tasks of at least 40, where a missing or blank score
counts zero; whoever withdrew never earns it. The files are read row by row, and marks are computed
as fractions, so that 40 is 40 and not a little less.

    python examples/oulad/make_roster.py [--data FOLDER] [--out roster.csv]
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Final, NamedTuple, TextIO

HERE: Final = Path(__file__).parent
PASS_MARK: Final = 40
COLUMNS: Final = ("id", "name", "email", "issued_on", "result")
#: A presentation is named after its year and the month it starts: B is February, J is October.
#: The dataset does not say on which day, so the first of the month is taken.
START_MONTH: Final = {"B": 2, "J": 10}

Row = Mapping[str, str]


class Presentation(NamedTuple):
    """One run of a module."""

    module: str
    code: str


class Task(NamedTuple):
    """One tutor-marked task: where it belongs, and its share of the weighted mark."""

    presentation: Presentation
    share: Fraction


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, default=HERE, help="where the CSV files are (here)")
    parser.add_argument("--out", type=Path, help="where the roster goes (standard output)")
    options = parser.parse_args()
    with _opened(options.out) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(roster(options.data))


def roster(data: Path) -> Iterator[tuple[str, ...]]:
    """Yield one row of :data:`COLUMNS` for each enrolment that earned it, in the order given."""
    ends = _ends(data / "courses.csv")
    marks = _marks(data / "studentAssessment.csv", _tasks(data / "assessments.csv"))
    for row in _rows(data / "studentInfo.csv"):
        presentation, student = _presentation(row), row["id_student"]
        mark = marks[presentation, student]
        if row["final_result"] != "Withdrawn" and mark >= PASS_MARK:
            yield (
                f"{presentation.module}-{presentation.code}-{student}",
                f"Learner {student}",
                "",  # the dataset has no addresses, and none is made up
                ends[presentation].isoformat(),
                _written(mark),
            )


def _tasks(path: Path) -> dict[str, Task]:
    """Return the tutor-marked tasks by id, their weights as shares of those of the presentation."""
    tutor_marked = [row for row in _rows(path) if row["assessment_type"] == "TMA"]
    totals: defaultdict[Presentation, Fraction] = defaultdict(Fraction)
    for row in tutor_marked:
        totals[_presentation(row)] += Fraction(row["weight"])
    return {
        row["id_assessment"]: Task(
            _presentation(row), Fraction(row["weight"]) / totals[_presentation(row)]
        )
        for row in tutor_marked
        if totals[_presentation(row)]  # a module whose tasks all weigh nothing has no mark
    }


def _marks(
    path: Path, tasks: Mapping[str, Task]
) -> defaultdict[tuple[Presentation, str], Fraction]:
    """Add up score times share; what is not there, or blank, adds nothing."""
    marks: defaultdict[tuple[Presentation, str], Fraction] = defaultdict(Fraction)
    for row in _rows(path):
        task = tasks.get(row["id_assessment"])
        if task is not None and row["score"].strip():
            marks[task.presentation, row["id_student"]] += Fraction(row["score"]) * task.share
    return marks


def _ends(path: Path) -> dict[Presentation, date]:
    """Return the day on which each presentation ends: its start and its length in days."""
    return {
        _presentation(row): _start(row["code_presentation"])
        + timedelta(days=int(row["module_presentation_length"]))
        for row in _rows(path)
    }


def _start(code: str) -> date:
    return date(int(code[:4]), START_MONTH[code[4:]], 1)


def _written(mark: Fraction) -> str:
    """Write a mark to one decimal, cut and never rounded up: 39.99 must not read 40.0."""
    tenths = mark.numerator * 10 // mark.denominator
    return f"{tenths // 10}.{tenths % 10}"


def _presentation(row: Row) -> Presentation:
    return Presentation(row["code_module"], row["code_presentation"])


def _rows(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _opened(out: Path | None) -> nullcontext[TextIO] | TextIO:
    if out is None:
        return nullcontext(sys.stdout)
    return out.open("w", encoding="utf-8", newline="")


if __name__ == "__main__":
    main()
