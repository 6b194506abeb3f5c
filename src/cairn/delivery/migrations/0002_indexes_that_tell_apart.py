"""An index on the institution alone tells nothing apart, and SQLite would prefer it."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("delivery", "0001_initial"),
        ("kernel", "0002_job"),
    ]

    operations = [
        migrations.AlterField(
            model_name="enrolment",
            name="institution",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="kernel.institution",
            ),
        ),
    ]
