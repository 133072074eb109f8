"""Articles: questions about many of them, and what one knows of itself."""

import pytest
from django.db import IntegrityError, transaction

from articles.models import Article, Origin
from tests import factories
from tests.doors import unlocked

pytestmark = pytest.mark.django_db


def make(**fields) -> Article:
    with unlocked("an article without an edit, as it is for a moment inside a save"):
        return Article.objects.create(**{"title": "Asthma", "skeleton": "asthma"} | fields)


def test_one_title_is_one_article_of_a_kind():
    make()
    make(namespace="help")
    with pytest.raises(IntegrityError), transaction.atomic():
        make()


def test_a_published_article_has_a_text_and_is_not_deleted(article):
    deleted = factories.article()
    make()
    with unlocked("deleting comes with moderation"):
        Article.objects.filter(pk=deleted.pk).update(state=Article.State.DELETED)
    assert list(Article.objects.published()) == [article]


def test_an_article_is_found_by_kind_and_title(article):
    assert Article.objects.named("article", article.title).get() == article
    assert not Article.objects.named("help", article.title).exists()


def test_pages_of_one_kind_are_asked_for(article):
    page = factories.article("Help:Editing")
    assert list(Article.objects.in_namespace("help")) == [page]


def test_redirects_are_left_out_where_texts_are_wanted(article):
    redirect = factories.article("Wheezing", f"#REDIRECT [[{article.title}]]\n")
    assert list(Article.objects.without_redirects()) == [article]
    assert redirect.is_redirect and not article.is_redirect


@pytest.mark.parametrize(
    ("namespace", "title", "full_title", "address"),
    [
        ("article", "HIV/AIDS", "HIV/AIDS", "/wiki/HIV/AIDS"),
        ("help", "First steps", "Help:First steps", "/wiki/Help:First_steps"),
        ("article", "What?", "What?", "/wiki/What%3F"),
        ("article", "50% more", "50% more", "/wiki/50%25_more"),
        ("article", "Crème", "Crème", "/wiki/Cr%C3%A8me"),
    ],
)
def test_an_article_knows_its_full_title_and_its_address(namespace, title, full_title, address):
    article = Article(namespace=namespace, title=title)
    assert (article.full_title, str(article), article.get_absolute_url()) == (full_title, full_title, address)


@pytest.mark.parametrize(
    ("fields", "name"), [({"source": "NIH"}, "NIH"), ({"url": "https://x.org"}, "https://x.org"), ({}, "7")]
)
def test_an_origin_is_named_by_what_is_known_of_it(fields, name):
    assert str(Origin(article_id=7, **fields)) == name


def test_listed_are_published_articles_that_lead_nowhere_else(article):
    factories.article("Help:Me")
    factories.article("Wheezing", f"#REDIRECT [[{article.title}]]\n")
    gone = factories.article("Gone")
    with unlocked("its own tests ask the door for it"):
        Article.objects.filter(pk=gone.pk).update(state=Article.State.DELETED)
    assert list(Article.objects.listed()) == [article]


@pytest.mark.sqlite
@pytest.mark.parametrize("order", ["-pk", "-current_edit_id"])
def test_listed_articles_are_read_in_the_order_of_an_index(order):
    assert "TEMP B-TREE" not in Article.objects.listed().order_by(order)[:10].explain()
