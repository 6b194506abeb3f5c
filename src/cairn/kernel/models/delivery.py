"""What is still to be told: to a subscriber, to a person."""

from django.db import models

from cairn.kernel.ids import PublicId
from cairn.kernel.models.ledger import LedgerEntry
from cairn.kernel.models.person import Person
from cairn.kernel.tenancy import Owned, OwnedManager


class Delivery(Owned):
    """A range of the ledger that one subscriber has to hear, at least once."""

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        DONE = "done", "done"
        FAILED = "failed", "failed"

    subscriber = models.CharField(max_length=100)
    first = models.BigIntegerField()
    last = models.BigIntegerField()
    heard = models.BigIntegerField(default=0, help_text="the last number that was told")
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=200, blank=True)

    objects = OwnedManager()

    def __str__(self) -> str:
        return f"{self.subscriber} {self.first}..{self.last}: {self.state}"


class Notice(Owned):
    """A fact that a person should see when they next sign in."""

    public_id = PublicId("ntc")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    fact = models.CharField(max_length=64)
    entry = models.ForeignKey(LedgerEntry, models.PROTECT, related_name="+")
    read_at = models.DateTimeField(null=True)

    objects = OwnedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_notice_per_entry", fields=["person", "entry"])
        ]

    def __str__(self) -> str:
        return self.public_id
