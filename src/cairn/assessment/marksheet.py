"""A sheet of marks: what its rows say, and what that changes; nothing is written here.

Two forms are read. Long: ``id``, ``task``, ``score``, one mark in a row. Wide: ``id`` and one column
for each task, as a gradebook exports it. A blank cell says nothing, so what stands is left alone;
the word ``absent`` says that there is no mark, and takes one back that stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from cairn.sheet import Problem, Row

ABSENT: Final = "absent"
LONG: Final = ("task", "score")
_SCORE: Final = re.compile(r"(100|\d{1,2})(?:[.,](\d{1,2}))?", re.ASCII)
_FINE: Final = re.compile(r"\d{1,3}[.,]\d{3,}", re.ASCII)
_NUMBER: Final = re.compile(r"-?\d{1,12}(?:[.,]\d{1,12})?", re.ASCII)


class Step(StrEnum):
    """What a cell changes."""

    NEW = "new"
    SAME = "same"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Entry:
    """One filled cell. ``score`` None says that the learner has no mark."""

    row: int
    key: str
    task: str
    score: Decimal | None


@dataclass(frozen=True, slots=True)
class Standing:
    """The newest mark of one enrolment in one task; ``number`` counts from 1."""

    number: int
    score: Decimal | None


@dataclass(frozen=True, slots=True)
class Line:
    """One cell with what it changes. ``enrolment`` is a key, ``number`` that of the mark to be."""

    entry: Entry
    step: Step
    enrolment: int
    number: int
    before: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """The filled cells of a sheet, how many were blank, and what cannot be read."""

    entries: tuple[Entry, ...]
    blank: int
    problems: tuple[Problem, ...]


def columns(tasks: Sequence[str]) -> tuple[str, ...]:
    """The columns that a sheet of marks may have beside ``id``."""
    wide = tuple(task for task in tasks if task not in ("id", *LONG))
    # A name beside the id is for the eyes of whoever fills the sheet in; it is not compared.
    return (*LONG, *wide, *(() if "name" in wide else ("name",)))


def read(rows: Iterable[Row], tasks: Sequence[str]) -> Read:
    """Read every cell; the sheet is long as soon as one row names a task."""
    kept = tuple(rows)
    cells = _long(kept) if any(row.values["task"] for row in kept) else _wide(kept, tasks)
    entries: list[Entry] = []
    problems: list[Problem] = []
    seen: dict[tuple[str, str], int] = {}
    blank = 0
    for cell in cells:
        if fault := _misplaced(cell, tasks, seen):
            problems.append(fault)
        elif not cell.text:
            blank += 1
        else:
            score = read_score(cell.text)
            if isinstance(score, Unread):
                problems.append(Problem(cell.row, cell.column, score.message, score.cure))
            else:
                entries.append(Entry(cell.row, cell.key, cell.task, score))
    if not kept:
        problems.append(Problem(None, None, "The sheet has no marks.", "Add one row for each."))
    return Read(tuple(entries), blank, tuple(problems))


@dataclass(frozen=True, slots=True)
class _Cell:
    row: int
    column: str
    key: str
    task: str
    text: str


def _long(rows: Iterable[Row]) -> Iterator[_Cell]:
    for row in rows:
        yield _Cell(row.number, "score", row.values["id"], row.values["task"], row.values["score"])


def _wide(rows: Iterable[Row], tasks: Sequence[str]) -> Iterator[_Cell]:
    for row in rows:
        if row.values["score"]:  # a score without a task: the sheet meant to be long
            yield _Cell(row.number, "score", row.values["id"], "", row.values["score"])
            continue
        for task in tasks:
            if task not in ("id", *LONG):
                yield _Cell(row.number, task, row.values["id"], task, row.values[task])


def _misplaced(
    cell: _Cell, tasks: Sequence[str], seen: dict[tuple[str, str], int]
) -> Problem | None:
    """A cell that belongs to nobody, to no task, or to one that has been filled already."""
    if not cell.key:
        return Problem(cell.row, "id", "It is empty.", "Write the id of the learner.")
    if cell.task not in tasks:
        message = f"There is no task {shown(cell.task)}." if cell.task else "It names no task."
        return Problem(cell.row, "task", message, f"The tasks are {', '.join(tasks)}.")
    first = seen.setdefault((cell.key, cell.task), cell.row)
    if first != cell.row:
        message = f"{shown(cell.key)} has a mark in {cell.task} on row {first} already."
        return Problem(cell.row, "id", message, "Delete one of the two rows.")
    return None


@dataclass(frozen=True, slots=True)
class Unread:
    """Why a text is no score, and what to write."""

    message: str
    cure: str


def read_score(text: str) -> Decimal | Unread | None:
    """Read a score from 0 to 100, with a point or a comma; ``absent`` is None."""
    plain = text.strip()
    if plain.casefold() == ABSENT:
        return None
    cure = "Write a number from 0 to 100, such as 67.5, or absent."
    if found := _SCORE.fullmatch(plain):
        score = Decimal(f"{found[1]}.{found[2] or 0}")
        if score <= Decimal(100):
            return _short(score)
    if _FINE.fullmatch(plain):
        return Unread(f"{shown(plain)} has more than two decimal places.", "Write at most two.")
    if _NUMBER.fullmatch(plain):
        return Unread(f"{shown(plain)} is not between 0 and 100.", cure)
    return Unread(f"{shown(plain)} is not a mark.", cure)


def _short(score: Decimal) -> Decimal:
    whole = score.to_integral_value()
    return whole if whole == score else score


def plan(
    entries: Iterable[Entry],
    enrolments: Mapping[str, int],
    standing: Mapping[int, Mapping[str, Standing]],
) -> tuple[tuple[Line, ...], tuple[Problem, ...]]:
    """Compare what a sheet says with the marks that stand."""
    lines: list[Line] = []
    problems: list[Problem] = []
    strangers: set[tuple[int, str]] = set()
    for entry in entries:
        enrolment = enrolments.get(entry.key)
        if enrolment is None:
            if (entry.row, entry.key) in strangers:
                continue  # said once for a row, however many marks it has
            strangers.add((entry.row, entry.key))
            message = f"Nobody with the id {shown(entry.key)} is enrolled here."
            cure = "Correct the id, or import the roster first."
            problems.append(Problem(entry.row, "id", message, cure))
        else:
            lines.append(_line(entry, enrolment, standing.get(enrolment, {}).get(entry.task)))
    return tuple(lines), tuple(problems)


def _line(entry: Entry, enrolment: int, before: Standing | None) -> Line:
    if before is None:
        return Line(entry, Step.NEW, enrolment, 1)
    step = Step.SAME if before.score == entry.score else Step.CHANGED
    return Line(entry, step, enrolment, before.number + 1, before.score)


def shown(text: str) -> str:
    """A stranger's text as it may stand in a sentence on a terminal."""
    plain = "".join(each if each.isprintable() else "\ufffd" for each in text[:41])
    return f"{plain[:40]}\u2026" if len(text) > 40 else plain
