"""Design's first tables, and the trigger that keeps a version as it was frozen."""

import django.db.models.deletion
from django.db import migrations, models

import cairn.kernel.ids
from cairn.design.frozen import Frozen


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("kernel", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Achievement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", cairn.kernel.ids.PublicId("ach")),
                ("slug", models.SlugField(max_length=63)),
                (
                    "title",
                    models.CharField(
                        help_text="of the version approved last, or proposed", max_length=300
                    ),
                ),
                ("created_at", models.DateTimeField()),
                (
                    "institution",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.institution",
                    ),
                ),
                (
                    "org_unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.orgunit",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="ContentPolicy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", cairn.kernel.ids.PublicId("cpl")),
                ("secure_task_required", models.BooleanField(default=False)),
                ("hours_required", models.BooleanField(default=False)),
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
            name="Proposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", cairn.kernel.ids.PublicId("prp")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("idea", "idea"),
                            ("draft", "draft"),
                            ("in_review", "in_review"),
                            ("approved", "approved"),
                            ("withdrawn", "withdrawn"),
                        ],
                        default="idea",
                        max_length=12,
                    ),
                ),
                ("content", models.JSONField(default=dict)),
                ("revision", models.PositiveIntegerField(default=0)),
                ("created_at", models.DateTimeField()),
                (
                    "achievement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="design.achievement",
                    ),
                ),
                (
                    "author",
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
        ),
        migrations.CreateModel(
            name="Authorship",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
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
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="kernel.person",
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="design.proposal",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Version",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("public_id", cairn.kernel.ids.PublicId("ver")),
                ("number", models.PositiveIntegerField()),
                ("content", models.JSONField()),
                (
                    "digest",
                    models.CharField(
                        help_text="SHA-256 of the canonical content, in hex", max_length=64
                    ),
                ),
                ("frozen_at", models.DateTimeField()),
                ("approved_on", models.DateField(null=True)),
                (
                    "approved_until",
                    models.DateField(help_text="the last day of the approval", null=True),
                ),
                (
                    "achievement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="design.achievement",
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
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="design.proposal",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="achievement",
            constraint=models.UniqueConstraint(
                fields=("institution", "slug"), name="one_achievement_per_slug"
            ),
        ),
        migrations.AddConstraint(
            model_name="contentpolicy",
            constraint=models.UniqueConstraint(
                fields=("institution",), name="one_content_policy_per_institution"
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["idea", "draft", "in_review"])),
                fields=("achievement",),
                name="one_live_proposal_per_achievement",
            ),
        ),
        migrations.AddConstraint(
            model_name="proposal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["idea", "draft", "in_review", "approved", "withdrawn"])
                ),
                name="proposal_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="authorship",
            constraint=models.UniqueConstraint(
                fields=("proposal", "person"), name="one_authorship_per_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.UniqueConstraint(
                fields=("achievement", "number"), name="one_version_per_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.UniqueConstraint(
                condition=models.Q(("approved_on__isnull", False)),
                fields=("proposal",),
                name="one_approved_version_per_proposal",
            ),
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1)), name="version_numbers_start_at_1"
            ),
        ),
        migrations.AddConstraint(
            model_name="version",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_until", None),
                    models.Q(
                        ("approved_on__isnull", False),
                        ("approved_until__gte", models.F("approved_on")),
                    ),
                    _connector="OR",
                ),
                name="approval_ends_after_it_starts",
            ),
        ),
        Frozen("Version", once="approved_on", fills=["approved_until"]),
    ]
