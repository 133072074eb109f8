"""What every test may ask for: people of each role, an article, a count of queries; and what no test may do."""

import gc
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# How long something takes is measured in bench/; a busy machine breaks no promise.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

ROLES = ("contributor", "editor", "reviewer", "moderator", "administrator")
# What is not asked again of a second database: its answer is the same, or it has a run of its own.
ALIKE = ("alike", "browser", "corpus", "packaging", "fleet")
LOOPBACK = ("127.", "::1", "localhost", "0.0.0.0", "::ffff:127.")


# --- Options and markers -----------------------------------------------------------------------------------------
def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--no-skips", action="store_true", help="A test that is skipped has failed: for machines with everything."
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.pluginmanager.hasplugin("django"):
        from tests import doors, locks

        doors.watch()
        locks.watch()
        _guard_history_but_not_from_the_flush()


@pytest.hookimpl(tryfirst=True)  # Before pytest looks for what `-m` asks for.
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark what another database could answer otherwise, and leave out what asks for another one than this run's."""
    files = {item.path for item in items if _asks_the_database(item)}
    for item in items:
        if item.path in files and not any(item.get_closest_marker(name) for name in ALIKE):
            item.add_marker("data")
    elsewhere = _markers_of_other_runs()
    left_out = [item for item in items if any(item.get_closest_marker(name) for name in elsewhere)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in set(left_out)]


def _asks_the_database(item: pytest.Item) -> bool:
    wanted = {"db", "transactional_db", "django_db_setup"} & set(getattr(item, "fixturenames", ()))
    return bool(wanted) or any(item.get_closest_marker(name) for name in ("django_db", "server", "postgres", "redis"))


def pytest_collection_finish(session: pytest.Session) -> None:
    """Let the garbage collector look at what tests make, not over and over at all that was imported and collected."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


def _markers_of_other_runs() -> set[str]:
    database = os.environ.get("DATABASE_URL", "sqlite")
    cache = os.environ.get("CACHE_URL", "")
    others = {"postgres" if database.startswith("sqlite") else "sqlite"}
    return others if cache.startswith("redis") else others | {"redis"}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    report: Any = yield
    return _without_skip(item.config, report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Iterator[None]:
    report: Any = yield
    return _without_skip(collector.config, report)


def _without_skip(config: pytest.Config, report: Any) -> Any:
    if config.getoption("--no-skips") and report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome, report.longrepr = "failed", f"Nothing may be skipped here. {reason}"
    return report


# --- What no test may do -----------------------------------------------------------------------------------------
@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Let a test reach its own machine only."""
    connect = socket.socket.connect

    def connect_nearby(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and not str(address[0]).startswith(LOOPBACK):
            raise AssertionError(f"A test tried to reach {address[0]}.")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", connect_nearby)
        yield


@pytest.fixture(autouse=True)
def forgotten_register() -> Iterator[None]:
    """Delete the register of erasures and departures: the rows that a test adds are rolled back, a file isn't."""
    from django.conf import settings

    file = Path(settings.WIKI_DATA) / "erasures.jsonl"
    yield
    file.unlink(missing_ok=True)


@pytest.fixture(autouse=True)
def forgotten_cache(request: pytest.FixtureRequest) -> Iterator[None]:
    """Empty the cache after a test that wrote to it for good: Redis doesn't roll back, nor do real transactions."""
    wanted = set(request.fixturenames)
    marked = request.node.get_closest_marker("django_db")
    for_good = bool({"transactional_db", "live_server"} & wanted) or bool(marked and marked.kwargs.get("transaction"))
    if not for_good and not ((marked or "db" in wanted) and os.environ.get("CACHE_URL", "").startswith("redis")):
        yield
        return
    from django.core.cache import cache

    blocker = request.getfixturevalue("django_db_blocker")
    yield
    with blocker.unblock():
        cache.clear()


def _guard_history_but_not_from_the_flush() -> None:
    """Take the triggers of append-only tables away while Django empties them after a test with real transactions."""
    from django.db import connections
    from django.test import TransactionTestCase

    teardown = TransactionTestCase._fixture_teardown

    def released_teardown(self: TransactionTestCase) -> None:
        from articles import append_only, search

        names = self._databases_names(include_mirrors=False)
        for name in names:
            append_only.release(connections[name])
        teardown(self)
        for name in names:
            append_only.guard(connections[name])
        # The search tables are no models: Django's flush leaves them as they are.
        search.rebuild([])

    TransactionTestCase._fixture_teardown = released_teardown


# --- Counting ----------------------------------------------------------------------------------------------------
@pytest.fixture
def at_most_queries(db: None) -> Callable[[int], AbstractContextManager[Any]]:
    """`with at_most_queries(5):` fails, with the queries in the message, when there were more."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    @contextmanager
    def counting(number: int) -> Iterator[CaptureQueriesContext]:
        with CaptureQueriesContext(connection) as queries:
            yield queries
        made = [query["sql"] for query in queries]
        assert len(made) <= number, f"{len(made)} queries, at most {number} wanted:\n" + "\n".join(made)

    return counting


# --- People and pages --------------------------------------------------------------------------------------------
@pytest.fixture
def visitor(db: None) -> Any:
    """The author row of somebody without an account."""
    from tests import factories

    return factories.visitor()


@pytest.fixture
def visitor_client(client: Any) -> Any:
    """The browser of somebody without an account."""
    return client


def _author_fixture(role: str) -> Any:
    @pytest.fixture(name=role)
    def author(db: None) -> Any:
        from tests import factories

        return factories.author(role)

    author.__doc__ = f"The author row of an account in the group {role}."
    return author


def _client_fixture(role: str) -> Any:
    @pytest.fixture(name=f"{role}_client")
    def logged_in(request: pytest.FixtureRequest) -> Any:
        from django.test import Client

        client = Client()
        client.force_login(request.getfixturevalue(role).account)
        return client

    return logged_in


contributor, editor, reviewer, moderator, administrator = map(_author_fixture, ROLES)
contributor_client, editor_client, reviewer_client, moderator_client, administrator_client = map(_client_fixture, ROLES)


@pytest.fixture
def article(editor: Any) -> Any:
    """A published article with a lead, two sections and a tail."""
    from tests import factories

    return factories.article(author=editor)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of the big collections; without it the test is skipped."""
    named = os.environ.get("WIKI_SHARED_DATA", "")
    folder = Path(named) if named else Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("WIKI_SHARED_DATA names no folder of collections")
    return folder
