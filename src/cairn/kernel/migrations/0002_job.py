"""The table of jobs."""

import django.db.models.deletion
from django.db import migrations, models

import cairn.kernel.ids


class Migration(migrations.Migration):
    dependencies = [
        ("kernel", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Job",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", cairn.kernel.ids.PublicId("job")),
                ("kind", models.CharField(max_length=100)),
                ("key", models.CharField(max_length=200, unique=True)),
                ("args", models.JSONField(default=dict)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("running", "Running"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("done", models.PositiveBigIntegerField(default=0)),
                ("total", models.PositiveBigIntegerField(null=True)),
                ("attempt", models.PositiveIntegerField(default=0)),
                ("claim", models.CharField(blank=True, max_length=32)),
                ("beats", models.PositiveBigIntegerField(default=0)),
                ("heartbeat", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                ("queued_at", models.DateTimeField(null=True)),
                ("run_at", models.DateTimeField(null=True)),
                ("held_since", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                ("error", models.CharField(blank=True, max_length=500)),
                (
                    "institution",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.institution",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["waiting", "running"])),
                        fields=["state", "run_at"],
                        name="job_unfinished",
                    ),
                    models.Index(fields=["finished_at"], name="job_finished"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["waiting", "running", "done", "failed"])),
                        name="job_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("total", None), ("done__lte", models.F("total")), _connector="OR"
                        ),
                        name="job_done_within_total",
                    ),
                ],
            },
        ),
    ]
