"""Judging marks and letting the learners know. Judged again, only what changed gives a new result."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from cairn.assessment import facts, policies, selectors
from cairn.assessment.errors import NotBegun
from cairn.assessment.models import Result
from cairn.assessment.rules import Judgement, Outcome, judge
from cairn.delivery.models import Enrolment, Offering
from cairn.delivery.states import OfferingState
from cairn.design.content import Content
from cairn.kernel import bulk, clock
from cairn.kernel.actor import Actor
from cairn.kernel.change import Record, change

#: Enrolments in one transaction: large enough to be fast, small enough to stay in memory.
AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Released:
    """How many results are new, how many enrolments had theirs already, and how many wait."""

    released: int
    same: int
    waiting: int


def release_results(offering: Offering, *, by: Actor) -> Released:
    """Judge the marks of everyone who takes part, and release what changed; twice is once."""
    count: Counter[str] = Counter()
    content, last = offering.version.text, 0
    while True:
        with change(offering, by=by) as record:
            must_release(offering, by)
            here = Enrolment.objects.filter(offering=offering, pk__gt=last).taking_part()
            some = dict(here.order_by("pk").values_list("pk", "public_id")[:AT_ONCE])
            if some:
                count.update(release(some, content, record))
        if len(some) < AT_ONCE:
            return Released(count["released"], count["same"], count["waiting"])
        last = max(some)


def must_release(offering: Offering, by: Actor) -> None:
    """Raise unless the actor may release here, and the offering has begun."""
    by.must(policies.may_release, selectors.case_facts(by, offering))
    if offering.state == OfferingState.PLANNED:
        raise NotBegun


def release(enrolments: Mapping[int, str], content: Content, record: Record) -> Counter[str]:
    """Release the results of some enrolments (public ids by key) inside the caller's change."""
    marks = selectors.newest_marks(enrolments)
    before = _before(enrolments)
    count: Counter[str] = Counter()
    rows = []
    for pk in enrolments:
        judgement = judge(selectors.scores(marks.get(pk, {})), content)
        number, known = before.get(pk, (0, None))
        if judgement.outcome is Outcome.WAITING:
            count["waiting"] += 1
        elif judgement.detail() == known:
            count["same"] += 1
        else:
            rows.append(_result(pk, number + 1, judgement))
    if rows:
        bulk.insert(Result, rows)
    for row in rows:
        record(
            facts.RESULT_RELEASED, row, enrolment=enrolments[row.enrolment_id], number=row.number
        )
    count["released"] = len(rows)
    return count


def _before(enrolments: Mapping[int, str]) -> dict[int, tuple[int, object]]:
    rows = Result.objects.filter(enrolment_id__in=list(enrolments)).order_by("number")
    return {
        enrolment: (number, detail)
        for enrolment, number, detail in rows.values_list("enrolment_id", "number", "detail")
    }


def _result(enrolment: int, number: int, judgement: Judgement) -> Result:
    return Result(
        enrolment_id=enrolment,
        number=number,
        outcome=judgement.outcome.value,
        total=judgement.stored,
        detail=judgement.detail(),
        released_at=clock.now(),
    )
