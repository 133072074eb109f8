"""Groups of roles, seals of secrets after each migration; a new account's first role; the drafts of a closed one."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import AppConfig
from django.db import connections
from django.db.models.signals import post_migrate, post_save

from articles import drafts
from wiki.accounts import roles, sealing
from wiki.accounts.models import User


def connect() -> None:
    """Connect the receivers of this module; called once, when the app is ready."""
    post_migrate.connect(make_groups_after_migrate, dispatch_uid="accounts.make_groups")
    post_migrate.connect(seal_again_after_migrate, dispatch_uid="accounts.seal_again")
    post_save.connect(make_contributor, sender=User, dispatch_uid="accounts.make_contributor")
    post_save.connect(forget_drafts, sender=User, dispatch_uid="accounts.forget_drafts")


def make_groups_after_migrate(app_config: AppConfig, **kwargs: Any) -> None:
    """Give the groups the app's permissions, which django.contrib.auth has just made (its receiver comes first)."""
    if app_config.label in roles.app_labels():
        roles.make_groups(app_config.label)


def seal_again_after_migrate(app_config: AppConfig, using: str = "default", **kwargs: Any) -> None:
    """Seal with the key of today what was stored before, or with an earlier key."""
    if app_config.label == "mfa" and Authenticator._meta.db_table in connections[using].introspection.table_names():
        sealing.seal_again(using)


def make_contributor(instance: User, *, created: bool, raw: bool = False, **kwargs: Any) -> None:
    """A new account, whoever made it, is a contributor; loaded fixtures bring their own groups."""
    if created and not raw:
        instance.groups.add(roles.group(roles.CONTRIBUTOR))


def forget_drafts(instance: User, *, created: bool, raw: bool = False, **kwargs: Any) -> None:
    """Who closes an account takes along what was typed in it and not handed in."""
    if not (created or raw or instance.is_active):
        drafts.forget_account(instance.pk)
