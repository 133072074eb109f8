"""The index that keeps django-reversion's history queries from walking the whole wiki's versions."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("articles", "0001_initial"), ("reversion", "0002_add_index_on_version_for_content_type_and_db")]

    operations = [
        migrations.RunSQL(
            "CREATE INDEX articles_versions_of_object ON reversion_version (content_type_id, db, object_id, id)",
            "DROP INDEX articles_versions_of_object",
        )
    ]
