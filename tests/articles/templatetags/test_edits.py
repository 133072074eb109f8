"""The lines of lists of edits: what each tells, where it leads, and what it keeps from whom."""

import pytest
from django.template import Context, Template

from articles import history
from articles.models import Article, Edit
from articles.moderation import hiding
from tests import factories
from tests.pages import Page, words

pytestmark = pytest.mark.django_db

ITEMS = Template("{% load edits %}<body><ol>{% edit_items edits place %}</ol>")
TO_COMPARE = Template("{% load edits %}<body><ol>{% edits_to_compare edits %}</ol>")
LINES = Template(
    "{% load edits %}<body>{% edit_lines edits place as lines %}"
    "{% for edit, line in lines %}{{ edit.number }}: {{ line }}{% endfor %}"
)
READER = {"may_moderate": False, "may_review": False, "may_revert": False, "may_undo": False}
MODERATOR = dict.fromkeys(READER, True)


@pytest.fixture
def asthma() -> Article:
    article = factories.article("Asthma")
    factories.edit(article, "## Causes\n\n<b>Pollen.</b>\n", section="Causes", summary="<script>dust</script> & pollen")
    return Article.objects.get(pk=article.pk)


def shown(article: Article, place: str = "history", template: Template = ITEMS, **context: object) -> Page:
    edits = history.edits_of(article, with_looks=True).rows
    return Page(template.render(Context({**READER, "article": article, "edits": edits, "place": place, **context})))


def hidden(edit: Edit, **what: bool) -> None:
    flags = {"text": False, "summary": False, "author": False, **what}
    hiding.hide(edit=edit, by=factories.user("moderator"), why="Secret.", **flags)


def test_a_line_tells_number_time_author_size_section_and_why(asthma):
    newest, first = shown(asthma).with_class("edit")
    said = words(newest)
    assert said.startswith("2 ") and "<script>dust</script> & pollen" in said and "→ Causes" in said
    assert "new article" in words(first) and "+" in words(first)


def test_nothing_that_people_write_acts(asthma):
    assert shown(asthma).live() == [] and shown(asthma).all("script") == []


def test_each_line_leads_to_its_version_and_to_what_it_changed(asthma):
    newest, first = Edit.objects.filter(article=asthma).order_by("-number")
    links = {(link.text, link.href) for link in shown(asthma).links}
    assert {
        ("what changed", f"/compare/previous/{newest.pk}"),
        ("changed since", f"/compare/{first.pk}/current"),
    } <= links
    assert ("→ Causes", f"/compare/previous/{newest.pk}?section={newest.section_id}") in links
    assert ("changed since", f"/compare/{newest.pk}/current") not in links


def test_elsewhere_a_line_names_its_page_and_leads_to_its_history(asthma):
    page = shown(asthma, "recent")
    assert page.link("Asthma") == "/wiki/Asthma" and page.link("history") == "/history/Asthma"
    assert page.link("→ Causes") == "/wiki/Asthma#Causes"


def test_two_versions_are_chosen_the_newest_and_the_one_before(asthma):
    chosen = [field for field in shown(asthma, template=TO_COMPARE).all("input") if field.get("checked") is not None]
    assert [field.get("name") for field in chosen] == ["new", "old"]


def test_lines_come_with_their_edits(asthma):
    assert shown(asthma, "recent", LINES).words.startswith("2: Asthma")


@pytest.mark.parametrize("template", [ITEMS, TO_COMPARE])
def test_a_hidden_text_leads_nowhere_and_gives_no_section_away(asthma, template):
    edit = Edit.objects.get(article=asthma, number=1)
    hidden(edit, text=True)
    page = shown(asthma, template=template)
    assert "text hidden" in page.words
    assert not any(str(edit.pk) in link.href.split("/") for link in page.links)
    assert not any(field.get("value") == str(edit.pk) for field in page.all("input"))


def test_a_hidden_summary_is_told_to_moderators_only(asthma):
    hidden(Edit.objects.get(article=asthma, number=2), summary=True)
    assert "pollen" not in shown(asthma).words and "summary hidden" in shown(asthma).words
    assert "pollen" in shown(asthma, **MODERATOR).words


def test_a_hidden_name_is_told_to_moderators_only(asthma):
    edit = Edit.objects.get(article=asthma, number=2)
    hidden(edit, author=True)
    assert edit.author.name not in words(shown(asthma).with_class("edit")[0])
    assert "(name hidden)" in shown(asthma).words
    assert edit.author.name in words(shown(asthma, **MODERATOR).with_class("edit")[0])


def test_moderators_are_led_to_their_deeds(asthma):
    newest = Edit.objects.get(article=asthma, number=2)
    page = shown(asthma, **MODERATOR)
    assert page.link("hide") == f"/hide/{newest.pk}" and page.link("undo") == f"/undo/{newest.pk}"
    assert page.link("roll back") == "/rollback/Asthma" and page.link("bring back").startswith("/revert/")
    assert page.link("block").endswith(f"?who={newest.author.name.replace(' ', '%20')}")


def test_what_is_new_to_somebody_says_so(asthma):
    first = Edit.objects.get(article=asthma, number=1)
    assert len(shown(asthma, "recent", seen=first.pk).with_class("edit__new")) == 1


def test_a_list_of_fifty_asks_no_more_than_a_list_of_two(asthma, django_assert_num_queries):
    for number in range(4):
        factories.edit(asthma, f"Number {number}.\n")
    with django_assert_num_queries(1):
        shown(asthma, may_review=True)
