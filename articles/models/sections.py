"""The permanent identity of a section: its id outlives renames, moves and edits; and when it was kept from readers."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone


class Section(models.Model):
    """A heading and what is under it, as the current version of its article has it; the lead has level 0."""

    article = models.ForeignKey("Article", on_delete=models.CASCADE, related_name="sections")
    position = models.PositiveIntegerField(null=True, help_text="0, 1, 2 ...; empty once it is gone from the text.")
    level = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=300, blank=True)
    anchor = models.CharField(max_length=300, blank=True)
    former_anchors = models.JSONField(default=list)
    successor = models.ForeignKey(
        "self",
        on_delete=models.SET_NULL,
        null=True,
        related_name="+",
        help_text="Of a section that is gone: the one that holds most of its words since.",
    )
    hash = models.CharField(max_length=64)

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["article", "position"], name="sections_in_order")]

    def __str__(self) -> str:
        return self.title or "(lead)"


class Quarantine(models.Model):
    """A section that readers don't see while doctors look at it; what exactly, the article's row says in `withheld`."""

    article = models.ForeignKey("Article", on_delete=models.PROTECT, related_name="quarantines")
    section = models.ForeignKey(Section, on_delete=models.PROTECT, related_name="quarantines")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    why = models.TextField()
    began = models.DateTimeField(default=timezone.now)
    ended = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["section"], condition=models.Q(ended__isnull=True), name="one_quarantine_of_a_section"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.article_id} {self.section_id} ({self.began:%Y-%m-%d})"
