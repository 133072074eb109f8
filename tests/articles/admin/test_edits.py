"""Edits in the Django admin: what is closed to a person, or hidden, is not shown."""

import pytest
from django.test import Client

from articles.models import ApproverRule, Article, Edit, LogEntry, Proposal
from tests import desk, factories
from tests.doors import unlocked
from tests.pages import Page

pytestmark = pytest.mark.django_db


def test_a_way_that_is_closed_to_a_person_is_not_shown(moderator_client: Client, administrator_client: Client, article):
    factories.edit(article, "Another lead.\n", section="0")
    with unlocked("no moderator shuts themselves out"):
        Article.objects.filter(pk=article.pk).update(edit_protection="administrator")
    pages = [
        Page(client.get(f"/admin/articles/edit/{article.current_edit_id}/change/"))
        for client in (moderator_client, administrator_client)
    ]
    assert ["Revert to this version" in [link.text for link in page.links] for page in pages] == [False, True]


def test_a_hidden_summary_and_a_hidden_author_are_not_shown_here_either(moderator_client: Client, article, editor):
    edit = factories.edit(article, "Another lead.\n", section="0", author=editor, summary="Slander")
    with unlocked("hiding comes with its own issue"):
        Edit.objects.filter(pk=edit.pk).update(hidden_summary=True, hidden_author=True)
    page = Page(moderator_client.get(f"/admin/articles/article/{article.pk}/history/"))
    (table,) = page.with_id("change-history")
    assert "Slander" not in page.words and "".join(table.itertext()).count(editor.name) == 1  # Of the creation.


# --- What is done with them --------------------------------------------------------------------------------------
LIST = "/admin/articles/edit/"


def text_of(article: Article) -> str:
    return Article.objects.select_related("text").get(pk=article.pk).text.text


def test_a_version_is_brought_back_with_a_line_in_the_log(moderator_client: Client, moderator, article):
    first = article.current_edit_id
    factories.edit(article, "Nonsense.\n", section="0")
    desk.do_from_the_row(moderator_client, f"{LIST}{first}/change/", "Revert to this version", reason="Nonsense")
    edit = Edit.objects.latest("id")
    assert text_of(article) == factories.TEXT and (edit.kind, edit.author, edit.summary) == (
        "revert",
        moderator,
        "Nonsense",
    )
    entry = LogEntry.objects.latest("number")
    assert (entry.what, entry.why, entry.after["restores"]) == ("article.revert", "Nonsense", first)


def test_an_older_dose_that_is_brought_back_here_waits_for_a_second_look(moderator_client: Client, reviewer):
    article = factories.article("Aspirin", "Take 5 mg.\n")
    factories.edit(article, "Take 50 mg.\n", section="0", author=reviewer)
    factories.edit(article, "Take 50 mg daily.\n", section="0", author=reviewer)
    row = f"{LIST}{article.current_edit_id}/change/"
    desk.do_from_the_row(moderator_client, row, "Revert to this version", reason="The source says five")
    assert text_of(article) == "Take 5 mg.\n" and Edit.objects.latest("id").tags == [Edit.RISKY]


def test_where_a_rule_asks_for_others_a_version_that_is_brought_back_here_waits(moderator_client: Client, moderator):
    article = factories.article("Aspirin", "Old.\n\n[[Category:Drugs]]\n")
    first = article.current_edit_id
    for lead in ("New.\n", "Newer.\n"):
        factories.edit(article, lead, section="0")
    with unlocked("the page of the rules has its own tests"):
        ApproverRule.objects.create(number=2, category="Drugs", kinds=["administrator"])
    asked = moderator_client.get(Page(moderator_client.get(f"{LIST}{first}/change/")).link("Revert to this version"))
    answer = desk.send(moderator_client, asked, reason="From the beginning")
    proposal = Proposal.objects.get()
    assert f"waits as proposal {proposal.pk}" in Page(moderator_client.get(answer["Location"])).words
    assert text_of(article).startswith("Newer.") and proposal.why_held == ["rule"] and proposal.author == moderator
    assert not LogEntry.objects.filter(what="article.revert").exists()


def test_of_two_versions_of_a_page_one_comes_back_and_the_other_is_told_of(moderator_client: Client, article):
    first = article.current_edit_id
    second = factories.edit(article, "Two.\n", section="0").pk
    factories.edit(article, "Three.\n", section="0")
    answer = desk.do(moderator_client, LIST, "revert", [first, second], reason="Better")
    page = Page(answer)
    assert answer.status_code == 200 and "Done: 1 of 2" in page.words and "Not done:" in page.words


def test_edits_of_a_page_are_undone_as_one_and_those_in_the_way_of_others_are_left(moderator_client: Client, article):
    bad = [factories.edit(article, f"Spam {number}.\n", section="0").pk for number in range(2)]
    other = factories.article("Croup")
    covered = factories.edit(other, "Spam.\n", section="0").pk
    factories.edit(other, "Spam, and more.\n", section="0")
    asked = desk.choose(moderator_client, LIST, "undo", [*bad, covered])
    assert "goes back to version 1" in Page(asked).words and "Nothing can be done" in Page(asked).words
    answer = desk.send(moderator_client, asked, reason="Spam")
    assert text_of(article) == factories.TEXT and "Done: 2 of 3" in Page(answer).words
    assert article.edits.count() == 4 and LogEntry.objects.filter(target=article.full_title, why="Spam").count() == 1


def test_what_was_edited_meanwhile_is_not_undone_unseen(moderator_client: Client, article):
    bad = factories.edit(article, "Spam.\n", section="0").pk
    asked = desk.choose(moderator_client, LIST, "undo", [bad])
    factories.edit(article, "## Causes\n\nPollen.\n", section="Causes")
    answer = desk.send(moderator_client, asked, reason="Spam")
    assert answer.status_code == 409 and "Spam." in text_of(article)
    assert desk.send(moderator_client, answer).status_code == 303
    assert "Spam." not in text_of(article) and "Pollen." in text_of(article)


def test_where_a_rule_asks_for_others_an_undo_waits_as_it_does_on_the_pages(moderator_client: Client, moderator):
    article = factories.article("Gout", "Old.\n\n[[Category:Joints]]\n")
    bad = factories.edit(article, "Newer.\n\n[[Category:Joints]]\n").pk
    factories.edit(article, "Newer.\n\n## Causes\n\nMeat.\n\n[[Category:Joints]]\n")
    with unlocked("the page of the rules has its own tests"):
        ApproverRule.objects.create(category="Joints", number=1)
    answer = desk.do(moderator_client, LIST, "undo", [bad], reason="Wrong")
    proposal = Proposal.objects.get()
    assert f"It waits as proposal {proposal.pk}" in Page(moderator_client.get(answer["Location"])).words
    assert text_of(article).startswith("Newer.") and proposal.blob.text.startswith("Old.")
    assert (proposal.why_held, proposal.author) == (["rule"], moderator)


def test_versions_are_hidden_part_by_part_and_shown_again(moderator_client: Client, article):
    edits = [factories.edit(article, f"Tower Street {number}.\n", section="0").pk for number in range(2)]
    factories.edit(article, "A lead.\n", section="0")
    desk.do(moderator_client, LIST, "hide", edits[:1], summary="hide", reason="A name")
    desk.do(moderator_client, LIST, "hide", edits, text="hide", reason="An address")
    flags = Edit.objects.filter(pk__in=edits).order_by("id").values_list("hidden_text", "hidden_summary")
    assert list(flags) == [(True, True), (True, False)]
    desk.do(moderator_client, LIST, "hide", edits, text="show", reason="None")
    assert list(flags.all()) == [(False, True), (False, False)]
    assert LogEntry.objects.filter(what="article.hide").count() == 5


def test_the_text_that_readers_see_is_not_hidden(moderator_client: Client, article):
    answer = desk.do(moderator_client, LIST, "hide", [article.current_edit_id], text="hide", reason="x")
    assert answer.status_code == 422 and "Readers see this text" in Page(answer).words


def test_hiding_nothing_is_asked_for_again(moderator_client: Client, article):
    answer = desk.do(moderator_client, LIST, "hide", [article.current_edit_id], reason="x")
    assert answer.status_code == 422 and "Choose what shall be hidden" in Page(answer).words
