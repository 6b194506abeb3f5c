"""What a class list changes, row by row, compared with what is there; nothing is written here.

A learner is recognised by the id of the list (the student number). An id that is known from another
offering is the same person only if the name or an e-mail address agrees as well, and an address
alone never is: two people would get each other's credentials.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from cairn.delivery.states import EnrolmentState
from cairn.design.shape import Faulty, text
from cairn.kernel.text import address, line
from cairn.sheet import Problem, Row

REQUIRED: Final = ("id", "name")
OPTIONAL: Final = ("email", "state")
#: What a list may say about an enrolment; that one is completed is nothing a list decides.
SAYABLE: Final = (EnrolmentState.ENROLLED, EnrolmentState.WITHDRAWN)
_LIMITS: Final = {"id": 100, "name": 400, "email": 254}
_EMAIL: Final = re.compile(r"[^@\s,;<>()\"]+@[^@\s,;<>()\"]+\.[^@\s,;<>()\"]+")


class Step(StrEnum):
    """What a row changes."""

    NEW = "new"
    SAME = "same"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Learner:
    """One row of a class list, checked. A blank ``state`` leaves it to what is there."""

    row: int
    key: str
    name: str
    email: str = ""
    state: EnrolmentState | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """A person who is known, as one list or address knows them.

    ``person`` and ``enrolment`` are keys of rows; ``enrolment`` and ``state`` are set when the
    person is in the offering that the list is for, ``offering`` names the one they are known from.
    """

    person: int
    name: str
    key: str = ""
    emails: frozenset[str] = frozenset()
    offering: str = ""
    enrolment: int | None = None
    state: EnrolmentState | None = None

    def agrees(self, learner: Learner) -> bool:
        """Does more than the id speak for this being the same person?"""
        return same_name(self.name, learner.name) or learner.email in self.emails


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that a row says otherwise than what is there."""

    what: str
    before: str
    after: str

    def __str__(self) -> str:
        return f"{self.what}: {self.before or 'nothing'} → {self.after}"


@dataclass(frozen=True, slots=True)
class Line:
    """One row with what it changes, and the person it was recognised as, if any."""

    learner: Learner
    step: Step
    known: Known | None = None
    changes: tuple[Change, ...] = ()

    @property
    def recognised(self) -> str:
        """How a new enrolment was found to be of somebody known, for people to check."""
        if self.step is not Step.NEW or self.known is None:
            return ""
        by = f"id {self.known.key}" if self.known.key == self.learner.key else "name and address"
        place = f", known from {self.known.offering}" if self.known.offering else ""
        return f"{self.known.name} ({by}{place})"


@dataclass(frozen=True, slots=True)
class Directory:
    """Who is known: in this offering by id, in others by id, and anywhere by address."""

    here: Mapping[str, Known]
    elsewhere: Mapping[str, Sequence[Known]]
    addresses: Mapping[str, Known]


# --- reading rows --------------------------------------------------------------------------------


def read_learners(rows: Iterable[Row]) -> tuple[tuple[Learner, ...], tuple[Problem, ...]]:
    """Check every cell by itself, and that no id and no address stands twice."""
    problems: list[Problem] = []
    learners: list[Learner] = []
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        found = list(_faults(row, seen))
        problems += found
        if not found:
            learners.append(_learner(row))
    if not learners and not problems:
        problems.append(Problem(None, None, "The list has no learners.", "Add one row for each."))
    return tuple(learners), tuple(problems)


def _learner(row: Row) -> Learner:
    state = row.values["state"].casefold()
    return Learner(
        row=row.number,
        key=line(row.values["id"]),
        name=line(row.values["name"]),
        email=address(row.values["email"]),
        state=EnrolmentState(state) if state else None,
    )


def _faults(row: Row, seen: dict[tuple[str, str], int]) -> Iterator[Problem]:
    storable = True
    for column, limit in _LIMITS.items():
        for message, cure in _unstorable(row.values[column], limit):
            storable = False
            yield Problem(row.number, column, message, cure)
    if not storable:
        return
    if not line(row.values["name"]):
        yield Problem(row.number, "name", "It is empty.", "Write the name as it shall be printed.")
    email = address(row.values["email"])
    if email and not _EMAIL.fullmatch(email):
        cure = "Write one such as ada@example.edu, or leave it blank."
        yield Problem(row.number, "email", f"{email} is not an e-mail address.", cure)
    state = row.values["state"]
    if state and state.casefold() not in SAYABLE:
        cure = f"Write {' or '.join(SAYABLE)}, or leave it blank."
        yield Problem(row.number, "state", "This state is not known.", cure)
    yield from _twice(row, {"id": line(row.values["id"]), "email": email}, seen)


def _unstorable(value: str, limit: int) -> Iterator[tuple[str, str]]:
    try:
        text(limit)(unicodedata.normalize("NFC", value))
    except Faulty as exc:
        yield from ((problem.message, problem.cure) for problem in exc.problems)


def _twice(
    row: Row, values: Mapping[str, str], seen: dict[tuple[str, str], int]
) -> Iterator[Problem]:
    for column, value in values.items():
        if not value:
            if column == "id":
                yield Problem(row.number, column, "It is empty.", "Every row needs its own.")
        elif (first := seen.setdefault((column, value), row.number)) != row.number:
            message = f"{value} is on row {first} already."
            yield Problem(
                row.number, column, message, "Delete one of the two rows, or correct one."
            )


# --- comparing them with what is there -----------------------------------------------------------


def plan_roster(
    learners: Iterable[Learner], known: Directory
) -> tuple[tuple[Line, ...], tuple[Problem, ...]]:
    """Say of every row what it changes, and of those that cannot be followed what to do."""
    lines: list[Line] = []
    problems: list[Problem] = []
    taken = {person.person: key for key, person in known.here.items()}
    for learner in learners:
        result = _plan(learner, known, taken)
        if isinstance(result, Problem):
            problems.append(result)
        else:
            lines.append(result)
            if result.known is not None:
                taken[result.known.person] = learner.key
    return tuple(lines), tuple(problems)


def _plan(learner: Learner, known: Directory, taken: Mapping[int, str]) -> Line | Problem:
    person = known.here.get(learner.key)
    if person is None:
        found = _recognise(learner, known)
        if isinstance(found, Problem):
            return found
        person = found
    if person is None:
        return Line(learner, Step.NEW)
    owner = known.addresses.get(learner.email)
    if owner is not None and owner.person != person.person:
        return _foreign_address(learner, owner)
    if taken.get(person.person, learner.key) != learner.key:
        message = f"{person.name} is in this offering as {taken[person.person]}."
        return Problem(learner.row, "id", message, "Use that id, or delete this row.")
    return _compared(learner, person)


def _recognise(learner: Learner, known: Directory) -> Known | Problem | None:
    same_id = known.elsewhere.get(learner.key, ())
    agreeing = [person for person in same_id if person.agrees(learner)]
    if len({person.person for person in agreeing}) == 1:
        return agreeing[0]
    if same_id:
        return _ambiguous(learner, agreeing or same_id)
    owner = known.addresses.get(learner.email)
    if owner is None or same_name(owner.name, learner.name):
        return owner
    return _foreign_address(learner, owner)


def _ambiguous(learner: Learner, people: Sequence[Known]) -> Problem:
    names = ", ".join(dict.fromkeys(f"{one.name} in {one.offering}" for one in people))
    message = f"The id {learner.key} belongs to {names}."
    cure = "If it is the same person, write that name; if not, give this learner another id."
    return Problem(learner.row, "id", message, cure)


def _foreign_address(learner: Learner, owner: Known) -> Problem:
    message = f"{learner.email} is the address of {owner.name}."
    cure = "If it is the same person, write that name and id; if not, another address or none."
    return Problem(learner.row, "email", message, cure)


def _compared(learner: Learner, person: Known) -> Line | Problem:
    changes = []
    if learner.name != person.name:
        changes.append(Change("name", person.name, learner.name))
    if learner.email and learner.email not in person.emails:
        changes.append(Change("email", "", learner.email))
    if person.enrolment is None:
        return Line(learner, Step.NEW, person, tuple(changes))
    if learner.state and person.state and learner.state is not person.state:
        if person.state is EnrolmentState.COMPLETED:
            if learner.state is EnrolmentState.WITHDRAWN:
                return _completed(learner, person)
        else:
            changes.append(Change("state", person.state, learner.state))
    return Line(learner, Step.CHANGED if changes else Step.SAME, person, tuple(changes))


def _completed(learner: Learner, person: Known) -> Problem:
    message = f"{person.name} has completed this offering, and cannot withdraw any more."
    return Problem(learner.row, "state", message, "Leave the state blank.")


def same_name(one: str, other: str) -> bool:
    """Do two spellings mean one name? Capitals, accents' encoding and spaces do not count."""
    return _folded(one) == _folded(other) != ""


def _folded(name: str) -> str:
    return line(unicodedata.normalize("NFKC", name)).casefold()
