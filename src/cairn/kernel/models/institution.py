"""Institutions, and the tree of their faculties and schools."""

from django.db import models
from django.db.models import Q

from cairn.kernel.ids import PublicId
from cairn.kernel.tenancy import Owned, OwnedManager


class Institution(models.Model):
    """A university or college; every other row belongs to one."""

    public_id = PublicId("ins")
    name = models.CharField(max_length=200)
    slug = models.SlugField(max_length=63, unique=True)
    country = models.CharField(max_length=2, help_text="ISO 3166-1 alpha-2")
    time_zone = models.CharField(max_length=64, default="UTC")
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.public_id


class OrgUnit(Owned):
    """A place on the tree; what is held here is held below."""

    class Kind(models.TextChoices):
        INSTITUTION = "institution", "institution"
        FACULTY = "faculty", "faculty"
        SCHOOL = "school", "school"

    public_id = PublicId("org")
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    path = models.CharField(max_length=400, help_text="keys from the root to here: /1/7/")

    objects = OwnedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_root_per_institution", fields=["institution"], condition=Q(parent=None)
            ),
            models.CheckConstraint(
                name="org_unit_path_form", condition=Q(path="") | Q(path__endswith="/")
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def line(self) -> tuple[int, ...]:
        """The keys of the units from the root down to this one."""
        return tuple(int(key) for key in self.path.strip("/").split("/") if key)
