"""The page on which an administrator takes the sample articles away."""

import pytest
from django.test import Client

from articles import access, editing
from articles.models import Article, LogEntry
from tests import factories
from tests.pages import Page

pytestmark = pytest.mark.django_db

PATH = "/special/remove-sample"


@pytest.fixture
def sample(db) -> None:
    author = access.imported_author("Import")
    for title in ("Heart", "Lung"):
        editing.bring_in(editing.Incoming(title, "Text.\n", origin={"is_sample": True}), author=author)
    editing.bring_in(editing.Incoming("Cor", "#REDIRECT [[Heart]]\n"), author=author)


def test_the_page_shows_what_would_go_and_what_would_stay(administrator_client: Client, sample):
    factories.edit(Article.objects.get(title="Lung"), "Ours.\n")
    page = Page(administrator_client.get(PATH))
    assert page.faults() == []
    assert "1 page that nobody has changed" in page.words and "1 redirect that leads" in page.words
    assert (page.link("Heart"), page.link("Lung")) == ("/wiki/Heart", "/wiki/Lung")
    assert page.words.index("Heart") < page.words.index("Kept") < page.words.index("Lung")


def test_the_button_takes_them_away_and_the_page_says_that_nothing_is_left(
    administrator_client: Client, administrator, sample
):
    answer = administrator_client.post(PATH, Page(administrator_client.get(PATH)).fields())
    assert (answer.status_code, answer["Location"]) == (303, PATH)
    page = Page(administrator_client.get(PATH))
    assert "There are no sample articles" in page.words and not page.with_class("button--primary")
    assert Client().get("/wiki/Heart").status_code == Client().get("/wiki/Cor").status_code == 410
    assert {entry.who for entry in LogEntry.objects.filter(what="article.delete")} == {administrator.account}


def test_nobody_but_an_administrator_deletes_them(moderator_client: Client, sample):
    assert moderator_client.post(PATH).status_code == 403
    assert not Article.objects.filter(state="deleted").exists()


def test_a_title_that_was_taken_away_is_offered_to_be_written_anew(administrator_client: Client, sample):
    administrator_client.post(PATH)
    missing = Page(administrator_client.get("/wiki/Heart"))
    form = Page(administrator_client.get(missing.link("Create “Heart”")))
    answer = administrator_client.post("/edit/Heart", form.fields(text="Our own heart.\n"))
    assert (answer.status_code, answer["Location"]) == (303, "/wiki/Heart")
    assert "Our own heart." in Page(Client().get("/wiki/Heart")).article
    assert "Text." not in Page(Client().get("/history/Heart")).words
