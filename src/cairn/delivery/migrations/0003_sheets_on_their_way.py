"""An uploaded sheet is kept for a day between the steps of its import, and its columns remembered."""

import django.db.models.deletion
from django.db import migrations, models

import cairn.kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0002_indexes_that_tell_apart"),
        ("kernel", "0003_mail"),
    ]

    operations = [
        migrations.CreateModel(
            name="ImportDraft",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", cairn.kernel.ids.PublicId("drf")),
                (
                    "kind",
                    models.CharField(
                        choices=[("roster", "roster"), ("marks", "marks")], max_length=6
                    ),
                ),
                ("file_name", models.CharField(max_length=200)),
                ("raw", models.BinaryField()),
                ("columns", models.JSONField(null=True)),
                ("edits", models.JSONField(default=dict)),
                ("without", models.JSONField(default=list)),
                ("outcome", models.JSONField(null=True)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(db_index=True)),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.institution",
                    ),
                ),
                (
                    "offering",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="delivery.offering",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.person",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ColumnMatch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", cairn.kernel.ids.PublicId("mat")),
                (
                    "kind",
                    models.CharField(
                        choices=[("roster", "roster"), ("marks", "marks")], max_length=6
                    ),
                ),
                ("titles", models.CharField(help_text="SHA-256 of the titles", max_length=64)),
                ("columns", models.JSONField()),
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
                        fields=("institution", "kind", "titles"), name="one_match_per_titles"
                    )
                ],
            },
        ),
    ]
