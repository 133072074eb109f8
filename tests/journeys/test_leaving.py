"""Somebody registers, works, is worked with, and leaves: nothing in the whole database says who it was."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from io import StringIO
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core import mail as outbox
from django.core.management import call_command
from django.db import connection
from django.test import Client

from articles.models import Article, Edit, Proposal
from tests import factories
from tests.pages import Page
from wiki.accounts import mail
from wiki.accounts.models import User

# What is committed is what a dump shows, and only then is anybody told.
pytestmark = pytest.mark.django_db(transaction=True)

NAME, SHOWN, EMAIL, ADDRESS = "Zebedee Quux", "Quagga Quux", "thylacine@example.org", "198.51.100.77"
SOUGHT = (b"zebedee", b"quagga", b"thylacine", b"198.51.100.77")
SLOW = "Dust is one cause of it."


def dumps() -> Iterator[bytes]:
    """The whole database, as text and, where it is one file, as the bytes of that file."""
    if connection.vendor == "sqlite":
        path = connection.settings_dict["NAME"]
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with closing(sqlite3.connect(path)) as other:
            yield "\n".join(other.iterdump()).encode()
        yield Path(path).read_bytes() + Path(f"{path}-wal").read_bytes()
        return
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            with cursor.copy(f'COPY "{table}" TO STDOUT') as rows:
                yield b"".join(bytes(row) for row in rows)


def found() -> set[bytes]:
    """Which of the words that say who it was stand anywhere."""
    return {word for dump in dumps() for word in SOUGHT if word in dump.lower()}


def send(browser: Client, path: str, where: str = "", **fields: str):
    answer = browser.post(path, Page(browser.get(where or path)).fields(**fields))
    assert answer.status_code in (200, 303), Page(answer).words
    return answer


def registered() -> Client:
    """The browser of somebody who has told the site all that it asks for."""
    browser = Client(REMOTE_ADDR=ADDRESS)
    passwords = dict.fromkeys(("password1", "password2"), factories.PASSWORD)
    browser.post("/accounts/register/", {"username": NAME, "email": EMAIL} | passwords)
    mail.wait_until_sent()
    path = urlsplit(next(line for line in outbox.outbox[-1].body.splitlines() if "/confirm/" in line)).path
    send(browser, path)
    send(browser, "/accounts/name/", display_name=SHOWN)
    Client(REMOTE_ADDR=ADDRESS).post("/accounts/login/", {"login": NAME, "password": "wrong"})
    return browser


def made_an_editor(browser: Client) -> None:
    user = User.objects.get(username=NAME)
    page = f"/admin/accounts/user/{user.pk}/change/"
    fields = {"display_name": SHOWN, "email": EMAIL, "role": "editor", "why": "Knows much"}
    assert browser.post(page, fields).status_code == 302


def worked(browser: Client, editor: Client, moderator: Client) -> None:
    """Propose, be asked, publish, be undone, be taken back, write something that is never sent."""
    asthma = Article.objects.get()
    sent = {"base": str(asthma.current_edit_id), "section": "Causes", "text": "## Causes\n\nPollen.\n"}
    browser.post("/edit/Asthma", sent)
    proposal = Proposal.objects.get().get_absolute_url()
    moderator.post(proposal, {"decision": "changes", "reason": "Says who?", "base": sent["base"]})
    made_an_editor(moderator)
    for number, text in enumerate((SLOW, "Pollen is another.", "Nonsense.")):
        base = str(Article.objects.get().current_edit_id)
        browser.post("/edit/Asthma", sent | {"base": base, "text": f"## Causes\n\n{text}\n", "summary": f"n{number}"})
    newest = Edit.objects.latest("pk")
    assert newest.author.name == NAME and newest.number == 4
    send(editor, f"/undo/{newest.pk}")
    send(moderator, f"/take-back/{NAME.replace(' ', '_')}?hours=1", edit=str(newest.pk - 1), why="vandalism")
    keep = Page(browser.get("/edit/Asthma?section=0")).fields(text="Half a sentence")
    assert browser.post("/drafts/keep/Asthma", keep).status_code == 200


@pytest.fixture
def people() -> dict[str, Client]:
    browsers = {"zebedee": registered()}
    factories.article("Asthma", author=factories.author("editor", "Eva"))
    for role in ("editor", "administrator"):
        browsers[role] = Client()
        browsers[role].force_login(factories.user(role, role.capitalize()))
    worked(browsers["zebedee"], browsers["editor"], browsers["administrator"])
    return browsers


def test_whoever_leaves_is_in_no_table_page_feed_or_search_and_the_log_is_right(people):
    zebedee = people["zebedee"]
    assert found() >= set(SOUGHT)  # Else the search would find nothing in any database.
    assert NAME in Page(Client().get("/history/Asthma")).words

    # The page says what goes and what stays, and asks for the password.
    page = Page(zebedee.get("/accounts/close/"))
    assert page.faults() == [] and "What goes" in page.words and "What stays" in page.words
    refused = zebedee.post("/accounts/close/", {"password": "wrong", "sure": "on"})
    assert refused.status_code == 422 and User.objects.filter(username=NAME).exists()
    done = Page(zebedee.post("/accounts/close/", {"password": factories.PASSWORD, "sure": "on"}))
    assert done.faults() == [] and "Your account is closed" in done.words and "Log in" in done.words

    # Nothing anywhere says who it was; what was written is there, and signed.
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
    assert found() == set()
    assert "Former member" in Page(Client().get("/history/Asthma")).words
    for path in ("/wiki/Asthma", "/recent", "/feeds/recent.atom", "/feeds/history/Asthma.atom", "/blame/Asthma"):
        said = people["administrator"].get(path).content.lower()
        assert [word for word in SOUGHT if word in said] == []
    for path in ("/special/log", "/admin/accounts/user/", "/admin/articles/logentry/", "/proposals/"):
        said = people["administrator"].get(path, follow=True).content.lower()
        assert [word for word in SOUGHT if word in said] == []
    assert Client().get("/user/Zebedee_Quux").status_code == 404
    assert SOUGHT[0] not in Client().get("/search?q=dust&full=1").content.lower()
    out = StringIO()
    call_command("verify_log", stdout=out)
    assert out.getvalue().startswith("The log holds: ")

    # Nobody comes back by it, and nobody else gets the name.
    login = {"login": NAME, "password": factories.PASSWORD}
    assert Client().post("/accounts/login/", login).status_code == 422
    assert zebedee.get("/accounts/").status_code == 302
    again = {"username": "ZEBEDEE QUUX", "password1": factories.PASSWORD, "password2": factories.PASSWORD}
    assert Client().post("/accounts/register/", again).status_code == 422


def test_an_administrator_does_it_for_somebody_who_asks(people):
    root = people["administrator"]
    path = f"/accounts/close/for/?name={NAME.replace(' ', '+')}"
    fields = Page(root.get(path)).fields(why="Asked by a signed letter", sure="on", password=factories.PASSWORD)
    assert fields["name"] == NAME
    answer = Page(root.post("/accounts/close/for/", fields, follow=True))
    assert "closed for good" in answer.words and found() == set()
    log = Page(root.get("/special/log")).words
    assert "Administrator closed an account for good Former member" in log and "Asked by a signed letter" in log


def test_the_last_administrator_is_told_to_make_another_first(people):
    page = Page(people["administrator"].get("/accounts/close/"))
    assert page.faults() == [] and "make somebody else one first" in page.words
    sent = {"password": factories.PASSWORD, "sure": "on"}
    assert people["administrator"].post("/accounts/close/", sent).status_code == 409
    assert User.objects.filter(username="Administrator", is_active=True).exists()
