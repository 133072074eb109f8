"""Who has approved a proposal where one approval is not enough, and the rules that say whose it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from articles.models.edits import Author


class Approval(models.Model):
    """That somebody would publish exactly this text of a proposal. It may be taken back, and is never deleted."""

    proposal = models.ForeignKey("Proposal", on_delete=models.PROTECT, related_name="approvals")
    author = models.ForeignKey("Author", on_delete=models.PROTECT, related_name="+")
    made = models.DateTimeField(default=timezone.now)
    text_hash = models.CharField(max_length=64, help_text="Of what was approved: another text needs another approval.")
    parts = models.JSONField(
        default=list, help_text="What was decided on each part; empty: it was approved as a whole."
    )
    taken_back = models.DateTimeField(null=True)
    edit = models.ForeignKey("Edit", on_delete=models.PROTECT, null=True, related_name="approvals")

    class Meta:
        default_permissions = ()
        ordering = ("id",)
        constraints = [
            models.UniqueConstraint(
                fields=["proposal", "author", "text_hash"],
                condition=models.Q(taken_back=None),
                name="nobody_approves_twice",
            )
        ]

    def __str__(self) -> str:
        return f"{self.proposal_id}: {self.author_id}"

    @property
    def accepted_parts(self) -> Sequence[int]:
        """The numbers of the parts that were approved, from 1; none when it was the whole."""
        return [number for number, decision in enumerate(self.parts, start=1) if decision == "accept"]


class ApproverGroup(models.Model):
    """People whom a rule can ask for by one name, such as "nurses"."""

    name = models.CharField(max_length=80, unique=True)
    members: models.ManyToManyField[Author, models.Model] = models.ManyToManyField("Author", related_name="+")

    class Meta:
        default_permissions = ()
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class ApproverRule(models.Model):
    """How many, and who, must approve a change of the pages of a topic, or of those protected at a level."""

    category = models.CharField(max_length=255, blank=True, help_text="Of the pages; empty: the level counts.")
    level = models.CharField(max_length=16, blank=True, help_text="At which the pages are protected against edits.")
    number = models.PositiveSmallIntegerField()
    kinds = models.JSONField(default=list, help_text="Roles, and groups as group:1; empty: whoever may decide.")
    one_of_each = models.BooleanField(default=False)

    class Meta:
        default_permissions = ()
        ordering = ("id",)
        constraints = [
            models.CheckConstraint(
                condition=models.Q(category="") ^ models.Q(level=""), name="a_rule_is_for_a_topic_or_a_level"
            ),
            models.CheckConstraint(condition=models.Q(number__gte=1), name="a_rule_asks_for_somebody"),
        ]

    def __str__(self) -> str:
        return f"{self.category or self.level}: {self.number}"
