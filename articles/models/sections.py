"""The permanent identity of a section: its id outlives renames, moves and edits."""

from __future__ import annotations

from django.db import models


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
