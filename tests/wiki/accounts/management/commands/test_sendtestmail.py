"""`manage.py sendtestmail`."""

import pytest
from django.core import mail as outbox
from django.core.management import CommandError, call_command

pytestmark = pytest.mark.django_db


def test_it_says_that_it_was_sent_and_from_whom(capsys, settings):
    settings.DEFAULT_FROM_EMAIL = "wiki@example.org"
    call_command("sendtestmail", "me@example.org")
    (message,) = outbox.outbox
    assert (message.to, message.from_email) == (["me@example.org"], "wiki@example.org")
    assert message.body == "Mail from MedWiki works.\n"
    assert "Sent to me@example.org from wiki@example.org" in capsys.readouterr().out


def test_where_no_mail_leaves_it_says_where_it_was_written(settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    with pytest.raises(CommandError, match=f"EMAIL_URL is not set.*{tmp_path.name}"):
        call_command("sendtestmail", "me@example.org")
    assert list(tmp_path.iterdir())


def test_a_mail_server_that_does_not_answer_is_an_error(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    with pytest.raises(CommandError, match="could not be sent"):
        call_command("sendtestmail", "me@example.org")
