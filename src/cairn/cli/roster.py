"""The class list, read into learners: every fault at once, each with its row and its cure."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from cairn.cli.definition import Definition
from cairn.vc.datamodel import is_url
from cairn.vc.document import dump

if TYPE_CHECKING:
    from cairn.sheet import Problem, Row
    from cairn.vc.model import Evidence, Result

REQUIRED: Final = ("id", "name", "email")
OPTIONAL: Final = ("issued_on", "expires_on", "result", "evidence")
MAX_BYTES: Final = 64 * 1024 * 1024

_LIMITS: Final = {"id": 100, "name": 300, "email": 254, "result": 300, "evidence": 5_000}
_EMAIL: Final = re.compile(r"[^@\s,;<>]+@[^@\s,;<>]+\.[^@\s,;<>]+")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]")
#: Controls, and marks that make a line read in another order than it is written.
_HIDDEN: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
#: Names that Windows keeps for devices, whatever their extension.
_DEVICES: Final = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
)
#: Somewhere on Earth it is already this much later than in UTC.
_EASTERNMOST: Final = timedelta(hours=14)


@dataclass(frozen=True, slots=True)
class Learner:
    """One row of the roster, checked. ``stem`` names their files, ``digest`` stands for the row."""

    row: int
    id: str
    stem: str
    name: str
    email: str
    issued_on: date | None
    expires_on: date | None
    result: Result | None
    evidence: tuple[Evidence, ...]
    digest: str

    def valid_from(self, issued: datetime) -> datetime:
        """Return the first moment of the day of issue in UTC, or now where that is still ahead."""
        return issued if self.issued_on is None else min(_start(self.issued_on), issued)

    def valid_until(self, issued: datetime, definition: Definition) -> datetime | None:
        """Return the last second of the last day, or the end of the achievement's own period."""
        if self.expires_on is not None:
            return _start(self.expires_on) + timedelta(days=1, seconds=-1)
        if definition.valid_for is None:
            return None
        return definition.valid_for.after(self.valid_from(issued))


T = TypeVar("T")


class _Faulty(Exception):
    def __init__(self, message: str, cure: str) -> None:
        super().__init__(message)
        self.message, self.cure = message, cure


def read_roster(
    raw: bytes, definition: Definition, *, now: datetime
) -> tuple[list[Learner], list[str]]:
    """Return the learners and what should be known about how the file was read.

    Raises :class:`~cairn.sheet.SheetError` with every problem of every row.
    """
    from cairn.sheet import Problem, SheetError, read_sheet

    sheet = read_sheet(raw, required=REQUIRED, optional=OPTIONAL, key="id")
    problems: list[Problem] = []
    read = [_Reader(row, definition, now, problems).learner() for row in sheet.rows]
    learners = [learner for learner in read if learner is not None]
    problems += _collisions(learners)
    if not sheet.rows:
        problems.append(Problem(None, None, "The roster has no learners.", "Add one row for each."))
    if problems:
        raise SheetError(tuple(sorted(problems, key=lambda problem: problem.row or 0)))
    return learners, [str(note) for note in sheet.notes]


class _Reader:
    """Reads one row; every column adds its own problem."""

    def __init__(
        self, row: Row, definition: Definition, now: datetime, problems: list[Problem]
    ) -> None:
        self._row = row
        self._values = {name: row.values.get(name, "").strip() for name in (*REQUIRED, *OPTIONAL)}
        self._definition = definition
        self._now = now
        self._problems = problems

    def learner(self) -> Learner | None:
        before = len(self._problems)
        for column, limit in _LIMITS.items():
            self._read(column, partial(_plain, limit=limit))
        stem = self._read("id", _stem)
        self._read("name", _required_name)
        self._read("email", _email)
        issued_on = self._read("issued_on", self._issued_on)
        expires_on = self._read("expires_on", lambda text: self._expires_on(text, issued_on))
        result = self._read("result", self._result)
        evidence = self._read("evidence", _evidence)
        if len(self._problems) > before:
            return None
        return Learner(
            row=self._row.number,
            id=self._values["id"],
            stem=stem or "",
            name=self._values["name"],
            email=self._values["email"],
            issued_on=issued_on,
            expires_on=expires_on,
            result=result,
            evidence=evidence or (),
            digest=_digest(self._values),
        )

    def _read(self, column: str, read: Callable[[str], T]) -> T | None:
        from cairn.sheet import Problem

        if any(p.row == self._row.number and p.column == column for p in self._problems[-3:]):
            return None
        try:
            return read(self._values[column])
        except _Faulty as exc:
            self._problems.append(Problem(self._row.number, column, exc.message, exc.cure))
            return None

    def _issued_on(self, text: str) -> date | None:
        day = _day(text)
        if day and _start(day) > self._now + _EASTERNMOST:
            raise _Faulty(f"{text} is still to come.", "Use today's date, or leave it blank.")
        return day

    def _expires_on(self, text: str, issued_on: date | None) -> date | None:
        day = _day(text)
        first = issued_on or self._now.date()
        if day and day < first:
            raise _Faulty(
                f"{text} is before the day of issue, {first}.", "Correct it, or leave it blank."
            )
        return day

    def _result(self, text: str) -> Result | None:
        if not text:
            return None
        try:
            return self._definition.result_for(text)
        except ValueError as exc:
            message, _, cure = str(exc).partition(". ")
            raise _Faulty(f"{message}.", cure) from exc


def _plain(text: str, *, limit: int) -> None:
    if hidden := _HIDDEN.search(text):
        code = f"U+{ord(hidden[0]):04X}"
        raise _Faulty(f"It holds the hidden character {code}.", "Type the text again.")
    if len(text) > limit:
        raise _Faulty(f"It has {len(text)} characters; at most {limit} fit.", "Shorten it.")


def _required_name(text: str) -> None:
    if not text:
        raise _Faulty("It is empty.", "Write the name as it should stand on the credential.")


def _stem(text: str) -> str:
    """Return a file name that every system takes, or say why there is none."""
    if not text:
        raise _Faulty("It is empty.", "Give every learner an id, such as a student number.")
    stem = _UNSAFE.sub("_", unicodedata.normalize("NFC", text))
    if stem[0] in ".-" or stem[-1] == "." or stem.partition(".")[0].lower() in _DEVICES:
        raise _Faulty(f"{text} cannot name a file.", "Use letters and digits, such as s1024.")
    if not any(character.isalnum() for character in stem):
        raise _Faulty(
            f"{text} has no letter from A to Z and no digit, and it names a file.",
            "Use letters and digits, such as s1024.",
        )
    return stem


def _email(text: str) -> None:
    if text and not _EMAIL.fullmatch(text):
        raise _Faulty(
            f"{text} is not an e-mail address.",
            "Write one such as ada@example.edu, or leave it blank.",
        )


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise _Faulty(f"{text} is not a date.", "Write year, month and day, such as 2026-02-28.")


def _evidence(text: str) -> tuple[Evidence, ...]:
    """Read addresses with spaces between, or else a story."""
    from cairn.vc.model import Evidence

    if not text:
        return ()
    words = text.split()
    if not any("://" in word for word in words):
        return (Evidence.build(narrative=text),)
    for word in words:
        if not word.lower().startswith(("https://", "http://")) or not is_url(word):
            raise _Faulty(
                f"{word} is not a web address.",
                "Write addresses with a space between them, or a story without an address.",
            )
    return tuple(Evidence.build(id=word) for word in dict.fromkeys(words))


def _digest(values: Mapping[str, str]) -> str:
    return hashlib.sha256(dump(list(values.values()))).hexdigest()


def _start(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _collisions(learners: list[Learner]) -> Iterator[Problem]:
    """Find ids that would share a file on a system that does not tell capitals apart."""
    from cairn.sheet import Problem

    first: dict[str, Learner] = {}
    for learner in learners:
        other = first.setdefault(learner.stem.lower(), learner)
        if other is not learner and other.id != learner.id:
            yield Problem(
                learner.row,
                "id",
                f"{learner.id} and {other.id} (row {other.row}) would name the same file.",
                "Change one of them.",
            )
