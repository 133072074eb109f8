"""Who changed what, when and why: a row of ours beside each django-reversion revision."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils import timezone

if TYPE_CHECKING:
    from articles.models.articles import Article

_SECTION_MARK: Final = re.compile(r"\A/\* .*? \*/\s*")


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

    def signed_by(self, author_ids: Sequence[int]) -> EditQuerySet:
        """Those of these authors that a reader may know to be theirs."""
        return self.visible().filter(author_id__in=author_ids, hidden_author=False)

    def newest_first(self) -> EditQuerySet:
        """The whole wiki's edits by id: the order in which they were saved."""
        return self.order_by("-id")


class Edit(models.Model):
    """One saved change, and with its blob the version it left. Append-only but for the hidden flags."""

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
    def remark(self) -> str:
        """The summary in the author's own words: without the `/* Section */` that the form wrote before them."""
        return _SECTION_MARK.sub("", self.summary, count=1)


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
