"""The search tables: no Django models, so that no later migration rebuilds them without their triggers and indexes."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from articles import search


def create(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the tables of this database's kind."""
    search.create_tables(schema_editor)


def drop(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take them away."""
    search.drop_tables(schema_editor)


class Migration(migrations.Migration):
    dependencies = [("articles", "0002_history_index")]

    operations = [migrations.RunPython(create, drop)]
