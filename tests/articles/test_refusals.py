"""What keeps a change from being saved: told in words, with nothing left behind."""

import threading

import pytest

from articles import editing, judging, refusals
from articles.editing import BaseMissing, TextRefused, TextTooLarge, TitleRefused
from articles.models import Article
from articles.renderer import RenderError
from tests import factories
from tests.articles.changes import change, text_of

pytestmark = pytest.mark.django_db


# --- Titles ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("title", ["\u0410sthma", "\uff21sthma", "\U0001d400sthma", "Asthm\u0430"])
def test_a_title_that_looks_like_one_that_exists_is_refused_and_names_it(editor, title):
    factories.article("Asthma", author=editor)
    with pytest.raises(TitleRefused) as refused:
        factories.save(title, "Not the same.\n", base=0, author=editor)
    assert refused.value.existing == "Asthma" and "Asthma" in refused.value.message
    assert Article.objects.count() == 1


@pytest.mark.parametrize(("there", "title"), [("Type I", "Type 1"), ("Ms", "MS"), ("Help:Asthma", "\u0410sthma")])
def test_titles_that_one_script_tells_apart_are_right_side_by_side(editor, there, title):
    factories.article(there, author=editor)
    assert factories.save(title, "Not the same.\n", base=0, author=editor).title == title


@pytest.mark.parametrize("title", ["", "A#b", "a/../b", "x" * 256, "A\u200bb", "A\u202eb", "[[A]]"])
def test_what_can_not_be_a_title_is_refused_in_words(editor, title):
    with pytest.raises(TitleRefused) as refused:
        factories.save(title, "Text.\n", base=0, author=editor)
    assert refused.value.message
    assert not Article.objects.exists()


@pytest.mark.parametrize("title", ["asthma", "  Asthma ", "Asthma", "Cafe\u0301"])
def test_each_spelling_of_a_title_is_one_article(editor, title):
    factories.article("Asthma", author=editor)
    factories.article("Caf\u00e9", author=editor)
    with pytest.raises(BaseMissing):
        factories.save(title, "Another.\n", base=0, author=editor)


# --- Texts -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("section", ["", "0", "new"])
def test_characters_damaged_on_the_way_are_refused(article, section):
    with pytest.raises(TextRefused):
        factories.edit(article, "Lead \ufffd.\n", section=section)
    assert text_of(article) == factories.TEXT


def test_characters_damaged_on_the_way_are_refused_in_a_new_article_too(editor):
    with pytest.raises(TextRefused):
        factories.save("Damage", "Lead \ufffd.\n", base=0, author=editor)


def test_an_old_damage_does_not_keep_a_text_from_being_edited(editor):
    article = _with_damage(editor)
    factories.edit(article, "Lead \ufffd, put better.\n")
    assert text_of(article) == "Lead \ufffd, put better.\n"


def test_an_old_version_with_damage_can_be_brought_back(editor):
    article = _with_damage(editor)
    now = factories.edit(article, "Lead.\n")
    editing.revert(edit=article.current_edit, base=now.pk, author=editor)
    assert text_of(article) == "Lead \ufffd.\n"


def _with_damage(author) -> Article:
    """An article whose text was damaged before it came here: only an import brings such a thing."""
    editing.bring_in(editing.Incoming("Damaged", "Lead \ufffd.\n"), author=author)
    return Article.objects.select_related("current_edit__author").get(title="Damaged")


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("x" * (512 * 1024 + 1), TextTooLarge),
        ("\u00e4" * (256 * 1024 + 1), TextTooLarge),
        ("[" * 10_000, TextRefused),
        ("> " * 500 + "deep\n", TextRefused),
    ],
    ids=["characters", "bytes", "brackets", "quotes"],
)
def test_a_text_that_could_not_be_shown_is_refused_and_leaves_no_trace(article, text, error, everything_stored):
    before = everything_stored()
    with pytest.raises(error):
        editing.save(change(article, text))
    assert everything_stored() == before


def test_a_refusal_names_the_line(article):
    with pytest.raises(TextRefused, match=r"^Line 3: "):
        factories.edit(article, "Fine.\n\n" + "[" * 10_000)


def test_a_section_that_makes_the_article_too_large_is_refused(editor):
    article = factories.article(text="x" * (510 * 1024) + "\n\n## Last\n\ny\n", author=editor)
    with pytest.raises(TextTooLarge):
        factories.edit(article, "## Last\n\n" + "y " * 2048, section="Last")


def test_a_text_that_takes_too_long_is_refused_in_words(article, monkeypatch):
    def slow(text):
        raise RenderError("time", "The text takes too long.")

    monkeypatch.setattr(refusals.renderer, "render", slow)
    with pytest.raises(TextRefused, match="too long"):
        factories.edit(article, "Another.\n")


def test_a_text_is_judged_while_it_is_rendered(article, monkeypatch):
    judged, render = threading.Event(), refusals.renderer.render

    def once_judged(text):
        assert judged.wait(10), "nobody judges it before it is rendered"
        return render(text)

    monkeypatch.setattr(refusals.renderer, "render", once_judged)
    editing.save(change(article, "Another.\n"), judge=lambda _change, _merged: judged.set() or ())

    assert text_of(article) == "Another.\n"


def test_what_can_not_be_shown_is_refused_also_where_it_would_have_to_wait(article):
    def hold(_change, merged):
        raise judging.Held((judging.RISK,), merged.text)

    with pytest.raises(TextRefused, match=r"^Line 1: "):
        editing.save(change(article, "[" * 10_000), judge=hold)


def test_what_has_to_wait_is_not_published_though_it_is_rendered(article):
    def hold(_change, merged):
        raise judging.Held((judging.RISK,), merged.text)

    before = text_of(article)
    with pytest.raises(judging.Held):
        editing.save(change(article, "Another.\n"), judge=hold)
    assert text_of(article) == before


# --- Redirects in a circle ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("text", ["#REDIRECT [[Round]]\n", "#redirect: [[round#Causes|there]]\n", "#REDIRECT [[A]]\n"])
def test_a_redirect_that_leads_back_to_itself_is_refused(text: str):
    factories.article("C", "#REDIRECT [[Round]]\n")
    factories.article("B", "#REDIRECT [[C#Causes]]\n")
    factories.article("A", "#REDIRECT [[B]]\n")
    with pytest.raises(editing.TextRefused) as refused:
        factories.article("Round", text)
    assert refused.value.status == 422 and "another page" in refused.value.message


def test_an_article_can_not_become_a_redirect_to_itself(article):
    with pytest.raises(editing.TextRefused):
        factories.edit(article, f"#REDIRECT [[{article.title}]]\n")
    assert not Article.objects.get(pk=article.pk).is_redirect


def test_a_redirect_into_a_circle_of_others_is_no_circle_of_its_own():
    factories.article("A", "#REDIRECT [[B]]\n")
    factories.brought_in("B", "#REDIRECT [[A]]\n")
    assert factories.article("C", "#REDIRECT [[A]]\n").redirect_to == "A"


def test_a_redirect_may_lead_to_what_is_still_to_be_written():
    assert factories.article("Wheezing", "#REDIRECT [[Asthma]]\n").redirect_to == "Asthma"
