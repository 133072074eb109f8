"""Each act of moderation is announced with its row of the log, once it is committed."""

import pytest
from django.db import transaction

from articles import logbook
from articles.models import Article, LogEntry
from articles.moderation import deleting, hiding, moving, protecting, record, sample_articles, taking_back
from articles.moderation.protecting import Guard
from articles.signals import article_moderated
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard():
    announced = []

    def listen(*, entry, article, **kwargs):
        announced.append((entry.what, article.pk if article is not None else None))

    article_moderated.connect(listen)
    yield announced
    article_moderated.disconnect(listen)


def deleted(article: Article, moderator) -> None:
    deleting.delete([article], by=moderator.account, why="x")


def restored(article: Article, moderator) -> None:
    deleting.restore(article=article, with_redirects=False, by=moderator.account, why="x")


def protected(article: Article, moderator) -> None:
    guards = {"edit": Guard("moderator"), "move": Guard("moderator")}
    protecting.protect(article=article, full_title=article.full_title, guards=guards, by=moderator.account, why="x")


def moved(article: Article, moderator) -> None:
    base = str(article.current_edit_id)
    moving.move(article=article, title="Elsewhere", base=base, by=moderator.account, author=moderator, why="x")


def hidden(article: Article, moderator) -> None:
    flags = {"text": False, "summary": True, "author": False}
    hiding.hide(edit=article.current_edit, by=moderator.account, why="x", **flags)


@pytest.mark.parametrize(
    ("act", "named"),
    [
        (deleted, "article.delete"),
        (protected, "article.protect"),
        (moved, "article.move"),
        (hidden, "article.hide"),
    ],
)
def test_an_act_about_a_page_is_announced_with_its_row_of_the_log(
    article, moderator, heard, act, named, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        act(article, moderator)
        assert heard == []
    assert heard == [(named, article.pk)]


def test_bringing_a_page_back_is_announced_too(article, moderator, heard, django_capture_on_commit_callbacks):
    deleted(article, moderator)
    with django_capture_on_commit_callbacks(execute=True):
        restored(article, moderator)
    assert heard == [("article.restore", article.pk)]


def test_an_act_about_many_pages_is_announced_once_as_a_whole(
    article, moderator, heard, django_capture_on_commit_callbacks
):
    edits = [factories.edit(article, "Nonsense.\n", author=factories.author(name="Vandal"))]
    with django_capture_on_commit_callbacks(execute=True):
        taking_back.take_back(edits=edits, user=moderator.account, author=moderator, name="Vandal", why="x")
    assert heard == [(taking_back.TAKEN_BACK, None)]


def test_nothing_done_is_nothing_announced(article, moderator, heard, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        sample_articles.remove_sample(by=moderator.account)
        guards = {"edit": Guard(), "move": Guard()}
        protecting.protect(article=article, full_title=article.full_title, guards=guards, by=moderator.account, why="x")
    assert heard == []


@pytest.mark.django_db(transaction=True)
def test_an_act_that_was_rolled_back_is_neither_logged_nor_announced(heard):
    with transaction.atomic():
        record(article=None, who=None, what="test", target="x")
        transaction.set_rollback(True)
    assert (heard, logbook.newest()) == ([], (0, ""))


@pytest.mark.django_db(transaction=True)
def test_a_listener_that_breaks_takes_nothing_back():
    def broken(**kwargs):
        raise RuntimeError

    article_moderated.connect(broken)
    record(article=None, who=None, what="test", target="x")
    article_moderated.disconnect(broken)
    assert LogEntry.objects.filter(target="x").exists()
