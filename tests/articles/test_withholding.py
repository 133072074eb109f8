"""Texts and outlines as whoever reads now may see them."""

import pytest

from articles import eyes, withholding
from articles.models import Article, Section
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def edit(article, moderator):
    """The current edit of an article whose section on causes is under review."""
    from articles.moderation import quarantining

    causes = Section.objects.get(article=article, title="Causes").pk
    quarantining.quarantine(article=article, section=causes, by=moderator.account, why="a test")
    return Article.objects.get(pk=article.pk).current_edit


def test_a_reader_gets_a_text_and_an_outline_without_the_section(edit):
    version = withholding.version_of(edit)
    assert "Dust." not in version.text and "Mites." not in version.text
    assert [entry.title for entry in withholding.outline_of(edit).entries] == ["", "Symptoms", "Causes"]
    assert withholding.blob_of(edit).text == withholding.text_of(edit) == version.text


def test_who_sees_all_gets_what_is_stored(edit):
    with eyes.wide_open():
        assert withholding.text_of(edit) == factories.TEXT
        assert withholding.blob_of(edit) == edit.blob
        assert len(withholding.outline_of(edit).entries) == 4


def test_the_headings_within_it_are_withheld_too(edit):
    indoors = Section.objects.get(article=edit.article, title="Indoors")
    causes = Section.objects.get(article=edit.article, title="Causes")
    assert withholding.is_nameless(edit.article, indoors.pk) and not withholding.is_nameless(edit.article, causes.pk)
    assert withholding.blocks_of(edit) == {causes.pk: {indoors.pk}}


def test_where_nothing_is_withheld_nothing_is_changed(article):
    assert not withholding.keeps_back(article)
    assert withholding.text_of(article.current_edit) == factories.TEXT
