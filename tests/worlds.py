"""A wiki that many tests look at, made once for their module: each starts from it and leaves no trace in it."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction


def made_once(make: Callable[[], Any]) -> Any:
    """A fixture of a module: what `make` returns, with its rows in the database until the module's last test.

    The rows stand in a transaction around those of the tests, each of which is rolled back to where it began. So all
    tests of the module that ask the database find them, but for tests with real transactions: those have no place here.
    Hand out `copied(...)`, lest what one test does to an object is seen by the next one.
    """

    @pytest.fixture(scope="module")
    def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[Any]:
        around = transaction.atomic()
        around._from_testcase = True  # type: ignore[attr-defined]  # What wants the outermost transaction has it.
        with django_db_blocker.unblock():
            around.__enter__()
        try:
            with django_db_blocker.unblock():
                made = make()
                cache.clear()  # Redis would go on with what it learnt of this world in the next module's.
            yield made
        finally:
            with django_db_blocker.unblock():
                transaction.set_rollback(True)
                around.__exit__(None, None, None)

    return world


copied = copy.deepcopy
