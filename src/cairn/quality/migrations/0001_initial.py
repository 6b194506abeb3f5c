"""Quality's first tables, and the trigger that keeps a decision as it was made."""

import django.db.models.deletion
from django.db import migrations, models

import cairn.kernel.ids
from cairn.kernel.appendonly import AppendOnly


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("design", "0001_initial"),
        ("kernel", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Review",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", cairn.kernel.ids.PublicId("rev")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "open"),
                            ("returned", "returned"),
                            ("decided", "decided"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="open",
                        max_length=9,
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.institution",
                    ),
                ),
                (
                    "opened_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.person",
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
            ],
        ),
        migrations.CreateModel(
            name="Decision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", cairn.kernel.ids.PublicId("dec")),
                (
                    "outcome",
                    models.CharField(
                        choices=[("approve", "approve"), ("return", "return")], max_length=7
                    ),
                ),
                ("reason", models.TextField()),
                ("decided_at", models.DateTimeField()),
                (
                    "by_person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.person",
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
                (
                    "review",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="quality.review",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")),
                fields=("version",),
                name="one_open_review_per_version",
            ),
        ),
        migrations.AddConstraint(
            model_name="review",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["open", "returned", "decided", "withdrawn"])),
                name="review_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.UniqueConstraint(
                fields=("review", "by_person"), name="one_decision_per_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="decision_has_a_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="decision",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["approve", "return"])),
                name="decision_outcome_known",
            ),
        ),
        AppendOnly("Decision"),
    ]
