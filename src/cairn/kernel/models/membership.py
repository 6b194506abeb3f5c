"""Roles on the tree of org units, and permissions lent for a time."""

from django.db import models
from django.db.models import F, Q

from cairn.kernel.ids import PublicId
from cairn.kernel.models.institution import OrgUnit
from cairn.kernel.models.person import Person
from cairn.kernel.permissions import Role
from cairn.kernel.tenancy import Owned, OwnedManager, OwnedQuerySet


class MembershipQuerySet(OwnedQuerySet["Membership"]):
    def on(self, day: object) -> "MembershipQuerySet":
        """Those that hold on this day; the last day counts."""
        return self.filter(Q(until=None) | Q(until__gte=day), since__lte=day)


class Membership(Owned):
    """A role that a person holds at an org unit, and below it."""

    public_id = PublicId("mem")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    org_unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+")
    role = models.CharField(max_length=16, choices=[(role.value, role.value) for role in Role])
    since = models.DateField()
    until = models.DateField(null=True, help_text="the last day on which it holds")

    objects = OwnedManager.from_queryset(MembershipQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="membership_ends_after_it_starts",
                condition=Q(until=None) | Q(until__gte=F("since")),
            )
        ]

    def __str__(self) -> str:
        return self.public_id


class DelegationQuerySet(OwnedQuerySet["Delegation"]):
    def on(self, day: object) -> "DelegationQuerySet":
        """Those that hold on this day; the last day counts."""
        return self.filter(since__lte=day, until__gte=day)


class Delegation(Owned):
    """A permission that its giver holds by role and lends to someone, until a day."""

    public_id = PublicId("dlg")
    giver = models.ForeignKey(Person, models.CASCADE, related_name="+")
    receiver = models.ForeignKey(Person, models.CASCADE, related_name="+")
    permission = models.CharField(max_length=64)
    org_unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(help_text="the last day on which it holds")

    objects = OwnedManager.from_queryset(DelegationQuerySet)()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="delegation_ends_after_it_starts", condition=Q(until__gte=F("since"))
            ),
            models.CheckConstraint(
                name="delegation_to_someone_else", condition=~Q(giver=F("receiver"))
            ),
        ]

    def __str__(self) -> str:
        return self.public_id
