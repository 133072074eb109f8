"""Which notices a page earns."""

import pytest

from articles import editing, notices
from articles.models import Article
from tests import factories

pytestmark = pytest.mark.django_db

LONG = "word " * 100 + "\n"
SHORT = "word " * 99 + "\n"


def article(title="Asthma", text=LONG, **incoming) -> Article:
    editing.bring_in(editing.Incoming(title, text, **incoming), author=factories.author("editor"))
    return Article.objects.select_related("origin").get(title=title.rpartition(":")[2])


@pytest.mark.parametrize(
    ("title", "text", "topic"),
    [
        ("Asthma", LONG, ""),
        ("Asthma", SHORT, "medicine"),
        ("Asthma", LONG + "{{stub|lungs}}\n", "lungs"),
        ("Asthma", LONG + "{{stub}}\n", "medicine"),
        ("Asthma", SHORT + "{{stub|lungs}}\n", "lungs"),
        ("Asthma", "#REDIRECT [[Lungs]]\n", ""),
        ("Help:Editing", SHORT, ""),
        ("Category:Lungs", SHORT + "{{stub|lungs}}\n", ""),
        ("Project:About", SHORT, ""),
    ],
)
def test_a_short_or_marked_article_is_a_stub_and_no_other_page(title, text, topic):
    assert notices.stub_topic_of(article(title, text)) == topic


@pytest.mark.parametrize(("words", "topic"), [(0, ""), (5, ""), (50, "medicine")])
def test_how_short_is_short_is_a_setting(settings, words, topic):
    settings.WIKI_STUB_WORDS = words
    assert notices.stub_topic_of(article(text="word " * 10)) == topic


def test_a_marked_article_is_a_stub_when_short_ones_are_not(settings):
    settings.WIKI_STUB_WORDS = 0
    assert notices.stub_topic_of(article(text=SHORT + "{{stub|lungs}}\n")) == "lungs"


def test_a_sample_says_so():
    sample = article(origin={"is_sample": True})
    assert [notice.kind for notice in notices.notices_of(sample)] == ["sample"]


@pytest.mark.parametrize("origin", [{}, {"source": "NIH"}])
def test_another_article_has_no_such_notice(origin):
    assert notices.notices_of(article(origin=origin)) == ()


@pytest.mark.parametrize(
    ("text", "category"),
    [
        (LONG, ""),
        (SHORT, "Medicine stubs"),
        (LONG + "{{stub|heart disease}}\n", "Heart disease stubs"),
        (LONG + "{{stub|a#b}}\n", ""),
    ],
)
def test_a_stub_stands_in_its_topics_category(text, category):
    assert notices.stub_category_of(article(text=text)) == category
