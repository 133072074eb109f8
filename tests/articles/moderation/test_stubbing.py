"""The stub topic of a page: an edit with its line in the log, and the notice that readers see."""

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from articles import logbook
from articles.models import Article, Edit, LogEntry
from articles.moderation import ChangedMeanwhile, Refused, stubbing
from tests import factories

pytestmark = pytest.mark.django_db


def set_topic(article: Article, topic: str, by, **more: str) -> Edit:
    sent = {"base": str(article.current_edit_id), "why": "about the knife"} | more
    return stubbing.set_topic(article=article, topic=topic, by=by.account, author=by, **sent)


def test_it_is_an_edit_in_the_history_and_a_row_in_the_log(article, moderator):
    edit = set_topic(article, "surgery", moderator)
    now = Article.objects.select_related("text").get(pk=article.pk)
    assert now.text.text == factories.TEXT.replace("medicine", "surgery") and now.stub_topic == "surgery"
    assert (edit.author, edit.summary, edit.parent_id) == (moderator, "about the knife", article.current_edit_id)
    entry = LogEntry.objects.latest("number")
    assert (entry.what, entry.target, entry.why) == ("article.stub", article.full_title, "about the knife")
    assert logbook.verify() is None


def test_readers_see_the_notice_of_the_new_topic(article, moderator):
    set_topic(article, "surgery", moderator)
    assert "surgery" in Client().get(article.get_absolute_url()).content.decode().lower()


def test_a_long_page_without_a_mark_is_no_stub(moderator):
    article = factories.article("Asthma", "Words about the lungs. " * 60 + "\n\n{{stub|medicine}}\n")
    set_topic(article, "", moderator)
    assert 'id="stub-notice"' not in Client().get("/wiki/Asthma").content.decode()


@pytest.mark.parametrize("topic", ["a}}b", "a|b", "x" * 61, "[[a]]"])
def test_what_would_break_the_mark_is_no_topic(article, moderator, topic: str):
    with pytest.raises(Refused):
        set_topic(article, topic, moderator)


def test_what_is_marked_so_already_is_left(article, moderator):
    with pytest.raises(Refused, match="already"):
        set_topic(article, "medicine", moderator)


def test_a_mark_within_a_sentence_is_left_to_the_form(moderator):
    article = factories.article("Asthma", "Lungs {{stub|medicine}} breathe.\n")
    with pytest.raises(Refused, match="middle of the text"):
        set_topic(article, "surgery", moderator)


def test_a_redirect_is_no_stub(article, moderator):
    redirect = factories.article("Wheezing", f"#REDIRECT [[{article.full_title}]]\n")
    with pytest.raises(Refused, match="leads to another"):
        set_topic(redirect, "medicine", moderator)


def test_who_looked_at_an_older_version_looks_again(article, moderator):
    factories.edit(article, "Another lead.\n", section="0")
    with pytest.raises(ChangedMeanwhile):
        set_topic(article, "surgery", moderator)


@pytest.mark.parametrize("role", ["contributor", "editor", "reviewer"])
def test_only_moderators_set_it(article, role: str, request):
    with pytest.raises(PermissionDenied):
        set_topic(article, "surgery", request.getfixturevalue(role))
