"""One prepared database for all; each module of tests gets a cluster of its own with a copy of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import fleet, server
from tests.fleet import Cluster, FleetSite


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all tests here: they have a run of their own (make fleet)."""
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.fleet)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A cluster with tables, people and two articles, that doesn't run: others are copies of it."""
    with fleet.folder() as place:
        cluster = Cluster.made(place / "prepared")
        with cluster.running():
            cluster.ask("CREATE DATABASE medwiki", "postgres")
            FleetSite(tmp_path_factory.mktemp("prepared"), cluster.url()).run("-c", server.BEGINNING)
        yield cluster


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A folder for what the module's tests start."""
    with fleet.folder() as made:
        yield made


@pytest.fixture(scope="module")
def primary(prepared: Cluster, place: Path) -> Iterator[Cluster]:
    """A running database server of the module's own."""
    with prepared.copied(place / "primary").running() as cluster:
        yield cluster
