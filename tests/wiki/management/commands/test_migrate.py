"""A migration and the note that it was applied: both are there, or neither."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection, migrations, models
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from wiki.management.commands.migrate import Executor

pytestmark = [pytest.mark.data, pytest.mark.django_db(transaction=True)]

TABLE = "articles_passing"


class Passing(migrations.Migration):
    """A table with an index and a foreign key: what Django leaves for the end of the transaction."""

    dependencies = [("articles", "0001_initial")]
    operations = [
        migrations.CreateModel(
            "Passing",
            [
                ("id", models.BigAutoField(primary_key=True)),
                ("title", models.SlugField()),
                ("edit", models.ForeignKey("articles.edit", models.CASCADE)),
            ],
        )
    ]


def tables() -> list[str]:
    with connection.cursor() as cursor:
        return connection.introspection.table_names(cursor)


def state(executor: MigrationExecutor):
    return executor.loader.project_state()


@pytest.fixture(autouse=True)
def none_left():
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {TABLE}")
    MigrationRecorder(connection).record_unapplied("articles", "9999_passing")


@pytest.fixture
def killed(monkeypatch):
    """Whoever notes a migration is killed at this very moment."""

    def never(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(MigrationRecorder, "record_applied", never)


def apply(executor: MigrationExecutor) -> None:
    executor.apply_migration(state(executor), Passing("9999_passing", "articles"))


@pytest.mark.usefixtures("killed")
def test_a_migration_that_could_not_be_noted_has_changed_nothing():
    with pytest.raises(KeyboardInterrupt):
        apply(Executor(connection))

    assert TABLE not in tables()


@pytest.mark.usefixtures("killed")
def test_django_by_itself_leaves_tables_of_which_nothing_is_noted():
    # When this fails, Django has learned it, and our command isn't needed any more.
    with pytest.raises(KeyboardInterrupt):
        apply(MigrationExecutor(connection))

    assert TABLE in tables()


def test_what_was_killed_is_applied_when_run_again(monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(MigrationRecorder, "record_applied", lambda *args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            apply(Executor(connection))

    apply(Executor(connection))

    assert TABLE in tables()
    with connection.cursor() as cursor:
        constraints = connection.introspection.get_constraints(cursor, TABLE)
    assert {column for each in constraints.values() for column in each["columns"]} >= {"id", "title", "edit_id"}
    assert ("articles", "9999_passing") in MigrationRecorder(connection).applied_migrations()


def test_the_command_applies_each_migration_so(monkeypatch):
    monkeypatch.setattr(Executor, "__init__", lambda *args: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        call_command("migrate", verbosity=0)
