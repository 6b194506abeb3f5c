"""How far offerings are: who is marked, whose results wait, who holds an award.

Everything is counted by the database, so a page with fifty offerings asks as often as one with one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from cairn.assessment import selectors
from cairn.assessment.models import Award, Mark, Result
from cairn.assessment.rules import Outcome, judge
from cairn.delivery.models import Enrolment, EnrolmentQuerySet, Offering
from cairn.delivery.states import EnrolmentState
from cairn.design.content import Content

_TAKING_PART = ~Q(state=EnrolmentState.WITHDRAWN)
_COMPLETE = Q(given__gte=F("needed"))
#: A result was released, and a mark was recorded after it.
_OUTDATED = Q(outcome__isnull=False, recorded__gt=F("released"))
_TO_RELEASE = Q(outcome=None) & _COMPLETE | _OUTDATED
_TO_CONFER = Q(outcome=Outcome.PASSED, standing=False, refused=False)
_TO_WITHDRAW = Q(standing=True) & ~Q(outcome=Outcome.PASSED)


@dataclass(frozen=True, slots=True)
class Progress:
    """How many people of one offering are where. All but ``withdrawn`` count who takes part."""

    enrolled: int = 0
    withdrawn: int = 0
    marked: int = 0
    released: int = 0
    passed: int = 0
    to_release: int = 0
    to_confer: int = 0
    to_withdraw: int = 0
    awarded: int = 0


def needed_tasks(content: Content) -> tuple[str, ...]:
    """The tasks without which nobody is done: those that weigh, or ask for a mark of their own."""
    return tuple(
        task.key for task in content.tasks if (task.weight or 0) > 0 or task.pass_mark is not None
    )


def staged(rows: EnrolmentQuerySet, offerings: Iterable[Offering]) -> Any:
    """Enrolments with what is known of each: ``given`` of ``needed`` marks, ``outcome``, ``total``,
    ``released``, ``recorded`` (the newest mark), ``standing`` and ``refused`` (awards)."""
    needs = {each.version_id: needed_tasks(each.version.text) for each in offerings}
    result = Result.objects.filter(enrolment=OuterRef("pk")).order_by("-number")
    marks = Mark.objects.filter(enrolment=OuterRef("pk")).order_by("-recorded_at", "-pk")
    awards = Award.objects.filter(enrolment=OuterRef("pk"))
    return rows.annotate(
        given=_given(needs),
        needed=Case(
            *(When(offering__version=pk, then=Value(len(keys))) for pk, keys in needs.items()),
            default=Value(0),
            output_field=IntegerField(),
        ),
        outcome=Subquery(result.values("outcome")[:1]),
        total=Subquery(result.values("total")[:1]),
        released=Subquery(result.values("released_at")[:1]),
        judged=Subquery(result.values("pk")[:1]),
        recorded=Subquery(marks.values("recorded_at")[:1]),
        standing=Exists(awards.standing()),
    ).annotate(
        refused=Exists(
            Award.objects.filter(
                enrolment=OuterRef("pk"),
                withdrawn_on__isnull=False,
                result_at_withdrawal=OuterRef("judged"),
            )
        )
    )


def _given(needs: dict[int, tuple[str, ...]]) -> Any:
    wanted = Q(pk__in=[])
    for version, keys in needs.items():
        wanted |= Q(enrolment__offering__version=version, task__in=keys)
    later = Mark.objects.filter(
        enrolment=OuterRef("enrolment"), task=OuterRef("task"), number__gt=OuterRef("number")
    )
    rows = (
        Mark.objects.filter(wanted, ~Exists(later), enrolment=OuterRef("pk"), score__isnull=False)
        .order_by()
        .values("enrolment")
        .annotate(n=Count("pk"))
        .values("n")
    )
    return Coalesce(Subquery(rows, output_field=IntegerField()), Value(0))


def lacking_marks(rows: EnrolmentQuerySet) -> EnrolmentQuerySet:
    """Of :func:`staged` ones, those who take part and lack a mark that counts."""
    return rows.filter(_TAKING_PART).exclude(_COMPLETE)


def progress(offerings: Sequence[Offering]) -> dict[int, Progress]:
    """How far each of these offerings is, by key; one query."""
    rows = staged(Enrolment.objects.filter(offering__in=offerings), offerings)
    counts = {
        "enrolled": _TAKING_PART,
        "withdrawn": ~_TAKING_PART,
        "marked": _TAKING_PART & _COMPLETE,
        "released": _TAKING_PART & Q(outcome__isnull=False),
        "passed": _TAKING_PART & Q(outcome=Outcome.PASSED),
        "to_release": _TAKING_PART & _TO_RELEASE,
        "to_confer": _TAKING_PART & _TO_CONFER,
        "to_withdraw": _TO_WITHDRAW,
        "awarded": Q(standing=True),
    }
    found = (
        rows.order_by()
        .values("offering_id")
        .annotate(**{f"n_{name}": Count("pk", filter=which) for name, which in counts.items()})
        .values_list("offering_id", *(f"n_{name}" for name in counts))
    )
    known = {key: Progress(**dict(zip(counts, numbers, strict=True))) for key, *numbers in found}
    return {each.pk: known.get(each.pk, Progress()) for each in offerings}


def progress_of(offering: Offering) -> Progress:
    """The same for one offering, where marks that changed nothing no longer count as waiting."""
    found = progress([offering])[offering.pk]
    if found.to_release == 0:
        return found
    rows = staged(Enrolment.objects.filter(offering=offering), [offering])
    doubtful = list(rows.filter(_TAKING_PART & _OUTDATED).values_list("pk", flat=True))
    return replace(found, to_release=found.to_release - len(_unchanged(doubtful, offering)))


def _unchanged(enrolments: Sequence[int], offering: Offering) -> list[int]:
    """Those whose marks come to what was released, or now wait for one."""
    marks = selectors.newest_marks(enrolments)
    known = selectors.newest_details(enrolments)
    content = offering.version.text
    found = []
    for pk in enrolments:
        judgement = judge(selectors.scores(marks.get(pk, {})), content)
        if judgement.outcome is Outcome.WAITING or judgement.detail() == known.get(pk):
            found.append(pk)
    return found


def lacking_by_task(offering: Offering) -> dict[str, int]:
    """How many of those who take part have no mark, by task."""
    taking_part = Enrolment.objects.filter(offering=offering).taking_part()
    later = Mark.objects.filter(
        enrolment=OuterRef("enrolment"), task=OuterRef("task"), number__gt=OuterRef("number")
    )
    given = (
        Mark.objects.filter(~Exists(later), enrolment__in=taking_part, score__isnull=False)
        .order_by()
        .values_list("task")
        .annotate(n=Count("pk"))
    )
    counts = dict(given)
    whole = taking_part.count()
    return {task.key: whole - counts.get(task.key, 0) for task in offering.version.text.tasks}
