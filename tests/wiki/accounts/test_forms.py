"""The login and registration forms."""

import pytest
from allauth.core import context
from django.db import IntegrityError

from wiki.accounts import forms
from wiki.accounts.models import User

pytestmark = pytest.mark.django_db

FOR_MACHINES = ["website", "shown"]
TYPED = {"username": "Ada", "password1": "blue whale sings", "password2": "blue whale sings"}


@pytest.fixture
def request_here(rf):
    request = rf.post("/accounts/register/", REMOTE_ADDR="192.0.2.1")
    with context.request_context(request):
        yield request


def test_the_login_form_asks_for_exactly_two_things(request_here):
    assert list(forms.LoginForm(request=request_here).fields) == ["login", "password"]


def test_the_registration_form_asks_for_exactly_four_things_and_no_address_is_needed(request_here):
    fields = forms.SignupForm().fields
    assert list(fields) == ["username", "email", "password1", "password2", *FOR_MACHINES]
    assert [name for name, field in fields.items() if not field.required] == ["email", *FOR_MACHINES]


@pytest.mark.parametrize("form", [forms.LoginForm, forms.SignupForm])
def test_no_label_is_a_placeholder_that_vanishes(request_here, form):
    assert "placeholder" not in form().as_div()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"username": ""}, "username"),
        ({"username": "A" * 151}, "username"),
        ({"username": "Pills.com"}, "username"),
        ({"username": "TAKEN"}, "username"),
        ({"email": "no address"}, "email"),
        ({"password1": "short", "password2": "short"}, "password1"),
        ({"password1": "password123", "password2": "password123"}, "password1"),
        ({"password1": "82736450192", "password2": "82736450192"}, "password1"),
        ({"username": "Ada Lovelace", "password1": "adalovelace", "password2": "adalovelace"}, "password1"),
        ({"password1": "x" * 4097, "password2": "x" * 4097}, "password1"),
        ({"password2": "blue whale sinks"}, "password2"),
    ],
    ids=str,
)
def test_what_cannot_be_is_said_beside_its_field(request_here, change: dict[str, str], field: str):
    User.objects.create_user("Taken")
    form = forms.SignupForm({**TYPED, **change})
    assert not form.is_valid()
    assert field in form.errors


def test_registering_does_not_tell_whose_email_address_is_known(request_here):
    User.objects.create_user("Taken", email="ada@example.org")
    assert forms.SignupForm({**TYPED, "email": "Ada@example.org"}).is_valid()


def test_a_name_taken_a_moment_ago_is_an_error_and_leaves_nothing_behind(request_here):
    form = forms.SignupForm(TYPED)
    assert form.is_valid()
    User.objects.create_user("ADA")
    with pytest.raises(forms.ValidationError):
        form.try_save(request_here)
    assert User.objects.count() == 1


def test_an_account_is_made_with_all_that_belongs_to_it_or_not_at_all(request_here, monkeypatch):
    def broken(*args: object) -> None:
        raise IntegrityError

    monkeypatch.setattr("allauth.account.forms.setup_user_email", broken)
    form = forms.SignupForm(TYPED)
    assert form.is_valid()
    with pytest.raises(forms.ValidationError):
        form.try_save(request_here)
    assert not User.objects.exists()


@pytest.mark.parametrize(("seconds", "said"), [(1, "1 minute."), (60, "1 minute."), (61, "2 minutes.")])
def test_the_wait_is_said_in_minutes(seconds: int, said: str):
    assert forms.too_often(seconds).endswith(said)
