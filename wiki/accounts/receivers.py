"""The groups of the roles after each migration, and the first role of a new account."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate, post_save

from wiki.accounts import roles
from wiki.accounts.models import User


def connect() -> None:
    """Connect the receivers of this module; called once, when the app is ready."""
    post_migrate.connect(make_groups_after_migrate, dispatch_uid="accounts.make_groups")
    post_save.connect(make_contributor, sender=User, dispatch_uid="accounts.make_contributor")


def make_groups_after_migrate(app_config: AppConfig, **kwargs: Any) -> None:
    """Give the groups the app's permissions, which django.contrib.auth has just made (its receiver comes first)."""
    if app_config.label in roles.app_labels():
        roles.make_groups(app_config.label)


def make_contributor(instance: User, *, created: bool, raw: bool = False, **kwargs: Any) -> None:
    """A new account, whoever made it, is a contributor; loaded fixtures bring their own groups."""
    if created and not raw:
        instance.groups.add(roles.group(roles.CONTRIBUTOR))
