"""The topics that a reviewer has chosen."""

import pytest

from articles import topics
from articles.topics import Chosen, Waiting
from tests import factories

pytestmark = pytest.mark.django_db


def test_who_has_chosen_nothing_has_no_topics(reviewer):
    assert (topics.chosen_by(reviewer), topics.chosen_by(None)) == (Chosen(), Chosen())


def test_what_was_chosen_is_kept_in_the_spelling_of_titles(reviewer):
    topics.choose(author=reviewer, names=["lungs ", "", "Category:heart_failure", "Lungs"])
    assert topics.chosen_by(reviewer) == Chosen(("Heart failure", "Lungs"), opens_queue=True)


def test_choosing_again_takes_the_place_of_what_was_chosen(reviewer):
    topics.choose(author=reviewer, names=["Lungs"])
    topics.choose(author=reviewer, names=["Skin"], opens_queue=False)
    assert topics.chosen_by(reviewer) == Chosen(("Skin",), opens_queue=False)


@pytest.mark.parametrize("names", [["<lungs>"], [f"Topic {number}" for number in range(topics.MOST + 1)]])
def test_what_is_no_category_or_too_much_is_refused_and_nothing_changes(reviewer, names):
    topics.choose(author=reviewer, names=["Lungs"])
    with pytest.raises(topics.TopicRefused):
        topics.choose(author=reviewer, names=names)
    assert topics.chosen_by(reviewer).names == ("Lungs",)


def test_topics_know_how_many_proposals_wait_in_them(article, contributor, reviewer, at_most_queries):
    factories.proposal(article, contributor)
    factories.proposal(article, contributor, "Another.\n")
    factories.article(text="About skin.\n\n[[Category:Skin]]\n")
    with at_most_queries(1):
        assert topics.waiting_in(["Skin", "Lungs"]) == [Waiting("Skin", 0), Waiting("Lungs", 2)]
    with at_most_queries(1):
        assert topics.offered() == [Waiting("Lungs", 2)]
    assert topics.offered(besides=["Lungs"]) == []
    assert Waiting("Lungs", 2).words == "Lungs (2 wait)"


def test_where_very_many_wait_the_oldest_are_looked_at(article, contributor, monkeypatch):
    monkeypatch.setattr(topics, "WINDOW", 1)
    factories.proposal(article, contributor)
    factories.proposal(article, contributor, "Another.\n")
    assert topics.offered() == topics.waiting_in(["Lungs"]) == [Waiting("Lungs", 1, is_more=True)]
    assert topics.offered()[0].words == "Lungs (at least 1 wait)"
