"""The sponsor stands where it may: never on paper, nor where it was switched off."""

import pytest
from django.test import Client

from tests import factories
from tests.pages import Page
from wiki.wording import words

LONG = "Words about the lungs. " * 60

pytestmark = pytest.mark.django_db


@pytest.fixture
def sponsored(administrator):
    who = administrator.account
    words.change(key="sponsor", text="A <b>line</b>.\nAnother.", who=who)
    words.change(key="sponsor_link", text="https://example.org/?a=1&b=2", who=who)
    words.change(key="advertise_link", text="/wiki/Project:Contact", who=who)
    factories.article("Asthma", f"{LONG}\n\n[[Category:Lungs]]\n")
    factories.article("Cough", "Short.\n\n{{stub|symptoms}}\n")
    return who


def blocks(path: str) -> list:
    return Page(Client().get(path)).with_class("sponsor")


def test_there_is_none_as_the_software_comes(client: Client, article):
    assert Page(client.get(article.get_absolute_url())).with_class("sponsor") == []


def test_it_is_labelled_and_its_links_say_what_they_are(sponsored, client: Client):
    page = Page(client.get("/wiki/Asthma"))
    (block,) = page.with_class("sponsor")
    assert block.tag == "aside" and block.get("role") == "complementary" and block.get("aria-label") == "Advertisement"
    said = " ".join("".join(block.itertext()).split())
    assert said == "Ad. A <b>line</b>.Another. Advertise on MedWiki"
    links = [(link.get("href"), link.get("rel")) for link in block.iter("a")]
    rel = "sponsored nofollow noopener"
    assert links == [("https://example.org/?a=1&b=2", rel), ("/wiki/Project:Contact", rel)]
    assert not page.is_inside(block, "article-content") and page.faults() == []


def test_it_is_never_on_paper(sponsored, client: Client):
    assert blocks("/wiki/Asthma?printable=yes") == []
    assert "screen-only" in Page(client.get("/wiki/Asthma")).with_class("sponsor")[0].get("class")


@pytest.mark.parametrize("off", ["Asthma", "asthma", "Category:Lungs", "lungs"])
def test_an_article_or_topic_that_is_switched_off_carries_none(sponsored, off: str):
    words.change(key="sponsor_off", text=f"Something else\n{off}", who=sponsored)
    assert blocks("/wiki/Asthma") == [] and len(blocks("/wiki/Cough")) == 1


@pytest.mark.parametrize("off", ["symptoms", "Cough"])
def test_so_does_a_stub_topic(sponsored, off: str):
    words.change(key="sponsor_off", text=off, who=sponsored)
    assert blocks("/wiki/Cough") == [] and len(blocks("/wiki/Asthma")) == 1


@pytest.mark.parametrize("path", ["/history/Asthma", "/edit/Asthma", "/wiki/Nothing", "/category/Lungs"])
def test_where_an_articles_topics_are_not_at_hand_there_is_none(sponsored, path: str):
    assert blocks(path) == []


@pytest.mark.parametrize("path", ["/", "/recent", "/index/"])
def test_pages_about_no_article_carry_it(sponsored, path: str):
    assert len(blocks(path)) == 1


def test_the_invitation_stands_alone_while_nobody_advertises(sponsored):
    words.change(key="sponsor", text="", who=sponsored)
    (block,) = blocks("/wiki/Asthma")
    assert " ".join("".join(block.itertext()).split()) == "Advertise on MedWiki"
