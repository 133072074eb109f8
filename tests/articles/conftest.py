"""What tests of the encyclopedia may ask for: many people at the same moment, and all that is stored."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

# What is kept although the save was refused: the body as it arrived, and the count of attempts. Sessions come and go.
KEPT_ON_REFUSAL = {
    "articles_submission",
    "articles_address",
    "articles_attempts",
    "django_session",
    "django_cache",
    "cache",
}


@pytest.fixture
def at_once(transactional_db: None) -> Callable[..., list[Any]]:
    """`at_once(function, values)` calls it with each value at the same moment; what it returns or raises, in order."""

    def run(function: Callable[[Any], Any], values: list[Any]) -> list[Any]:
        start = threading.Barrier(len(values))

        def one(value: Any) -> Any:
            start.wait()
            try:
                return function(value)
            except Exception as error:
                return error
            finally:
                connection.close()

        with ThreadPoolExecutor(len(values)) as people:
            return list(people.map(one, values))

    return run


@pytest.fixture
def everything_stored(db: None) -> Callable[[], dict[str, list[str]]]:
    """Return all rows of all tables, but for those that keep what was refused."""

    def dump() -> dict[str, list[str]]:
        return dict(_tables())

    return dump


def _tables() -> Iterator[tuple[str, list[str]]]:
    with connection.cursor() as cursor:
        for table in sorted(set(connection.introspection.table_names(cursor)) - KEPT_ON_REFUSAL):
            cursor.execute(f'SELECT * FROM "{table}"')
            yield table, sorted(repr([_plain(value) for value in row]) for row in cursor.fetchall())


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value
