"""Text that is in no article, or not yet: what arrived, what is being written, what waits for a decision."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils import timezone


class Submission(models.Model):
    """A body as it arrived in the edit form, kept before any check, so that no refusal can lose it."""

    hash = models.CharField(max_length=64, unique=True, help_text="Of article, base, author, section and text.")
    author = models.ForeignKey("Author", on_delete=models.CASCADE, related_name="submissions")
    title = models.CharField(max_length=600, help_text="As sent; it may be no possible title.")
    base = models.CharField(max_length=40, blank=True)
    section = models.CharField(max_length=400, blank=True)
    text = models.TextField()
    summary = models.CharField(max_length=500, blank=True)
    minor = models.BooleanField(default=False)
    form_key = models.CharField(max_length=32, blank=True, db_index=True, help_text="Of the opened form it came from.")
    received = models.DateTimeField(default=timezone.now, db_index=True)
    edit = models.ForeignKey("Edit", on_delete=models.SET_NULL, null=True, related_name="+")
    proposal = models.ForeignKey("Proposal", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.title} ({self.received:%Y-%m-%d %H:%M})"


class Draft(models.Model):
    """Text that somebody is still writing: one of each opened form, so that no tab writes over another's."""

    author = models.ForeignKey("Author", on_delete=models.CASCADE, related_name="drafts")
    form_key = models.CharField(max_length=32, help_text="Of the opened form. A visitor's begins with their visit.")
    namespace = models.CharField(max_length=16)
    title = models.CharField(max_length=255)
    section = models.CharField(max_length=400, blank=True)
    base = models.ForeignKey("Edit", on_delete=models.PROTECT, null=True, related_name="+")
    proposal = models.ForeignKey("Proposal", on_delete=models.SET_NULL, null=True, related_name="+")
    text = models.TextField()
    summary = models.CharField(max_length=500, blank=True)
    minor = models.BooleanField(default=False)
    changed = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["author", "form_key"], name="one_draft_of_an_opened_form")]
        indexes = [models.Index(fields=["namespace", "title", "changed"], name="drafts_of_a_title")]

    def __str__(self) -> str:
        return f"{self.title} ({self.author_id})"


class ProposalQuerySet(models.QuerySet["Proposal"]):
    """Questions about many proposals."""

    def waiting(self) -> ProposalQuerySet:
        """Those nobody has decided yet, oldest first: the queue never forgets."""
        return self.filter(state=Proposal.State.WAITING).order_by("id")


class Proposal(models.Model):
    """A change that waits for a decision: the text of a section (or a whole article) against a base."""

    class State(models.TextChoices):
        WAITING = "waiting"
        ACCEPTED = "accepted"
        DECLINED = "declined"
        WITHDRAWN = "withdrawn"

    namespace = models.CharField(max_length=16)
    title = models.CharField(max_length=255)
    article = models.ForeignKey("Article", on_delete=models.PROTECT, null=True, related_name="proposals")
    base = models.ForeignKey("Edit", on_delete=models.PROTECT, null=True, related_name="+")
    section = models.CharField(max_length=400, blank=True, help_text="An id, 0, new, an anchor; empty is the whole.")
    section_title = models.CharField(max_length=300, blank=True)
    blob = models.ForeignKey("TextBlob", on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey("Author", on_delete=models.PROTECT, related_name="proposals")
    summary = models.CharField(max_length=500, blank=True)
    minor = models.BooleanField(default=False)
    licence = models.CharField(max_length=100, blank=True)
    made = models.DateTimeField(default=timezone.now)
    changed = models.DateTimeField(default=timezone.now)
    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING, db_index=True)
    decided = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("Author", on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)
    edit = models.OneToOneField("Edit", on_delete=models.PROTECT, null=True, related_name="proposal")

    objects = ProposalQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [models.Index(fields=["namespace", "title", "state"], name="proposals_for_a_title")]

    def __str__(self) -> str:
        return f"{self.title} ({self.get_state_display()})"

    def get_absolute_url(self) -> str:
        """Return where it is seen and decided."""
        return reverse("articles:proposal", args=[self.pk])
