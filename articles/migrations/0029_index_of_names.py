"""On SQLite: an index by which names that begin so are found and put in order without looking up any of them."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

_NEW = "articles_search_name_begun ON articles_search_name (namespace, folded, is_alias, name)"
_OLD = "articles_search_name_folded ON articles_search_name (folded)"


def _replace(schema_editor: BaseDatabaseSchemaEditor, old: str, new: str) -> None:
    if schema_editor.connection.vendor == "sqlite":
        # A wiki that was begun since has the new one already.
        schema_editor.execute(f"DROP INDEX IF EXISTS {old.split()[0]}")
        schema_editor.execute(f"CREATE INDEX IF NOT EXISTS {new}")


def forwards(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the new one."""
    _replace(schema_editor, _OLD, _NEW)


def backwards(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the old one again."""
    _replace(schema_editor, _NEW, _OLD)


class Migration(migrations.Migration):
    dependencies = [("articles", "0028_lists_by_time")]

    operations = [migrations.RunPython(forwards, backwards)]
