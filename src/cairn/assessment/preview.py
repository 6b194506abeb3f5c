"""What releasing, conferring and correcting would do, before anybody does it. Nothing is written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from cairn.assessment import rules, selectors
from cairn.assessment.rules import AwardCase, AwardDecision, Judgement, Outcome, Step
from cairn.delivery.models import Enrolment, Offering


@dataclass(frozen=True, slots=True)
class Judged:
    """One person, what the marks come to now, and whether that is news."""

    enrolment: Enrolment
    judgement: Judgement
    is_new: bool
    is_changed: bool

    @property
    def waits(self) -> bool:
        return self.judgement.outcome is Outcome.WAITING

    @property
    def total(self) -> str:
        return rules.written(self.judgement.total)

    @property
    def has_gaps(self) -> bool:
        """Does a task that weighs have no mark, which counts zero?"""
        return any(line.score is None and line.weight > 0 for line in self.judgement.lines)

    @property
    def misses(self) -> tuple[str, ...]:
        """Titles of the tasks that stand in the way: without a mark, or below what they need."""
        return tuple(
            line.title or line.key
            for line in self.judgement.lines
            if line.too_low or (line.score is None and line.weight > 0)
        )


def release(offering: Offering) -> list[Judged]:
    """What everyone who takes part would be told, by name."""
    here = Enrolment.objects.filter(offering=offering).taking_part().select_related("person")
    rows = list(here.order_by("person__full_name", "pk"))
    keys = [row.pk for row in rows]
    marks, known = selectors.newest_marks(keys), selectors.newest_details(keys)
    content = offering.version.text
    found = []
    for row in rows:
        judgement = rules.judge(selectors.scores(marks.get(row.pk, {})), content)
        waits = judgement.outcome is Outcome.WAITING
        before = known.get(row.pk)
        is_changed = before is not None and not waits and judgement.detail() != before
        found.append(Judged(row, judgement, before is None and not waits, is_changed))
    return found


@dataclass(frozen=True, slots=True)
class Decided:
    """One person, and what conferring would do about their award."""

    enrolment: Enrolment
    decision: AwardDecision
    has_result: bool


def confer(offering: Offering) -> list[Decided]:
    """What conferring would do, by name."""
    here = Enrolment.objects.filter(offering=offering).select_related("person")
    rows = list(here.order_by("person__full_name", "pk"))
    newest = selectors.newest_results(row.pk for row in rows)
    cases = selectors.award_cases({row.pk: row.state for row in rows}, newest)
    return [Decided(row, rules.decide_award(cases[row.pk]), row.pk in newest) for row in rows]


@dataclass(frozen=True, slots=True)
class Consequence:
    """What a corrected mark leads to. ``award`` is what becomes of the award, if awards exist."""

    before: Judgement
    after: Judgement
    new_result: bool
    award: AwardDecision | None

    @property
    def loses(self) -> bool:
        return self.award is not None and self.award.step is Step.WITHDRAW

    @property
    def gains(self) -> bool:
        return self.award is not None and self.award.step is Step.CONFER

    def steps(self) -> Iterator[str]:
        """The permissions it takes, beyond marking."""
        if self.new_result:
            yield "release"
        if self.gains:
            yield "confer"
        if self.loses:
            yield "withdraw"


def correction(enrolment: Enrolment, *, task: str, score: Decimal | None) -> Consequence:
    """What follows when this mark is given after results were released."""
    content = enrolment.offering.version.text
    standing = selectors.newest_marks([enrolment.pk]).get(enrolment.pk, {})
    scores: dict[str, Any] = selectors.scores(standing)
    before = rules.judge(scores, content)
    after = rules.judge(scores | {task: score}, content)
    known = selectors.newest_details([enrolment.pk])
    released = enrolment.pk in known
    new_result = (
        released and after.outcome is not Outcome.WAITING and after.detail() != known[enrolment.pk]
    )
    return Consequence(
        before,
        after,
        new_result,
        _award(enrolment, after, new_result=new_result, released=released),
    )


def _award(
    enrolment: Enrolment, after: Judgement, *, new_result: bool, released: bool
) -> AwardDecision | None:
    if not released or not selectors.has_awards(enrolment.offering):
        return None
    newest = selectors.newest_results([enrolment.pk])
    case = selectors.award_cases({enrolment.pk: enrolment.state}, newest)[enrolment.pk]
    return rules.decide_award(_with(case, after) if new_result else case)


def _with(case: AwardCase, after: Judgement) -> AwardCase:
    # No result has this key, so an award that a person took back before does not hold it off.
    return replace(case, result=0, passed=after.earned)


def spread(totals: Iterable[Any]) -> list[int]:
    """How many totals fall into each ten: 0 to 9, 10 to 19, and so on; 100 is in the last."""
    counts = [0] * 10
    for total in totals:
        counts[min(int(total) // 10, 9)] += 1
    return counts
