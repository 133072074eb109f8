"""The lines of *Set up*, and the test mail."""

import smtplib
from datetime import timedelta

import pytest
from django.utils import timezone

from articles import access, editing, importing
from articles.models import Article
from articles.moderation import sample_articles
from tests import factories
from wiki import pages
from wiki.accounts.models import User
from wiki.backups import keeping
from wiki.wording import setup, words
from wiki.wording.catalogue import CATALOGUE
from wiki.wording.setup import AS_IT_CAME, DONE, TO_DO, Line

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    """An administrator with a second factor."""
    account = factories.user("administrator", "Owner")
    factories.authenticator_app(account)
    return account


def line(label: str, reader: User | None = None) -> Line:
    reader = reader or User(username="Nobody")
    return next(each for _heading, rows in setup.lines(reader) for each in rows if each.label == label)


def test_there_is_a_line_for_each_word_and_for_what_only_the_server_says(owner):
    labels = [each.label for _heading, rows in setup.lines(owner) for each in rows]
    legal = ["About", "Accessibility", "Contact", "Licence", "Privacy", "Terms"]
    assert {entry.label for entry in CATALOGUE} < set(labels) and len(labels) == len(CATALOGUE) + 1 + 6 + 5
    assert labels[-13:-7] == legal and "Second factor" in labels
    assert labels[-5:] == ["Address of the site", "Mail", "First administrator", "Backups", "Sample encyclopedia"]


def test_a_line_is_to_do_until_somebody_has_decided(administrator, owner, monkeypatch):
    assert line("Name").state == line("Sign-up").state == TO_DO and line("Motto").state == AS_IT_CAME
    monkeypatch.setenv("WIKI_REGISTRATION", "open")
    assert (line("Sign-up").state, line("Sign-up").source) == (DONE, "environment")
    before = setup.left_to_do(setup.lines(owner))
    row = words.change(key="name", text="Heal", who=administrator.account, why="ours")
    now = line("Name")
    assert (now.state, now.source, now.value, now.changed) == (DONE, "here", "Heal", row)
    assert setup.left_to_do(setup.lines(owner)) == before - 1


def test_a_value_is_shown_as_people_say_it(administrator):
    assert line("New accounts").value == "propose changes, which a reviewer lets through"
    assert line("Tagline").value.startswith("From MedWiki") and line("Full disclaimer (its own page)").value.endswith(
        "…"
    )
    assert line("Logo").value == "" and line("Logo").url == "/setup/logo" and line("Motto").url == "/setup/motto"


def test_what_follows_from_the_address_is_said(settings):
    settings.SITE_URL = ""
    assert line("Address of the site").state == TO_DO and "HSTS" in line("Address of the site").advice
    settings.SITE_URL, settings.SECURE = "https://wiki.example.org", True
    assert line("Address of the site").state == DONE and "Cookies are secure" in line("Address of the site").advice
    settings.SITE_URL, settings.SECURE = "http://wiki.example.org", False
    assert "plain http" in line("Address of the site").advice


@pytest.mark.parametrize(
    ("backend", "goes_out", "said"),
    [("smtp", True, "mail.example.org"), ("filebased", False, "EMAIL_URL"), ("console", False, "EMAIL_URL")],
)
def test_what_becomes_of_mail_is_said(settings, backend: str, goes_out: bool, said: str):
    settings.EMAIL_BACKEND = f"django.core.mail.backends.{backend}.EmailBackend"
    settings.EMAIL_HOST = "mail.example.org"
    assert setup.mail_goes_out() == goes_out and said in setup.mail_state()
    assert line("Mail").state == (DONE if goes_out else TO_DO)


def test_the_first_administrator_is_a_line(administrator):
    assert line("First administrator").state == DONE


def test_without_an_administrator_the_line_is_to_do():
    assert line("First administrator").state == TO_DO


@pytest.mark.parametrize(("hours", "state"), [(3, DONE), (47, DONE), (49, TO_DO)])
def test_the_last_backup_is_a_line_with_its_age(settings, tmp_path, hours: int, state: str):
    settings.WIKI_BACKUPS = tmp_path
    (tmp_path / keeping.name_of(timezone.now() - timedelta(hours=hours))).touch()
    assert line("Backups").state == state and f"{hours} hours ago" in line("Backups").value


def test_no_backup_is_to_do(settings, tmp_path):
    settings.WIKI_BACKUPS = tmp_path
    assert line("Backups").state == TO_DO and str(tmp_path) in line("Backups").value


def test_the_sample_is_to_do_until_it_has_gone(administrator):
    incoming = editing.Incoming("Asthma", "Wheeze.\n", (), {"is_sample": True})
    list(importing.bring_in([incoming], author=access.imported_author("Import"), summary="Imported"))
    assert (line("Sample encyclopedia").state, line("Sample encyclopedia").url) == (TO_DO, "/special/remove-sample")

    sample_articles.remove_sample(by=administrator.account)

    assert line("Sample encyclopedia").state == DONE


@pytest.mark.parametrize("title", ["Project:About", "Project:Privacy"])
def test_a_page_about_the_site_is_to_do_until_it_is_there_and_no_draft(title: str):
    label = title.partition(":")[2]
    assert (line(label).state, line(label).url, line(label).link) == (TO_DO, f"/edit/{title}", "Write it")
    pages.load()
    assert line(label).state == TO_DO and "draft" in line(label).value
    draft = Article.objects.get(namespace="project", title=label)
    factories.edit(draft, f"{draft.text.text}\nWe are Lungs & Co.\n", author=factories.author("administrator"))
    assert line(label).state == TO_DO
    factories.edit(draft, "We are Lungs & Co.\n", author=factories.author("administrator"))
    assert (line(label).state, line(label).value) == (DONE, "It is your own.")


@pytest.mark.parametrize(
    ("required", "said"), [("none", "Nobody has to"), ("moderator", "Moderators and"), ("reviewer", "Reviewers,")]
)
def test_who_must_have_a_second_factor_is_said_with_where_that_comes_from(owner, settings, monkeypatch, required, said):
    settings.WIKI_REQUIRE_2FA = required
    assert line("Second factor", owner).value.startswith(said)
    assert (line("Second factor", owner).state, line("Second factor", owner).source) == (AS_IT_CAME, "software")
    monkeypatch.setenv("WIKI_REQUIRE_2FA", required)
    assert (line("Second factor", owner).state, line("Second factor", owner).source) == (DONE, "environment")


def test_an_administrator_without_a_second_factor_is_reminded(owner):
    bare = line("Second factor", factories.user("administrator"))
    assert (bare.state, bare.url) == (TO_DO, "/accounts/2fa/") and "You have none yourself" in bare.advice
    assert line("Second factor", owner).url == "" and "yourself" not in line("Second factor", owner).advice


def test_a_test_mail_says_that_mail_works(administrator, mailoutbox):
    words.change(key="name", text="Heal", who=administrator.account)
    setup.send_test_mail("ada@example.org")
    (mail,) = mailoutbox
    assert (mail.to, mail.subject) == (["ada@example.org"], "A test from Heal") and "mail works" in mail.body


def test_a_mail_is_on_its_way_only_where_mail_goes_out(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    assert "only written" in setup.what_became_of_mail("ada@example.org")
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    assert setup.what_became_of_mail("ada@example.org") == "A test mail is on its way to ada@example.org."


@pytest.mark.parametrize("error", [ConnectionRefusedError("refused"), smtplib.SMTPAuthenticationError(535, b"no")])
def test_a_mail_server_that_refuses_is_told_with_its_words(monkeypatch, error: Exception):
    def send(self) -> None:
        raise error

    monkeypatch.setattr("django.core.mail.EmailMessage.send", send)
    with pytest.raises(setup.MailFailed, match=r"refused|535"):
        setup.send_test_mail("ada@example.org")
