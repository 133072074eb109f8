"""Text that is in no article, or not yet: what arrived, what is being written, what waits for a decision."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Abs
from django.urls import reverse
from django.utils import timezone

from articles.text import titles
from articles.text.risks import Risk, are_grave, from_rows


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
        """Those that wait for a reviewer, oldest first: the queue never forgets."""
        return self.filter(state=Proposal.State.WAITING).order_by("id")

    def undecided(self) -> ProposalQuerySet:
        """Those nobody has decided yet, oldest first: the ones that wait for a reviewer or for their author."""
        return self.filter(state__in=Proposal.UNDECIDED).order_by("id")


class Proposal(models.Model):
    """A change that waits for a decision: the text of a section (or a whole article) against a base."""

    class State(models.TextChoices):
        WAITING = "waiting"
        RETURNED = "returned"
        ACCEPTED = "accepted"
        DECLINED = "declined"
        WITHDRAWN = "withdrawn"

    UNDECIDED = (State.WAITING, State.RETURNED)

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
    state = models.CharField(max_length=16, choices=State.choices, default=State.WAITING)
    decided = models.DateTimeField(null=True)
    decided_by = models.ForeignKey("Author", on_delete=models.PROTECT, null=True, related_name="+")
    reason = models.TextField(blank=True)
    edit = models.OneToOneField("Edit", on_delete=models.PROTECT, null=True, related_name="proposal")
    first = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="later",
        help_text="The first of the proposals that this one goes on with; empty: it is the first.",
    )
    amended_by = models.ForeignKey("Author", on_delete=models.PROTECT, null=True, related_name="+")
    sent_blob = models.ForeignKey(
        "TextBlob",
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="What was sent, before it was amended.",
    )
    size_change = models.IntegerField(default=0, help_text="Bytes more (or less) than what it would replace.")
    looked_at = models.DateTimeField(null=True, help_text="When a reviewer last opened it.")
    looked_at_by = models.ForeignKey("Author", on_delete=models.PROTECT, null=True, related_name="+")
    risks = models.JSONField(null=True, help_text="What in it may harm a reader; null: nobody has asked yet.")
    why_held = models.JSONField(
        default=list, help_text="Why it waits although its author may publish: codes such as risk; empty: they may not."
    )

    objects = ProposalQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["namespace", "title", "state"], name="proposals_for_a_title"),
            models.Index(fields=["state", "id"], name="proposals_of_a_state"),
            models.Index(fields=["made"], name="proposals_by_time"),
            models.Index("state", Abs("size_change").desc(), "id", name="proposals_by_size"),
        ]

    def __str__(self) -> str:
        return f"{self.full_title} ({self.get_state_display()})"

    def get_absolute_url(self) -> str:
        """Return where it is seen and decided."""
        return reverse("articles:proposal", args=[self.pk])

    @property
    def full_title(self) -> str:
        """The title with its namespace, as people write it."""
        return titles.full(self.namespace, self.title)

    @property
    def is_undecided(self) -> bool:
        """Whether it waits for a reviewer, or for its author, who is asked for changes."""
        return self.state in self.UNDECIDED

    @property
    def found_risks(self) -> tuple[Risk, ...]:
        """What in it may harm a reader, as far as anybody has asked."""
        return from_rows(self.risks or ())

    @property
    def is_grave(self) -> bool:
        """Whether it changes what readers were told of a dose, a drug, a "not"."""
        return are_grave(self.found_risks)


class Remark(models.Model):
    """What a reviewer or its author says about a proposal, or about one of its lines."""

    proposal = models.ForeignKey(Proposal, on_delete=models.PROTECT, related_name="remarks")
    author = models.ForeignKey("Author", on_delete=models.PROTECT, related_name="remarks")
    text = models.TextField()
    line = models.PositiveIntegerField(null=True, help_text="In the proposed text, from 1; empty: it is about all.")
    quote = models.CharField(max_length=500, blank=True, help_text="That line, or its beginning.")
    asks = models.BooleanField(default=False, help_text="It asks its author for changes.")
    made = models.DateTimeField(default=timezone.now)
    settled = models.DateTimeField(null=True, help_text="Since when there is nothing left to do about it.")
    settled_by = models.ForeignKey("Author", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        default_permissions = ()
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.proposal_id}: {self.text[:40]}"


class ChosenTopics(models.Model):
    """The categories whose proposals a reviewer wants to see: their "my topics"."""

    author = models.OneToOneField("Author", on_delete=models.CASCADE, primary_key=True, related_name="chosen_topics")
    names = models.JSONField(default=list, help_text="Names of categories, as titles are spelled.")
    opens_queue = models.BooleanField(default=True, help_text="The queue opens with nothing else.")

    class Meta:
        default_permissions = ()
        verbose_name_plural = "chosen topics"

    def __str__(self) -> str:
        return f"{self.author_id}: {', '.join(self.names)}"
