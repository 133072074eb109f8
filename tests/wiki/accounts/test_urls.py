"""Only what works has an address."""

import pytest
from django.urls import NoReverseMatch, reverse


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("account_login", "/accounts/login/"),
        ("account_logout", "/accounts/logout/"),
        ("account_signup", "/accounts/register/"),
    ],
)
def test_the_three_addresses_are_where_they_were_promised(name: str, path: str):
    assert reverse(name) == path


@pytest.mark.parametrize("name", ["account_email", "account_reset_password", "account_change_password"])
def test_what_is_not_there_yet_has_no_address(name: str):
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.parametrize("path", ["/accounts/", "/accounts/signup/", "/accounts/email/", "/accounts/password/reset/"])
def test_addresses_of_allauth_that_are_not_there_are_404(client, db, path: str):
    assert client.get(path).status_code == 404
