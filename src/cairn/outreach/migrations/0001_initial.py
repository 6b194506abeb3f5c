"""The first tables of outreach: who sees what, and the face of an institution."""

import django.db.models.deletion
from django.db import migrations, models

import cairn.kernel.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("issuing", "0001_initial"),
        ("kernel", "0002_job"),
    ]

    operations = [
        migrations.CreateModel(
            name="Face",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", cairn.kernel.ids.PublicId("fac")),
                ("about", models.TextField(blank=True)),
                (
                    "contact",
                    models.CharField(
                        blank=True, help_text="e-mail or https address", max_length=300
                    ),
                ),
                ("linkedin_id", models.CharField(blank=True, max_length=20)),
                ("logo", models.BinaryField(default=b"")),
                ("logo_type", models.CharField(blank=True, help_text="png or svg", max_length=3)),
                (
                    "logo_hash",
                    models.CharField(blank=True, help_text="SHA-256, in hex", max_length=64),
                ),
                ("changed_at", models.DateTimeField()),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.institution",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("institution",), name="one_face_per_institution"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Sharing",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", cairn.kernel.ids.PublicId("shr")),
                (
                    "visibility",
                    models.CharField(
                        choices=[("private", "private"), ("link", "link"), ("public", "public")],
                        max_length=7,
                    ),
                ),
                ("chosen_at", models.DateTimeField()),
                (
                    "credential",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="issuing.credential",
                    ),
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
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("visibility__in", ["private", "link", "public"])),
                        name="visibility_known",
                    )
                ],
            },
        ),
    ]
