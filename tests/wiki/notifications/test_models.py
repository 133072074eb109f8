"""A line of somebody's list, a letter, a wish."""

from wiki.notifications.models import Letter, MailWish, Notification


def test_a_line_says_whose_it_is_and_of_what():
    assert str(Notification(account_id=1, kind="said", proposal_id=2)) == "1: said 2"


def test_a_line_about_a_role_leads_to_the_account():
    line = Notification(account_id=1, kind="role", role="editor")
    assert (str(line), line.role_name, line.get_absolute_url()) == ("1: role editor", "Editor", "/accounts/")


def test_letters_and_wishes_say_what_they_are():
    assert str(Letter(notification_id=1)) == "1, 0 tries"
    assert str(MailWish(account_id=1, unwanted=["said"])) == "1 without said"
