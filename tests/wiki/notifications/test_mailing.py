"""What people are told goes by mail, where their address is confirmed and they wish it; nothing else depends on it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail as outbox
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from articles import remarks
from articles.models import Proposal
from articles.moderation import deleting
from tests import factories
from wiki.accounts import confirming
from wiki.accounts.models import User
from wiki.notifications import mailing, telling, wishes
from wiki.notifications.models import Letter, Notification

pytestmark = pytest.mark.django_db

SECRET = "thylacinish"


@pytest.fixture
def proposal(article, contributor, settings) -> Proposal:
    """A proposal of somebody who gets mail."""
    settings.SITE_URL = "https://wiki.example.org"
    account = contributor.account
    account.email = account.confirmed_email = "cora@example.org"
    account.save()
    return factories.proposal(article, contributor, f"Breath, {SECRET}.\n", summary=SECRET)


class Away(EmailBackend):
    """A mail server that takes nothing."""

    def send_messages(self, messages) -> int:
        raise OSError("away")


@pytest.fixture
def away(settings, monkeypatch):
    monkeypatch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", Away.send_messages)


def mailed() -> list[tuple[str, str]]:
    mailing.send_due()
    return [(message.to[0], message.subject) for message in outbox.outbox]


@pytest.mark.parametrize("what", ["accepted", "declined", "returned", "said"])
def test_what_is_told_is_mailed(proposal, reviewer, what: str):
    telling.tell_about(proposal, what=what, by=reviewer)
    ((to, subject),) = mailed()
    assert to == "cora@example.org"
    assert subject.startswith(f"MedWiki: {proposal.title}: {reviewer.name} ")
    assert Letter.objects.count() == 0 and mailing.send_due() == 0


def test_a_mail_names_site_page_and_disclaimer_and_leads_there_and_out(proposal, reviewer):
    telling.tell_about(proposal, what="returned", by=reviewer)
    mailed()
    (message,) = outbox.outbox
    line = Notification.objects.get()
    stop = f"https://wiki.example.org/accounts/mail/stop/{wishes.token_for(line.account_id, 'returned')}/"
    assert f"https://wiki.example.org/notifications/{line.pk}" in message.body.splitlines()
    assert "Medical Disclaimer: MedWiki is not a substitute for professional medical advice." in message.body
    assert f"\n--\nMedWiki\nhttps://wiki.example.org\n\nNo more mails of this kind: {stop}\n" in message.body
    assert message.extra_headers["List-Unsubscribe"] == f"<{stop}>"
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_no_word_of_a_text_is_in_any_mail(proposal, article, reviewer):
    remarks.say(proposal=proposal, author=reviewer, text=f"Says who, {SECRET}?")
    for what in ("accepted", "declined", "returned", "said"):
        telling.tell_about(proposal, what=what, by=reviewer)
    mailed()
    assert len(outbox.outbox) == 4
    assert [message for message in outbox.outbox if SECRET in str(message.message())] == []


def test_the_title_of_a_page_deleted_since_is_in_none(proposal, article, reviewer, moderator):
    telling.tell_about(proposal, what="declined", by=reviewer)
    deleting.delete([article], by=moderator.account, why="its title says it")
    mailed()
    assert article.title not in str(outbox.outbox[0].message())


def test_names_and_titles_are_written_as_they_are_and_on_one_line(proposal, reviewer, settings):
    settings.WIKI_NAME = "Heart & Lungs"
    proposal.title = 'Crohn\'s & "co"'
    telling.tell_about(proposal, what="declined", by=reviewer)
    line = Notification.objects.get()
    line.proposal.title = proposal.title
    message = mailing._of(line)
    assert message.subject.startswith('Heart & Lungs: Crohn\'s & "co": ') and "\n" not in message.subject


@pytest.mark.parametrize(
    "change", [{"email": ""}, {"confirmed_email": ""}, {"email": "other@example.org"}, {"is_active": False}]
)
def test_nothing_is_mailed_where_no_address_is_confirmed(proposal, contributor, reviewer, change):
    User.objects.filter(pk=contributor.account_id).update(**change)
    telling.tell_about(Proposal.objects.get(), what="declined", by=reviewer)
    assert (mailed(), Letter.objects.count(), Notification.objects.count()) == ([], 0, 1)


def test_an_address_changed_before_the_mail_was_sent_gets_none(proposal, contributor, reviewer):
    telling.tell_about(proposal, what="declined", by=reviewer)
    User.objects.filter(pk=contributor.account_id).update(email="other@example.org")
    assert (mailed(), Letter.objects.count()) == ([], 0)


def test_a_kind_that_is_not_wished_is_not_mailed_and_still_told(proposal, contributor, reviewer):
    wishes.stop(contributor.account_id, "said")
    for what in ("said", "declined"):
        telling.tell_about(proposal, what=what, by=reviewer)
    assert [subject.rpartition("has ")[2] for _to, subject in mailed()] == ["declined your change and says why."]
    assert telling.count_unseen(contributor.account_id) == 2


@pytest.mark.parametrize(
    "without", [{"SITE_URL": ""}, {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend"}]
)
def test_where_no_mail_leaves_no_letter_is_kept(proposal, reviewer, settings, without):
    for name, value in without.items():
        setattr(settings, name, value)
    telling.tell_about(proposal, what="declined", by=reviewer)
    assert (Letter.objects.count(), mailing.send_due()) == (0, 0)


def test_a_mail_server_that_is_away_breaks_nothing_and_is_tried_again_later(proposal, reviewer, away, monkeypatch):
    telling.tell_about(proposal, what="declined", by=reviewer)
    assert mailing.send_due() == 0
    letter = Letter.objects.get()
    assert letter.tries == 1 and letter.due > timezone.now() + timedelta(minutes=4)
    assert mailing.send_due() == 0 and Letter.objects.get().tries == 1
    monkeypatch.undo()
    Letter.objects.update(due=timezone.now())
    assert len(mailed()) == 1 and Letter.objects.count() == 0


def test_after_the_last_try_it_is_left_to_the_list(proposal, contributor, reviewer, away):
    telling.tell_about(proposal, what="declined", by=reviewer)
    for _try in range(7):
        Letter.objects.update(due=timezone.now())
        mailing.send_due()
    assert Letter.objects.count() == 0 and telling.count_unseen(contributor.account_id) == 1


def test_of_two_senders_only_one_sends(proposal, reviewer):
    telling.tell_about(proposal, what="declined", by=reviewer)
    mine, theirs = (Letter.objects.select_related("notification__account").get() for _each in range(2))
    assert [mailing._sent(letter) for letter in (mine, theirs)] == [True, False]
    assert len(outbox.outbox) == 1


def test_nobody_gets_more_than_so_many_a_day(proposal, reviewer, monkeypatch):
    monkeypatch.setattr(mailing, "MOST_A_DAY", 2)
    for _time in range(4):
        telling.tell_about(proposal, what="said", by=reviewer)
    assert len(mailed()) == 2 and Letter.objects.count() == 0


def test_a_letter_is_given_up_after_a_week(proposal, reviewer):
    telling.tell_about(proposal, what="declined", by=reviewer)
    assert mailing.forget_old() == 0
    Notification.objects.update(made=timezone.now() - timedelta(days=8))
    assert mailing.forget_old() == 1


def test_it_is_sent_at_once_beside_the_answer(proposal, reviewer, settings, monkeypatch):
    asked = []
    settings.WIKI_SENDS_BESIDE = True
    monkeypatch.setattr(mailing._beside, "submit", asked.append)
    mailing._send_beside()
    assert asked == [mailing._send_and_close]


def test_confirming_is_what_lets_mail_begin(proposal, contributor, reviewer):
    account = User.objects.get(pk=contributor.account_id)
    account.email = "new@example.org"
    account.save(update_fields=["email"])
    telling.tell_about(Proposal.objects.get(), what="said", by=reviewer)
    confirming.confirm(account)
    telling.tell_about(Proposal.objects.get(), what="said", by=reviewer)
    assert [to for to, _subject in mailed()] == ["new@example.org"]
