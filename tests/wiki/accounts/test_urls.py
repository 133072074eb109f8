"""Only what works has an address."""

import pytest
from django.urls import NoReverseMatch, reverse


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("account_login", "/accounts/login/"),
        ("account_logout", "/accounts/logout/"),
        ("account_signup", "/accounts/register/"),
        ("account", "/accounts/"),
        ("account_reset_password", "/accounts/password/reset/"),
        ("mfa_index", "/accounts/2fa/"),
    ],
)
def test_the_addresses_are_where_they_were_promised(name: str, path: str):
    assert reverse(name) == path


@pytest.mark.parametrize("name", ["account_set_password", "account_confirm_email", "account_inactive", "mfa_trust"])
def test_what_is_not_there_yet_has_no_address(name: str):
    with pytest.raises(NoReverseMatch):
        reverse(name)


@pytest.mark.parametrize(
    "path", ["/accounts/signup/", "/accounts/confirm-email/", "/accounts/password/set/", "/accounts/inactive/"]
)
def test_addresses_of_allauth_that_are_not_there_are_404(client, db, path: str):
    assert client.get(path).status_code == 404
