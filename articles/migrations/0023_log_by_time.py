"""The log is asked by days."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0022_erasing")]

    operations = [
        migrations.AddIndex(
            model_name="logentry",
            index=models.Index(fields=["when"], name="log_by_time"),
        ),
    ]
