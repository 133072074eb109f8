"""Without a script: a dose is changed and seen, an edit in the middle undone, a vandal's run rolled back."""

import pytest
from django.test import Client

from articles.models import Article, Edit
from tests import factories
from tests.pages import Page

pytestmark = pytest.mark.django_db

TEXT = "Aspirin is a drug.\n\n## Dose\n\nTake 75 mg daily.\n\n## Risks\n\nIt is not safe for children.\n"


@pytest.fixture
def aspirin(editor):
    return factories.article("Aspirin", TEXT, author=editor)


def click(browser: Client, page: Page, link: str) -> Page:
    return Page(browser.get(page.link(link)))


def send(browser: Client, address: str, page: Page, **changed: str) -> Page:
    return Page(browser.post(address, page.fields(**changed), follow=True))


def test_a_changed_dose_is_seen_by_who_reviews_and_by_who_looks_later(
    contributor_client: Client, reviewer_client: Client, client: Client, aspirin
):
    form = Page(contributor_client.get("/edit/Aspirin?section=Dose"))
    again = send(contributor_client, "/edit/Aspirin", form, text="## Dose\n\nTake 750 mg daily.\n", action="save")
    send(contributor_client, "/edit/Aspirin", again, action="save")
    queue = Page(reviewer_client.get("/proposals/"))
    [mark] = queue.with_class("edit__risk")
    assert "Changes a dose: 75 mg" in "".join(mark.itertext())
    proposal = click(reviewer_client, queue, "Aspirin: Dose")
    assert len(proposal.with_class("compare__risky")) == 1
    reviewer_client.post(queue.link("Aspirin: Dose"), proposal.fields(decision="accept"))
    history = Page(client.get("/history/Aspirin"))
    assert "Changes a dose: 75 mg" in click(client, history, "what changed").words


def test_an_edit_in_the_middle_is_undone_and_readers_see_the_rest(reviewer_client: Client, client: Client, aspirin):
    wrong = factories.edit(aspirin, "## Risks\n\nIt is safe for children.\n", section="Risks")
    factories.edit(aspirin, "Aspirin is an old drug.\n", section="0")
    history = Page(reviewer_client.get("/history/Aspirin"))
    address = next(link.href for link in history.links if link.href == f"/undo/{wrong.pk}")
    page = Page(reviewer_client.get(address))
    assert "Adds a negation: not" in page.words
    after = send(reviewer_client, address, page, summary="the source says not")
    assert "It is not safe for children." in after.article and "an old drug" in after.article
    assert "It is not safe for children." in Page(client.get("/wiki/Aspirin")).article
    assert "the source says not" in Page(client.get("/history/Aspirin")).words


def test_a_vandals_run_is_rolled_back_from_the_history(editor_client: Client, client: Client, aspirin):
    vandal = factories.author(name="Vandal")
    for number in range(3):
        factories.edit(aspirin, f"Nonsense {number}.\n", author=vandal)
    page = click(editor_client, Page(editor_client.get("/history/Aspirin")), "roll back")
    assert "The newest 3 edits are by Vandal." in page.words
    send(editor_client, "/rollback/Aspirin", page)
    assert "Take 75 mg daily." in Page(client.get("/wiki/Aspirin")).article
    assert Edit.objects.filter(article=aspirin).count() == 5


def test_a_moderator_takes_back_all_that_a_vandal_did_today(moderator_client: Client, client: Client, aspirin):
    vandal = factories.author(name="Vandal")
    other = factories.article("Digoxin", TEXT)
    for article in (aspirin, other):
        factories.edit(article, "## Dose\n\nTake 750 mg daily.\n\n", section="Dose", author=vandal)
    factories.edit(other, "Digoxin is an old drug.\n", section="0")
    page = Page(moderator_client.get("/contributions/Vandal"))
    [form] = [form for form in page.all("form") if form.get("action") == "/take-back/Vandal" and form.get("class")]
    shown = Page(moderator_client.get(form.get("action"), {"hours": "24"}))
    edits = [field.get("value") for field in shown.all("input") if field.get("name") == "edit"]
    done = Page(moderator_client.post("/take-back/Vandal", {"edit": edits, "why": "doses"}, follow=True))
    assert "back to version 1" in done.words and "undone below later edits" in done.words
    texts = [
        Page(client.get(f"/wiki/{each.title}")).article
        for each in Article.objects.filter(pk__in=[aspirin.pk, other.pk])
    ]
    assert all("Take 75 mg daily." in text for text in texts) and any("an old drug" in text for text in texts)


def test_a_reader_finds_who_changed_a_dose_and_sees_the_change_in_every_way(client: Client, aspirin):
    somebody = factories.author(name="Somebody")
    factories.edit(aspirin, "## Dose\n\nTake 750 mg daily.\n\n", section="Dose", author=somebody, summary="new leaflet")
    page = click(client, Page(client.get("/wiki/Aspirin")), "Who wrote what")
    [dose] = [each for each in page.with_class("blame__passage") if "750" in "".join(each.itertext())]
    assert "Somebody" in "".join(dose.itertext()) and "new leaflet" in "".join(dose.itertext())
    address = page.link("edit 2")
    for way in ("In one column", "As readers see it", "Side by side"):
        shown = Page(client.get(address + Page(client.get(address)).link(way)))
        assert "Changes a dose: 75 mg" in shown.words and "750" in shown.words
    assert "Take 750 mg" in Page(client.get(address + shown.link("Dose"))).words
