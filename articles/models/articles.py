"""Articles: a page with a title, in a namespace, and where its text first came from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import models
from django.urls import reverse

from articles.text import titles

if TYPE_CHECKING:
    from django.db.backends.base.base import BaseDatabaseWrapper
    from django.db.models.sql.compiler import SQLCompiler


class Namespace(models.TextChoices):
    """The kinds of pages; the word before the colon of a full title."""

    ARTICLE = "article"
    TALK = "talk"
    USER = "user"
    PROJECT = "project"
    HELP = "help"
    CATEGORY = "category"
    TEMPLATE = "template"
    FILE = "file"


class Unsteered(models.Func):
    """A column as it is, by which SQLite doesn't choose an index.

    It takes any column that is compared for a rare one: of two hundred thousand articles it would read all that are
    published, and sort them, to show the newest ten.
    """

    template = "%(expressions)s"

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> tuple[str, Any]:
        """A plus before a column changes nothing but that."""
        return self.as_sql(compiler, connection, template="+%(expressions)s", **context)


class ArticleQuerySet(models.QuerySet["Article"]):
    """Questions about many articles, in the words of the house."""

    def published(self) -> ArticleQuerySet:
        """Those a reader may know of: with a text, not deleted."""
        return self.filter(state=Article.State.PUBLISHED, current_edit__isnull=False)

    def listed(self) -> ArticleQuerySet:
        """The articles of the encyclopedia: published, no redirects; to be read in the order of any index."""
        in_passing = self.alias(
            of_kind=Unsteered("namespace"), in_state=Unsteered("state"), leading_to=Unsteered("redirect_to")
        )
        return in_passing.filter(
            of_kind=Namespace.ARTICLE, in_state=Article.State.PUBLISHED, leading_to="", current_edit__isnull=False
        )

    def named(self, namespace: str, title: str) -> ArticleQuerySet:
        """The article of that title, at most one."""
        return self.filter(namespace=namespace, title=title)

    def in_namespace(self, namespace: str) -> ArticleQuerySet:
        """The pages of one kind."""
        return self.filter(namespace=namespace)

    def without_redirects(self) -> ArticleQuerySet:
        """Those with a text of their own."""
        return self.filter(redirect_to="")

    def leading_to(self, *full_titles: str) -> ArticleQuerySet:
        """The redirects to these pages or to their sections, by what texts name: a deleted one names nothing."""
        return self.filter(dependencies__kind="redirect", dependencies__target__in=full_titles)


class Article(models.Model):
    """A page with a title. Its text is the text of its current edit; deleted rows keep their title."""

    class State(models.TextChoices):
        PUBLISHED = "published"
        DELETED = "deleted"

    class Protection(models.TextChoices):
        NONE = ""
        CONTRIBUTOR = "contributor"
        EDITOR = "editor"
        REVIEWER = "reviewer"
        MODERATOR = "moderator"
        ADMINISTRATOR = "administrator"

    namespace = models.CharField(max_length=16, choices=Namespace.choices, default=Namespace.ARTICLE)
    title = models.CharField(max_length=255)
    skeleton = models.CharField(max_length=400, db_index=True, help_text="Equal for titles that look alike.")
    text = models.ForeignKey("TextBlob", on_delete=models.PROTECT, null=True, related_name="+")
    current_edit = models.OneToOneField("Edit", on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=16, choices=State.choices, default=State.PUBLISHED)
    stub_topic = models.CharField(max_length=60, blank=True, help_text="As marked in the text.")
    words = models.PositiveIntegerField(default=0, help_text="Words of prose.")
    redirect_to = models.CharField(max_length=600, blank=True, help_text="Full title, and #Section, of the target.")
    description = models.CharField(max_length=320, blank=True, help_text="The first words of the lead.")
    edit_protection = models.CharField(max_length=16, choices=Protection.choices, blank=True, default="")
    edit_protected_until = models.DateTimeField(null=True, blank=True)
    move_protection = models.CharField(max_length=16, choices=Protection.choices, blank=True, default="")
    move_protected_until = models.DateTimeField(null=True, blank=True)
    propose_protection = models.CharField(max_length=16, choices=Protection.choices, blank=True, default="")
    propose_protected_until = models.DateTimeField(null=True, blank=True)
    created = models.DateTimeField(auto_now_add=True)
    deleted = models.DateTimeField(null=True, blank=True, help_text="When it was deleted, while it is.")

    hidden_anchors = models.JSONField(
        default=list, help_text="Of headings that only versions had whose text is hidden."
    )

    withheld = models.JSONField(
        default=list, help_text="Of each quarantine that holds: its number, sections and passages, by hash."
    )

    objects = ArticleQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        permissions = [
            ("propose", "May propose a change"),
            ("publish", "May publish, revert and move"),
            ("review", "May decide on proposals"),
            ("moderate", "May protect, hide, delete, block and filter"),
        ]
        constraints = [models.UniqueConstraint(fields=["namespace", "title"], name="one_article_of_a_title")]
        indexes = [
            models.Index(fields=["redirect_to", "words", "id"], name="articles_by_length"),
            models.Index(fields=["created"], name="articles_by_time"),
            models.Index(fields=["redirect_to", "stub_topic", "words", "id"], name="stubs_of_a_topic"),
            models.Index(fields=["-deleted", "-id"], name="the_bin", condition=models.Q(deleted__isnull=False)),
            # Protections end in next to no articles: the inbox finds those that end soon without reading all.
            *(
                models.Index(
                    fields=[f"{act}_protected_until"],
                    name=f"ends_of_{act}_protection",
                    condition=models.Q(**{f"{act}_protected_until__isnull": False}),
                )
                for act in ("edit", "move", "propose")
            ),
        ]

    def __str__(self) -> str:
        return self.full_title

    def get_absolute_url(self) -> str:
        """Return where it is read."""
        return reverse("articles:read", args=[self.full_title])

    @property
    def full_title(self) -> str:
        """The title with its namespace, as people write it: "Asthma", "Help:Editing"."""
        return titles.full(self.namespace, self.title)

    @property
    def nameless_sections(self) -> frozenset[int]:
        """The sections within withheld ones, whose headings are withheld, too."""
        inside = {number for row in self.withheld for number in row["sections"]}
        return frozenset(inside - {row["section"] for row in self.withheld})

    @property
    def is_redirect(self) -> bool:
        """Whether the text only names another article."""
        return bool(self.redirect_to)


class ProtectedTitle(models.Model):
    """A title that only some may write, or propose to write: it has no article, or a deleted one."""

    namespace = models.CharField(max_length=16, choices=Namespace.choices)
    title = models.CharField(max_length=255)
    level = models.CharField(max_length=16, choices=Article.Protection.choices)
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["namespace", "title"], name="one_protection_of_a_title")]
        indexes = [models.Index(fields=["until"], name="protected_titles_by_their_end")]

    def __str__(self) -> str:
        return f"{self.full_title} ({self.level})"

    @property
    def full_title(self) -> str:
        """The title with its namespace, as people write it."""
        return titles.full(self.namespace, self.title)


class Origin(models.Model):
    """Where an imported article comes from and what its licence asks us to show."""

    article = models.OneToOneField(Article, on_delete=models.CASCADE, related_name="origin")
    source = models.CharField(max_length=500, blank=True)
    url = models.URLField(max_length=1000, blank=True)
    licence = models.CharField(max_length=200, blank=True)
    attribution = models.TextField(blank=True)
    is_sample = models.BooleanField(default=False, help_text="Sample text: a notice is shown, search engines stay out.")

    def __str__(self) -> str:
        return self.source or self.url or str(self.article_id)
