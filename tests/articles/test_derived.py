"""What is kept beside a text is in step with it after each save: row, names, rendered form, search, stamps."""

import pytest
from django.db import transaction

from articles import editing, search, stamps
from articles.models import Article, Dependency, PageStamp, Rendering, Section
from tests import factories

pytestmark = pytest.mark.django_db

TEXT = "A new lead about the lungs.\n\n## Signs\n\nCough, after [[Dust]].\n\n[[Category:Lungs]]\n"


# --- What lists and notices ask of the article's row -------------------------------------------------------------
def test_the_articles_row_is_in_step_with_its_text(article):
    factories.edit(article, "One two three.\n\n## Four\n\nFive.\n")
    article.refresh_from_db()
    assert (article.description, article.stub_topic, article.redirect_to) == ("One two three.", "", "")
    assert article.words >= 4
    assert article.text.text == "One two three.\n\n## Four\n\nFive.\n"


def test_a_redirect_names_its_target(article):
    factories.edit(article, "#REDIRECT [[Lungs#Air]]\n")
    article.refresh_from_db()
    assert article.redirect_to == "Lungs#Air" and article.is_redirect


LONG = "x" * 2_000


@pytest.mark.parametrize(
    "text",
    [
        f"# {LONG}\n\nx\n",
        f"{{{{stub|{LONG[:150]}}}}}\n",
        f"Lead.\n\n{{{{{LONG}|a=b}}}}\n",
        f"Lead [[{LONG}]], [[File:{LONG}.png]], [@doi:10.1/{LONG}], [@pmid:{'1' * 2_000}].\n",
        f"Lead.\n\n[[Category:{LONG[:200]}|{LONG[:300]}]]\n",
        f"#REDIRECT [[Lungs#{LONG}]]\n",
        f"[[Lungs#{LONG}|label]]\n",
        LONG + "\n",
    ],
    ids=["heading", "stub", "template", "names", "category", "redirect", "fragment", "word"],
)
def test_names_of_any_length_fit_into_their_columns(editor, text):
    # SQLite takes them as they are; PostgreSQL would refuse the whole save.
    article = factories.article(text=text, author=editor)
    longest = max((len(row.target) for row in article.dependencies.all()), default=0)
    assert longest <= 300 and len(article.redirect_to) <= 600
    assert max(len(row.title) for row in article.sections.all()) <= 300


# --- Dependencies, the rendered form, search, stamps -------------------------------------------------------------
def dependencies_of(article) -> set[tuple[str, str, str]]:
    return set(Dependency.objects.filter(article=article).values_list("kind", "target", "sort_key"))


def test_dependencies_say_what_the_text_names(editor):
    text = (
        "See [[dust]], [[Help:Mites|mites]] and [@pmid:123] [@doi:10.1/x]. {{infobox disease|a=b}} "
        "[[File:Lung.png]]\n\n[[Category:Lungs]]\n[[Category:Allergies|asthma]]\n"
    )
    article = factories.article("Asthma", text, author=editor)
    assert dependencies_of(article) == {
        ("link", "Dust", ""),
        ("link", "Help:Mites", ""),
        ("source", "pmid:123", ""),
        ("source", "doi:10.1/x", ""),
        ("template", "infobox disease", ""),
        ("file", "Lung.png", ""),
        ("category", "Lungs", "Asthma"),
        ("category", "Allergies", "asthma"),
    }


def test_dependencies_follow_the_text(article):
    factories.edit(article, "See [[Dust]].\n\n[[Category:Lungs|breath]]\n")
    factories.edit(article, "See [[Mites]].\n\n[[Category:Lungs|air]]\n")
    assert dependencies_of(article) == {("link", "Mites", ""), ("category", "Lungs", "air")}


def test_a_redirect_depends_on_its_target(article):
    factories.edit(article, "#REDIRECT [[Lungs#Air]]\n")
    assert ("redirect", "Lungs", "") in dependencies_of(article)


def test_dependencies_of_many_imports_are_there(editor):
    factories.bring_in_many(editor, "One", "Two")
    assert dependencies_of(Article.objects.get(title="Two")) == {("link", "Dust", ""), ("category", "Lungs", "Two")}


def test_the_rendered_form_of_the_current_text_is_stored_and_the_one_before_let_go(article):
    edit = factories.edit(article, TEXT)
    assert list(Rendering.objects.values_list("blob", flat=True)) == [edit.blob_id]


def test_the_rendered_form_that_another_article_uses_is_kept(editor):
    one, other = (factories.article(text="The same.\n", author=editor) for _time in range(2))
    factories.edit(one, "Another.\n")
    assert Rendering.objects.filter(blob=other.text).exists()


def found(words) -> list[str]:
    return [hit.full_title for hit in search.find(words).hits]


def test_a_saved_text_is_found_at_once_and_the_former_one_no_more(article):
    factories.edit(article, "Everything about bronchoscopes.\n")
    assert found("bronchoscopes") == [article.title]
    assert found("Wheeze") == []


def test_a_text_brought_back_is_found_at_once(article, editor):
    edit = factories.edit(article, "Everything about bronchoscopes.\n")
    editing.revert(edit=article.current_edit, base=edit.pk, author=editor)
    assert (found("bronchoscopes"), found("Wheeze")) == ([], [article.title])


def test_a_hit_names_the_section_it_is_in(article):
    hit = search.find("Mites").hits[0]
    assert (hit.anchor, hit.section_id) == ("Indoors", Section.objects.get(article=article, title="Indoors").pk)


def test_imports_are_found_at_once(editor):
    factories.bring_in_many(editor, "One", "Two", aliases=("Another name",))
    assert set(found("about")) | set(found("dust")) == {"One", "Two"}


def test_an_article_is_found_by_the_name_that_redirects_to_it(editor):
    factories.article("Asthma", author=editor)
    factories.article("Bronchial hyperreactivity", "#REDIRECT [[Asthma]]\n", author=editor)
    assert found("hyperreactivity") == ["Asthma"]


def test_an_article_is_no_longer_found_by_a_name_that_redirects_elsewhere_now(editor):
    factories.article("Asthma", author=editor)
    factories.article("Lungs", "Two of them.\n", author=editor)
    alias = factories.article("Hyperreactivity", "#REDIRECT [[Asthma]]\n", author=editor)
    factories.edit(alias, "#REDIRECT [[Lungs]]\n")
    assert found("hyperreactivity") == ["Lungs"]


def test_an_article_that_became_a_redirect_is_not_found_by_its_former_text(article, editor):
    factories.article("Lungs", "Two of them.\n", author=editor)
    factories.edit(article, "#REDIRECT [[Lungs]]\n")
    assert found("Wheeze") == []


def test_a_redirect_that_became_an_article_is_found_itself(editor):
    factories.article("Asthma", author=editor)
    alias = factories.article("Hyperreactivity", "#REDIRECT [[Asthma]]\n", author=editor)
    factories.edit(alias, "Something of its own.\n")
    assert found("hyperreactivity") == ["Hyperreactivity"]


def stamp_of(path: str) -> int:
    return PageStamp.objects.filter(path=path).values_list("stamp", flat=True).first() or 0


def test_each_save_raises_the_stamp_of_its_page(article):
    before = stamp_of(f"/wiki/{article.title}")
    factories.edit(article, TEXT)
    assert stamp_of(f"/wiki/{article.title}") > before > 0


def test_a_new_title_raises_the_stamps_of_the_pages_that_link_to_it(editor):
    factories.article("Asthma", "See [[Dust]].\n", author=editor)
    factories.article("Lungs", "See nothing.\n", author=editor)
    asthma, lungs = stamp_of("/wiki/Asthma"), stamp_of("/wiki/Lungs")
    factories.article("Dust", "Small.\n", author=editor)
    assert stamp_of("/wiki/Asthma") > asthma
    assert stamp_of("/wiki/Lungs") == lungs


def test_new_titles_of_an_import_raise_the_stamps_of_the_pages_that_link_to_them(editor):
    factories.article("Asthma", "See [[Two]].\n", author=editor)
    asthma = stamp_of("/wiki/Asthma")
    factories.bring_in_many(editor, "One", "Two")
    assert stamp_of("/wiki/Asthma") > asthma and stamp_of("/wiki/Two") > 0


def test_an_edit_of_a_page_that_is_there_leaves_the_stamps_of_those_that_link_to_it(editor):
    factories.article("Asthma", "See [[Dust]].\n", author=editor)
    dust = factories.article("Dust", "Small.\n", author=editor)
    asthma = stamp_of("/wiki/Asthma")
    factories.edit(dust, "Very small.\n")
    assert stamp_of("/wiki/Asthma") == asthma


@pytest.mark.parametrize(("before", "after"), [("", "[[Category:Lungs]]"), ("[[Category:Lungs]]", "")])
def test_the_stamp_of_a_category_is_raised_when_an_article_comes_or_goes(editor, before, after):
    article = factories.article("Asthma", f"Lead.\n\n{before}\n", author=editor)
    lungs = stamp_of("/wiki/Category:Lungs")
    factories.edit(article, f"Lead, again.\n\n{after}\n")
    assert stamp_of("/wiki/Category:Lungs") > lungs


def test_an_import_raises_the_stamp_of_its_categories(editor):
    factories.bring_in_many(editor, "One", "Two")
    assert stamp_of("/wiki/Category:Lungs") > 0


def test_the_sites_wording_raises_a_stamp_of_its_own():
    with transaction.atomic():
        stamps.raise_site_stamp()
    assert stamp_of("") > 0
