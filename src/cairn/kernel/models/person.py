"""People and their e-mail addresses."""

from django.db import models

from cairn.kernel.ids import PublicId
from cairn.kernel.tenancy import Owned, OwnedManager


class Person(Owned):
    """A learner, a teacher, anyone: one row however many parts they play."""

    public_id = PublicId("per")
    given_name = models.CharField(max_length=200, blank=True)
    family_name = models.CharField(max_length=200, blank=True)
    full_name = models.CharField(max_length=400, blank=True, help_text="as it shall be printed")
    erased_on = models.DateField(null=True)

    objects = OwnedManager()

    def __str__(self) -> str:
        return self.public_id


class EmailAddress(Owned):
    """Where a person can be reached; small letters, one person each."""

    class Kind(models.TextChoices):
        PERSONAL = "personal", "personal"
        INSTITUTIONAL = "institutional", "institutional"

    public_id = PublicId("eml")
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    address = models.EmailField(max_length=254)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    verified_at = models.DateTimeField(null=True)

    objects = OwnedManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_person_per_address", fields=["institution", "address"]
            )
        ]

    def __str__(self) -> str:
        return self.public_id
