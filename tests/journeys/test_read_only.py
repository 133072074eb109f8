"""Nothing can be saved, on purpose or because the database refuses: all is read, and nothing that was sent is lost."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from articles import editing, logbook, recent
from articles.models import Address, Edit, Proposal, Section, Submission, Visit
from tests import doors, factories
from tests.pages import Page
from wiki.cases.models import Case
from wiki.notifications import telling
from wiki.wording import words

pytestmark = pytest.mark.django_db

MINE = "What I have written.\n\nIn two paragraphs — with “marks”.\n"


@pytest.fixture
def read_only(settings):
    settings.WIKI_READ_ONLY = "on"


@pytest.fixture
def sent(article) -> dict[str, str]:
    return {"text": MINE, "summary": "Why", "base": str(article.current_edit_id), "section": "0"}


@pytest.mark.usefixtures("read_only")
@pytest.mark.parametrize("path", ["/", "/wiki/{}", "/history/{}", "/edit/{}", "/search?q=wheeze", "/recent", "/raw/{}"])
@pytest.mark.parametrize("who", ["client", "editor_client"])
def test_everything_is_read(request, article, path, who):
    assert request.getfixturevalue(who).get(path.format(article.title.replace(" ", "_"))).status_code == 200


@pytest.mark.usefixtures("read_only")
@pytest.mark.parametrize("who", ["client", "editor_client", "administrator_client"])
def test_an_edit_comes_back_in_its_form(request, article, sent, who):
    edits, submissions = Edit.objects.count(), Submission.objects.count()
    answer = request.getfixturevalue(who).post(f"/edit/{article.title}", sent)

    assert answer.status_code == 503 and answer["Retry-After"] == "300" and answer["Cache-Control"] == "no-store"
    page = answer.content.decode()
    assert "In two paragraphs — with “marks”." in page and '<textarea name="text"' in page
    assert "is read-only until that is done" in page
    assert (Edit.objects.count(), Submission.objects.count(), Proposal.objects.count()) == (edits, submissions, 0)


@pytest.mark.usefixtures("read_only")
def test_a_draft_stays_in_the_browser(article, sent, editor_client):
    answer = editor_client.post(reverse("articles:keep_draft", args=[article.title]), sent)
    assert answer.status_code == 503 and answer.json() == {"why": "failed"}


@pytest.mark.usefixtures("read_only")
def test_what_a_moderator_says_comes_back_and_nothing_is_done(article, moderator_client):
    before = logbook.newest()
    answer = moderator_client.post(f"/protect/{article.title}", {"edit": "reviewer", "reason": "An edit war, again."})
    assert answer.status_code == 503 and "An edit war, again." in answer.content.decode()
    assert logbook.newest() == before


REPORT = {"category": "dangerous", "words": "Ten times the dose.", "contact": "ada@example.org"}


@pytest.mark.usefixtures("read_only")
def test_a_report_comes_back_with_whom_to_call(article, client):
    section = Section.objects.get(article=article, title="Causes")
    page = Page(answer := client.post(f"/report/{section.pk}", REPORT))
    assert answer.status_code == 503 and page.faults() == []
    assert [found.text for found in page.all("textarea")] == ["Ten times the dose.", "ada@example.org"]
    assert "In an emergency" in page.words and "Can it not wait" in page.words


@pytest.mark.usefixtures("read_only")
def test_the_administration_saves_nothing_either(administrator_client):
    answer = administrator_client.post("/admin/accounts/user/add/", {"username": "Ada"})
    assert answer.status_code == 503 and "Nothing can be saved just now" in answer.content.decode()


@pytest.mark.usefixtures("read_only")
def test_a_preview_is_shown_for_it_saves_nothing(article, editor_client):
    answer = editor_client.post(f"/preview/{article.title}", {"text": MINE, "base": str(article.current_edit_id)})
    assert answer.status_code == 200 and "In two paragraphs" in answer.content.decode()


@pytest.mark.usefixtures("read_only")
def test_people_log_in_and_out(client):
    factories.user("editor", "Ada")
    sent = {"login": "Ada", "password": factories.PASSWORD}
    assert client.post("/accounts/login/", sent).status_code == 302
    assert client.post("/accounts/logout/").status_code in (302, 303)


@pytest.mark.usefixtures("read_only")
def test_nothing_is_forgotten_meanwhile(capsys):
    call_command("housekeeping")
    assert "read-only" in capsys.readouterr().out


def test_what_was_promised_is_forgotten_where_only_set_up_says_so(administrator, article, visitor, capsys):
    long_ago = timezone.now() - timedelta(days=400)
    editing.receive(title="A", base="0", section="", text="x", author=visitor, address="192.0.2.1")
    with doors.unlocked("no door makes rows of last year"):
        Address.objects.update(seen=long_ago)
        Submission.objects.update(received=long_ago)
        Case.objects.filter(pk=factories.case(article).pk).update(contact="ada@example.org", made=long_ago)
    words.change(key="read_only", text="on", who=administrator.account, why="A look at the log")

    call_command("housekeeping")
    assert "only addresses and contacts" in capsys.readouterr().out
    assert not Address.objects.exists() and Case.objects.get().contact == ""
    assert Submission.objects.exists()


def test_an_administrator_switches_it_on_and_off_in_set_up(administrator, administrator_client, article, sent, client):
    words.change(key="read_only", text="on", who=administrator.account, why="A move to another machine")
    assert client.post(f"/edit/{article.title}", sent).status_code == 503

    form = administrator_client.get("/setup/read_only")
    fields = Page(form).fields(text="off", why="Done")
    assert administrator_client.post("/setup/read_only", fields).status_code == 303
    assert client.post(f"/edit/{article.title}", sent).status_code != 503


# --- What is said on every page ----------------------------------------------------------------------------------
@pytest.mark.parametrize("path", ["/", "/wiki/{}", "/wiki/Nothing_there", "/accounts/login/", "/recent"])
def test_an_announcement_is_on_every_page_as_text(administrator, article, client, path):
    line = "Read-only from 20:00 UTC <b>on</b>."
    words.change(key="announcement", text=line, who=administrator.account, why="A move")
    page = client.get(path.format(article.title.replace(" ", "_"))).content.decode()
    assert page.count("Read-only from 20:00 UTC &lt;b&gt;on&lt;/b&gt;.") == 1


@pytest.mark.usefixtures("read_only")
def test_without_one_a_page_says_by_itself_that_nothing_can_be_saved(article, client):
    assert "you can read everything, and save nothing" in client.get(article.get_absolute_url()).content.decode()


@pytest.mark.usefixtures("read_only")
def test_beside_one_it_is_said_as_well(administrator, article, client):
    words.change(key="announcement", text="We move on Monday.", who=administrator.account, why="A move")
    lines = Page(client.get(article.get_absolute_url())).with_class("announcement")
    assert [line.text for line in lines] == [
        "We move on Monday.",
        "The site is read-only just now: you can read everything, and save nothing.",
    ]


def test_otherwise_there_is_none(article, client):
    assert 'class="announcement' not in client.get(article.get_absolute_url()).content.decode()


# --- The database itself refuses ---------------------------------------------------------------------------------
@pytest.fixture
def refusing(transactional_db):
    """A database that is read and takes no changes, as one on a disk that is mounted so."""
    on, off = {
        "sqlite": ("PRAGMA query_only = ON", "PRAGMA query_only = OFF"),
        "postgresql": (
            "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
            "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE",
        ),
    }[connection.vendor]

    def refuse() -> None:
        with connection.cursor() as cursor:
            cursor.execute(on)

    yield refuse
    with connection.cursor() as cursor:
        cursor.execute(off)


@pytest.mark.django_db(transaction=True)
def test_an_edit_that_the_database_refuses_comes_back_in_its_form(refusing, article, sent, editor_client):
    editor_client.raise_request_exception = False
    refusing()
    answer = editor_client.post(f"/edit/{article.title}", sent)
    page = answer.content.decode()
    assert answer.status_code == 503 and answer["Retry-After"]
    assert "takes no changes just now" in page and "In two paragraphs — with “marks”." in page


@pytest.mark.django_db(transaction=True)
def test_readers_go_on_while_the_database_refuses(refusing, article, client):
    refusing()
    for path in ("/", article.get_absolute_url(), "/search?q=wheeze"):
        assert client.get(path).status_code == 200


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("minutes", [None, 40])
def test_whoever_is_logged_in_goes_on_reading_too(
    refusing, article, contributor, reviewer, contributor_client, minutes
):
    telling.tell_about(factories.proposal(article, contributor), what="returned", by=reviewer)
    (line,) = telling.told(contributor.account_id)
    if minutes is not None:
        recent.seen_by(contributor.account_id)
        with doors.unlocked("no door makes a visit of before"):
            Visit.objects.update(when=timezone.now() - timedelta(minutes=minutes))
    refusing()
    assert contributor_client.get("/recent").status_code == 200
    answer = contributor_client.get(f"/notifications/{line.pk}")
    assert answer.status_code == 303 and answer["Location"] == line.get_absolute_url()
    line.refresh_from_db()
    assert line.seen is None


@pytest.mark.django_db(transaction=True)
def test_a_moderator_is_told_and_gets_the_reason_back(refusing, article, moderator_client):
    moderator_client.raise_request_exception = False
    refusing()
    sent = {"edit": "reviewer", "move": "", "propose": "", "reason": "An edit war, again."}
    answer = moderator_client.post(f"/protect/{article.title}", sent)
    assert answer.status_code in (422, 503) and "An edit war, again." in answer.content.decode()


@pytest.mark.sqlite
@pytest.mark.django_db(transaction=True)
def test_a_full_disk_is_told_as_one(article, sent, editor_client):
    editor_client.raise_request_exception = False
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
    try:
        answer = editor_client.post(f"/edit/{article.title}", {**sent, "text": MINE * 2000})
    finally:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA max_page_count = 1073741823")
    assert answer.status_code == 503 and "the disk may be full" in answer.content.decode()
