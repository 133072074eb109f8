"""The backend in memory by itself; what all backends must do is asked in tests/articles/search/test_search.py."""

from articles.search.backends.memory import MemorySearch
from articles.search.base import ask
from tests.articles.search.documents import document


def test_two_of_them_know_nothing_of_each_other() -> None:
    one, other = MemorySearch(), MemorySearch()
    one.index(document("Asthma", "Dust."))
    assert len(one.find(ask("dust", "en"), first=0, most=10).documents) == 1
    assert other.find(ask("dust", "en"), first=0, most=10).total == 0
