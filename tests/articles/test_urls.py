"""Titles in addresses."""

import pytest

from articles.urls import SpecialConverter, TitleConverter


@pytest.mark.parametrize(
    ("title", "written"), [("Asthma", "Asthma"), ("Type 1 diabetes", "Type_1_diabetes"), ("A/B c", "A/B_c")]
)
def test_a_space_is_written_as_an_underscore(title: str, written: str):
    assert TitleConverter().to_url(title) == written


def test_what_was_sent_reaches_the_view_as_it_is():
    assert TitleConverter().to_python("type__1") == "type__1"


def test_a_special_page_is_named_without_its_prefix():
    assert SpecialConverter().to_python("special:Search/Special:x") == "Search/Special:x"
    assert SpecialConverter().to_url("Recent changes") == "Special:Recent_changes"
