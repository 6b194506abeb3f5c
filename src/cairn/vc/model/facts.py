"""The facts of a micro-credential that Open Badges 3.0 has no term for.

They are signed as part of the criteria narrative, in one order and one wording, so that nothing is
lost and a reader finds the same fact in the same place (decision 0004).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

_NOT_A_QUALIFICATION = "This micro-credential is not a national qualification."


@dataclass(frozen=True, slots=True)
class Task:
    """One thing that is assessed. ``weight`` is in per cent of the whole."""

    name: str
    weight: float | None = None
    secure: bool | None = None
    pass_mark: str | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """What a micro-credential says about itself; what is not known is left out.

    ``hours`` are hours of learning, ``level`` a level of a named framework or "not levelled".
    """

    outcomes: tuple[str, ...] = ()
    assessment: str | None = None
    tasks: tuple[Task, ...] = ()
    supervision: str | None = None
    identity_check: str | None = None
    hours: float | None = None
    level: str | None = None
    mode: str | None = None
    quality_assurance: str | None = None
    prerequisites: str | None = None
    credit: float | None = None
    credit_rule: str | None = None
    stacking: str | None = None
    recognition: str | None = None
    language: str | None = None
    cost: str | None = None
    valid_for: str | None = None
    review_date: str | None = None
    national_qualification: bool = False


def criteria_narrative(earned_by: str, facts: Facts) -> str:
    """Write the criteria in Markdown: how it is earned, outcomes, assessment, facts."""
    parts = [
        earned_by.strip(),
        _section("Outcomes", _outcomes(facts)),
        _section("Assessment", _assessment(facts)),
        _section("Facts", _facts(facts)),
        "" if facts.national_qualification else _NOT_A_QUALIFICATION,
    ]
    return "\n\n".join(part for part in parts if part)


def _section(title: str, lines: Iterator[str]) -> str:
    body = "\n".join(lines)
    return f"**{title}**\n\n{body}" if body else ""


def _outcomes(facts: Facts) -> Iterator[str]:
    for number, outcome in enumerate(facts.outcomes, start=1):
        yield f"{number}. {_line(outcome)}"


def _assessment(facts: Facts) -> Iterator[str]:
    yield from _fact("Type", facts.assessment)
    for task in facts.tasks:
        yield f"- Task: {_line(task.name)}{_details(task)}"
    yield from _fact("Supervision", facts.supervision)
    yield from _fact("Identity check", facts.identity_check)


def _details(task: Task) -> str:
    details = []
    if task.weight is not None:
        details.append(f"weight {_number(task.weight)} %")
    if task.secure is not None:
        details.append("secure" if task.secure else "not secure")
    if task.pass_mark is not None:
        details.append(f"pass mark {_line(task.pass_mark)}")
    return f" ({', '.join(details)})" if details else ""


def _facts(facts: Facts) -> Iterator[str]:
    yield from _fact("Hours of learning", _number(facts.hours))
    yield from _fact("Level", facts.level)
    yield from _fact("Mode", facts.mode)
    yield from _fact("Quality assurance", facts.quality_assurance)
    yield from _fact("Prerequisites", facts.prerequisites)
    yield from _fact("Credit points", _number(facts.credit))
    yield from _fact("Credit rule", facts.credit_rule)
    yield from _fact("Stacking", facts.stacking)
    yield from _fact("Recognition", facts.recognition)
    yield from _fact("Language", facts.language)
    yield from _fact("Cost", facts.cost)
    yield from _fact("Valid for", facts.valid_for)
    yield from _fact("Review date", facts.review_date)


def _fact(label: str, value: str | None) -> Iterator[str]:
    if value is not None:
        yield f"- {label}: {_line(value)}"


def _number(value: float | None) -> str | None:
    if value is None:
        return None
    return str(int(value)) if float(value).is_integer() else str(value)


def _line(value: str) -> str:
    """Keep a fact on its line, so that no fact can look like another."""
    return " ".join(value.split())
