"""No list costs more in a large wiki than in a small one: what it asks of the database is counted, never timed."""

import pytest

from articles import history, lists, recent, topics
from articles.admin import lists as admin_lists
from articles.moderation import filtering, inbox, measuring
from articles.reviewing import waiting
from bench import work
from bench.lists import Wiki
from tests.doors import unlocked

pytestmark = pytest.mark.django_db

SMALL, LARGE = 1_200, 6_000
# A tree of five times as many rows may be a step deeper, and a page may have met other rows.
GROWS = 1.5
BESIDES = 400


@pytest.fixture
def small_windows(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let lists of rare things look at fewer rows, so that both wikis have more than these."""
    for module, name, number in (
        (recent, "WINDOW", 200),
        (waiting, "WINDOW", 30),
        (lists, "SMALL", 200),
        (lists, "MOST_EDITS", 200),
        (topics, "WINDOW", 30),
        (measuring, "MOST_COUNTED", 30),
        (admin_lists, "MOST_LISTED", 100),
        (history, "MOST_LOOKED_AT", 200),
        (inbox, "_HOT_LOOKED_AT", 200),
        (filtering, "_MOST_UNSEEN", 20),
    ):
        monkeypatch.setattr(module, name, number)


@pytest.mark.usefixtures("small_windows")
def test_no_list_asks_more_of_a_wiki_of_many_edits():
    asked: dict[str, list[int]] = {}
    with unlocked("thousands of edits"):
        wiki = Wiki(pages=10)
        for size in (SMALL, LARGE):
            wiki.grow_to(size)
            for name, page in wiki.lists().items():
                page()
                asked.setdefault(name, []).append(work.of(page))
    assert {name: each for name, each in asked.items() if each[1] > GROWS * each[0] + BESIDES} == {}
