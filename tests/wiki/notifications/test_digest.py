"""Once a day, whoever decides and wishes it is mailed what waits: once, and only where something does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail as outbox
from django.utils import timezone

from articles import access, topics
from articles.models import Proposal
from articles.moderation import deleting
from articles.reviewing import deciding, waiting
from tests import factories
from tests.doors import unlocked
from wiki.accounts import roles
from wiki.accounts.models import User
from wiki.notifications import digest, wishes
from wiki.notifications.models import MailWish

pytestmark = pytest.mark.django_db

SECRET = "thylacinish"
DOSE = "Take 5 mg a day.\n"


@pytest.fixture
def rita(settings) -> User:
    """A reviewer who wishes a digest."""
    settings.SITE_URL = "https://wiki.example.org"
    user = factories.user("reviewer", "Rita", email="rita@example.org", confirmed_email="rita@example.org")
    wishes.choose(user.pk, wanted=wishes.NAMES, digest=True)
    return user


@pytest.fixture
def proposal(contributor) -> Proposal:
    article = factories.article("Asthma", f"{DOSE}\n[[Category:Lungs]]\n")
    return factories.proposal(article, contributor, f"{SECRET}.\n", summary=SECRET)


def risky(title: str, author) -> Proposal:
    article = factories.article(title, DOSE)
    return factories.proposal(article, author, DOSE.replace("5 mg", "50 mg"), section="")


def subjects() -> list[str]:
    return [message.subject for message in outbox.outbox]


def test_it_tells_how_many_wait_the_oldest_and_the_risky(rita, proposal, contributor):
    dangerous = risky("Warfarin", contributor)
    with unlocked("time passes"):
        Proposal.objects.filter(pk=proposal.pk).update(made=timezone.now() - timedelta(days=3, hours=1))
    assert digest.send() == 1
    (message,) = outbox.outbox
    assert (message.subject, message.to) == ("MedWiki: 2 proposals wait", ["rita@example.org"])
    assert f"The oldest, since 3 days: Asthma\nhttps://wiki.example.org/proposals/{proposal.pk}\n" in message.body
    assert f"\nWarfarin\nhttps://wiki.example.org/proposals/{dangerous.pk}\n" in message.body
    assert "Medical Disclaimer:" in message.body and SECRET not in str(message.message())
    assert f"/accounts/mail/stop/{wishes.token_for(rita.pk, 'digest')}/" in message.extra_headers["List-Unsubscribe"]


def test_of_very_many_it_tells_how_many_there_are_at_least(rita, proposal, contributor, monkeypatch):
    monkeypatch.setattr(waiting, "WINDOW", 1)
    factories.proposal(proposal.article, contributor, "Another.\n")
    digest.send()
    assert subjects() == ["MedWiki: At least 1 proposal waits"]


def test_nobody_gets_two_of_one_day_and_everybody_one_of_the_next(rita, proposal):
    assert (digest.send(), digest.send()) == (1, 0)
    MailWish.objects.update(digest_day=timezone.now().date() - timedelta(days=1))
    assert digest.send() == 1


def test_nothing_is_sent_where_nothing_waits(rita, proposal, moderator):
    deciding.decline(proposal=proposal, user=moderator.account, author=moderator, reason="No.")
    assert digest.send() == 0 and subjects() == []


def test_ones_own_proposals_wait_for_others(rita, proposal):
    with unlocked("a reviewer who proposed before they were one"):
        Proposal.objects.update(author=access.author_of(rita))
    assert digest.send() == 0


def test_of_chosen_topics_only_theirs_are_counted(rita, proposal, contributor):
    topics.choose(author=access.author_of(rita), names=["Kidneys"])
    assert digest.send() == 0
    kidneys = factories.article("Gout", "Urate.\n\n[[Category:Kidneys]]\n")
    factories.proposal(kidneys, contributor)
    MailWish.objects.update(digest_day=None)
    assert digest.send() == 1 and subjects() == ["MedWiki: 1 proposal waits"]
    assert "Of your topics: Kidneys." in outbox.outbox[0].body


@pytest.mark.parametrize("change", [{"confirmed_email": ""}, {"email": ""}, {"is_active": False}])
def test_who_gets_no_mail_gets_no_digest(rita, proposal, change):
    User.objects.filter(pk=rita.pk).update(**change)
    assert digest.send() == 0


def test_who_decides_no_longer_or_wishes_none_gets_none(rita, proposal):
    roles.give(rita, "editor")
    assert digest.send() == 0
    roles.give(rita, "reviewer")
    wishes.stop(rita.pk, wishes.DIGEST)
    assert digest.send() == 0


def test_where_no_mail_leaves_nothing_is_marked_as_sent(rita, proposal, settings):
    settings.SITE_URL = ""
    assert digest.send() == 0 and MailWish.objects.get().digest_day is None


def test_what_could_not_be_sent_is_tried_again(rita, proposal, monkeypatch):
    def away(self, messages) -> int:
        raise OSError("away")

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.backends.locmem.EmailBackend.send_messages", away)
        assert digest.send() == 0
    assert digest.send() == 1


def test_the_title_of_a_page_deleted_since_is_not_in_it(rita, proposal, moderator):
    deleting.delete([proposal.article], by=moderator.account, why="its title says it")
    digest.send()
    assert [message for message in outbox.outbox if "Asthma" in str(message.message())] == []


@pytest.mark.parametrize(("hour", "sent"), [(4, 0), (5, 1), (23, 1)])
def test_it_comes_in_the_morning(rita, proposal, monkeypatch, hour: int, sent: int):
    monkeypatch.setattr(digest.timezone, "now", lambda: datetime(2027, 1, 2, hour, 30, tzinfo=UTC))
    assert digest.send_in_the_morning() == sent
