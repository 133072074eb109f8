"""What is stored of a reader's report."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Case(models.Model):
    """A report of a reader about a section, as it was then, and what came of it. Seen by moderators; its own words, and
    what came of it, by whoever reported it."""

    class Category(models.TextChoices):
        DANGEROUS = "dangerous", _("Dangerous: it could harm somebody")
        WRONG = "wrong", _("Wrong")
        OUTDATED = "outdated", _("Out of date")
        COPYRIGHT = "copyright", _("Copied from somewhere (copyright)")
        PRIVACY = "privacy", _("About a person who can be recognised (privacy)")

    class State(models.TextChoices):
        WAITING = "waiting", _("waits for a moderator")
        TAKEN = "taken", _("somebody looks into it")
        CLOSED = "closed", _("closed")

    class Outcome(models.TextChoices):
        RIGHTED = "righted", _("It has been put right")
        WITHHELD = "withheld", _("The section is under medical review")
        PROPOSED = "proposed", _("Authors and reviewers go on with it")
        NO_FAULT = "no_fault", _("We found nothing wrong")
        NOT_OURS = "not_ours", _("It is nothing that we can decide")

    article = models.ForeignKey("articles.Article", on_delete=models.PROTECT, related_name="+")
    section = models.ForeignKey("articles.Section", on_delete=models.PROTECT, related_name="+")
    edit = models.ForeignKey("articles.Edit", on_delete=models.PROTECT, related_name="+", help_text="As it was read.")
    heading = models.CharField(max_length=300, blank=True)
    quote = models.TextField(help_text="The section as the reader had it, whatever becomes of it.")
    category = models.CharField(max_length=16, choices=Category.choices)
    words = models.TextField(help_text="What the reader says is wrong.")
    contact = models.EmailField(blank=True, help_text="Forgotten some time after the case is closed.")
    made = models.DateTimeField(default=timezone.now)
    due = models.DateTimeField()
    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=16, choices=Outcome.choices, blank=True)
    answer = models.TextField(blank=True, help_text="What whoever reported it is told.")
    closed = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        indexes = [
            # By when it was closed, which is empty while it is open: in one order whoever looks into it.
            models.Index(
                fields=["due", "id"], name="open_cases_by_their_clock", condition=models.Q(closed__isnull=True)
            ),
            models.Index(fields=["-id"], name="closed_cases", condition=models.Q(closed__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.heading or self.get_category_display()}"

    def get_absolute_url(self) -> str:
        """Return where moderators see it."""
        return reverse("cases:case", args=[self.pk])

    @property
    def target(self) -> str:
        """What the log calls it."""
        return f"case:{self.pk}"

    @property
    def is_late(self) -> bool:
        """Whether its time is over and nobody has closed it."""
        return self.state != self.State.CLOSED and self.due < timezone.now()

    @property
    def is_dangerous(self) -> bool:
        """Whether somebody could be harmed as long as nobody looks."""
        return self.category == self.Category.DANGEROUS
