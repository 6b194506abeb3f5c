"""The ledger: audit trail and outbox in one table, appended to and never changed."""

from typing import Any, NoReturn

from django.db import models

from cairn.kernel.models.institution import Institution
from cairn.kernel.tenancy import Owned, OwnedManager, OwnedQuerySet


class AppendOnly(RuntimeError):
    """Code was about to change what has been recorded."""

    def __init__(self) -> None:
        super().__init__("The ledger is appended to by change(), and never altered.")


class LedgerQuerySet(OwnedQuerySet["LedgerEntry"]):
    def about(self, *public_ids: str) -> "LedgerQuerySet":
        """What happened to these subjects, oldest first."""
        return self.filter(subject__in=public_ids).order_by("number")

    def update(self, **values: Any) -> NoReturn:
        raise AppendOnly

    def delete(self) -> NoReturn:
        raise AppendOnly


class LedgerEntry(Owned):
    """One fact: what happened to which subject, by whom, when; chained to the one before."""

    number = models.BigIntegerField()
    at = models.DateTimeField()
    fact = models.CharField(max_length=64)
    actor = models.CharField(max_length=64)
    subject = models.CharField(max_length=30)
    data = models.JSONField(default=dict)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    objects = OwnedManager.from_queryset(LedgerQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="ledger_number", fields=["institution", "number"])
        ]
        indexes = [models.Index(name="ledger_subject", fields=["subject", "number"])]

    def __str__(self) -> str:
        return f"{self.number} {self.fact} {self.subject}"

    def save(self, *args: Any, **options: Any) -> NoReturn:
        raise AppendOnly

    def delete(self, *args: Any, **options: Any) -> NoReturn:
        raise AppendOnly


class LedgerHead(models.Model):
    """The last number and hash of an institution's chain; its lock orders those who append."""

    institution = models.OneToOneField(Institution, models.PROTECT, related_name="+")
    number = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64)

    def __str__(self) -> str:
        return f"{self.institution_id}: {self.number}"
