"""The groups after each migration, and the first role of a new account."""

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission

from articles.models import Draft
from tests import factories
from wiki.accounts import receivers, roles
from wiki.accounts.models import User

pytestmark = pytest.mark.django_db


def migrate_again() -> None:
    for app_config in apps.get_app_configs():
        receivers.make_groups_after_migrate(app_config=app_config)


def test_migrating_makes_the_groups():
    assert set(roles.ROLES) <= set(Group.objects.values_list("name", flat=True))


def test_migrating_again_changes_nothing():
    before = set(Group.permissions.through.objects.values_list("pk", flat=True))
    migrate_again()
    assert set(Group.permissions.through.objects.values_list("pk", flat=True)) == before


def test_migrating_puts_right_what_was_changed_by_hand():
    group = Group.objects.get(name=roles.CONTRIBUTOR)
    group.permissions.set(Permission.objects.filter(codename="moderate"))
    migrate_again()
    assert set(group.permissions.values_list("codename", flat=True)) == {"propose"}


def test_permissions_of_other_features_are_left_alone():
    group = Group.objects.get(name=roles.CONTRIBUTOR)
    other = Permission.objects.filter(content_type__app_label="sessions").first()
    group.permissions.add(other)
    migrate_again()
    assert other in group.permissions.all()


def test_saving_an_account_again_gives_no_role_back():
    user = User.objects.create_user("Ada")
    user.groups.clear()
    user.save()
    assert not user.groups.exists()


def test_closing_an_account_takes_its_drafts_along(editor, reviewer):
    factories.draft("Asthma", editor)
    theirs = factories.draft("Asthma", reviewer)
    editor.account.is_active = False
    editor.account.save()
    assert list(Draft.objects.all()) == [theirs]


def test_saving_an_open_account_leaves_its_drafts(editor):
    draft = factories.draft("Asthma", editor)
    editor.account.save()
    assert Draft.objects.get() == draft
