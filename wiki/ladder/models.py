"""What is stored of the ladder: what each of its steps asks for."""

from __future__ import annotations

from django.db import models


class Step(models.Model):
    """What somebody must have done for the next role; `climbing.DEFAULTS` holds while a step has no row."""

    role = models.CharField(max_length=16, primary_key=True, help_text="The role that it leads to.")
    is_on = models.BooleanField(default=False)
    days = models.PositiveIntegerField(help_text="Since the account was made.")
    number = models.PositiveIntegerField(help_text="Of accepted proposals; of an editor, of published edits.")
    share = models.PositiveSmallIntegerField(help_text="Percent of what was decided that was accepted, or stayed.")
    quiet_days = models.PositiveIntegerField(
        help_text="So long nothing of theirs was taken back, nor were they blocked."
    )

    class Meta:
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=models.Q(share__lte=100), name="a_share_is_at_most_all"),
        ]

    def __str__(self) -> str:
        return self.role
