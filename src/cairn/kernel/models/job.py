"""The row of a job, which is the truth about it: the queue carries nothing but its id."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q

from cairn.kernel.ids import PublicId


class JobQuerySet(models.QuerySet["Job"]):
    def waiting(self) -> JobQuerySet:
        return self.filter(state=Job.State.WAITING)

    def running(self) -> JobQuerySet:
        return self.filter(state=Job.State.RUNNING)

    def due(self, at: datetime) -> JobQuerySet:
        """Waiting, and nothing to wait for.

        The wait after a failure also ends when the clock stands before the moment at which the wait
        began: it was put back, and would hold the job up for as long.
        """
        return self.waiting().filter(Q(run_at=None) | Q(run_at__lte=at) | Q(held_since__gt=at))


class Job(models.Model):
    """Something to be done later, once, whatever happens to the worker that does it."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"

    public_id = PublicId("job")
    institution = models.ForeignKey(
        "kernel.Institution", models.PROTECT, null=True, related_name="+"
    )
    kind = models.CharField(max_length=100)
    key = models.CharField(max_length=200, unique=True)
    args = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(null=True)
    # Starts since the job last got further.
    attempt = models.PositiveIntegerField(default=0)
    # Drawn anew at each start: whoever does not hold it any more can write nothing here.
    claim = models.CharField(max_length=32, blank=True)
    # Counts signs of life. Whether a worker is dead is told by a count that stands still while the
    # sweeper's own stopwatch runs, so a clock that jumps neither kills a job nor keeps a dead one.
    beats = models.PositiveBigIntegerField(default=0)
    heartbeat = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    queued_at = models.DateTimeField(null=True)
    run_at = models.DateTimeField(null=True)
    held_since = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=500, blank=True)

    objects: ClassVar[Any] = JobQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                name="job_unfinished",
                fields=["state", "run_at"],
                condition=Q(state__in=["waiting", "running"]),
            ),
            models.Index(name="job_finished", fields=["finished_at"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="job_state_known",
                condition=Q(state__in=["waiting", "running", "done", "failed"]),
            ),
            models.CheckConstraint(
                name="job_done_within_total",
                condition=Q(total=None) | Q(done__lte=F("total")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.kind} {self.state}"
