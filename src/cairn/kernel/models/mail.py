"""Mail on its way: one row for each letter, which is the truth about it."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q

from cairn.kernel.ids import PublicId
from cairn.kernel.models.person import Person
from cairn.kernel.tenancy import Owned, OwnedManager, OwnedQuerySet


class MailQuerySet(OwnedQuerySet["Mail"]):
    def waiting(self) -> MailQuerySet:
        return self.filter(state=Mail.State.WAITING)

    def due(self, at: datetime) -> MailQuerySet:
        """Waiting, no longer held, and in nobody's hands."""
        free = Q(next_at=None) | Q(next_at__lte=at)
        return self.waiting().filter(free, hold_until__lte=at)

    def about(self, *public_ids: str) -> MailQuerySet:
        """What was written about these subjects, newest first."""
        return self.filter(about__in=public_ids).order_by("-pk")


class Mail(Owned):
    """A letter: first what it is about, then its words, then whether it was sent.

    ``kind`` and ``context`` say what is to be written; whoever sends it fills ``to``, ``subject``,
    ``text`` and, in a demonstration, ``html``. ``key`` makes one letter of a wish however often it is said.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        KEPT = "kept"
        FAILED = "failed"
        CANCELLED = "cancelled"

    public_id = PublicId("mal")
    # An index on the institution alone tells nothing apart, and SQLite would prefer it.
    institution = models.ForeignKey(
        "kernel.Institution", models.PROTECT, related_name="+", db_index=False
    )
    key = models.CharField(max_length=120)
    kind = models.CharField(max_length=40)
    person = models.ForeignKey(Person, models.CASCADE, null=True, related_name="+")
    about = models.CharField(max_length=30, blank=True, help_text="public id of the subject")
    batch = models.CharField(max_length=30, blank=True, help_text="public id of what can be undone")
    context = models.JSONField(default=dict, help_text="what its words need beyond ids")
    language = models.CharField(max_length=10, blank=True)
    to = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=500, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True, help_text="kept in a demonstration only")
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField()
    hold_until = models.DateTimeField(null=True, help_text="null: until somebody says")
    next_at = models.DateTimeField(null=True, help_text="nobody else tries before")
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)
    sent_at = models.DateTimeField(null=True)

    objects = OwnedManager.from_queryset(MailQuerySet)()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_mail_per_key", fields=["institution", "key"]),
            models.CheckConstraint(
                name="mail_state_known",
                condition=Q(state__in=["waiting", "sent", "kept", "failed", "cancelled"]),
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                name="mail_waiting",
                fields=["institution", "hold_until"],
                condition=Q(state="waiting"),
            ),
            models.Index(name="mail_about", fields=["about"]),
            models.Index(name="mail_batch", fields=["batch"], condition=~Q(batch="")),
        ]

    def __str__(self) -> str:
        return f"{self.public_id} {self.kind} {self.state}"
