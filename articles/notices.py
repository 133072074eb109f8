"""Which notices a page earns: what a reader must be told before relying on the text."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext as _

from articles.models import Article, Namespace

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
    return DEFAULT_STUB_TOPIC if article.words < settings.WIKI_STUB_WORDS else ""


def notices_of(article: Article) -> tuple[Notice, ...]:
    """Return what stands above the text of the current version."""
    origin = getattr(article, "origin", None)
    if origin is not None and origin.is_sample:
        return (Notice("sample", _("Sample text, not medically reviewed.")),)
    return ()


def is_indexable(article: Article) -> bool:
    """Whether search engines may list the page: sample texts and redirects stay out."""
    origin = getattr(article, "origin", None)
    return not article.is_redirect and not (origin is not None and origin.is_sample)
