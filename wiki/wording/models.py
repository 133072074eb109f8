"""Wordings, each version a row: the newest holds, none is ever changed."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class Wording(models.Model):
    """One version of one of the site's texts."""

    class Key(models.TextChoices):
        DISCLAIMER = "disclaimer", "Medical disclaimer (on every page)"
        FULL_DISCLAIMER = "full_disclaimer", "Full disclaimer (its own page)"

    key = models.CharField(max_length=40, choices=Key.choices)
    text = models.TextField(help_text="Plain text; {name} stands for the site's name, an empty line parts paragraphs.")
    why = models.CharField(max_length=400, blank=True, verbose_name="summary")
    who = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    when = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        permissions = [("change_wording_text", "May change the site's words")]
        constraints = [models.CheckConstraint(condition=~models.Q(text=""), name="a_wording_is_never_empty")]
        indexes = [models.Index(fields=["key", "-id"], name="newest_wording")]

    def __str__(self) -> str:
        return f"{self.get_key_display()}, {self.when:%Y-%m-%d}"
