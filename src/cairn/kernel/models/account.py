"""Who signs in: people, and programs."""

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from cairn.kernel.ids import PublicId
from cairn.kernel.models.person import Person
from cairn.kernel.tenancy import Owned, OwnedManager


class AccountManager(BaseUserManager["Account"]):
    """Signing in happens before anyone can say whose rows are read, so this one is not scoped."""

    def get_by_natural_key(self, username: str | None) -> "Account":
        return self.get(login=(username or "").lower())


class Account(AbstractBaseUser):
    """The way in of one person. Rights come from memberships, never from here."""

    public_id = PublicId("acc")
    person = models.OneToOneField(Person, models.CASCADE, related_name="+")
    login = models.EmailField(max_length=254, unique=True)
    is_active = models.BooleanField(default=True)

    objects = AccountManager()

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.public_id


class ApiClient(Owned):
    """A program with permissions of its own."""

    public_id = PublicId("api")
    name = models.CharField(max_length=200)
    permissions = models.JSONField(default=list)
    secret_hash = models.CharField(max_length=64)
    revoked_on = models.DateField(null=True)

    objects = OwnedManager()

    def __str__(self) -> str:
        return self.public_id
