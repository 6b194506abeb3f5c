"""Issuers and their keys, status lists, and the credentials that were signed."""

from __future__ import annotations

from typing import Any, ClassVar, NoReturn

from django.db import models
from django.db.models import Q

from cairn.issuing.addresses import Addresses
from cairn.issuing.states import (
    CURRENT,
    PUBLISHED,
    STANDING,
    CorrectionState,
    CredentialState,
    KeyState,
)
from cairn.kernel.ids import PublicId
from cairn.kernel.tenancy import Owned, OwnedManager, OwnedQuerySet
from cairn.vc.keys import PublicKey


class Sealed(RuntimeError):
    """Code was about to change a document that was signed."""

    def __init__(self) -> None:
        super().__init__("A signed document is kept byte for byte, or erased. Issue another one.")


class IssuerProfile(Owned):
    """The institution as issuer. DID and origin stand in signed documents, so they never change."""

    public_id = PublicId("iss")
    did = models.CharField(max_length=300, unique=True)
    origin = models.CharField(max_length=300, help_text="https://badges.example.edu")
    name = models.CharField(max_length=300)
    url = models.CharField(max_length=500, blank=True)
    email = models.CharField(max_length=254, blank=True)
    image = models.CharField(max_length=500, blank=True, help_text="address of the logo")

    objects = OwnedManager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_issuer_per_institution", fields=["institution"])
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def addresses(self) -> Addresses:
        return Addresses(self.origin, self.did)


class KeyQuerySet(OwnedQuerySet["SigningKey"]):
    def current(self) -> KeyQuerySet:
        """The one that signs, or would if it were not suspended."""
        return self.filter(state__in=CURRENT)

    def published(self) -> KeyQuerySet:
        """Those that the DID document lists, newest first."""
        return self.filter(state__in=PUBLISHED).order_by("-pk")


class SigningKey(Owned):
    """A key pair of an issuer. The private half is sealed by the key-encryption key."""

    public_id = PublicId("key")
    issuer = models.ForeignKey(IssuerProfile, models.PROTECT, related_name="+")
    public = models.CharField(max_length=64, unique=True, help_text="publicKeyMultibase")
    method = models.CharField(max_length=400, help_text="the verification method of its proofs")
    sealed = models.BinaryField(help_text="a key file, opened by the key-encryption key")
    state = models.CharField(
        max_length=9,
        choices=[(state.value, state.value) for state in KeyState],
        default=KeyState.ACTIVE,
    )
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, help_text="when it stopped signing")

    objects = OwnedManager.from_queryset(KeyQuerySet)()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_current_key_per_issuer",
                fields=["issuer"],
                condition=Q(state__in=[state.value for state in CURRENT]),
            ),
            models.CheckConstraint(
                name="key_state_known", condition=Q(state__in=[state.value for state in KeyState])
            ),
        ]

    def __str__(self) -> str:
        return self.public_id

    @property
    def public_key(self) -> PublicKey:
        return PublicKey.from_multibase(self.public)


class StatusList(Owned):
    """One bit for each credential, and the signed document that publishes the bits.

    ``taken`` says which places were given to credentials. Both bit strings are kept encoded, as in
    the document. Whoever draws or sets a place holds the lock of this row.
    """

    public_id = PublicId("lst")
    issuer = models.ForeignKey(IssuerProfile, models.PROTECT, related_name="+")
    key = models.ForeignKey(
        SigningKey, models.PROTECT, related_name="+", help_text="that signed the document"
    )
    number = models.PositiveIntegerField()
    purpose = models.CharField(max_length=20)
    bits = models.TextField()
    taken = models.TextField()
    document = models.BinaryField()
    etag = models.CharField(max_length=64, help_text="SHA-256 of the document, in hex")
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()

    objects = OwnedManager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(name="one_status_list_per_number", fields=["issuer", "number"]),
            models.CheckConstraint(name="status_lists_start_at_1", condition=Q(number__gte=1)),
        ]

    def __str__(self) -> str:
        return self.public_id


class IssuingPolicy(Owned):
    """Who begins to issue: the conferring of an award by itself, or a registrar."""

    public_id = PublicId("ipl")
    automatic = models.BooleanField(default=True)

    objects = OwnedManager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_issuing_policy_per_institution", fields=["institution"]
            )
        ]

    def __str__(self) -> str:
        return self.public_id


class Issuance(Owned):
    """What is signed together, and until when it can be undone: mail leaves at ``mail_at``.

    ``job`` signs it. Until everything is signed there is no ``mail_at``, and no mail.
    """

    public_id = PublicId("isu")
    job = models.CharField(max_length=30, unique=True, help_text="public id of the job that signs")
    offering = models.ForeignKey("delivery.Offering", models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    mail_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    objects = OwnedManager()

    def __str__(self) -> str:
        return self.public_id


class CredentialQuerySet(OwnedQuerySet["Credential"]):
    def standing(self) -> CredentialQuerySet:
        """Those that count, or will again when a suspension ends."""
        return self.filter(state__in=STANDING)


class Credential(Owned):
    """The proof that something was issued: id, hash, place and state. It outlives the document."""

    public_id = PublicId("crd")
    # An index on the institution alone tells nothing apart, and SQLite would prefer it.
    institution = models.ForeignKey(
        "kernel.Institution", models.PROTECT, related_name="+", db_index=False
    )
    award = models.ForeignKey("assessment.Award", models.PROTECT, related_name="+", db_index=False)
    key = models.ForeignKey(SigningKey, models.PROTECT, related_name="+", db_index=False)
    status_list = models.ForeignKey(StatusList, models.PROTECT, related_name="+", db_index=False)
    status_index = models.PositiveIntegerField()
    state = models.CharField(
        max_length=9,
        choices=[(state.value, state.value) for state in CredentialState],
        default=CredentialState.ISSUED,
    )
    issued_at = models.DateTimeField()
    valid_until = models.DateTimeField(null=True)
    sha256 = models.CharField(max_length=64, help_text="of the signed document, in hex")
    issuance = models.ForeignKey(
        Issuance, models.PROTECT, null=True, related_name="+", db_index=False
    )
    replaces = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="+", db_index=False
    )
    reason = models.TextField(blank=True, help_text="of its last change of state")

    objects = OwnedManager.from_queryset(CredentialQuerySet)()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_standing_credential_per_award",
                fields=["award"],
                condition=Q(state__in=[state.value for state in STANDING]),
            ),
            models.UniqueConstraint(
                name="one_credential_per_place", fields=["status_list", "status_index"]
            ),
            models.CheckConstraint(
                name="credential_state_known",
                condition=Q(state__in=[state.value for state in CredentialState]),
            ),
        ]
        indexes: ClassVar = [
            models.Index(name="credential_of_award", fields=["institution", "award"]),
            models.Index(name="credential_of_issuance", fields=["issuance"]),
        ]

    def __str__(self) -> str:
        return self.public_id


class ArchiveText(Owned):
    """What the documents of one version and key have in common: a credential of nobody."""

    version = models.ForeignKey("design.Version", models.PROTECT, related_name="+")
    key = models.ForeignKey(SigningKey, models.PROTECT, related_name="+")
    content = models.BinaryField()

    objects = OwnedManager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_archive_text_per_version_and_key", fields=["version", "key"]
            )
        ]

    def __str__(self) -> str:
        return f"{self.version_id}: {self.key_id}"


class SignedDocumentQuerySet(OwnedQuerySet["SignedDocument"]):
    def update(self, **values: Any) -> NoReturn:
        raise Sealed


class SignedDocument(Owned):
    """The bytes as signed, packed. Never altered, which the database watches; erased on request."""

    institution = models.ForeignKey(
        "kernel.Institution", models.PROTECT, related_name="+", db_index=False
    )
    credential = models.OneToOneField(
        Credential, models.PROTECT, primary_key=True, related_name="+"
    )
    text = models.ForeignKey(ArchiveText, models.PROTECT, related_name="+", db_index=False)
    packed = models.BinaryField()

    objects = OwnedManager.from_queryset(SignedDocumentQuerySet)()

    def __str__(self) -> str:
        return f"{self.credential_id}"

    def save(self, *args: Any, **options: Any) -> None:
        if not self._state.adding:
            raise Sealed
        super().save(*args, **options)


class NameCorrection(Owned):
    """A holder asks to be named otherwise; a registrar decides."""

    public_id = PublicId("nco")
    person = models.ForeignKey("kernel.Person", models.PROTECT, related_name="+")
    wanted = models.CharField(max_length=400, help_text="the name as it shall be printed")
    note = models.TextField(blank=True, help_text="what the person wrote to the registrar")
    state = models.CharField(
        max_length=7,
        choices=[(state.value, state.value) for state in CorrectionState],
        default=CorrectionState.ASKED,
    )
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("kernel.Person", models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True, help_text="why it was refused")

    objects = OwnedManager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_open_name_correction",
                fields=["person"],
                condition=Q(state=CorrectionState.ASKED.value),
            ),
            models.CheckConstraint(
                name="name_correction_state_known",
                condition=Q(state__in=[state.value for state in CorrectionState]),
            ),
        ]

    def __str__(self) -> str:
        return self.public_id
