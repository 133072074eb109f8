"""Who changed what, when and why: a row of ours beside each django-reversion revision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

from articles import eyes
from articles.text.sections import named_in

if TYPE_CHECKING:
    from articles.models.articles import Article


class AuthorQuerySet(models.QuerySet["Author"]):
    """Questions about many authors."""

    def who_wrote(self, article: Article) -> AuthorQuerySet:
        """Those whose words an article has now, with their number (`words`): the most first, of as many the earliest.

        Hidden names are left out.
        """
        theirs = self.filter(edits__share__article=article, edits__hidden_author=False)
        counted = theirs.annotate(words=models.Sum("edits__share__words"), first=models.Min("edits__number"))
        return counted.order_by("-words", "first")


class Author(models.Model):
    """A name that edits are signed with: an account, an imported name, or a visitor's pseudonym.

    Erasing a person changes this row only.
    """

    name = models.CharField(max_length=255)
    account = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="author"
    )
    visitor_key = models.CharField(max_length=32, unique=True, null=True, blank=True, editable=False)
    is_visitor = models.BooleanField(default=False, help_text="Somebody without an account, known by a signed cookie.")

    objects = AuthorQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["name"], name="authors_by_name")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return where readers meet this person; an imported name may be an account's too, and is none of it."""
        is_imported = self.account_id is None and not self.is_visitor
        return reverse("articles:user", args=[self.name]) + ("?imported=yes" if is_imported else "")

    @property
    def shown_name(self) -> str:
        """What the person likes to be called; the name stays what signs the changes."""
        account = self.account
        return (account.get_full_name() if account is not None else "") or self.name


class EditQuerySet(models.QuerySet["Edit"]):
    """Questions about many edits; lists never load a text."""

    def visible(self) -> EditQuerySet:
        """Those that are not hidden, of articles a reader may know of."""
        return self.filter(hidden_text=False, article__state="published")

    def visible_or_erased(self) -> EditQuerySet:
        """Those that are not hidden, and those of which history says that they were erased."""
        return self.filter(models.Q(hidden_text=False) | models.Q(erased=True), article__state="published")

    def of_pages_there(self) -> EditQuerySet:
        """Those of articles a reader may know of, the hidden ones among them: for moderators."""
        return self.filter(article__state="published")

    def signed_by(self, author_ids: Sequence[int]) -> EditQuerySet:
        """Those of these authors that a reader may know to be theirs."""
        return self.visible().filter(author_id__in=author_ids, hidden_author=False)

    def newest_first(self) -> EditQuerySet:
        """The whole wiki's edits by id: the order in which they were saved."""
        return self.order_by("-id")


class Edit(models.Model):
    """One saved change, and with its blob the version it left. Append-only but for the hidden flags, and erasing."""

    # The tag of an edit that changes what readers may act on, and that one person published alone.
    RISKY = "risk"
    # The tag of an edit that more than one person has approved.
    TOGETHER = "accepted:together"

    class Kind(models.TextChoices):
        CREATE = "create"
        EDIT = "edit"
        UNDO = "undo"
        REVERT = "revert"
        ROLLBACK = "rollback"
        RENAME = "rename"
        IMPORT = "import"
        ACCEPT = "accept"

    revision = models.OneToOneField("reversion.Revision", on_delete=models.PROTECT, related_name="+")
    article = models.ForeignKey("Article", on_delete=models.PROTECT, related_name="edits")
    number = models.PositiveIntegerField(help_text="1, 2, 3 ... within the article; history is sorted by it.")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    blob = models.ForeignKey("TextBlob", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=300, help_text="The full title at that time.")
    author = models.ForeignKey(Author, on_delete=models.PROTECT, related_name="edits")
    approver = models.ForeignKey(Author, on_delete=models.PROTECT, null=True, related_name="+")
    time = models.DateTimeField(default=timezone.now)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    section = models.ForeignKey("Section", on_delete=models.PROTECT, null=True, related_name="+")
    section_title = models.CharField(max_length=300, blank=True, help_text="The edited section's title at that time.")
    outline = models.JSONField(help_text="The sections of this version: id, line, level, title, anchor, hash.")
    summary = models.CharField(max_length=500, blank=True)
    minor = models.BooleanField(default=False)
    size = models.PositiveIntegerField(help_text="Bytes of the text.")
    size_change = models.IntegerField(help_text="Bytes more (or less) than the version before.")
    tags = models.JSONField(default=list)
    licence = models.CharField(max_length=100, blank=True, help_text="What the author agreed to.")
    restores = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    hidden_text = models.BooleanField(default=False)
    hidden_summary = models.BooleanField(default=False)
    hidden_author = models.BooleanField(default=False)
    erased = models.BooleanField(
        default=False, db_default=False, help_text="The bytes of its text are destroyed; it is hidden, too, for good."
    )

    objects = EditQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["article", "number"], name="one_edit_of_a_number")]
        indexes = [
            models.Index(fields=["author", "-id"], name="edits_of_an_author"),
            models.Index(fields=["time"], name="edits_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.title} #{self.number}"

    def get_absolute_url(self) -> str:
        """Return where this version is read."""
        return f"{reverse('articles:read', args=[self.title])}?version={self.pk}"

    @property
    def signature(self) -> str:
        """The author's name as everybody may see it; empty when it is hidden."""
        return "" if self.hidden_author else self.author.name

    @property
    def approvers(self) -> Sequence[Author]:
        """All who approved it, the last one first. Lists fetch the others beforehand (see history.with_approvers)."""
        if self.approver is None:
            return ()
        others = self.approvals.all() if self.TOGETHER in self.tags else ()
        return (self.approver, *(each.author for each in others if each.author_id != self.approver_id))

    @property
    def remark(self) -> str:
        """The summary in the author's own words: without the `/* Section */` that the form wrote before them."""
        return named_in(self.summary)[1]

    @property
    def is_nameless(self) -> bool:
        """Whether the heading of the section that it is about is withheld from whoever reads now."""
        return self.section_id in self.article.nameless_sections and not eyes.see_all()

    @property
    def named_section(self) -> str:
        """The title of the section that the form named in the summary; empty where it named none."""
        if self.is_nameless:
            return ""
        return self.section_title or ("" if self.hidden_summary else named_in(self.summary)[0])


class Authorship(models.Model):
    """Who wrote each word of a version. Append-only; beside Edit, because no list of edits asks for it."""

    edit = models.OneToOneField(Edit, on_delete=models.PROTECT, primary_key=True, related_name="authorship")
    runs = models.BinaryField(help_text="Words and numbers of edits, as articles.text.authorship packs them.")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.edit_id)


class Share(models.Model):
    """How many words of an article's current text an edit brought: what is left of it. Counted anew at each save.

    It stands at the edit, not at its author, so that whoever hides a name hides it here.
    """

    edit = models.OneToOneField(Edit, on_delete=models.PROTECT, primary_key=True, related_name="share")
    article = models.ForeignKey("Article", on_delete=models.CASCADE, related_name="shares")
    words = models.PositiveIntegerField(help_text="0 for the last edit of a text in which there are no words.")

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.article_id} #{self.edit_id}: {self.words}"


class Patrol(models.Model):
    """An edit that a reviewer should look at, or has: who, and when.

    Of what reviewers save themselves there is none, unless it may harm: that waits for another reviewer. What was
    accepted was looked at by who accepted it.
    """

    edit = models.OneToOneField(Edit, on_delete=models.PROTECT, primary_key=True, related_name="patrol")
    by_somebody_new = models.BooleanField(default=False, help_text="One of the first edits of its author.")
    is_risky = models.BooleanField(default=False, help_text="It may harm, and one reviewer published it alone.")
    # No index of its own: SQLite would take it for those that nobody has looked at, and sort them.
    by = models.ForeignKey(Author, on_delete=models.PROTECT, null=True, related_name="+", db_index=False)
    when = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        indexes = [
            models.Index(fields=["-edit"], name="patrol_to_do", condition=models.Q(by__isnull=True)),
            models.Index(fields=["-edit"], name="patrol_of_new_people", condition=models.Q(by_somebody_new=True)),
            # What waits in the inbox: few rows of however many edits nobody has looked at.
            models.Index(
                fields=["edit"],
                name="patrol_of_new_to_do",
                condition=models.Q(by__isnull=True, by_somebody_new=True),
            ),
            models.Index(
                fields=["edit"], name="patrol_of_risks_to_do", condition=models.Q(by__isnull=True, is_risky=True)
            ),
        ]

    def __str__(self) -> str:
        return str(self.edit_id)


class Tagged(models.Model):
    """A tag of an edit once more, to find the edits that have it."""

    name = models.CharField(max_length=100)
    edit = models.ForeignKey(Edit, on_delete=models.PROTECT, related_name="+")

    class Meta:
        default_permissions = ()
        verbose_name_plural = "tagged"
        indexes = [models.Index(fields=["name", "-edit"], name="edits_of_a_tag")]

    def __str__(self) -> str:
        return f"{self.name} {self.edit_id}"


class Visit(models.Model):
    """When somebody last looked at recent changes, and up to which edit: what came since is new to them."""

    account = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, primary_key=True)
    seen = models.BigIntegerField(help_text="The newest edit of the visit before this one.")
    newest = models.BigIntegerField(help_text="The newest edit of this visit.")
    when = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.account_id)
