"""What feeds tell, and what they keep to themselves."""

import pytest

from articles import feeds
from articles.models import Article, Edit
from articles.recent import Wanted
from tests import doors, factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def asthma(editor) -> Article:
    return factories.article("Asthma", author=editor)


@pytest.fixture
def second(asthma, editor) -> Edit:
    return factories.edit(asthma, "Another lead.\n", section="0", author=editor)


def test_the_newest_changes_come_first(asthma, second):
    other = factories.article("Angina")
    assert feeds.changes() == [other.current_edit, second, asthma.current_edit]
    assert feeds.changes_of(asthma) == [second, asthma.current_edit]


def test_new_articles_are_told_once_and_are_articles_with_a_text(asthma, second):
    factories.article("Wheezing", "#REDIRECT [[Asthma]]\n")
    factories.article("Help:Editing", "How to.\n")
    assert feeds.new_articles() == [asthma.current_edit]


@pytest.mark.parametrize("hidden", [{"hidden_text": True}, {"article__state": "deleted"}])
def test_nothing_hidden_is_in_a_feed(asthma, second, hidden: dict[str, object]):
    with doors.unlocked("there is no page to hide with yet"):
        if "article__state" in hidden:
            Article.objects.filter(pk=asthma.pk).update(state="deleted")
        else:
            Edit.objects.filter(article=asthma).update(**hidden)
    assert feeds.changes() == feeds.changes_of(asthma) == feeds.new_articles() == []


def test_a_feed_has_an_end_and_costs_one_query(asthma, monkeypatch, at_most_queries):
    monkeypatch.setattr(feeds, "LENGTH", 2)
    edits = [factories.edit(asthma, f"Number {number}.\n") for number in range(3)]
    with at_most_queries(1):
        told = [(edit.pk, edit.article.full_title, bool(edit.author.name)) for edit in feeds.changes()]
    assert told == [(edits[2].pk, "Asthma", True), (edits[1].pk, "Asthma", True)]


def test_the_feed_of_recent_changes_has_only_what_is_wanted(article):
    category = factories.article("Category:Lungs", "All that breathes.\n").current_edit
    assert feeds.changes(Wanted(namespace="category")) == [category]
    assert feeds.changes() == [category, article.current_edit]
