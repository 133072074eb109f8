"""Every test of search runs over the backend of this run's database, and over the one in memory."""

from typing import Any

import pytest

from articles import search


@pytest.fixture(params=["", "memory"], ids=["database", "memory"])
def backend(request: pytest.FixtureRequest, settings: Any, db: None) -> str:
    """The chosen backend, empty."""
    settings.WIKI_SEARCH_BACKEND = request.param
    search.rebuild([])
    return str(request.param)
