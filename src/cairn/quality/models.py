"""Reviews and their decisions."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models
from django.db.models import Q

from cairn.kernel.ids import PublicId
from cairn.kernel.tenancy import Owned, OwnedManager, OwnedQuerySet
from cairn.quality.rules import DecisionOutcome
from cairn.quality.states import ReviewState


class Final(RuntimeError):
    """Code was about to change a decision that was made."""

    def __init__(self) -> None:
        super().__init__("A decision stands as it was made; another review decides anew.")


class ReviewQuerySet(OwnedQuerySet["Review"]):
    def open(self) -> ReviewQuerySet:
        """Those that wait for a decision."""
        return self.filter(state=ReviewState.OPEN)


class Review(Owned):
    """One look at one version, by somebody other than its authors."""

    public_id = PublicId("rev")
    version = models.ForeignKey("design.Version", models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=9,
        choices=[(state.value, state.value) for state in ReviewState],
        default=ReviewState.OPEN.value,
    )
    opened_by = models.ForeignKey("kernel.Person", models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField()

    objects = OwnedManager.from_queryset(ReviewQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_open_review_per_version",
                fields=["version"],
                condition=Q(state=ReviewState.OPEN.value),
            ),
            models.CheckConstraint(
                name="review_state_known",
                condition=Q(state__in=[state.value for state in ReviewState]),
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class DecisionQuerySet(OwnedQuerySet["Decision"]):
    def update(self, **values: Any) -> NoReturn:
        raise Final

    def delete(self) -> NoReturn:
        raise Final


class Decision(Owned):
    """What one person decided about one review, and why. Added, never changed."""

    public_id = PublicId("dec")
    review = models.ForeignKey(Review, models.PROTECT, related_name="+")
    outcome = models.CharField(
        max_length=7, choices=[(outcome.value, outcome.value) for outcome in DecisionOutcome]
    )
    reason = models.TextField()
    by_person = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    objects = OwnedManager.from_queryset(DecisionQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_decision_per_person", fields=["review", "by_person"]),
            models.CheckConstraint(name="decision_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="decision_outcome_known",
                condition=Q(outcome__in=[outcome.value for outcome in DecisionOutcome]),
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    def save(self, *args: Any, **options: Any) -> None:
        if not self._state.adding:
            raise Final
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> NoReturn:
        raise Final


class Comment(Owned):
    """A remark beside one part of the text under review. ``place`` names the part by its key."""

    public_id = PublicId("cmt")
    review = models.ForeignKey(Review, models.PROTECT, related_name="+")
    place = models.CharField(max_length=200)
    words = models.TextField()
    by_person = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    resolved_by = models.ForeignKey("kernel.Person", models.PROTECT, null=True, related_name="+")
    resolved_at = models.DateTimeField(null=True)

    objects = OwnedManager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="comment_has_words", condition=~Q(words="")),
            models.CheckConstraint(
                name="comment_resolved_by_somebody",
                condition=Q(resolved_by=None, resolved_at=None)
                | Q(resolved_by__isnull=False, resolved_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.public_id
