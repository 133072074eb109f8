"""Wordings, each version a row: the newest holds, none is ever changed; and the pictures that logos were made of."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone

from wiki.wording.catalogue import BY_KEY


class Wording(models.Model):
    """One version of one of the site's words or choices; `wiki.wording.catalogue` lists the keys."""

    key = models.CharField(max_length=40)
    text = models.TextField(
        blank=True, help_text="Plain text; {name} stands for the site's name, an empty line parts paragraphs."
    )
    is_put_back = models.BooleanField(
        default=False,
        help_text="From here on the environment's or the built-in one holds; the text is what it was then.",
    )
    why = models.CharField(max_length=400, blank=True, verbose_name="summary")
    who = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    when = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        permissions = [("change_wording_text", "May change the site's words")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(key__in=["name", "disclaimer", "full_disclaimer"], text=""),
                name="a_disclaimer_is_never_empty",
            )
        ]
        indexes = [models.Index(fields=["key", "-id"], name="newest_wording")]

    def __str__(self) -> str:
        return f"{self.label}, {self.when:%Y-%m-%d}"

    @property
    def label(self) -> str:
        """What the words are called in *Set up*."""
        entry = BY_KEY.get(self.key)
        return str(entry.label) if entry is not None else self.key

    @property
    def in_words(self) -> str:
        """The text as people read it: a choice by its name, of a logo that there is one."""
        entry = BY_KEY.get(self.key)
        return entry.in_words(self.text) if entry is not None else self.text


class Logo(models.Model):
    """A picture as it is served; which one holds, and who put it there when, is the wording `logo`."""

    digest = models.CharField(max_length=24, unique=True)
    data = models.BinaryField()
    when = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.digest
