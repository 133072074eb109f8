"""Without a script: an editor changes a dose, it waits, reviewers approve it, and the history names them all."""

import pytest
from django.test import Client

from articles.models import Article, Proposal
from tests import factories
from tests.pages import Page

pytestmark = pytest.mark.django_db

TEXT = "Aspirin is a drug.\n\n## Dose\n\nTake 75 mg daily.\n"


@pytest.fixture
def aspirin(editor) -> Article:
    return factories.article("Aspirin", TEXT, author=editor)


def read(browser: Client, address: str) -> Page:
    return Page(browser.get(address))


def send(browser: Client, address: str, page: Page, **changed: str) -> Page:
    return Page(browser.post(address, page.fields(**changed), follow=True))


def save_750(browser: Client) -> str:
    """Save another dose as an editor does who has looked at what the checks point out; return where it waits."""
    form = read(browser, "/edit/Aspirin?section=Dose")
    assert "waits until a reviewer has looked at it, too" in form.words
    again = send(browser, "/edit/Aspirin", form, text="## Dose\n\nTake 750 mg daily.\n", action="save")
    waiting = send(browser, "/edit/Aspirin", again, action="save")
    assert "Thank you. Your change waits for a reviewer." in waiting.words
    assert "Two people look at such a change before anybody reads it" in waiting.words
    return Proposal.objects.get().get_absolute_url()


def test_a_risky_save_of_an_editor_waits_for_two_and_the_history_says_both(
    editor_client: Client, reviewer_client: Client, moderator_client: Client, client: Client, aspirin, settings
):
    settings.WIKI_RISK_APPROVERS = "2"
    address = save_750(editor_client)
    assert "Take 75 mg daily." in read(client, "/wiki/Aspirin").article

    # The first reviewer approves, and reads that another one is needed.
    queue = read(reviewer_client, "/proposals/")
    page = read(reviewer_client, queue.link("Aspirin: Dose"))
    assert "this site asks for two approvals of such a change. 2 are still missing." in page.words
    kept = send(reviewer_client, address, page, decision="accept")
    assert "Your approval is kept." in kept.words and "1 is still missing." in kept.words
    assert [button.get("value") for button in kept.all("button") if button.get("value") == "accept"] == []
    assert "1 of 2 approvals" in read(moderator_client, "/proposals/").words
    assert "Take 75 mg daily." in read(client, "/wiki/Aspirin").article

    # Thinks again, takes it back, and gives it once more.
    back = Page(reviewer_client.post(address, {"decision": "unapprove"}, follow=True))
    assert "2 are still missing." in back.words and "Take your approval back" not in back.words
    assert "of 2 approvals" not in read(moderator_client, "/proposals/").words
    send(reviewer_client, address, back, decision="accept")

    # Its author sees who has approved, and can't approve it.
    own = read(editor_client, address)
    assert "Approved by" in own.words and "Accept and publish" not in own.words
    assert editor_client.post(address, own.fields(decision="accept")).status_code == 403

    # The second publishes.
    page = read(moderator_client, address)
    assert "Accept and publish" in page.words
    send(moderator_client, address, page, decision="accept")
    assert "Take 750 mg daily." in read(client, "/wiki/Aspirin").article
    names = [Page(client.get("/history/Aspirin")).words.count(name) for name in ("Reviewer", "Moderator")]
    assert all(names) and "approved by several" in read(client, "/history/Aspirin").words
    log = read(moderator_client, "/special/log").words
    assert "approved a proposal, not as the last" in log and "took an approval back" in log


def test_two_editors_who_take_turns_change_no_dose_between_them(client: Client, reviewer_client: Client, aspirin):
    ada, ben = Client(), Client()
    for browser in (ada, ben):
        browser.force_login(factories.user("editor"))

    def change(browser: Client, text: str, section: str) -> Page:
        form = read(browser, f"/edit/Aspirin?section={section}")
        told = send(browser, "/edit/Aspirin", form, text=text, action="changes")
        sent = send(browser, "/edit/Aspirin", told, action="save")
        # What edit checks point out is looked at, and sent once more.
        return (
            send(browser, "/edit/Aspirin", sent, action="save") if "please look at this first" in sent.words else sent
        )

    # One takes the dose out, the other writes something in the lead: both are read at once.
    change(ada, "## Dose\n\nAsk your doctor.\n", "Dose")
    change(ben, "Aspirin is an old drug.\n", "0")
    assert "Ask your doctor." in read(client, "/wiki/Aspirin").article

    # Whichever of them writes another dose is told beforehand that it waits, and why; and it does.
    form = read(ben, "/edit/Aspirin?section=Dose")
    told = send(ben, "/edit/Aspirin", form, text="## Dose\n\nTake 750 mg daily.\n", action="changes")
    assert "It does so together with what was saved here lately" in told.words
    waiting = change(ben, "## Dose\n\nTake 750 mg daily.\n", "Dose")
    assert "Thank you. Your change waits for a reviewer." in waiting.words
    assert "750 mg" not in read(client, "/wiki/Aspirin").article
    assert "750 mg" in read(reviewer_client, "/proposals/").words


@pytest.mark.parametrize(
    ("setting", "why"), [("1", "this site is set so"), ("auto", "while fewer than three other people")]
)
def test_where_one_is_enough_the_page_says_why_and_the_first_publishes(
    setting, why, editor_client: Client, reviewer_client: Client, client: Client, aspirin, settings
):
    settings.WIKI_RISK_APPROVERS = setting
    address = save_750(editor_client)
    page = read(reviewer_client, address)
    assert "One approval is enough" in page.words and why in page.words
    send(reviewer_client, address, page, decision="accept")
    assert "Take 750 mg daily." in read(client, "/wiki/Aspirin").article


def test_while_three_others_are_there_two_are_asked_for_by_itself(
    editor_client: Client, reviewer_client: Client, client: Client, aspirin
):
    for number in range(3):
        factories.edit(aspirin, f"Aspirin is a drug, {number}.\n", section="0", author=factories.author("reviewer"))
    address = save_750(editor_client)
    page = read(reviewer_client, address)
    assert "two approvals are needed while at least three other people" in page.words
    send(reviewer_client, address, page, decision="accept")
    assert "Take 75 mg daily." in read(client, "/wiki/Aspirin").article


def test_an_article_leads_to_no_other_dose_before_somebody_has_looked(
    editor_client: Client, reviewer_client: Client, client: Client, aspirin, settings
):
    settings.WIKI_RISK_APPROVERS = "1"
    own = "Aspirin as tablets.\n\n## Dose\n\nTake 750 mg daily.\n"
    factories.article("Aspirin tablets", own, author=factories.author("editor"))

    def lead(title: str) -> Page:
        form = read(editor_client, "/edit/Aspirin")
        told = send(editor_client, "/edit/Aspirin", form, text=f"#REDIRECT [[{title}]]\n", action="changes")
        sent = send(editor_client, "/edit/Aspirin", told, action="save")
        # What edit checks point out is looked at, and sent once more.
        asked = "please look at this first" in sent.words
        return send(editor_client, "/edit/Aspirin", sent, action="save") if asked else sent

    waiting = lead("Aspirin tablets")
    assert "Thank you. Your change waits for a reviewer." in waiting.words
    assert "75 mg" in read(client, "/wiki/Aspirin").article
    queue = read(reviewer_client, "/proposals/")
    assert "750 mg" in queue.words
    send(reviewer_client, queue.link("Aspirin"), read(reviewer_client, queue.link("Aspirin")), decision="accept")
    assert client.get("/wiki/Aspirin")["Location"] == "/wiki/Aspirin_tablets?from=Aspirin"

    # Taking it back is a step to the version before, and waits for nobody.
    edit = Article.objects.get(title="Aspirin").current_edit_id
    send(editor_client, f"/undo/{edit}", read(editor_client, f"/undo/{edit}"))
    assert "75 mg" in read(client, "/wiki/Aspirin").article

    # A merge that has taken the text along does no harm.
    merged = f"{own.replace('750', '75')}\n## Children\n\nNone below 12 years; 10 mg where a doctor says so.\n"
    factories.article("All of aspirin", merged, author=factories.author("editor"))
    lead("All of aspirin")
    assert client.get("/wiki/Aspirin")["Location"] == "/wiki/All_of_aspirin?from=Aspirin"
