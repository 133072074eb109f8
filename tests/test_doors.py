"""The watch over the write doors watches."""

import pytest

from articles.models import Article, Author
from tests import doors, factories


def test_a_write_to_an_article_from_outside_the_doors_raises(article):
    with pytest.raises(doors.WriteOutsideTheDoors):
        Article.objects.filter(pk=article.pk).update(title="Elsewhere")


def test_a_model_saved_outside_the_doors_raises(db):
    with pytest.raises(doors.WriteOutsideTheDoors):
        Author(name="Nobody").save()


def test_a_save_through_the_door_passes(article):
    assert factories.edit(article, "Another text.\n").article_id == article.pk


def test_a_fixture_may_write_when_it_says_why(article):
    with doors.unlocked("no door makes an article of no namespace"):
        assert Article.objects.filter(pk=article.pk).update(namespace="") == 1
