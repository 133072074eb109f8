"""What is stored of what people are told, and of what they wish to be told by mail."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from wiki.accounts import roles


class Notification(models.Model):
    """A line of somebody's list: what was done about which proposal, by whom, and whether they have seen it.

    That they have another role is about no proposal, and may be by nobody: the server's own command line. Why they are
    blocked, or a section is under review, is read in its own row, so that what is erased there stands nowhere else.
    """

    class Kind(models.TextChoices):
        ACCEPTED = "accepted"
        DECLINED = "declined"
        RETURNED = "returned"
        SAID = "said"
        ANEW = "anew"
        ROLE = "role"
        DANGER = "danger"
        MET = "met"
        APPROVED = "approved"
        WITHHELD = "withheld"
        RELEASED = "released"
        BLOCKED = "blocked"
        BLOCK_CHANGED = "block_changed"
        UNBLOCKED = "unblocked"

    account = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notifications")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    proposal = models.ForeignKey("articles.Proposal", on_delete=models.CASCADE, null=True, related_name="+")
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, null=True, related_name="+")
    quarantine = models.ForeignKey("articles.Quarantine", on_delete=models.CASCADE, null=True, related_name="+")
    block = models.ForeignKey("articles.Block", on_delete=models.CASCADE, null=True, related_name="+")
    by = models.ForeignKey("articles.Author", on_delete=models.CASCADE, null=True, related_name="+")
    role = models.CharField(max_length=16, blank=True, default="")
    why = models.TextField(blank=True, default="", help_text="The reason for another role.")
    made = models.DateTimeField(default=timezone.now)
    seen = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["account", "-id"], name="notifications_of_an_account"),
            models.Index(fields=["account"], condition=models.Q(seen__isnull=True), name="notifications_not_seen_yet"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}: {self.kind} {self.proposal_id or self.role}"

    def get_absolute_url(self) -> str:
        """Return where that is seen which it tells of."""
        if self.case is not None:
            return self.case.get_absolute_url()
        if self.quarantine is not None:
            return reverse("articles:section", args=[self.quarantine.section_id])
        return self.proposal.get_absolute_url() if self.proposal is not None else reverse("account")

    @property
    def role_name(self) -> str:
        """The role it tells of, in words."""
        return str(roles.NAMES.get(self.role, self.role))


class Letter(models.Model):
    """A notification that waits to be mailed. It holds no words: they are written when it is sent."""

    notification = models.OneToOneField(Notification, on_delete=models.CASCADE, related_name="letter")
    tries = models.PositiveSmallIntegerField(default=0)
    due = models.DateTimeField(default=timezone.now, db_index=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.notification_id}, {self.tries} tries"


class MailWish(models.Model):
    """What somebody wishes to get by mail; who has no row gets each kind, and no digest."""

    account = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mail_wish")
    unwanted = models.JSONField(default=list, help_text="Kinds of notifications that are not mailed.")
    digest = models.BooleanField(default=False)
    digest_day = models.DateField(null=True, help_text="The day of the last digest that was looked after.")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.account_id} without {', '.join(self.unwanted) or 'exception'}"
