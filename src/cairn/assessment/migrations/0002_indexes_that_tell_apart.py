"""An index on the institution alone tells nothing apart, and SQLite would prefer it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessment", "0001_initial"),
        ("delivery", "0001_initial"),
        ("kernel", "0002_job"),
    ]

    operations = [
        migrations.AlterField(
            model_name="award",
            name="institution",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="kernel.institution",
            ),
        ),
        migrations.AlterField(
            model_name="award",
            name="result",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="assessment.result",
            ),
        ),
        migrations.AlterField(
            model_name="award",
            name="result_at_withdrawal",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="assessment.result",
            ),
        ),
        migrations.AlterField(
            model_name="mark",
            name="enrolment",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="delivery.enrolment",
            ),
        ),
        migrations.AlterField(
            model_name="mark",
            name="given_by",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="kernel.person",
            ),
        ),
        migrations.AlterField(
            model_name="mark",
            name="institution",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="kernel.institution",
            ),
        ),
        migrations.AlterField(
            model_name="result",
            name="enrolment",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="delivery.enrolment",
            ),
        ),
        migrations.AlterField(
            model_name="result",
            name="institution",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="kernel.institution",
            ),
        ),
    ]
