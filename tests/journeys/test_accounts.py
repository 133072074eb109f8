"""Somebody comes, stays, loses their password where no mail is sent, and comes back; with a second factor besides."""

import pytest
from django.core import mail as outbox
from django.test import Client

from articles import logbook
from articles.models import LogEntry
from tests import factories
from tests.pages import Page
from wiki.accounts import mail
from wiki.accounts.models import User

pytestmark = pytest.mark.django_db

FIRST, SECOND, THIRD = "seven quiet lungs", "eleven calm hearts", "thirteen warm hands"


def fill(browser: Client, path: str, **typed: str):
    """Fill in the page's own form as a person would, and send it."""
    return browser.post(path, Page(browser.get(path)).fields(**typed))


def log_in(browser: Client, password: str):
    return fill(browser, "/accounts/login/", login="Hedy", password=password)


def name_of(browser: Client) -> str:
    """Whom the header names; empty for nobody."""
    named = Page(browser.get("/")).with_class("account__name")
    return "".join(named[0].itertext()) if named else ""


def test_from_registering_to_coming_back_without_mail(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    phone, laptop = Client(), Client()

    # Hedy registers, is logged in, and logs in on another machine too.
    fill(phone, "/accounts/register/", username="Hedy", password1=FIRST, password2=FIRST)
    log_in(laptop, FIRST)
    assert (name_of(phone), name_of(laptop)) == ("Hedy", "Hedy")

    # A new password: this browser stays, the other is logged out.
    fill(laptop, "/accounts/password/", password=FIRST, new=SECOND, again=SECOND)
    assert (name_of(phone), name_of(laptop)) == ("", "Hedy")
    assert log_in(phone, FIRST).status_code == 422

    # She forgets it. No mail is promised; an administrator makes a link, which works once.
    forgotten = Page(phone.get(Page(phone.get("/accounts/login/")).link("Forgotten your password?")))
    assert "An administrator can make you a link" in forgotten.words and "We send" not in forgotten.words
    office = Client()
    office.force_login(factories.user("administrator", "Ada"))
    link = Page(fill(office, "/accounts/reset-link/", name="Hedy", why="She called")).with_id("link")[0].get("value")
    assert fill(phone, link, new=THIRD, again=THIRD).status_code == 303
    assert phone.get(link).status_code == 410
    assert (name_of(phone), name_of(laptop)) == ("", "")
    log_in(phone, THIRD)
    assert name_of(phone) == "Hedy"

    # The log knows that a link was made, by whom and why; and it is whole.
    entry = LogEntry.objects.get(what="account.reset_link")
    assert (entry.who.get_username(), entry.why) == ("Ada", "She called")
    assert logbook.verify() is None
    assert outbox.outbox == []


def test_a_second_factor_from_setting_it_up_to_losing_it():
    factories.user("editor", "Hedy", email="hedy@example.org")
    phone = Client()
    log_in(phone, factories.PASSWORD)

    # She sets up an app: the password again, the key, its first code, the recovery codes.
    asked = phone.get(Page(phone.get("/accounts/2fa/")).link("Set up an app"))["Location"]
    app = fill(phone, asked, password=factories.PASSWORD)["Location"]
    shown = Page(phone.get(app))
    key = shown.with_class("factor-key")[0].text.replace(" ", "")
    first = factories.code_of(key)
    codes = Page(phone.get(phone.post(app, shown.fields(code=first))["Location"]))
    recovery = codes.with_class("factor-codes")[0].findall("li")[0][0].text

    # From now on the password alone opens nothing; code or recovery code do, each once.
    laptop = Client()
    step = log_in(laptop, factories.PASSWORD)["Location"]
    assert name_of(laptop) == ""
    assert fill(laptop, step, code=first).status_code == 422  # It was used a moment ago.
    assert fill(laptop, step, code=factories.code_of(key, 1)).status_code == 302
    assert name_of(laptop) == "Hedy"
    tablet = Client()
    fill(tablet, log_in(tablet, factories.PASSWORD)["Location"], code=recovery)
    assert name_of(tablet) == "Hedy"

    # A forgotten password is mailed a link; the link doesn't pass the second factor by.
    fill(Client(), "/accounts/password/reset/", who="hedy@example.org")
    mail.wait_until_sent()
    link = next(line for line in outbox.outbox[-1].body.splitlines() if line.startswith("http://testserver"))
    stranger = Client()
    fill(stranger, link, new=THIRD, again=THIRD)
    assert log_in(stranger, THIRD)["Location"] == "/accounts/2fa/login/"
    assert name_of(stranger) == ""

    # All lost: an administrator, sure of who asks, takes it away.
    office = Client()
    office.force_login(factories.user("administrator", "Ada"))
    fill(office, "/accounts/reset-link/", name="Hedy", why="Seen her passport", without_second_factor="on")
    log_in(tablet, THIRD)
    assert name_of(tablet) == "Hedy"


def test_a_newcomer_is_approved(settings, django_capture_on_commit_callbacks):
    settings.WIKI_REGISTRATION = "approval"
    newcomer, office = Client(), Client()
    office.force_login(factories.user("moderator", "Mona"))

    answer = fill(
        newcomer, "/accounts/register/", username="Hedy", email="h@example.org", password1=FIRST, password2=FIRST
    )
    assert "Your account waits for approval" in Page(answer).h1
    assert log_in(newcomer, FIRST).status_code == 422

    waiting = next(link.href for link in Page(office.get("/accounts/")).links if "waits" in link.text)
    assert "Hedy" in office.get(waiting).content.decode()
    chosen = {"action": "approve", "_selected_action": [User.objects.get(username="Hedy").pk]}
    with django_capture_on_commit_callbacks(execute=True):
        office.post("/admin/accounts/user/", chosen)
    mail.wait_until_sent()
    subjects = [letter.subject for letter in outbox.outbox]
    assert sorted(subjects) == ["MedWiki: Is this your e-mail address?", "MedWiki: Your account is open"]
    log_in(newcomer, FIRST)
    assert name_of(newcomer) == "Hedy"
