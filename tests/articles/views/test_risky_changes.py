"""Risky changes on the screen: who may publish is told beforehand and afterwards that this one waits, and why."""

import pytest
from django.test import Client

from articles.models import Article, Edit, Proposal
from tests import factories
from tests.pages import Page

pytestmark = pytest.mark.django_db

TEXT = "Lead.\n\n## Dose\n\nTake 5 mg.\n\n## Causes\n\nDust.\n"
FIFTY = "## Dose\n\nTake 50 mg.\n"
BEFOREHAND = "waits until a reviewer has looked at it, too"
WOULD_WAIT = "It will wait until a reviewer has let it through"


@pytest.fixture
def aspirin(editor) -> Article:
    return factories.article("Aspirin", TEXT, author=editor)


@pytest.fixture
def older(aspirin, reviewer) -> Edit:
    """The version of two edits ago, before the dose was changed by a reviewer."""
    factories.edit(aspirin, FIFTY, section="Dose", author=reviewer)
    factories.edit(aspirin, "## Causes\n\nMites.\n", section="Causes", author=reviewer)
    return Edit.objects.get(article=aspirin, number=1)


def send(browser: Client, article: Article, text: str = FIFTY, **fields: object):
    sent = {"text": text, "base": article.current_edit_id, "section": "Dose", "summary": "why"}
    return browser.post("/edit/Aspirin", sent | fields)


def test_that_new_sentences_do_not_wait_is_told_beforehand_and_true(editor_client: Client, aspirin):
    assert "new sentences among it, is published at once" in Page(editor_client.get("/edit/Aspirin")).words
    answer = send(editor_client, aspirin, "## Dose\n\nTake 5 mg. Children take 2 mg of syrup.\n")
    assert answer["Location"].startswith("/wiki/Aspirin") and not Proposal.objects.exists()


def test_a_risky_save_of_an_editor_is_answered_with_its_proposal_which_says_why(editor_client: Client, aspirin):
    answer = send(editor_client, aspirin)
    proposal = Proposal.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, proposal.get_absolute_url())
    words = Page(editor_client.get(answer["Location"])).words
    assert "You may publish here, and yet this waits" in words and "Two people look at such a change" in words


def test_who_decides_reads_why_it_waits(editor_client: Client, reviewer_client: Client, aspirin):
    address = send(editor_client, aspirin)["Location"]
    assert "Its author may publish here, and yet this waits" in Page(reviewer_client.get(address)).words


def test_what_waits_for_who_may_not_publish_says_no_such_thing(contributor_client: Client, aspirin):
    address = send(contributor_client, aspirin)["Location"]
    assert "and yet this waits" not in Page(contributor_client.get(address)).words


@pytest.mark.parametrize(
    ("role", "says"), [("contributor", False), ("editor", True), ("reviewer", False), ("moderator", False)]
)
def test_the_form_says_beforehand_what_will_wait_to_whom_it_concerns(role, says, request, aspirin):
    browser = request.getfixturevalue(f"{role}_client")
    assert (BEFOREHAND in Page(browser.get("/edit/Aspirin?section=Dose")).words) is says


@pytest.mark.parametrize(("text", "says"), [(FIFTY, True), ("## Dose\n\nTake 5 mg daily.\n", False)])
def test_the_changes_say_beforehand_that_they_will_wait(text, says, editor_client: Client, aspirin):
    assert (WOULD_WAIT in Page(send(editor_client, aspirin, text, action="changes")).words) is says


def test_who_sends_it_twice_is_led_to_the_same(editor_client: Client, aspirin):
    assert send(editor_client, aspirin)["Location"] == send(editor_client, aspirin)["Location"]


def test_a_heading_with_another_dose_says_so_beforehand_and_waits(editor_client: Client, editor):
    article = factories.article("Aspirin", "Lead.\n\n## 5 mg tablets\n\nWhite.\n", author=editor)
    number = article.current_edit.outline["entries"][1]["id"]
    sent = {"deed": "rename", "section": number, "heading": "50 mg tablets", "base": article.current_edit_id}
    assert WOULD_WAIT in Page(editor_client.post("/outline/Aspirin", sent | {"action": "changes"})).words
    assert editor_client.post("/outline/Aspirin", sent)["Location"] == Proposal.objects.get().get_absolute_url()


def address_of(deed: str, older: Edit) -> str:
    middle = Edit.objects.get(article=older.article, number=2)
    return {"undo": f"/undo/{middle.pk}", "revert": f"/revert/{older.pk}", "rollback": "/rollback/Aspirin"}[deed]


@pytest.mark.parametrize("deed", ["undo", "revert", "rollback"])
def test_an_older_dose_is_shown_as_such_and_waits(deed, editor_client: Client, older):
    address = address_of(deed, older)
    page = Page(editor_client.get(address))
    assert "brings back what an older version said" in page.words and "(5 mg then, 50 mg now)" in page.words
    assert WOULD_WAIT in page.words and any("Propose to" in "".join(button.itertext()) for button in page.all("button"))
    answer = editor_client.post(address, page.fields())
    proposal = Proposal.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, proposal.get_absolute_url())
    assert "may be out of date" in Page(editor_client.get(answer["Location"])).words


@pytest.mark.parametrize("deed", ["undo", "revert", "rollback"])
def test_to_a_reviewer_an_older_dose_is_shown_as_well_and_it_is_published_and_marked(
    deed, reviewer_client: Client, older
):
    address = address_of(deed, older)
    page = Page(reviewer_client.get(address))
    assert "(5 mg then, 50 mg now)" in page.words and WOULD_WAIT not in page.words
    reviewer_client.post(address, page.fields())
    assert Edit.objects.latest("pk").tags == [Edit.RISKY] and not Proposal.objects.exists()


def test_the_version_just_before_is_brought_back_at_once(editor_client: Client, aspirin, reviewer):
    wrong = factories.edit(aspirin, FIFTY, section="Dose", author=reviewer)
    page = Page(editor_client.get(f"/undo/{wrong.pk}"))
    assert WOULD_WAIT not in page.words and "(5 mg then, 50 mg now)" in page.words
    answer = editor_client.post(f"/undo/{wrong.pk}", page.fields())
    assert answer["Location"] == "/wiki/Aspirin" and Article.objects.get(pk=aspirin.pk).text.text == TEXT
