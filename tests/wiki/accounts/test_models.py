"""The account of a person."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError

from wiki.accounts import roles
from wiki.accounts.models import User

pytestmark = pytest.mark.django_db


def test_a_name_is_kept_in_its_one_spelling():
    assert User.objects.create_user("ada_lovelace").username == "Ada lovelace"


@pytest.mark.parametrize("spelling", ["Ada lovelace", "ada_lovelace", "ADA LOVELACE"])
def test_an_account_is_found_in_any_spelling_of_its_name(spelling: str):
    ada = User.objects.create_user("Ada lovelace")
    assert User.objects.get_by_natural_key(spelling) == ada


@pytest.mark.parametrize("name", ["Ada", "ADA", "АDA", "Ａda"])
def test_names_that_look_alike_are_refused(name: str):
    User.objects.create_user("Ada")
    with pytest.raises(ValidationError) as refused:
        User(username=name).full_clean(exclude=["password"])
    assert "username" in refused.value.message_dict


def test_the_database_itself_refuses_look_alikes():
    User.objects.create_user("Ada")
    with pytest.raises(IntegrityError):
        User.objects.create_user("АDA")


def test_a_displayed_name_cannot_imitate_another_account():
    User.objects.create_user("Ada")
    with pytest.raises(ValidationError) as refused:
        User(username="Bob", display_name="Аda").full_clean(exclude=["password"])
    assert "display_name" in refused.value.message_dict


def test_ones_own_name_may_be_displayed():
    User(username="Bob", display_name="BOB").full_clean(exclude=["password"])


def test_the_look_alike_key_follows_the_name_even_in_a_partial_save():
    ada = User.objects.create_user("Ada")
    ada.username = "Eve"
    ada.save(update_fields=["username"])
    assert User.objects.get(pk=ada.pk).skeleton == "eve"


def test_there_is_no_first_or_last_name():
    assert {"first_name", "last_name"}.isdisjoint(field.name for field in User._meta.get_fields())


def test_the_displayed_name_is_the_name_when_there_is_none():
    assert User(username="Ada").get_full_name() == "Ada"
    assert User(username="Ada", display_name="Countess").get_full_name() == "Countess"


def test_createsuperuser_makes_an_administrator_without_the_flag_that_passes_permissions_by():
    user = User.objects.create_superuser("Root person", password="x")
    assert (user.is_superuser, roles.role_of(user)) == (False, roles.ADMINISTRATOR)
