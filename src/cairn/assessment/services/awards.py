"""Deciding that it was earned, and taking that back. Every way leads through ``decide_award``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from cairn.assessment import facts, policies, rules, selectors
from cairn.assessment.errors import DateAhead, NotEarned, ReasonMissing
from cairn.assessment.models import Award
from cairn.assessment.rules import AwardDecision, Step
from cairn.assessment.selectors import Newest
from cairn.assessment.states import AWARD, AwardState
from cairn.delivery.models import Enrolment, Offering
from cairn.delivery.selectors import chunks
from cairn.delivery.states import EnrolmentState
from cairn.design.shape import Faulty, text
from cairn.kernel import bulk, clock
from cairn.kernel.actor import Actor
from cairn.kernel.change import Record, change, change_many
from cairn.kernel.text import line

#: Enrolments in one transaction: large enough to be fast, small enough to stay in memory.
AT_ONCE = 1_000
REASON_LENGTH = 1_000


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of the awards of an offering; ``nothing`` counts those who have none."""

    conferred: int = 0
    kept: int = 0
    withdrawn: int = 0
    nothing: int = 0


def confer_awards(offering: Offering, *, on: date | None = None, by: Actor) -> Settled:
    """Confer every award that was earned, and withdraw those that newer results do not carry.

    Goes on in steps, each a transaction of its own: after a fault, call it again. Twice is once.
    """
    day = _day(on, by)
    count: Counter[str] = Counter()
    last = 0
    while True:
        with change(offering, by=by) as record:
            by.must(policies.may_confer, selectors.case_facts(by, offering))
            here = Enrolment.objects.filter(offering=offering, pk__gt=last).order_by("pk")
            some = list(here.values_list("pk", "public_id", "state")[:AT_ONCE])
            if some:
                count.update(settle(offering, some, on=day, by=by, record=record))
        if len(some) < AT_ONCE:
            return settled(count)
        last = some[-1][0]


def confer_award(enrolment: Enrolment, *, on: date | None = None, by: Actor) -> Award:
    """Confer one award, also one that a person withdrew before. One that stands is returned."""
    day = _day(on, by)
    with change(enrolment.offering, by=by) as record, change(enrolment, by=by):
        by.must(policies.may_confer, selectors.case_facts(by, enrolment.offering))
        newest = selectors.newest_results([enrolment.pk])
        case = selectors.award_cases({enrolment.pk: enrolment.state}, newest)[enrolment.pk]
        decision = rules.decide_award(replace(case, withdrawn_at=None))
        if decision.step is Step.CONFER:
            _confer({enrolment.pk: enrolment.public_id}, newest, on=day, record=record)
        elif decision.step is not Step.KEEP:
            raise NotEarned(why=_why_not(enrolment, decision))
        return Award.objects.standing().get(enrolment=enrolment)


def withdraw_award(award: Award, *, reason: str, by: Actor) -> Award:
    """Take an award back, for a reason that the learner may read. Taken back already, it stays so."""
    told = _reason(reason)
    offering = award.enrolment.offering
    with change(offering, by=by) as record, change(award, by=by):
        by.must(policies.may_withdraw, selectors.case_facts(by, offering))
        if award.state is AwardState.STANDING:
            newest = selectors.newest_results([award.enrolment_id])
            _withdraw({award.enrolment_id: told}, newest, by=by, record=record)
            award.refresh_from_db()
    return award


def withdraw_awards_of_withdrawn(enrolments: Sequence[str], *, by: Actor) -> int:
    """Withdraw what stands of enrolments (public ids) that are withdrawn now; returns how many."""
    count = 0
    with change_many(by.institution, by=by) as record:
        for some in chunks(enrolments):
            rows = (
                Enrolment.objects.filter(public_id__in=some, state=EnrolmentState.WITHDRAWN)
                .select_related("offering__version__achievement")
                .order_by("pk")
            )
            gone = {row.pk: row.state for row in rows}
            for offering in {row.offering_id: row.offering for row in rows}.values():
                by.must(policies.may_withdraw, selectors.case_facts(by, offering))
            newest = selectors.newest_results(gone)
            cases = selectors.award_cases(gone, newest)
            decided = {pk: rules.decide_award(case) for pk, case in cases.items()}
            reasons = {pk: one.reason for pk, one in decided.items() if one.step is Step.WITHDRAW}
            count += _withdraw(reasons, newest, by=by, record=record)
    return count


def settle(
    offering: Offering,
    enrolments: Sequence[tuple[int, str, str]],
    *,
    on: date,
    by: Actor,
    record: Record,
) -> Counter[str]:
    """Decide about some enrolments (key, public id, state) inside the caller's change."""
    newest = selectors.newest_results(pk for pk, _, _ in enrolments)
    cases = selectors.award_cases({pk: state for pk, _, state in enrolments}, newest)
    decided = {pk: rules.decide_award(case) for pk, case in cases.items()}
    earned = {pk: name for pk, name, _ in enrolments if decided[pk].step is Step.CONFER}
    lost = {pk: one.reason for pk, one in decided.items() if one.step is Step.WITHDRAW}
    if lost:
        by.must(policies.may_withdraw, selectors.case_facts(by, offering))
        _withdraw(lost, newest, by=by, record=record)
    _confer(earned, newest, on=on, record=record)
    return Counter(one.step.value for one in decided.values())


def settled(count: Mapping[str, int]) -> Settled:
    return Settled(
        conferred=count.get(Step.CONFER.value, 0),
        kept=count.get(Step.KEEP.value, 0),
        withdrawn=count.get(Step.WITHDRAW.value, 0),
        nothing=count.get(Step.NOTHING.value, 0),
    )


def _confer(
    enrolments: Mapping[int, str], newest: Mapping[int, Newest], *, on: date, record: Record
) -> None:
    rows = [Award(enrolment_id=pk, result_id=newest[pk].pk, conferred_on=on) for pk in enrolments]
    if rows:
        bulk.insert(Award, rows)
    for row in rows:
        record(
            facts.AWARD_CONFERRED,
            row,
            enrolment=enrolments[row.enrolment_id],
            result=newest[row.enrolment_id].public_id,
        )


def _withdraw(
    reasons: Mapping[int, str], newest: Mapping[int, Newest], *, by: Actor, record: Record
) -> int:
    today = clock.today(by.institution)
    count = 0
    for some in chunks(reasons):
        standing = Award.objects.standing().filter(enrolment_id__in=some)
        rows = list(standing.select_related("enrolment").order_by("pk"))
        for row in rows:
            AWARD.check(row.state, AwardState.WITHDRAWN)
            row.withdrawn_on = today
            row.reason = reasons[row.enrolment_id]
            at = newest.get(row.enrolment_id)
            row.result_at_withdrawal_id = at.pk if at else None
            record(facts.AWARD_WITHDRAWN, row, enrolment=row.enrolment)
        fields = ["withdrawn_on", "reason", "result_at_withdrawal"]
        count += Award.objects.bulk_update(rows, fields, 200)
    return count


def _day(on: date | None, by: Actor) -> date:
    today = clock.today(by.institution)
    if on is not None and on > today:
        raise DateAhead(on=on)
    return on or today


def _why_not(enrolment: Enrolment, decision: AwardDecision) -> str:
    result = selectors.newest_result(enrolment)
    if result is None or enrolment.state == EnrolmentState.WITHDRAWN:
        return decision.reason
    return " ".join([decision.reason, *selectors.judgement(enrolment).explain()])


def _reason(reason: str) -> str:
    try:
        told = line(text(REASON_LENGTH)(reason) or "")
    except Faulty as exc:
        problem = exc.problems[0]
        raise ReasonMissing(why=f"{problem.message} {problem.cure}") from exc
    if not told:
        raise ReasonMissing(why="")
    return told
