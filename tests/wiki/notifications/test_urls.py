"""Where people see what they are told."""

from django.urls import reverse

from wiki import logs


def test_the_list_is_where_the_design_says():
    assert reverse("notifications:notifications") == "/notifications"


def test_the_link_that_stops_mails_stands_where_the_log_leaves_it_out():
    path = reverse("notifications:stop", args=["0123456789-0123456789-0123456789"])
    assert logs.shown(path.encode()) == "/accounts/mail/stop/*/"
