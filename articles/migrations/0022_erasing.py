"""A passage can be erased for law: the row that opens history for it, and the mark of the versions it was in."""

from typing import Any

import django.utils.timezone
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def release(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """On the way back: triggers of history ask the new table, so they go before it does."""
    from articles import append_only

    append_only.release(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("articles", "0021_patrol")]

    operations = [
        migrations.CreateModel(
            name="Erasure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=32, unique=True)),
                ("begun", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended", models.DateTimeField(null=True)),
                ("line", models.JSONField(default=dict)),
            ],
            options={"default_permissions": ()},
        ),
        migrations.AddField(
            model_name="edit",
            name="erased",
            field=models.BooleanField(
                db_default=False,
                default=False,
                help_text="The bytes of its text are destroyed; it is hidden, too, for good.",
            ),
        ),
        migrations.AlterField(
            model_name="textblob",
            name="codec",
            field=models.CharField(choices=[("zlib", "Zlib"), ("erased", "Erased")], max_length=16),
        ),
        migrations.RunPython(migrations.RunPython.noop, release),
    ]
