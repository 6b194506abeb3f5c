"""Marks, results and awards: three tables, three moments. Marks and results are only added to."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar, NoReturn

from django.db import models
from django.db.models import Q

from cairn.assessment.rules import HIGHEST, Outcome
from cairn.assessment.states import AwardState, MarkState
from cairn.kernel.ids import PublicId
from cairn.kernel.tenancy import Owned, OwnedManager, OwnedQuerySet


class Kept(RuntimeError):
    """Code was about to change what an assessor gave or what a learner was told."""

    def __init__(self) -> None:
        super().__init__("Marks and results are never altered: add a newer one.")


def _choices(values: type[StrEnum]) -> list[tuple[str, str]]:
    return [(value.value, value.value) for value in values]


class KeptQuerySet(OwnedQuerySet[Any]):
    def update(self, **values: Any) -> NoReturn:
        raise Kept


class _Kept(Owned):
    """A row that stands as it was written. Only erasing a person takes it away."""

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        if not self._state.adding:
            raise Kept
        super().save(*args, **options)


class Mark(_Kept):
    """What an assessor gave for one task; the one with the highest number counts."""

    public_id = PublicId("mrk")
    # An index on the institution alone tells nothing apart, and SQLite would prefer it.
    institution = models.ForeignKey(
        "kernel.Institution", models.PROTECT, related_name="+", db_index=False
    )
    enrolment = models.ForeignKey(
        "delivery.Enrolment", models.PROTECT, related_name="+", db_index=False
    )
    task = models.CharField(max_length=32, help_text="its key in the version")
    number = models.PositiveIntegerField(help_text="1, and one more for each correction")
    score = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    state = models.CharField(max_length=7, choices=_choices(MarkState))
    given_by = models.ForeignKey(
        "kernel.Person", models.PROTECT, null=True, related_name="+", db_index=False
    )
    recorded_at = models.DateTimeField()

    objects = OwnedManager.from_queryset(KeptQuerySet)()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_mark_per_number", fields=["enrolment", "task", "number"]
            ),
            models.CheckConstraint(
                name="mark_is_given_or_missing",
                condition=Q(state=MarkState.GIVEN.value, score__isnull=False)
                | Q(state=MarkState.MISSING.value, score__isnull=True),
            ),
            models.CheckConstraint(
                name="mark_from_0_to_100",
                condition=Q(score=None) | Q(score__gte=Decimal(0), score__lte=HIGHEST),
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class Result(_Kept):
    """What the marks of one enrolment came to when they were judged; the newest counts.

    ``detail`` holds the marks and weights that were judged (:meth:`rules.Judgement.detail`).
    """

    public_id = PublicId("rsl")
    institution = models.ForeignKey(
        "kernel.Institution", models.PROTECT, related_name="+", db_index=False
    )
    enrolment = models.ForeignKey(
        "delivery.Enrolment", models.PROTECT, related_name="+", db_index=False
    )
    number = models.PositiveIntegerField(help_text="1, and one more each time marks changed")
    outcome = models.CharField(max_length=10, choices=_choices(Outcome))
    total = models.DecimalField(max_digits=9, decimal_places=6, help_text="out of 100, cut")
    detail = models.JSONField()
    released_at = models.DateTimeField()

    objects = OwnedManager.from_queryset(KeptQuerySet)()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_result_per_number", fields=["enrolment", "number"]),
            models.CheckConstraint(
                name="result_is_decided",
                condition=Q(outcome__in=[Outcome.PASSED.value, Outcome.NOT_PASSED.value]),
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def passed(self) -> bool:
        return self.outcome == Outcome.PASSED


class AwardQuerySet(OwnedQuerySet["Award"]):
    def standing(self) -> AwardQuerySet:
        """Those that were not withdrawn."""
        return self.filter(withdrawn_on=None)

    def of_offering(self, offering: Any) -> AwardQuerySet:
        return self.filter(enrolment__offering=offering)


class Award(Owned):
    """The decision that a learner has earned it. ``result`` is what it rests on.

    ``result_at_withdrawal`` is the result that stood when it was taken back.
    """

    public_id = PublicId("awd")
    institution = models.ForeignKey(
        "kernel.Institution", models.PROTECT, related_name="+", db_index=False
    )
    enrolment = models.ForeignKey("delivery.Enrolment", models.PROTECT, related_name="+")
    result = models.ForeignKey(Result, models.PROTECT, null=True, related_name="+", db_index=False)
    conferred_on = models.DateField()
    withdrawn_on = models.DateField(null=True)
    reason = models.CharField(max_length=1000, blank=True, help_text="why it was withdrawn")
    result_at_withdrawal = models.ForeignKey(
        Result, models.PROTECT, null=True, related_name="+", db_index=False
    )

    objects = OwnedManager.from_queryset(AwardQuerySet)()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_standing_award_per_enrolment",
                fields=["enrolment"],
                condition=Q(withdrawn_on=None),
            ),
            models.CheckConstraint(
                name="award_withdrawn_for_a_reason",
                condition=Q(withdrawn_on=None, reason="") | (~Q(withdrawn_on=None) & ~Q(reason="")),
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def state(self) -> AwardState:
        return AwardState.STANDING if self.withdrawn_on is None else AwardState.WITHDRAWN
