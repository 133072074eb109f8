"""`manage.py migrate`: each migration and the note that it was applied stand in one transaction.

Django notes a migration that creates an index or a foreign key after its transaction (its ticket 32374). Killed between
the two, an upgrade would fail when run again, as its tables are there already.
"""

from __future__ import annotations

from django.core.management.commands import migrate
from django.db.migrations import Migration
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState

Command = migrate.Command


class Executor(MigrationExecutor):
    """Applies migrations so that an upgrade can be killed at any moment and run again."""

    def apply_migration(
        self, state: ProjectState, migration: Migration, fake: bool = False, fake_initial: bool = False
    ) -> ProjectState:
        """Apply a migration and note it, or neither; returns the state of the models after it."""
        if fake or fake_initial or not migration.atomic:
            return super().apply_migration(state, migration, fake, fake_initial)
        if self.progress_callback:
            self.progress_callback("apply_start", migration, fake)
        with self.connection.schema_editor() as editor:
            state = migration.apply(state, editor)
            # The editor would do this as it is left, too late to note anything in its transaction.
            for statement in editor.deferred_sql:
                editor.execute(statement, None)
            editor.deferred_sql.clear()
            self.record_migration(migration)  # type: ignore[call-arg,arg-type]  # Described as a later Django has it.
        if self.progress_callback:
            self.progress_callback("apply_success", migration, fake)
        return state


# Django's command knows its executor by this name alone.
migrate.MigrationExecutor = Executor  # type: ignore[attr-defined]
