"""What keeps order: who is kept from writing, where, until when, and why."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone


class BlockQuerySet(models.QuerySet["Block"]):
    """Questions about many blocks."""

    def holding(self) -> BlockQuerySet:
        """Those that keep somebody off now."""
        return self.filter(models.Q(until__isnull=True) | models.Q(until__gt=timezone.now()), lifted__isnull=True)


class Block(models.Model):
    """Somebody, or a range of network addresses, that is kept from writing. Rows are lifted, never deleted.

    It is of an author (an account, or a visitor by their cookie) or of a network, and one with a `cause` is of an
    address that a blocked person used: moderators don't see which.
    """

    class Level(models.TextChoices):
        NOTHING = ""
        EDIT = "edit"
        PROPOSE = "propose"
        WRITE = "write"

    author = models.ForeignKey("Author", on_delete=models.PROTECT, null=True, related_name="blocks")
    network = models.CharField(max_length=43, blank=True, help_text="An address or a range, as 192.0.2.0/24.")
    level = models.CharField(max_length=16, choices=Level.choices, blank=True, help_text="Each holds the ones before.")
    no_accounts = models.BooleanField(default=False, help_text="No account is made from there, or by them.")
    accounts_too = models.BooleanField(default=False, help_text="Of a network: people with an account, too.")
    catches = models.BooleanField(default=False, help_text="The addresses they write from are blocked for a day.")
    page = models.CharField(max_length=300, blank=True, help_text="A full title; empty: everywhere.")
    topic = models.CharField(max_length=255, blank=True, help_text="A category; empty: everywhere.")
    why = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    made = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField(null=True)
    lifted = models.DateTimeField(null=True)
    cause = models.ForeignKey("self", on_delete=models.CASCADE, null=True, related_name="caught")

    objects = BlockQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["network"], name="blocks_of_a_network", condition=models.Q(lifted__isnull=True)),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(author__isnull=False, network="") | models.Q(author__isnull=True),
                name="a_block_is_of_somebody_or_of_a_network",
            )
        ]

    def __str__(self) -> str:
        return f"{self.pk}: {self.author or self.network}"

    def get_absolute_url(self) -> str:
        """Return where moderators change it."""
        return reverse("articles:change_block", args=[self.pk])

    @property
    def leaves_proposals(self) -> bool:
        """Whether what its person saves is still kept, and waits."""
        return self.level in (self.Level.NOTHING, self.Level.EDIT)

    @property
    def holds(self) -> bool:
        """Whether it keeps anybody off now."""
        return self.lifted is None and (self.until is None or self.until > timezone.now())


class Filter(models.Model):
    """A rule that each change by people is held against, and what happens to those it finds. Off until switched on."""

    class Action(models.TextChoices):
        LOG = "log"
        TAG = "tag"
        WARN = "warn"
        HOLD = "hold"
        THROTTLE = "throttle"
        REFUSE = "refuse"
        BLOCK = "block"

    name = models.CharField(max_length=80, unique=True)
    rule = models.JSONField(default=dict)
    action = models.CharField(max_length=16, choices=Action.choices, default=Action.LOG)
    tag = models.CharField(max_length=40, blank=True, help_text="What the edit is marked with.")
    message = models.CharField(max_length=400, blank=True, help_text="What its author is told.")
    times = models.PositiveIntegerField(default=3, help_text="Of throttling: so many such changes are let through.")
    minutes = models.PositiveIntegerField(default=60, help_text="In so many minutes.")
    hours = models.PositiveIntegerField(default=24, help_text="Of blocking: for so long.")
    version = models.PositiveIntegerField(default=1, help_text="One more with each change.")
    is_on = models.BooleanField(default=False, db_index=True)
    cut_off = models.PositiveIntegerField(default=0, help_text="How often its expressions took too long.")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return where moderators change it."""
        return reverse("articles:filter", args=[self.pk])


class FilterHit(models.Model):
    """A change that a filter which was on found, and what came of it."""

    filter = models.ForeignKey(Filter, on_delete=models.PROTECT, related_name="hits")
    version = models.PositiveIntegerField()
    action = models.CharField(max_length=16, choices=Filter.Action.choices)
    author = models.ForeignKey("Author", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=600)
    base = models.CharField(max_length=40, blank=True)
    section = models.CharField(max_length=400, blank=True)
    submission = models.ForeignKey("Submission", on_delete=models.SET_NULL, null=True, related_name="+")
    edit = models.ForeignKey("Edit", on_delete=models.SET_NULL, null=True, related_name="+")
    proposal = models.ForeignKey("Proposal", on_delete=models.SET_NULL, null=True, related_name="+")
    time = models.DateTimeField(default=timezone.now)
    # No index of its own: see Patrol.by.
    looked_at_by = models.ForeignKey("Author", on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    looked_at = models.DateTimeField(null=True, help_text="When a moderator let it be.")

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["filter", "-id"], name="hits_of_a_filter"),
            # What waits in the inbox: what is held waits there as a proposal.
            models.Index(
                fields=["id"],
                name="hits_to_look_at",
                condition=models.Q(looked_at_by__isnull=True) & ~models.Q(action="hold"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.filter_id}: {self.title}"


class DryRun(models.Model):
    """What a version of a filter would have found among past edits; it goes on slice by slice, and can be stopped."""

    filter = models.ForeignKey(Filter, on_delete=models.CASCADE, related_name="runs")
    version = models.PositiveIntegerField()
    rule = models.JSONField()
    reached = models.BigIntegerField(default=0, help_text="The id of the last edit that was looked at.")
    upto = models.BigIntegerField(default=0, help_text="The id of the last edit that will be.")
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    found = models.PositiveIntegerField(default=0)
    edits = models.JSONField(default=list, help_text="The ids of the first that were found.")
    cut_off = models.PositiveIntegerField(default=0)
    began = models.DateTimeField(default=timezone.now)
    beat = models.DateTimeField(default=timezone.now, help_text="When it last went on.")
    ended = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.filter_id} ({self.done} of {self.total})"

    def get_absolute_url(self) -> str:
        """Return where its progress is seen."""
        return reverse("articles:dry_run", args=[self.pk])


class BlockedDomain(models.Model):
    """A domain that no change may add a link to."""

    domain = models.CharField(max_length=253, unique=True)
    why = models.CharField(max_length=400, blank=True)
    made = models.DateTimeField(default=timezone.now)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.domain
