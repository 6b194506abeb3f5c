"""Issuing's first tables, and the trigger that keeps a document as it was signed."""

import django.db.models.deletion
from django.db import migrations, models

import cairn.issuing.states
import cairn.kernel.ids
from cairn.issuing.sealed import Sealed


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("assessment", "0001_initial"),
        ("design", "0001_initial"),
        ("kernel", "0002_job"),
    ]

    operations = [
        migrations.CreateModel(
            name="IssuerProfile",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", cairn.kernel.ids.PublicId("iss")),
                ("did", models.CharField(max_length=300, unique=True)),
                (
                    "origin",
                    models.CharField(help_text="https://badges.example.edu", max_length=300),
                ),
                ("name", models.CharField(max_length=300)),
                ("url", models.CharField(blank=True, max_length=500)),
                ("email", models.CharField(blank=True, max_length=254)),
                (
                    "image",
                    models.CharField(blank=True, help_text="address of the logo", max_length=500),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.institution",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SigningKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", cairn.kernel.ids.PublicId("key")),
                (
                    "public",
                    models.CharField(help_text="publicKeyMultibase", max_length=64, unique=True),
                ),
                (
                    "method",
                    models.CharField(
                        help_text="the verification method of its proofs", max_length=400
                    ),
                ),
                (
                    "sealed",
                    models.BinaryField(help_text="a key file, opened by the key-encryption key"),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("active", "active"),
                            ("suspended", "suspended"),
                            ("retired", "retired"),
                            ("revoked", "revoked"),
                        ],
                        default=cairn.issuing.states.KeyState["ACTIVE"],
                        max_length=9,
                    ),
                ),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(help_text="when it stopped signing", null=True)),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.institution",
                    ),
                ),
                (
                    "issuer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="issuing.issuerprofile",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ArchiveText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("content", models.BinaryField()),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.institution",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="design.version",
                    ),
                ),
                (
                    "key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="issuing.signingkey",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="StatusList",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", cairn.kernel.ids.PublicId("lst")),
                ("number", models.PositiveIntegerField()),
                ("purpose", models.CharField(max_length=20)),
                ("bits", models.TextField()),
                ("taken", models.TextField()),
                ("document", models.BinaryField()),
                (
                    "etag",
                    models.CharField(help_text="SHA-256 of the document, in hex", max_length=64),
                ),
                ("valid_from", models.DateTimeField()),
                ("valid_until", models.DateTimeField()),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.institution",
                    ),
                ),
                (
                    "issuer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="issuing.issuerprofile",
                    ),
                ),
                (
                    "key",
                    models.ForeignKey(
                        help_text="that signed the document",
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="issuing.signingkey",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Credential",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", cairn.kernel.ids.PublicId("crd")),
                ("status_index", models.PositiveIntegerField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("issued", "issued"),
                            ("suspended", "suspended"),
                            ("revoked", "revoked"),
                            ("replaced", "replaced"),
                        ],
                        default=cairn.issuing.states.CredentialState["ISSUED"],
                        max_length=9,
                    ),
                ),
                ("issued_at", models.DateTimeField()),
                ("valid_until", models.DateTimeField(null=True)),
                (
                    "sha256",
                    models.CharField(help_text="of the signed document, in hex", max_length=64),
                ),
                ("reason", models.TextField(blank=True, help_text="of its last change of state")),
                (
                    "award",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessment.award",
                    ),
                ),
                (
                    "institution",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.institution",
                    ),
                ),
                (
                    "replaces",
                    models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="issuing.credential",
                    ),
                ),
                (
                    "key",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="issuing.signingkey",
                    ),
                ),
                (
                    "status_list",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="issuing.statuslist",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SignedDocument",
            fields=[
                (
                    "credential",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="issuing.credential",
                    ),
                ),
                ("packed", models.BinaryField()),
                (
                    "institution",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.institution",
                    ),
                ),
                (
                    "text",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="issuing.archivetext",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddConstraint(
            model_name="issuerprofile",
            constraint=models.UniqueConstraint(
                fields=("institution",), name="one_issuer_per_institution"
            ),
        ),
        migrations.AddConstraint(
            model_name="signingkey",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["active", "suspended"])),
                fields=("issuer",),
                name="one_current_key_per_issuer",
            ),
        ),
        migrations.AddConstraint(
            model_name="signingkey",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["active", "suspended", "retired", "revoked"])),
                name="key_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="archivetext",
            constraint=models.UniqueConstraint(
                fields=("version", "key"), name="one_archive_text_per_version_and_key"
            ),
        ),
        migrations.AddConstraint(
            model_name="statuslist",
            constraint=models.UniqueConstraint(
                fields=("issuer", "number"), name="one_status_list_per_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="statuslist",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1)), name="status_lists_start_at_1"
            ),
        ),
        migrations.AddIndex(
            model_name="credential",
            index=models.Index(fields=["institution", "award"], name="credential_of_award"),
        ),
        migrations.AddConstraint(
            model_name="credential",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["issued", "suspended"])),
                fields=("award",),
                name="one_standing_credential_per_award",
            ),
        ),
        migrations.AddConstraint(
            model_name="credential",
            constraint=models.UniqueConstraint(
                fields=("status_list", "status_index"), name="one_credential_per_place"
            ),
        ),
        migrations.AddConstraint(
            model_name="credential",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["issued", "suspended", "revoked", "replaced"])),
                name="credential_state_known",
            ),
        ),
        Sealed("SignedDocument"),
    ]
