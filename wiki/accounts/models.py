"""The account of a person: one name that is shown, signs edits and can't be taken for another's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as AuthUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.text import titles
from wiki.accounts import names


class UserManager(AuthUserManager["User"]):
    """Makes and finds accounts by their one spelling: "ada_lovelace" is "Ada lovelace"."""

    def get_by_natural_key(self, username: str | None) -> User:
        """Return the account of that name, in any spelling and case: no two accounts share their look-alike key."""
        return self.get(skeleton=titles.skeleton(names.normalised(username or "")))

    def create_superuser(
        self, username: str, email: str | None = None, password: str | None = None, **extra_fields: Any
    ) -> User:
        """Make an administrator: the role and its permissions, never a flag that passes all of them by."""
        from wiki.accounts import roles  # Imported here because roles imports this module.

        user = self.create_user(username, email, password, **extra_fields)
        roles.give(user, roles.ADMINISTRATOR, why="createsuperuser")
        return user


class User(AbstractUser):
    """An account. Its name follows the rules of titles; accounts are closed (`is_active`), never deleted."""

    username = models.CharField(
        _("name"),
        max_length=names.MAX_NAME,
        unique=True,
        validators=[names.validate],
        error_messages={"unique": names.TAKEN},
    )
    display_name = models.CharField(
        _("displayed name"),
        max_length=names.MAX_NAME,
        blank=True,
        validators=[names.validate],
        help_text=_("What the person likes to be called; the name stays what signs the changes."),
    )
    skeleton = models.CharField(
        max_length=titles.MAX_TITLE, unique=True, editable=False, help_text=_("Equal for names that look alike.")
    )
    waits_for_approval = models.BooleanField(
        _("waits for approval"),
        default=False,
        help_text=_("Registered, and not yet let in: nobody can log in with it until a moderator approves."),
    )
    first_name = None  # type: ignore[assignment]  # One name is enough: not everybody has two, nor in this order.
    last_name = None  # type: ignore[assignment]

    REQUIRED_FIELDS = []

    objects = UserManager()  # type: ignore[misc]  # django-stubs wants AbstractUser's own manager type here.

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        default_permissions = ("view", "change")
        permissions = [
            ("change_roles", "May give and take every role"),
            ("make_editors", "May make contributors editors and back"),
        ]

    def __str__(self) -> str:
        return self.username

    @classmethod
    def normalize_username(cls, username: str) -> str:
        """Return the one spelling of a name; what can't be a name comes back as it is, for `validate` to refuse."""
        return names.normalised(username)

    def get_full_name(self) -> str:
        """Return the name to show."""
        return self.display_name or self.username

    def get_short_name(self) -> str:
        """Return the name that signs changes."""
        return self.username

    def clean(self) -> None:
        """Refuse names that look like another account's; raises ValidationError by field."""
        super().clean()
        self.skeleton = titles.skeleton(self.username)
        others = User.objects.exclude(pk=self.pk)
        if others.filter(skeleton=self.skeleton).exists():
            raise ValidationError({"username": names.TAKEN})
        if self.display_name and others.filter(skeleton=titles.skeleton(self.display_name)).exists():
            raise ValidationError({"display_name": _("This looks like the name of another account.")})

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Keep the look-alike key in step with the name, whichever way the name was set."""
        self.skeleton = titles.skeleton(self.username)
        if update_fields is not None and "username" in update_fields:
            update_fields = {*update_fields, "skeleton"}
        super().save(*args, update_fields=update_fields, **kwargs)
