"""Articles in the Django admin: their history is ours, and what is deleted leads to where it comes back."""

import pytest
from django.test import Client

from articles.models import Article, LogEntry, ProtectedTitle, Section
from articles.moderation import deleting, hiding, protecting
from articles.moderation.protecting import Guard
from tests import desk, factories
from tests.pages import Page

pytestmark = pytest.mark.django_db


def test_what_is_deleted_or_hidden_leads_to_where_it_comes_back(moderator_client: Client, moderator, article):
    first, by = article.current_edit, moderator.account
    factories.edit(article, "Another lead.\n", section="0")
    hiding.hide(edit=first, text=True, summary=False, author=False, by=by, why="private")
    ways = Page(moderator_client.get(f"/admin/articles/edit/{first.pk}/change/"))
    assert "Revert to this version" not in [link.text for link in ways.links]
    deleting.delete([article], by=by, why="a test")
    ways = Page(moderator_client.get(f"/admin/articles/article/{article.pk}/change/"))
    assert moderator_client.get(ways.link("Look at it, and restore it")).status_code == 200
    assert "Edit this article" not in [link.text for link in ways.links]


@pytest.mark.parametrize("model", ["article", "edit"])
def test_history_shows_our_edits_and_leads_to_them(moderator_client: Client, article, editor, model: str):
    edit = factories.edit(article, "Another lead.\n", section="0", author=editor, summary="Put right")
    row = {"article": article.pk, "edit": edit.pk}[model]
    page = Page(moderator_client.get(f"/admin/articles/{model}/{row}/history/"))
    assert "Put right" in page.words and editor.name in page.words
    assert edit.get_absolute_url() in [link.href for link in page.links]


# --- What is done with them --------------------------------------------------------------------------------------
LIST = "/admin/articles/article/"


def test_pages_are_protected_at_once_and_what_is_not_chosen_stays_on_each(moderator_client: Client, moderator):
    pages = [factories.article(title) for title in ("Asthma", "Croup")]
    guards = {"move": Guard("reviewer")}
    protecting.protect(article=pages[0], full_title="Asthma", guards=guards, by=moderator.account, why="Moved a lot")
    chosen = {"edit-level": "editor", "edit-ends": "day", "reason": "A dispute"}
    answer = desk.do(moderator_client, LIST, "protect", [page.pk for page in pages], **chosen)
    assert "Done: 2 of 2" in Page(answer).words
    held = Article.objects.order_by("title").values_list("edit_protection", "move_protection", "propose_protection")
    assert list(held) == [("editor", "reviewer", ""), ("editor", "", "")]
    assert not Article.objects.filter(edit_protected_until=None).exists()


def test_a_protection_that_changes_nothing_is_asked_for_again(moderator_client: Client, article):
    answer = desk.do(moderator_client, LIST, "protect", [article.pk], reason="A dispute")
    assert answer.status_code == 422 and "Choose what shall be protected" in Page(answer).words


def test_a_protection_somebody_else_changed_meanwhile_is_looked_at_again(moderator_client: Client, moderator, article):
    asked = desk.choose(moderator_client, LIST, "protect", [article.pk])
    guards, by = {"edit": Guard("reviewer")}, moderator.account
    protecting.protect(article=article, full_title=article.full_title, guards=guards, by=by, why="A dispute")
    answer = desk.send(moderator_client, asked, **{"edit-level": "editor", "reason": "Mine"})
    assert answer.status_code == 409 and "edit: reviewer" in Page(answer).words
    assert Article.objects.get(pk=article.pk).edit_protection == "reviewer"


def test_the_title_of_a_deleted_page_is_protected_here_too(moderator_client: Client, moderator, article):
    deleting.delete([article], by=moderator.account, why="An advertisement")
    chosen = {"create-level": "moderator", "reason": "Written again and again"}
    desk.do_from_the_row(moderator_client, f"{LIST}{article.pk}/change/", "Protect", **chosen)
    assert ProtectedTitle.objects.get().level == "moderator"


def test_the_stub_topic_is_set_for_several(moderator_client: Client):
    pages = [factories.article(title) for title in ("Asthma", "Croup")]
    redirect = factories.article("Wheezing", "#REDIRECT [[Asthma]]\n")
    numbers = [page.pk for page in (*pages, redirect)]
    asked = desk.choose(moderator_client, LIST, "stub", numbers)
    assert "Now: medicine" in Page(asked).words and "Nothing: It only leads to another page." in Page(asked).words
    desk.send(moderator_client, asked, topic="surgery", reason="About the knife")
    assert list(Article.objects.order_by("title").values_list("stub_topic", flat=True)) == ["surgery", "surgery", ""]


def test_a_topic_that_breaks_the_mark_is_refused_on_each_row(moderator_client: Client, article):
    answer = desk.do(moderator_client, LIST, "stub", [article.pk], topic="a}}b", reason="x")
    assert answer.status_code == 422 and "without brackets" in Page(answer).words


def test_history_tells_what_moderators_did_and_why(moderator_client: Client, moderator, article):
    deleting.delete([article], by=moderator.account, why="An advertisement")
    page = Page(moderator_client.get(f"{LIST}{article.pk}/history/"))
    assert "deleted · An advertisement" in page.words and moderator.name in page.words


@pytest.mark.parametrize("after", ["x", "9" * 30])
def test_a_page_of_the_bin_that_there_is_not_is_not_found(moderator_client: Client, after: str):
    assert moderator_client.get(f"{LIST}recover/?after={after}").status_code == 404


def test_a_section_is_put_under_review_and_released(moderator_client: Client, article):
    path, section = f"{LIST}{article.pk}/change/", Section.objects.get(article=article, title="Causes").pk
    label = "Put a section under review"
    desk.do_from_the_row(moderator_client, path, label, section=section, reason="A wrong dose")
    assert "Dust." not in Client().get(article.get_absolute_url()).content.decode()
    assert LogEntry.objects.latest("number").why == "A wrong dose"
    page = Page(moderator_client.get(Page(moderator_client.get(path)).link(label)))
    assert str(section) not in [option.get("value") for option in page.all("option")]
    desk.do_from_the_row(moderator_client, path, "Release a section", reason="It was right")
    assert "Dust." in Client().get(article.get_absolute_url()).content.decode()


def test_an_empty_bin_says_so(moderator_client: Client):
    assert "no page is deleted" in Page(moderator_client.get(f"{LIST}recover/")).words
