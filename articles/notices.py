"""Which notices a page earns: what a reader must be told before relying on the text."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from articles.models import Article, Namespace
from articles.text import titles

DEFAULT_STUB_TOPIC = "medicine"


@dataclass(frozen=True)
class Notice:
    """A line above the article: `kind` names its look."""

    kind: str
    text: str


def stub_topic_of(article: Article) -> str:
    """Return the topic of the stub notice that this article earns; empty when it earns none.

    Marked with `{{stub|topic}}`, or shorter than WIKI_STUB_WORDS words; never a redirect or a page of the house.
    """
    if article.namespace != Namespace.ARTICLE or article.is_redirect:
        return ""
    if article.stub_topic:
        return article.stub_topic
    return DEFAULT_STUB_TOPIC if article.words < stub_words() else ""


def stub_words() -> int:
    """Return how many words of prose an article needs not to be a stub; 0 where length makes no stub."""
    return int(settings.WIKI_STUB_WORDS)


def stub_category_of(article: Article) -> str:
    """Return the category that the article stands in by being a stub; empty when it is none."""
    topic = stub_topic_of(article)
    return stub_category(topic) if topic else ""


def stub_category(topic: str) -> str:
    """Return the name of a topic's category of stubs; empty when a topic's words can't be a name.

    >>> stub_category("medicine")
    'Medicine stubs'
    """
    try:
        return titles.normalise(f"{topic} stubs")
    except titles.TitleError:
        return ""


def notices_of(article: Article) -> tuple[Notice, ...]:
    """Return what stands above the text of the current version."""
    origin = getattr(article, "origin", None)
    if origin is not None and origin.is_sample:
        return (Notice("sample", _("Sample text, not medically reviewed.")),)
    return ()
