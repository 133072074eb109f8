"""Readers look for something, find it, or write it."""

import pytest
from django.test import Client

from tests import factories
from tests.pages import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def writer() -> Client:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(factories.user("editor"))
    return browser


def test_what_is_missing_is_searched_for_written_and_its_red_links_turn_blue(writer: Client):
    factories.article("Asthma", "Worse with [[pollen]].\n")
    red = next(link for link in Page(writer.get("/wiki/Asthma")).links if link.text == "pollen")
    assert "missing-link" in red.classes

    results = Page(writer.get("/search?q=Pollen&full=1"))
    form = Page(writer.get(results.link("Create the article “Pollen”")))
    saved = writer.post("/edit/Pollen", form.fields(text="Grains that fly.\n", summary="new"))

    assert saved["Location"] == "/wiki/Pollen"
    blue = next(link for link in Page(Client().get("/wiki/Asthma")).links if link.text == "pollen")
    assert blue.href == "/wiki/Pollen" and "missing-link" not in blue.classes
    assert Client().get("/search?q=pollen")["Location"] == "/wiki/Pollen"


def test_a_reader_who_mistyped_goes_on_from_the_404(client: Client):
    factories.article("Myocardial infarction", "Of the heart.\n")
    lost = client.get("/wiki/Myocardial_infraction")
    found = client.get(Page(lost).link("Myocardial infarction"))
    assert (lost.status_code, found.status_code) == (404, 200) and "Of the heart." in Page(found).article


def test_a_reader_who_is_lost_altogether_goes_on_to_the_main_page_and_the_index(client: Client):
    factories.article("Asthma")
    lost = Page(client.get("/nowhere/at/all"))
    assert client.get(lost.link("To the main page")).status_code == 200
    assert Page(client.get(lost.link("All articles from A to Z"))).link("Asthma") == "/wiki/Asthma"


def test_a_reader_follows_a_synonym_to_the_section_it_means(client: Client, writer: Client):
    factories.article("Asthma")
    form = Page(writer.get("/edit/Wheezing"))
    writer.post("/edit/Wheezing", form.fields(text="#REDIRECT [[Asthma#Symptoms]]\n"))
    answer = client.get("/wiki/wheezing", follow=True)
    assert [step[0] for step in answer.redirect_chain] == ["/wiki/Wheezing", "/wiki/Asthma?from=Wheezing#Symptoms"]
    assert "(Redirected from Wheezing)" in Page(answer).words and "Symptoms" in Page(answer).ids


def test_a_reader_finds_a_word_in_a_section_and_lands_there(client: Client):
    factories.article("Asthma")
    hit = next(link for link in Page(client.get("/search?q=mites")).links if link.href.startswith("/wiki/Asthma#"))
    assert "Mites." in Page(client.get(hit.href)).article and "Indoors" in Page(client.get(hit.href)).ids


def test_somebody_registers_and_their_first_change_waits_under_their_name(client: Client):
    factories.article("Asthma")
    browser = Client(enforce_csrf_checks=True)
    form = Page(browser.get("/accounts/register/?next=/edit/Asthma"))
    account = {"username": "Grace Hopper", "password1": factories.PASSWORD, "password2": factories.PASSWORD}
    assert browser.post("/accounts/register/", form.fields(**account))["Location"] == "/edit/Asthma"
    answer = browser.post("/edit/Asthma", Page(browser.get("/edit/Asthma?section=0")).fields(text="A better lead.\n"))
    assert "By Grace Hopper" in Page(browser.get(answer["Location"])).words


def test_somebody_looks_for_what_they_could_do_and_expands_a_stub(client: Client, writer: Client):
    factories.article("Asthma", "word " * 120 + "[[Trachea]]\n")
    factories.article("Trachea", "It leads air.\n")

    stub = Page(client.get(Page(client.get("/")).link("All stubs")))
    assert stub.link("Trachea") == "/wiki/Trachea" and "linked from 1 page" in stub.words
    form = Page(writer.get(stub.link("expand it")))
    writer.post("/edit/Trachea", form.fields(text="word " * 120 + "\n", summary="longer"))

    assert "Trachea" not in [link.text for link in Page(client.get("/special/stubs")).links]
    assert client.get("/category/Medicine_stubs").status_code == 404
    assert "Stub" not in Page(client.get("/wiki/Trachea")).words


def test_a_reader_asks_who_wrote_an_article_and_what_else_they_did(client: Client, writer: Client):
    for title in ("Asthma", "Trachea"):
        form = Page(writer.get(f"/edit/{title}"))
        writer.post(f"/edit/{title}", form.fields(text=f"About {title}.\n", summary="what I know"))
    name = Page(client.get("/history/Asthma")).with_class("edit__author")[0]
    author = "".join(name.itertext()).strip()

    person = Page(client.get(Page(client.get("/history/Asthma")).link(author)))
    contributions = Page(client.get(person.link("All contributions")))

    assert person.h1 == author and "Published edits 2" in person.words
    assert [contributions.link(title) for title in ("Asthma", "Trachea")] == ["/wiki/Asthma", "/wiki/Trachea"]


def test_somebody_sees_which_articles_want_a_title_and_writes_it(client: Client, writer: Client):
    factories.article("Asthma", "Worse with [[pollen]].\n")
    wanted = Page(client.get("/special/wanted"))
    links = Page(client.get(wanted.link("linked from 1 article")))
    assert links.h1 == "Pages that link to Pollen" and links.link("Asthma") == "/wiki/Asthma"

    writer.post("/edit/Pollen", Page(writer.get(wanted.link("write it"))).fields(text="Grains that fly.\n"))

    assert "Pollen" not in [link.text for link in Page(client.get("/special/wanted")).links]
    tools = Page(client.get("/wiki/Pollen"))
    assert Page(client.get(tools.link("What links here"))).link("Asthma") == "/wiki/Asthma"
