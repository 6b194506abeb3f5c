"""Reads of assessment. Staff see what lies where they work; learners see their own.

A learner sees results and awards; marks that were not judged yet are the assessors' affair.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Exists, OuterRef, Q

from cairn.assessment.marksheet import Standing
from cairn.assessment.models import Award, AwardQuerySet, Mark, Result
from cairn.assessment.policies import CaseFacts
from cairn.assessment.rules import AwardCase, Judgement, Outcome, judge
from cairn.delivery import selectors as delivery
from cairn.delivery.models import Enrolment, Offering
from cairn.delivery.states import EnrolmentState
from cairn.kernel.actor import Actor
from cairn.kernel.reach import reach
from cairn.kernel.tenancy import OwnedQuerySet

_STAFF = ("assessment.mark", "assessment.release", "assessment.confer", "assessment.withdraw")
_ISSUERS = ("issuing.issue", "issuing.revoke")
_UNIT = "enrolment__offering__version__achievement__org_unit"


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest result of an enrolment, without what it was made of."""

    pk: int
    public_id: str
    number: int
    passed: bool


# --- what an actor may see -------------------------------------------------------------------------


def marks(actor: Actor) -> OwnedQuerySet[Mark]:
    """Every mark ever given where the actor works, corrections after what they correct."""
    return (
        Mark.objects.for_actor(actor)
        .filter(reach(actor, *_STAFF, unit=_UNIT))
        .select_related("enrolment__person", "given_by")
        .order_by("enrolment_id", "task", "number")
    )


def results(actor: Actor) -> OwnedQuerySet[Result]:
    """Every result where the actor works, and their own."""
    return (
        Result.objects.for_actor(actor)
        .filter(reach(actor, *_STAFF, unit=_UNIT) | _own(actor))
        .select_related("enrolment__person", "enrolment__offering")
        .order_by("enrolment_id", "number")
    )


def awards(actor: Actor) -> AwardQuerySet:
    """Every award where the actor works or issues, and their own; with what a credential says."""
    return (
        Award.objects.for_actor(actor)
        .filter(reach(actor, *_STAFF, *_ISSUERS, unit=_UNIT) | _own(actor))
        .select_related(
            "enrolment__person",
            "enrolment__offering__version__achievement__org_unit",
            "result",
            "institution",
        )
        .order_by("pk")
    )


def award_for(actor: Actor, public_id: str) -> Award:
    return awards(actor).find(public_id)


def _own(actor: Actor) -> Q:
    return Q(pk__in=[]) if actor.person_id is None else Q(enrolment__person_id=actor.person_id)


# --- what services and the rooms above gather ------------------------------------------------------


def case_facts(actor: Actor, offering: Offering) -> CaseFacts:
    """What the policies need to know."""
    return CaseFacts(offering.org_unit_id, delivery.is_learner(offering, actor.person_id))


def newest_marks(enrolments: Iterable[int]) -> dict[int, dict[str, Standing]]:
    """The marks that count, by key of enrolment and by task."""
    found: dict[int, dict[str, Standing]] = defaultdict(dict)
    for some in delivery.chunks(enrolments):
        rows = Mark.objects.filter(enrolment_id__in=some).order_by("number")
        for enrolment, task, number, score in rows.values_list(
            "enrolment_id", "task", "number", "score"
        ):
            found[enrolment][task] = Standing(number, score)
    return dict(found)


def scores(standing: dict[str, Standing]) -> dict[str, Decimal | None]:
    """The marks as the rule weighs them."""
    return {task: one.score for task, one in standing.items()}


def judgement(enrolment: Enrolment) -> Judgement:
    """What the marks that stand now come to, released or not."""
    standing = newest_marks([enrolment.pk]).get(enrolment.pk, {})
    return judge(scores(standing), enrolment.offering.version.text)


def newest_results(enrolments: Iterable[int]) -> dict[int, Newest]:
    """The result that counts, by key of enrolment."""
    found: dict[int, Newest] = {}
    for some in delivery.chunks(enrolments):
        rows = Result.objects.filter(enrolment_id__in=some).order_by("number")
        columns = ("enrolment_id", "pk", "public_id", "number", "outcome")
        for enrolment, pk, public_id, number, outcome in rows.values_list(*columns):
            found[enrolment] = Newest(pk, public_id, number, outcome == Outcome.PASSED)
    return found


def newest_details(enrolments: Iterable[int]) -> dict[int, Any]:
    """What was judged for the result that counts, by key of enrolment."""
    found: dict[int, Any] = {}
    for some in delivery.chunks(enrolments):
        rows = Result.objects.filter(enrolment_id__in=some).order_by("number")
        found |= dict(rows.values_list("enrolment_id", "detail"))
    return found


def newest_result(enrolment: Enrolment) -> Result | None:
    return Result.objects.filter(enrolment=enrolment).order_by("-number").first()


def has_awards(offering: Offering) -> bool:
    """Has anything been conferred here yet, standing or not?"""
    return Award.objects.of_offering(offering).exists()


def standing_award(enrolment: Enrolment) -> Award | None:
    return Award.objects.filter(enrolment=enrolment).standing().first()


def award_cases(states: Mapping[int, str], newest: Mapping[int, Newest]) -> dict[int, AwardCase]:
    """What the decision about each enrolment rests on, by key; ``states`` are the enrolments'."""
    standing: set[int] = set()
    withdrawn: dict[int, int | None] = {}
    for some in delivery.chunks(states):
        found = Award.objects.filter(enrolment_id__in=some).order_by("pk")
        for enrolment, withdrawn_on, at in found.values_list(
            "enrolment_id", "withdrawn_on", "result_at_withdrawal_id"
        ):
            if withdrawn_on is None:
                standing.add(enrolment)
            else:
                withdrawn[enrolment] = at
    return {
        enrolment: AwardCase(
            taking_part=state != EnrolmentState.WITHDRAWN,
            result=newest[enrolment].pk if enrolment in newest else None,
            passed=enrolment in newest and newest[enrolment].passed,
            standing=enrolment in standing,
            withdrawn_at=withdrawn.get(enrolment),
        )
        for enrolment, state in states.items()
    }


def counts(offering: Offering) -> dict[str, Any]:
    """How far an offering is: enrolments, those with a result, those with a standing award."""
    here = Enrolment.objects.filter(offering=offering)
    released = Result.objects.filter(enrolment=OuterRef("pk"))
    return {
        "enrolments": here.count(),
        "results": here.filter(Exists(released)).count(),
        "awards": Award.objects.of_offering(offering).standing().count(),
    }
