"""When marks are enough, and what that means for an award; exact, and able to explain itself.

Marks are decimals and are weighed as fractions: a weighted mark of 40 is 40, never a little less.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import Any, Final

from cairn.design.content import AwardRule, Content, Task

HIGHEST: Final = Decimal(100)
PLACES: Final = 6

#: A task's score; None says that there is no mark, which is not the same as a mark of zero.
Marks = Mapping[str, Decimal | None]


class Outcome(StrEnum):
    """What marks come to."""

    PASSED = "passed"
    NOT_PASSED = "not_passed"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class TaskLine:
    """One task in a judgement. ``counted`` is what it adds to the weighted mark."""

    key: str
    title: str
    weight: Decimal
    score: Decimal | None
    counted: Fraction
    pass_mark: Decimal | None = None

    @property
    def too_low(self) -> bool:
        """Does the task ask for a mark of its own that was not reached?"""
        return self.pass_mark is not None and (self.score or Decimal(0)) < self.pass_mark

    def __str__(self) -> str:
        score = "no mark" if self.score is None else f"{plain(self.score)} of 100"
        needs = f" It needs {plain(self.pass_mark)}." if self.pass_mark is not None else ""
        weight = f"weight {plain(self.weight)}"
        return f"{self.title or self.key}: {score}, {weight}, adds {written(self.counted)}.{needs}"


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the marks of one learner come to under the rule of one version, and why.

    ``total`` is the weighted mark out of 100; ``waits_for`` are keys of tasks without a mark.
    """

    outcome: Outcome
    total: Fraction
    pass_mark: Decimal
    lines: tuple[TaskLine, ...]
    waits_for: tuple[str, ...] = ()

    @property
    def earned(self) -> bool:
        return self.outcome is Outcome.PASSED

    @property
    def stored(self) -> Decimal:
        """The weighted mark as a table keeps it: cut after the sixth place, never rounded up."""
        return _cut(self.total, PLACES)

    def explain(self) -> tuple[str, ...]:
        """One sentence for each task, then the sum, then what follows from it."""
        return (*map(str, self.lines), self._sum(), *self._obstacles())

    def detail(self) -> dict[str, Any]:
        """The same as JSON: everything that is needed to judge again, and nothing else."""
        return {
            "pass": plain(self.pass_mark),
            "tasks": [
                {
                    "key": line.key,
                    "score": None if line.score is None else plain(line.score),
                    "weight": plain(line.weight),
                    **({} if line.pass_mark is None else {"pass": plain(line.pass_mark)}),
                }
                for line in self.lines
            ],
        }

    def _sum(self) -> str:
        return f"Weighted mark: {written(self.total)}; {plain(self.pass_mark)} is enough."

    def _obstacles(self) -> Iterator[str]:
        titles = {line.key: line.title or line.key for line in self.lines}
        if self.waits_for:
            yield f"The result waits for: {', '.join(titles[key] for key in self.waits_for)}."
        for line in self.lines:
            if line.too_low:
                yield f"The mark in {titles[line.key]} is below what that task needs."


def judge(marks: Marks, content: Content) -> Judgement:
    """Weigh the marks of one learner by the rule of the version that was offered.

    Marks of tasks that the version does not have count nothing.
    """
    rule = content.award_rule
    if rule is None or rule.pass_mark is None:
        raise ValueError("This content has no award rule, so it was never approved.")
    shares = _shares(content.tasks)
    lines = tuple(_line(task, marks.get(task.key), shares[task.key]) for task in content.tasks)
    total = sum((line.counted for line in lines), Fraction(0))
    waits_for = tuple(line.key for line in lines if line.score is None and _is_needed(line, rule))
    return Judgement(
        _outcome(total, lines, rule.pass_mark, waits_for), total, rule.pass_mark, lines, waits_for
    )


def _shares(tasks: tuple[Task, ...]) -> dict[str, Fraction]:
    whole = sum((Fraction(task.weight or 0) for task in tasks), Fraction(0))
    return {
        task.key: Fraction(task.weight or 0) / whole if whole else Fraction(0) for task in tasks
    }


def _line(task: Task, score: Decimal | None, share: Fraction) -> TaskLine:
    return TaskLine(
        key=task.key,
        title=task.title,
        weight=task.weight or Decimal(0),
        score=score,
        counted=Fraction(score or 0) * share,
        pass_mark=task.pass_mark,
    )


def _is_needed(line: TaskLine, rule: AwardRule) -> bool:
    """A task without weight is practice, unless it asks for a mark of its own."""
    return rule.missing == "wait" and (line.weight > 0 or line.pass_mark is not None)


def _outcome(
    total: Fraction, lines: tuple[TaskLine, ...], pass_mark: Decimal, waits_for: tuple[str, ...]
) -> Outcome:
    if waits_for:
        return Outcome.WAITING
    enough = total >= Fraction(pass_mark) and not any(line.too_low for line in lines)
    return Outcome.PASSED if enough else Outcome.NOT_PASSED


def written(mark: Fraction) -> str:
    """Write a mark with at most two places, cut and never rounded up: 39.999 must not read 40."""
    return plain(_cut(mark, 2))


def _cut(mark: Fraction, places: int) -> Decimal:
    whole: int = mark.numerator * 10**places // mark.denominator
    return Decimal(whole).scaleb(-places)


def plain(number: Decimal) -> str:
    """The shortest way to write it, without an exponent: 40, 40.5, 0.25."""
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text


# --- from result to award ------------------------------------------------------------------------


class Step(StrEnum):
    """What is to be done about an award."""

    CONFER = "confer"
    KEEP = "keep"
    WITHDRAW = "withdraw"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class AwardCase:
    """What the decision rests on. ``result`` and the others are keys of results.

    ``withdrawn_at`` is the result that stood when an award was taken back last.
    """

    taking_part: bool
    result: int | None = None
    passed: bool = False
    standing: bool = False
    withdrawn_at: int | None = None


@dataclass(frozen=True, slots=True)
class AwardDecision:
    """A step and why, in a sentence that may stand in a letter."""

    step: Step
    reason: str


def decide_award(case: AwardCase) -> AwardDecision:
    """Decide what becomes of the award of one enrolment, at any time and any number of times."""
    if not case.taking_part:
        return _against(case, "The enrolment was withdrawn.")
    if case.result is None:
        return _against(case, "No result has been released.")
    if not case.passed:
        return _against(case, "The marks are not enough.")
    if case.standing:
        return AwardDecision(Step.KEEP, "The marks are enough, and the award stands.")
    if case.withdrawn_at == case.result:
        # Taken back by a person for a reason of its own; only new marks, or a person, undo that.
        return AwardDecision(Step.NOTHING, "The award was withdrawn, and no mark changed since.")
    return AwardDecision(Step.CONFER, "The marks are enough.")


def _against(case: AwardCase, reason: str) -> AwardDecision:
    return AwardDecision(Step.WITHDRAW if case.standing else Step.NOTHING, reason)
