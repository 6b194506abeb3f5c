"""What can be recognised, its frozen versions, and the proposals that lead to them."""

from __future__ import annotations

from datetime import date
from typing import Any, NoReturn

from django.db import models
from django.db.models import F, Q

from cairn.design.content import Content, read
from cairn.design.states import LIVE, ProposalState
from cairn.kernel.ids import PublicId
from cairn.kernel.tenancy import Owned, OwnedManager, OwnedQuerySet

_STATES = [(state.value, state.value) for state in ProposalState]


class Frozen(RuntimeError):
    """Code was about to change a text that can no longer change."""

    def __init__(self) -> None:
        super().__init__("A version is never altered: freeze another one.")


class Achievement(Owned):
    """What can be recognised; on screens, a micro-credential. Its text is in its versions."""

    public_id = PublicId("ach")
    org_unit = models.ForeignKey("kernel.OrgUnit", models.PROTECT, related_name="+")
    slug = models.SlugField(max_length=63)
    title = models.CharField(max_length=300, help_text="of the version approved last, or proposed")
    created_at = models.DateTimeField()

    objects = OwnedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_achievement_per_slug", fields=["institution", "slug"])
        ]

    def __str__(self) -> str:
        return self.public_id


class ProposalQuerySet(OwnedQuerySet["Proposal"]):
    def live(self) -> ProposalQuerySet:
        """Those that still want something."""
        return self.filter(state__in=LIVE)


class Proposal(Owned):
    """The way of one text to its approval. ``content`` is the draft, with its gaps.

    ``revision`` counts what was saved, so that nobody overwrites what they have not seen.
    """

    public_id = PublicId("prp")
    achievement = models.ForeignKey(Achievement, models.PROTECT, related_name="+")
    author = models.ForeignKey("kernel.Person", models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=12, choices=_STATES, default=ProposalState.IDEA.value)
    content = models.JSONField(default=dict)
    revision = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()

    objects = OwnedManager.from_queryset(ProposalQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_live_proposal_per_achievement",
                fields=["achievement"],
                condition=Q(state__in=[state.value for state in LIVE]),
            ),
            models.CheckConstraint(
                name="proposal_state_known",
                condition=Q(state__in=[state.value for state in ProposalState]),
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


class Authorship(Owned):
    """A person wrote in a proposal, and therefore does not decide about it."""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="+")
    person = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")

    objects = OwnedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_authorship_per_person", fields=["proposal", "person"])
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id}: {self.person_id}"


class VersionQuerySet(OwnedQuerySet["Version"]):
    def approved(self, *, on: date) -> VersionQuerySet:
        """Those whose approval holds on this day; its last day counts."""
        return self.filter(Q(approved_until=None) | Q(approved_until__gte=on), approved_on__lte=on)

    def delete(self) -> NoReturn:
        raise Frozen


class Version(Owned):
    """A text that can no longer change. Approval is added to it once; nothing else ever is.

    A trigger of the database says the same to those who do not come through here.
    """

    public_id = PublicId("ver")
    achievement = models.ForeignKey(Achievement, models.PROTECT, related_name="+")
    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="+")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    digest = models.CharField(max_length=64, help_text="SHA-256 of the canonical content, in hex")
    frozen_at = models.DateTimeField()
    approved_on = models.DateField(null=True)
    approved_until = models.DateField(null=True, help_text="the last day of the approval")

    objects = OwnedManager.from_queryset(VersionQuerySet)()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_version_per_number", fields=["achievement", "number"]
            ),
            models.UniqueConstraint(
                name="one_approved_version_per_proposal",
                fields=["proposal"],
                condition=Q(approved_on__isnull=False),
            ),
            models.CheckConstraint(name="version_numbers_start_at_1", condition=Q(number__gte=1)),
            models.CheckConstraint(
                name="approval_ends_after_it_starts",
                condition=Q(approved_until=None)
                | Q(approved_on__isnull=False, approved_until__gte=F("approved_on")),
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def text(self) -> Content:
        """The content as frozen values."""
        return read(self.content)

    def save(self, *args: Any, **options: Any) -> None:
        told = options.get("update_fields")
        if not self._state.adding and (
            told is None or set(told) - {"approved_on", "approved_until"}
        ):
            raise Frozen
        super().save(*args, **options)

    def delete(self, *args: Any, **options: Any) -> NoReturn:
        raise Frozen


class Dismissal(Owned):
    """An author keeps something that a rule warns about, and says why. Reviewers read it.

    ``place`` names the part by its key, so that it stays where it belongs when parts change
    places; ``told`` is what the rule said. A warning that says something else is a new one.
    """

    public_id = PublicId("dsm")
    proposal = models.ForeignKey(Proposal, models.PROTECT, related_name="+")
    code = models.CharField(max_length=64)
    place = models.CharField(max_length=200)
    told = models.CharField(max_length=1_000)
    reason = models.TextField()
    by_person = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")
    dismissed_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)

    objects = OwnedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_standing_dismissal_per_warning",
                fields=["proposal", "code", "place"],
                condition=Q(taken_back_at=None),
            ),
            models.CheckConstraint(name="dismissal_has_a_reason", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return self.public_id


class ContentPolicy(Owned):
    """What an institution asks of every micro-credential beyond the rules that always hold."""

    public_id = PublicId("cpl")
    secure_task_required = models.BooleanField(default=False)
    hours_required = models.BooleanField(default=False)

    objects = OwnedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_content_policy_per_institution", fields=["institution"]
            )
        ]

    def __str__(self) -> str:
        return self.public_id
