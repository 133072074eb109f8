"""What this site does otherwise than django-allauth."""

import pytest
from allauth.core import context
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext

from articles import limits
from wiki.accounts import adapter as adapters
from wiki.accounts.models import User

PASSWORD = "correct horse battery staple"


@pytest.fixture
def ada(db) -> User:
    return User.objects.create_user("Ada", password=PASSWORD)


@pytest.fixture
def log_in(rf, db):
    """Try a password from an address; the account, or None."""

    def attempt(name: str, password: str, address: str = "192.0.2.1"):
        request = rf.post("/accounts/login/", REMOTE_ADDR=address)
        with context.request_context(request):
            return adapters.AccountAdapter(request).authenticate(request, username=name, password=password)

    return attempt


@pytest.mark.parametrize("spelling", ["Ada", "ada", "ADA"])
def test_a_right_password_opens_the_account_in_any_spelling_of_its_name(ada: User, log_in, spelling: str):
    assert log_in(spelling, PASSWORD) == ada


@pytest.mark.parametrize("spellings", [["Ada"] * 6, ["Ada", "ada", "ADA", "aDa", " Ada", "Аda"]])
def test_after_five_wrong_passwords_even_the_right_one_waits(ada: User, log_in, spellings: list[str]):
    for spelling in spellings[:5]:
        assert log_in(spelling, "wrong") is None
    with pytest.raises(limits.TooOften) as refused:
        log_in(spellings[5], PASSWORD)
    assert 290 < refused.value.retry_after <= 300


def test_an_unknown_name_is_limited_like_a_known_one(log_in):
    for _ in range(5):
        assert log_in("Nobody", "wrong") is None
    with pytest.raises(limits.TooOften):
        log_in("Nobody", "wrong")


def test_the_owner_can_log_in_from_elsewhere(ada: User, log_in):
    for _ in range(5):
        log_in("Ada", "wrong")
    assert log_in("Ada", PASSWORD, address="198.51.100.7") == ada


def test_one_household_cannot_guess_from_each_of_its_addresses(ada: User, log_in):
    for host in range(5):
        log_in("Ada", "wrong", address=f"2001:db8::{host}")
    with pytest.raises(limits.TooOften):
        log_in("Ada", "wrong", address="2001:db8::99")


def test_one_place_cannot_try_a_password_on_many_accounts(log_in):
    for number in range(20):
        log_in(f"Name {number}", "wrong")
    with pytest.raises(limits.TooOften):
        log_in("Name 20", "wrong")


def test_right_passwords_are_not_counted(ada: User, log_in):
    assert [log_in("Ada", PASSWORD) for _ in range(12)] == [ada] * 12


def test_a_refused_attempt_counts_against_nobody_else_of_the_place(ada: User, log_in):
    for _ in range(5):
        log_in("Ada", "wrong")
    for _ in range(30):
        with pytest.raises(limits.TooOften):
            log_in("Ada", "wrong")
    assert log_in("Bob", "wrong") is None


def test_a_closed_account_is_no_other_than_a_wrong_password(ada: User, log_in):
    User.objects.filter(pk=ada.pk).update(is_active=False)
    assert log_in("Ada", PASSWORD) is None


@pytest.mark.parametrize(("name", "password"), [("Ada", "wrong"), ("Nobody", "wrong"), ("Eve", PASSWORD)])
def test_every_refusal_costs_one_hash_and_the_same_queries_so_that_time_tells_nothing(
    ada: User, log_in, monkeypatch, name: str, password: str
):
    User.objects.create_user("Eve", password=PASSWORD, is_active=False)
    hashed, encode = [], MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *args: hashed.append(1) or encode(*args))
    log_in("Somebody", "else")
    with CaptureQueriesContext(connection) as queries:
        assert log_in(name, password) is None
    assert (len(hashed), len(queries)) == (2, 13)


def test_an_account_closed_in_the_middle_of_a_login_stays_out(rf, ada: User):
    with pytest.raises(PermissionDenied):
        adapters.AccountAdapter().respond_user_inactive(rf.post("/accounts/login/"), ada)


@pytest.mark.parametrize("url", ["/", "/wiki/Asthma?version=3#Causes", "/edit/HIV/AIDS"])
def test_next_may_be_a_path_of_this_site(url: str):
    assert adapters.AccountAdapter().is_safe_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "//evil.example",
        "///evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\t/evil.example",
        "/\n/evil.example",
        "http://evil.example",
        "http:///evil.example",
        "http:evil.example",
        "https://testserver.evil.example",
        "https://testserver@evil.example",
        "http://localhost:9999/",
        "javascript:alert(1)",
        "data:text/html,x",
        " /wiki/Asthma",
        "wiki/Asthma",
        "",
    ],
)
def test_next_leads_nowhere_else(url: str):
    assert not adapters.AccountAdapter().is_safe_url(url)


@pytest.mark.parametrize("name", ["Admin", "ADMINISTRATOR", "moderator", "MedWiki", "аdmin"])
def test_nobody_registers_as_the_site_itself(db, settings, name: str):
    settings.WIKI_NAME = "MedWiki"
    with pytest.raises(ValidationError) as refused:
        adapters.AccountAdapter().clean_username(name)
    assert refused.value.code == "username_blacklisted"
