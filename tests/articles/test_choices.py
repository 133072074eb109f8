"""Choices that may change at run time: the site answers, or the settings."""

from articles import choices


def of_the_site(name: str) -> str:
    return f"{name} as the site has it"


def test_the_site_answers_where_there_is_one(settings):
    settings.WIKI_CHOICES = f"{__name__}.of_the_site"
    assert choices.value("WIKI_LICENCE") == "WIKI_LICENCE as the site has it"


def test_without_a_site_the_settings_answer(settings):
    settings.WIKI_CHOICES, settings.WIKI_LICENCE = "", "CC0"
    assert choices.value("WIKI_LICENCE") == "CC0"
