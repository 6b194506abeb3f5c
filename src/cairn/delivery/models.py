"""Offerings and enrolments."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from cairn.delivery.states import EnrolmentState, OfferingState
from cairn.kernel.ids import PublicId
from cairn.kernel.tenancy import Owned, OwnedManager, OwnedQuerySet


class Kind(StrEnum):
    """A pilot is a run that is looked at before the next one."""

    RUN = "run"
    PILOT = "pilot"


def _words(values: type[StrEnum]) -> list[str]:
    return [value.value for value in values]


def _choices(values: type[StrEnum]) -> list[tuple[str, str]]:
    return [(value.value, value.value) for value in values]


class Offering(Owned):
    """One run of an approved version."""

    public_id = PublicId("off")
    version = models.ForeignKey("design.Version", models.PROTECT, related_name="+")
    code = models.CharField(max_length=63)
    title = models.CharField(max_length=300)
    kind = models.CharField(max_length=5, choices=_choices(Kind), default=Kind.RUN.value)
    starts_on = models.DateField()
    ends_on = models.DateField(help_text="the last day")
    state = models.CharField(
        max_length=7, choices=_choices(OfferingState), default=OfferingState.PLANNED.value
    )

    objects = OwnedManager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_offering_per_code", fields=["institution", "code"]),
            models.CheckConstraint(
                name="offering_ends_after_it_starts", condition=Q(ends_on__gte=F("starts_on"))
            ),
            models.CheckConstraint(
                name="offering_state_known", condition=Q(state__in=_words(OfferingState))
            ),
            models.CheckConstraint(name="offering_kind_known", condition=Q(kind__in=_words(Kind))),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def org_unit_id(self) -> int:
        """Where it belongs; two queries unless the version's achievement was fetched with it."""
        return self.version.achievement.org_unit_id


class EnrolmentQuerySet(OwnedQuerySet["Enrolment"]):
    def taking_part(self) -> EnrolmentQuerySet:
        """Those who did not withdraw."""
        return self.exclude(state=EnrolmentState.WITHDRAWN)


class Enrolment(Owned):
    """One person in one offering. ``source_key`` is the id that class lists know them by."""

    public_id = PublicId("enr")
    # An index on the institution alone tells nothing apart, and SQLite would prefer it.
    institution = models.ForeignKey(
        "kernel.Institution", models.PROTECT, related_name="+", db_index=False
    )
    offering = models.ForeignKey(Offering, models.PROTECT, related_name="+")
    person = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")
    source_key = models.CharField(max_length=100)
    state = models.CharField(
        max_length=9, choices=_choices(EnrolmentState), default=EnrolmentState.ENROLLED.value
    )

    objects = OwnedManager.from_queryset(EnrolmentQuerySet)()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_enrolment_per_source_key", fields=["offering", "source_key"]
            ),
            models.UniqueConstraint(name="one_enrolment_per_person", fields=["offering", "person"]),
            models.CheckConstraint(
                name="enrolment_state_known", condition=Q(state__in=_words(EnrolmentState))
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="enrolment_source_key", fields=["institution", "source_key"])
        ]

    def __str__(self) -> str:
        return self.public_id


class Sheet(StrEnum):
    """What a sheet that is being imported holds."""

    ROSTER = "roster"
    MARKS = "marks"


class ImportDraft(Owned):
    """A sheet on its way from upload to confirmation. It is gone after a day, or when dropped.

    ``columns`` says which column is what (by position), ``edits`` what cells should read instead
    (``row:position``), ``without`` which rows are left out; ``outcome`` is set once it was written.
    """

    public_id = PublicId("drf")
    owner = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")
    offering = models.ForeignKey(Offering, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=6, choices=_choices(Sheet))
    file_name = models.CharField(max_length=200)
    raw = models.BinaryField()
    columns = models.JSONField(null=True)
    edits = models.JSONField(default=dict)
    without = models.JSONField(default=list)
    outcome = models.JSONField(null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    objects = OwnedManager()

    def __str__(self) -> str:
        return self.public_id


class ColumnMatch(Owned):
    """What the columns of a file with these titles were said to be, for the next such file."""

    public_id = PublicId("mat")
    kind = models.CharField(max_length=6, choices=_choices(Sheet))
    titles = models.CharField(max_length=64, help_text="SHA-256 of the titles")
    columns = models.JSONField()

    objects = OwnedManager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_match_per_titles", fields=["institution", "kind", "titles"]
            ),
        ]

    def __str__(self) -> str:
        return self.public_id
