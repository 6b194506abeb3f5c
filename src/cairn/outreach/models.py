"""Who may see a credential, and the face of an institution."""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from django.db import models
from django.db.models import Q

from cairn.kernel.ids import PublicId
from cairn.kernel.tenancy import Owned, OwnedManager


class Visibility(StrEnum):
    """Nobody else, whoever has the link, or the whole web with its search engines."""

    PRIVATE = "private"
    LINK = "link"
    PUBLIC = "public"


class Sharing(Owned):
    """The holder's choice for one credential. Without a row, whoever has the link may see it."""

    public_id = PublicId("shr")
    credential = models.OneToOneField("issuing.Credential", models.PROTECT, related_name="+")
    visibility = models.CharField(
        max_length=7, choices=[(one.value, one.value) for one in Visibility]
    )
    chosen_at = models.DateTimeField()

    objects = OwnedManager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                name="visibility_known",
                condition=Q(visibility__in=[one.value for one in Visibility]),
            )
        ]

    def __str__(self) -> str:
        return self.public_id


class Face(Owned):
    """What the public reads about an institution, beside what its credentials say."""

    public_id = PublicId("fac")
    about = models.TextField(blank=True)
    contact = models.CharField(max_length=300, blank=True, help_text="e-mail or https address")
    linkedin_id = models.CharField(max_length=20, blank=True)
    logo = models.BinaryField(default=b"")
    logo_type = models.CharField(max_length=3, blank=True, help_text="png or svg")
    logo_hash = models.CharField(max_length=64, blank=True, help_text="SHA-256, in hex")
    changed_at = models.DateTimeField()

    objects = OwnedManager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_face_per_institution", fields=["institution"])
        ]

    def __str__(self) -> str:
        return self.public_id
