"""Assessment's first tables."""

from decimal import Decimal

import django.db.models.deletion
from django.db import migrations, models

import cairn.kernel.ids


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("delivery", "0001_initial"),
        ("kernel", "0002_job"),
    ]

    operations = [
        migrations.CreateModel(
            name="Result",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", cairn.kernel.ids.PublicId("rsl")),
                (
                    "number",
                    models.PositiveIntegerField(
                        help_text="1, and one more each time marks changed"
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("passed", "passed"),
                            ("not_passed", "not_passed"),
                            ("waiting", "waiting"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "total",
                    models.DecimalField(
                        decimal_places=6, help_text="out of 100, cut", max_digits=9
                    ),
                ),
                ("detail", models.JSONField()),
                ("released_at", models.DateTimeField()),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="delivery.enrolment",
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
        ),
        migrations.CreateModel(
            name="Award",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", cairn.kernel.ids.PublicId("awd")),
                ("conferred_on", models.DateField()),
                ("withdrawn_on", models.DateField(null=True)),
                (
                    "reason",
                    models.CharField(blank=True, help_text="why it was withdrawn", max_length=1000),
                ),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="delivery.enrolment",
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
                    "result",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessment.result",
                    ),
                ),
                (
                    "result_at_withdrawal",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="assessment.result",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Mark",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", cairn.kernel.ids.PublicId("mrk")),
                ("task", models.CharField(help_text="its key in the version", max_length=32)),
                (
                    "number",
                    models.PositiveIntegerField(help_text="1, and one more for each correction"),
                ),
                ("score", models.DecimalField(decimal_places=2, max_digits=5, null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("given", "given"), ("missing", "missing")], max_length=7
                    ),
                ),
                ("recorded_at", models.DateTimeField()),
                (
                    "enrolment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="delivery.enrolment",
                    ),
                ),
                (
                    "given_by",
                    models.ForeignKey(
                        null=True,
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
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("enrolment", "task", "number"), name="one_mark_per_number"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("score__isnull", False), ("state", "given")),
                            models.Q(("score__isnull", True), ("state", "missing")),
                            _connector="OR",
                        ),
                        name="mark_is_given_or_missing",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("score", None),
                            models.Q(("score__gte", Decimal(0)), ("score__lte", Decimal(100))),
                            _connector="OR",
                        ),
                        name="mark_from_0_to_100",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="result",
            constraint=models.UniqueConstraint(
                fields=("enrolment", "number"), name="one_result_per_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="result",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["passed", "not_passed"])),
                name="result_is_decided",
            ),
        ),
        migrations.AddConstraint(
            model_name="award",
            constraint=models.UniqueConstraint(
                condition=models.Q(("withdrawn_on", None)),
                fields=("enrolment",),
                name="one_standing_award_per_enrolment",
            ),
        ),
        migrations.AddConstraint(
            model_name="award",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("reason", ""), ("withdrawn_on", None)),
                    models.Q(
                        models.Q(("withdrawn_on", None), _negated=True),
                        models.Q(("reason", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="award_withdrawn_for_a_reason",
            ),
        ),
    ]
