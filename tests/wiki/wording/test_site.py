"""The site as templates name it."""

import pytest

from wiki.wording import words
from wiki.wording.site import Site, StubNotice, key_of

pytestmark = pytest.mark.django_db


def site(**changed: str) -> Site:
    return Site({**words.values(), **changed})


def test_it_has_its_names_and_no_sponsor_motto_logo_or_colours_of_its_own_as_it_comes():
    as_it_came = site()
    assert (as_it_came.name, as_it_came.motto, as_it_came.licence) == ("MedWiki", "", "CC BY-SA 4.0")
    assert as_it_came.sponsor is None and as_it_came.logo is None and as_it_came.colours_url == ""
    assert len(as_it_came.navigation) == 9 and ("Encyclopedia", "/index/") in as_it_came.navigation


@pytest.mark.parametrize(
    ("size", "is_wide"), [("400 100", True), ("200 100", True), ("199 100", False), ("9 9", False)]
)
def test_a_wide_logo_stands_for_the_name(size: str, is_wide: bool):
    mark = site(logo=f"0123456789abcdef01234567 {size}").logo
    assert mark.url == "/site/logo-0123456789abcdef01234567.webp" and mark.is_wide == is_wide


def test_an_accent_has_a_stylesheet_of_its_own_name():
    one, other = site(accent="#0d6068").colours_url, site(accent="#b3261e").colours_url
    assert one.startswith("/site/colours-") and one.endswith(".css") and one != other


def test_a_sponsor_or_the_wish_for_one_makes_the_block():
    assert site(sponsor="Us.").sponsor.text == "Us." and site(advertise_link="/a").sponsor.text == ""
    assert site(sponsor_link="https://example.org").sponsor is None


def test_pages_without_the_sponsor_are_named_in_any_spelling():
    named = site(sponsor_off="Type 2 diabetes\n\ncategory:Drugs\n_medicine_\nCategory:").without_sponsor
    assert named == {"type 2 diabetes", "drugs", "medicine"}
    assert key_of("Type_2_Diabetes") in named and key_of("Category:drugs") in named


def test_a_stub_notice_names_its_topic_and_its_link():
    assert site().stub_notice("lungs") == StubNotice(
        "This article is a stub related to lungs.", "You can help MedWiki by ", "expanding it", "!", ""
    )


def test_a_topic_may_have_a_notice_and_an_icon_of_its_own():
    changed = site(stub_topics="Lungs | Of {topic}, short. | Two lungs")
    assert changed.stub_notice("lungs").text == "Of lungs, short." and changed.stub_notice("lungs").icon == "Two lungs"
    assert changed.stub_notice("heart").text == "This article is a stub related to heart."
