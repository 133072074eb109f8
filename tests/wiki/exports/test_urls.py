"""Where people get files."""

from django.urls import reverse


def test_ones_own_data_are_beside_ones_account():
    assert reverse("account_data") == "/accounts/data/"
