"""The page a reader sees: stored sections, placeholders filled."""

import json
import zlib

import pytest
from django.core.cache import cache

from articles import reading, renderer
from articles.models import Article, Rendering, TextBlob
from articles.text.rendering import Rendered
from tests import factories
from tests.doors import unlocked

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_cache(db):
    cache.clear()


def page(text, title="") -> reading.Page:
    article = factories.article(title, text)
    return reading.page_of(Article.objects.select_related("current_edit").get(pk=article.pk))


def html_of(text) -> str:
    return "".join(section.heading + section.html for section in page(text).sections)


def test_a_page_is_its_sections_with_their_ids(article):
    shown = reading.page_of(article)
    assert [(each.level, each.title, each.anchor) for each in shown.sections] == [
        (0, "", ""),
        (2, "Symptoms", "Symptoms"),
        (2, "Causes", "Causes"),
        (3, "Indoors", "Indoors"),
    ]
    ids = article.sections.order_by("position").values_list("pk", flat=True)
    assert [each.id for each in shown.sections] == list(ids)
    assert shown.lead == shown.sections[0] and shown.headed == shown.sections[1:]


def test_a_heading_of_the_first_level_is_shown_as_one_of_the_second():
    assert page("# Big\n\nx\n").headed[0].level == 2


def test_a_page_costs_two_queries(article, at_most_queries):
    with at_most_queries(2):
        reading.page_of(article)


def test_a_stored_page_is_not_rendered_again(article, monkeypatch):
    monkeypatch.setattr(renderer, "render", lambda text: 1 / 0)
    assert "lungs" in reading.page_of(article).lead.html


def test_a_form_of_another_renderer_is_made_anew(article, monkeypatch):
    monkeypatch.setattr(reading, "RENDERED_BY", "another")
    assert "lungs" in reading.page_of(article).lead.html


def test_an_old_version_is_rendered_once_and_kept_for_a_while(article, monkeypatch):
    factories.edit(article, "New.\n")
    first = reading.page_of_version(article.current_edit)
    monkeypatch.setattr(renderer, "render", lambda text: 1 / 0)
    assert reading.page_of_version(article.current_edit) == first
    assert "Wheeze" in first.sections[1].html


def test_an_old_version_that_can_not_be_rendered_says_so(article, monkeypatch):
    def refuse(text):
        raise renderer.RenderError("shape", "No.")

    factories.edit(article, "New.\n")
    monkeypatch.setattr(renderer, "render", refuse)
    with pytest.raises(renderer.RenderError):
        reading.page_of_version(article.current_edit)


def test_what_is_stored_is_what_was_rendered(article):
    stored = Rendering.objects.get(blob=article.text_id)
    assert Rendered.from_json(json.loads(zlib.decompress(bytes(stored.data)))) == renderer.render(factories.TEXT)


def test_a_rendered_form_kept_twice_is_stored_once(article):
    form = renderer.render(factories.TEXT)
    with unlocked("the write door calls it"):
        reading.keep_rendered_form(article.text, form)
        reading.keep_rendered_forms({article.text: form})
    assert Rendering.objects.filter(blob=article.text_id).count() == 1


# --- Links -------------------------------------------------------------------------------------------------------
def test_a_link_to_what_is_not_there_is_told_apart_until_it_is_made():
    before = html_of("See [[dust]].\n")
    factories.article("Dust", "Small.\n")
    after = html_of("See [[dust]].\n")
    assert 'class="missing-link"' in before and 'title="Dust (not written yet)"' in before
    assert '<a href="/wiki/Dust">dust</a>' in after


def test_the_same_stored_form_turns_the_link_blue(article):
    factories.edit(article, "See [[Dust]].\n")
    now = Article.objects.select_related("current_edit").get(pk=article.pk)
    assert "missing-link" in reading.page_of(now).lead.html
    factories.article("Dust", "Small.\n")
    assert "missing-link" not in reading.page_of(now).lead.html


def test_a_link_to_what_was_deleted_is_to_what_is_not_there():
    dust = factories.article("Dust", "Small.\n")
    with unlocked("deleting comes with moderation"):
        Article.objects.filter(pk=dust.pk).update(state=Article.State.DELETED)
    assert "missing-link" in html_of("See [[Dust]].\n")


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("[[Dust#In houses|there]]", '<a href="/wiki/Dust#In_houses">there</a>'),
        ("[[Dust|<b>x</b> & y]]", '<a href="/wiki/Dust">&lt;b&gt;x&lt;/b&gt; &amp; y</a>'),
        ("[[#Causes]]", '<a href="#Causes">'),
        ("[[:Category:Lungs]]", '<a href="/category/Lungs">'),
        ("[[Help:Editing]]", 'href="/wiki/Help:Editing"'),
        ('[[A "b" & c]]', "/wiki/A_%22b%22_&amp;_c"),
        ("[[HIV/AIDS]]", 'href="/wiki/HIV/AIDS"'),
        ("[[What?]]", 'href="/wiki/What%3F"'),
    ],
)
def test_a_link_leads_where_it_says(text, link):
    factories.article("Dust", "Small.\n")
    assert link in html_of(f"See {text}.\n")


def test_all_links_of_a_page_cost_one_query(at_most_queries):
    text = "".join(f"[[Page {number}]] [[Help:Page {number}]]\n" for number in range(50))
    article = factories.article(text=text)
    with at_most_queries(2):
        reading.page_of(article)


def test_citations_are_numbered_as_they_first_appear_and_listed():
    shown = page("One [@doi:10.1/x], two [@pmid:123], one again [@doi:10.1/x].\n")
    assert [(each.number, each.label, each.url) for each in shown.references] == [
        (1, "DOI 10.1/x", "https://doi.org/10.1/x"),
        (2, "PMID 123", "https://pubmed.ncbi.nlm.nih.gov/123/"),
    ]
    assert shown.lead.html.count('<a href="#reference-1">[1]</a>') == 2


@pytest.mark.parametrize("token", ["\ufdd0L0\ufdd1", "\ufdd0C0\ufdd1", "\ufdd0/L\ufdd1", "\ufdd0L99\ufdd1x"])
def test_a_placeholder_typed_by_somebody_is_nothing(token):
    html = html_of(f"See {token} [[Dust]].\n")
    assert html.count("<a ") == 1 and "\ufdd0" not in html


def test_a_placeholder_that_names_nothing_is_taken_away():
    form = renderer.render("Lead.\n")
    assert reading._filled("a \ufdd0L7\ufdd1b\ufdd0C\ufdd1", []) == "a b"
    assert form.links == ()


def test_categories_redirect_and_description_are_those_of_the_text():
    shown = page("A lead.\n\n[[Category:Lungs]]\n[[Category:Air]]\n")
    assert (shown.categories, shown.description, shown.redirect_title) == (("Lungs", "Air"), "A lead.", "")


def test_a_redirect_names_where_it_leads():
    shown = page("#REDIRECT [[Lungs#Air]]\n")
    assert (shown.redirect, shown.redirect_title) == ("Lungs#Air", "Lungs")


# --- Preview -----------------------------------------------------------------------------------------------------
def test_a_preview_shows_the_sections_that_begin_in_the_lines_asked_for():
    shown = reading.preview_of("Lead.\n\n## One\n\n1\n\n## Two[^1]\n\n2\n\n[^1]: A note.\n", 6, 8)
    assert [section.anchor for section in shown.sections] == ["Two"]
    assert shown.lead is None and "A note." in shown.footnotes


def test_a_preview_of_the_whole_shows_all():
    assert len(reading.preview_of(factories.TEXT).sections) == 4


def test_a_preview_of_what_begins_no_section_shows_the_section_it_is_in():
    (shown,) = reading.preview_of(factories.TEXT, 4, 5).sections
    assert shown.title == "Symptoms"


# --- Lists -------------------------------------------------------------------------------------------------------
def test_contributors_are_named_those_with_the_most_words_first_however_often_they_edited(article, editor, reviewer):
    factories.edit(article, "## Causes\n\nDust!\n", section="Causes", author=reviewer)
    factories.edit(article, "## Causes\n\nDust, pollen.\n", section="Causes", author=reviewer)
    factories.edit(article, "## Causes\n\nDust, pollen, smoke.\n", section="Causes", author=reviewer)
    assert reading.contributors_of(article) == [editor, reviewer]
    factories.edit(article, "## Causes\n\nDust, pollen, smoke.\n\n" + "More. " * 30, section="Causes", author=reviewer)
    assert reading.contributors_of(article) == [reviewer, editor]


def test_of_contributors_with_as_many_words_the_earliest_is_first(editor, reviewer, moderator):
    article = factories.article(text="One.\n", author=reviewer)
    factories.edit(article, "One.\n\nTwo.\n", author=moderator)
    factories.edit(article, "One.\n\nTwo.\n\nThree.\n", author=editor)
    assert reading.contributors_of(article) == [reviewer, moderator, editor]


def test_who_wrote_nothing_that_is_left_is_no_contributor(article, editor, reviewer):
    factories.edit(article, "All new.\n", author=reviewer)
    assert reading.contributors_of(article) == [reviewer]


def test_a_text_without_a_word_is_of_who_left_it_so(article, reviewer):
    factories.edit(article, "----\n", author=reviewer)
    assert reading.contributors_of(article) == [reviewer]


def test_contributors_are_one_query_however_many_there_are(article, at_most_queries):
    for number in range(3):
        factories.edit(article, f"Word {number}.\n", section="0", author=factories.author("editor"))
    with at_most_queries(1):
        assert [author.shown_name for author in reading.contributors_of(article)]


def test_a_hidden_author_is_not_named(article):
    with unlocked("hiding comes with moderation"):
        article.edits.update(hidden_author=True)
    assert reading.contributors_of(article) == []


def test_the_members_of_a_category_are_in_the_order_of_their_sort_keys():
    factories.article("Asthma", "x\n\n[[Category:Lungs|zz]]\n")
    factories.article("Bronchitis", "x\n\n[[Category:Lungs]]\n")
    factories.article("Heart", "x\n\n[[Category:Organs]]\n")
    assert [member.article.title for member in reading.members_of("Lungs")] == ["Bronchitis", "Asthma"]


def test_a_category_pages_by_key():
    titles = ["A", "B", "C"]
    made = [factories.article(title, "x\n\n[[Category:Lungs|same]]\n") for title in titles]
    first = reading.members_of("Lungs", size=2)
    rest = reading.members_of("Lungs", reading.key_of_member(first[-1]), 2)
    assert [member.article for member in [*first, *rest]] == made


@pytest.mark.parametrize("after", ["|", "x", "a|b", "|" * 300])
def test_a_key_that_is_none_does_no_harm(after):
    assert reading.members_of("Lungs", after) == []


def test_a_deleted_article_is_no_member(article):
    with unlocked("deleting comes with moderation"):
        Article.objects.filter(pk=article.pk).update(state=Article.State.DELETED)
    assert reading.members_of("Lungs") == []


def test_a_category_may_say_something_of_itself():
    assert reading.about_category("Lungs") is None
    factories.article("Category:Lungs", "All about air.\n")
    assert "All about air." in reading.about_category("Lungs").lead.html


def test_titles_are_listed_from_a_beginning_on_without_redirects_and_other_pages():
    made = [factories.article(title, "x\n") for title in ("Asthma", "Bone", "Cold", "Help:Bone")]
    factories.article("Ague", "#REDIRECT [[Cold]]\n")
    assert reading.titles_from("A", 2) == reading.Titles(["Asthma", "Bone"], "Cold")
    assert reading.titles_from("B").rows == [made[1].title, made[2].title]
    assert reading.titles_from("D") == reading.Titles([], "")


def test_newly_changed_are_articles_the_newest_first(article):
    factories.article("Help:Editing", "x\n")
    edit = factories.edit(article, "2.\n")
    other = factories.article()
    assert [row.current_edit for row in reading.newly_changed()] == [other.current_edit, edit]
    assert reading.newly_changed(1) == [other]


def test_a_blob_knows_its_form(article):
    assert reading.rendered_form(TextBlob.objects.get(pk=article.text_id)).words > 0


@pytest.mark.parametrize(("number", "title"), [(1, "Symptoms"), (2, "Causes"), (3, "Indoors")])
def test_sections_are_counted_through_whatever_their_level(article, number, title):
    from articles.models import Section

    assert reading.section_numbered(article, number) == Section.objects.get(article=article, title=title).pk


@pytest.mark.parametrize("number", [-1, 0, 4, 10**9])
def test_there_is_no_section_of_another_number(article, number):
    assert reading.section_numbered(article, number) is None


def test_who_wrote_what_is_hidden_now_is_no_contributor(article, reviewer):
    hidden = factories.edit(article, "2.\n", author=reviewer)
    factories.edit(article, "3.\n", author=article.current_edit.author)
    with unlocked("hiding comes with moderation"):
        article.edits.filter(pk=hidden.pk).update(hidden_text=True)
    assert reading.contributors_of(article) == [article.current_edit.author]


def test_a_passage_is_a_section_and_those_within_it(article):
    found = {section.title: section.id for section in reading.page_of(article).headed}
    titles = {name: [each.title for each in reading.passage_of(article.current_edit, found[name])] for name in found}
    assert (titles["Causes"], titles["Indoors"]) == (["Causes", "Indoors"], ["Indoors"])
