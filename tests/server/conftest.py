"""A server for each module of tests, over a copy of one prepared database; and readers who must notice nothing."""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import server
from tests.server import Browser, Reader, Site


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site with tables, people and two articles, that nobody serves: others are copies of it."""
    folder = tmp_path_factory.mktemp("prepared")
    with _database_in(folder) as database:
        site = Site(folder, database)
        site.run("-c", server.BEGINNING)
        yield site


@pytest.fixture(scope="module")
def site(prepared: Site, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A running server that answers until the module's last test."""
    folder = tmp_path_factory.mktemp("site")
    with _database_in(folder, prepared) as database:
        site = Site(folder, database)
        site.start()
        yield site
        site.kill()


@contextlib.contextmanager
def _database_in(folder: Path, copied: Site | None = None) -> Iterator[str]:
    if server.POSTGRES:
        with server.scratch_database(copied.database if copied else "") as database:
            yield database
        return
    file = folder / "medwiki.sqlite3"
    if copied is not None:
        shutil.copyfile(copied.folder / "medwiki.sqlite3", file)
    yield f"sqlite:///{file}"


@pytest.fixture(scope="module")
def editor(site: Site) -> Browser:
    """Somebody who publishes directly."""
    return Browser(site).log_in("The editor")


@pytest.fixture(scope="module")
def administrator(site: Site) -> Browser:
    return Browser(site).log_in("The administrator")


@pytest.fixture
def stranger(site: Site) -> Browser:
    """Somebody without an account, at an address of their own."""
    return server.stranger(site)


@pytest.fixture
def readers_go_on(site: Site) -> Iterator[Reader]:
    """Reads another article during the whole test; each answer is 200, and none is waited for long."""
    with Reader(site) as reader:
        yield reader
    assert set(reader.statuses) == {200}
    # A bound against a stop of the whole server; how long it really takes is measured, not asserted.
    assert reader.longest < 10
