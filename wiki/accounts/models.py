"""The account of a person: one name that is shown, signs edits and can't be taken for another's."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractUser, Group
from django.contrib.auth.models import UserManager as AuthUserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.crypto import salted_hmac
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
    confirmed_email = models.EmailField(
        blank=True, default="", editable=False, help_text=_("The address that a mailed link has come back from.")
    )
    left = models.DateTimeField(
        _("left"), null=True, editable=False, help_text=_("Since when the account is closed for good, and nobody's.")
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

    @property
    def has_confirmed_email(self) -> bool:
        """Whether the address the account has now is known to be its owner's."""
        return bool(self.email) and self.email == self.confirmed_email

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
        if others.filter(skeleton=self.skeleton).exists() or FormerName.is_of_somebody(self.username):
            raise ValidationError({"username": names.TAKEN})
        shown = self.display_name
        if shown and (others.filter(skeleton=titles.skeleton(shown)).exists() or FormerName.is_of_somebody(shown)):
            raise ValidationError({"display_name": _("This looks like the name of another account.")})

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Keep the look-alike key in step with the name, and what was confirmed with the address."""
        self.skeleton = titles.skeleton(self.username)
        if not self.has_confirmed_email:
            self.confirmed_email = ""
        if update_fields is not None and "username" in update_fields:
            update_fields = {*update_fields, "skeleton"}
        if update_fields is not None and "email" in update_fields:
            update_fields = {*update_fields, "confirmed_email"}
        super().save(*args, update_fields=update_fields, **kwargs)


class FormerName(models.Model):
    """A name that somebody had who has left: nobody else gets it, and nobody can read it here.

    The hash is made with the server's own key: without it, whoever has a dump could try names.
    """

    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.digest[:12]

    @classmethod
    def reserve(cls, name: str) -> None:
        """Let nobody have this name, or one that looks like it."""
        cls.objects.get_or_create(digest=_digest(name, settings.SECRET_KEY))

    @classmethod
    def is_of_somebody(cls, name: str) -> bool:
        """Whether somebody who has left had this name, or one that looks like it."""
        keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        return cls.objects.filter(digest__in=[_digest(name, key) for key in keys]).exists()


def _digest(name: str, key: str) -> str:
    skeleton = titles.skeleton(names.normalised(name)).encode(errors="replace")
    return salted_hmac("accounts.former-name", skeleton, secret=key, algorithm="sha256").hexdigest()


class Role(Group):
    """A group as people here know it: with a role's name, and beside the accounts in the administration."""

    class Meta:
        proxy = True
        default_permissions = ()
        verbose_name = _("role")
        verbose_name_plural = _("roles")

    def __str__(self) -> str:
        from wiki.accounts import roles  # Imported here because roles imports this module.

        return str(roles.NAMES.get(self.name, self.name))
