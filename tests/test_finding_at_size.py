"""No question costs more among many articles than among few: what it asks of the database is counted, never timed."""

import pytest
from django.db import connection

from articles.search.backends import postgres, sqlite
from bench import finding, work

pytestmark = pytest.mark.django_db

SMALL, LARGE = 400, 2_000
# A tree of five times as many rows may be a step deeper, and a page may have met other rows.
GROWS = 1.5
# Steps of SQLite, or rows of PostgreSQL.
BESIDES = 400 if connection.vendor == "sqlite" else 60
# An index of PostgreSQL gives out all places of a word or none. They count as rows, though none is read for them; of a
# word that a fifth of all articles have, or more, none are asked for.
GIVEN_OUT = {"search for a common word of titles": LARGE // 4, "search for twenty words": LARGE // 4}


@pytest.fixture
def small_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let fewer articles and names be looked at, so that both wikis have more than these."""
    for backend in (postgres, sqlite):
        monkeypatch.setattr(backend, "_MAX_RANKED", 15)
        monkeypatch.setattr(backend, "_MAX_LOOKED_AT", 20)


@pytest.mark.usefixtures("small_windows")
def test_no_question_asks_more_among_many_articles():
    asked: dict[str, list[int]] = {}
    for size in (SMALL, LARGE):
        finding.fill(size)
        for name, deed in finding.questions().items():
            deed()
            asked.setdefault(name, []).append(work.of(deed))
    allowed = {} if connection.vendor == "sqlite" else GIVEN_OUT
    grown = {name: each for name, each in asked.items() if each[1] > GROWS * each[0] + BESIDES + allowed.get(name, 0)}
    assert grown == {}
