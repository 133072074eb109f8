"""No read and no save asks more of the database in a wiki of more articles: it is counted, never timed."""

import pytest

from bench import work
from bench.growth import Wiki
from tests.doors import unlocked

pytestmark = pytest.mark.django_db

SMALL, LARGE = 60, 600
# A tree of ten times as many rows may be a step deeper, and another article may have another link.
GROWS = 1.5
BESIDES = 200
DEEDS = ("read, not kept", "save of the whole", "save of a section", "first page of a history")


def test_no_read_and_no_save_asks_more_of_a_wiki_of_many_articles():
    asked: dict[str, list[int]] = {}
    wiki = Wiki()
    for size in (SMALL, LARGE):
        with unlocked("hundreds of articles"):
            wiki.grow_to(size, 2)
        for name in DEEDS:
            deed = wiki.deeds()[name]
            deed()
            asked.setdefault(name, []).append(min(work.of(deed) for _time in range(3)))
    assert {name: each for name, each in asked.items() if each[1] > GROWS * each[0] + BESIDES} == {}
