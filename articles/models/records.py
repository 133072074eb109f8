"""What the house keeps beside the texts: the log, dependencies, stamps, addresses and counters."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class LogEntry(models.Model):
    """A privileged act. Append-only; each row holds the hash of the one before, so that a change shows."""

    number = models.PositiveBigIntegerField(unique=True)
    who = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    what = models.CharField(max_length=60)
    target = models.CharField(max_length=600)
    why = models.TextField(blank=True)
    when = models.DateTimeField()
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64, unique=True)
    personal = models.JSONField(null=True, help_text="Personal data, outside the hash, so that it can be erased.")

    class Meta:
        default_permissions = ()
        verbose_name_plural = "log entries"
        indexes = [
            models.Index(fields=["target", "-number"], name="log_of_a_target"),
            models.Index(fields=["what", "-number"], name="log_of_a_deed"),
            models.Index(fields=["who", "-number"], name="log_of_a_person"),
            models.Index(fields=["when"], name="log_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.what} {self.subject}"

    @property
    def subject(self) -> str:
        """What the row is about, by its name while that is known: the target of an account is its number."""
        name = self.personal.get("name", "") if isinstance(self.personal, dict) else ""
        return str(name or self.target)


class Erasure(models.Model):
    """A passage destroyed for law. While it is open, in its own transaction only, what is append-only may be cut.

    The passage itself stands nowhere: `line` is what the register outside the database says of it. Triggers of other
    tables ask this one: a migration that changes it takes them away first (`append_only.release`).
    """

    key = models.CharField(max_length=32, unique=True)
    begun = models.DateTimeField(default=timezone.now)
    ended = models.DateTimeField(null=True)
    line = models.JSONField(default=dict)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.key


class Dependency(models.Model):
    """What an article's text names: pages linked to, categories, templates, files, sources."""

    class Kind(models.TextChoices):
        LINK = "link"
        REDIRECT = "redirect"
        CATEGORY = "category"
        TEMPLATE = "template"
        FILE = "file"
        SOURCE = "source"

    article = models.ForeignKey("Article", on_delete=models.CASCADE, related_name="dependencies")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    target = models.CharField(max_length=300, help_text="A full title, or kind:id of a source.")
    sort_key = models.CharField(max_length=255, blank=True)

    class Meta:
        default_permissions = ()
        verbose_name_plural = "dependencies"
        constraints = [
            models.UniqueConstraint(fields=["article", "kind", "target"], name="one_dependency_of_a_kind"),
        ]
        indexes = [models.Index(fields=["kind", "target", "sort_key", "article"], name="what_depends_on_a_target")]

    def __str__(self) -> str:
        return f"{self.article_id} {self.kind} {self.target}"


class PageStamp(models.Model):
    """A number that is new whenever a page has changed; raised in the transaction that changes it.

    The path of every page is empty; what `stamps` has still to look for begins with `later:`.
    """

    path = models.CharField(max_length=600, primary_key=True)
    stamp = models.BigIntegerField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.path} {self.stamp}"


class Address(models.Model):
    """The network address an edit or proposal came from: for moderators only, gone after 90 days."""

    author = models.ForeignKey("Author", on_delete=models.CASCADE, related_name="addresses")
    address = models.GenericIPAddressField()
    what = models.CharField(max_length=60)
    seen = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        default_permissions = ()
        verbose_name_plural = "addresses"

    def __str__(self) -> str:
        return f"{self.author_id} {self.seen:%Y-%m-%d}"


class Settled(models.Model):
    """What a moderator has looked at in the inbox and let be, where nothing else says so: it waits no longer.

    A row is added each time; who settled what and when is kept.
    """

    kind = models.CharField(max_length=40, help_text="Which kind of the inbox's items.")
    number = models.BigIntegerField(help_text="Of the row it was about.")
    upto = models.BigIntegerField(default=0, help_text="The last edit that was looked at: later ones count anew.")
    until = models.DateTimeField(null=True, help_text="What ends then was let end; another end counts anew.")
    by = models.ForeignKey("Author", on_delete=models.PROTECT, related_name="+")
    when = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        verbose_name_plural = "settled"
        indexes = [models.Index(fields=["kind", "number"], name="settled_of_a_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class Attempts(models.Model):
    """The times of the last attempts at something that is limited, such as saving or logging in."""

    key = models.CharField(max_length=200, primary_key=True)
    times = models.JSONField(default=list, help_text="Seconds since the epoch, oldest first.")
    forget_after = models.DateTimeField(db_index=True)

    class Meta:
        default_permissions = ()
        verbose_name_plural = "attempts"

    def __str__(self) -> str:
        return self.key
