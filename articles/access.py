"""Who may read, edit, review and moderate; an article is loaded here or not at all.

404 for what may not be known, 403 for what may not be done.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.core.signing import BadSignature, Signer
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import choices
from articles.models import Article, Author, Edit, Proposal, Section, TextBlob
from articles.text import titles

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser, AnonymousUser

    Person = AbstractUser | AnonymousUser

# The namespaces that have pages of their own here; talk, user and file pages come with their features.
OPEN_NAMESPACES = ("article", "project", "help", "category", "template")
# What signs articles from files where nobody says whose they are; it is nobody's name.
IMPORTER = "Import"
# Letters and digits of pseudonyms: none that look alike.
# A section is followed through so many others that it was joined with, one after the other.
_MOST_SUCCESSORS = 10
_PSEUDONYM_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


class NoSuchArticle(Http404):
    """There is no such article that a reader may know of; `parts` is the possible title asked for."""

    def __init__(self, parts: titles.TitleParts) -> None:
        super().__init__(titles.full(parts.namespace, parts.title))
        self.parts = parts


class ArticleDeleted(NoSuchArticle):
    """There was such an article; it has been deleted (410)."""


class NothingThere(Http404):
    """What is sought isn't there, or may not be known. `full_title` names the article, and `section` the section of
    it, whose history may tell what became of it."""

    def __init__(self, message: str, full_title: str = "", section: int | None = None) -> None:
        super().__init__(message)
        self.full_title = full_title
        self.section = section


class NoSuchProposal(NothingThere):
    """There is no such proposal, or it is nobody's business who asks."""


class BadTitle(Http404):
    """The address holds what can't be a title; `reason` says why."""

    def __init__(self, raw: str, error: titles.TitleError) -> None:
        super().__init__(raw)
        self.raw = raw
        self.reason = error.message


def parts_of(raw_title: str) -> titles.TitleParts:
    """Return namespace and title of what an address names; raise BadTitle when it can't be one."""
    try:
        return titles.parse(raw_title)
    except titles.TitleError as error:
        raise BadTitle(raw_title, error) from error


def full_title_of(raw_title: str) -> str:
    """Return the one spelling of the title that an address names; raise BadTitle when it can't be one."""
    return titles.full(*parts_of(raw_title))


def article_to_read(user: Person, raw_title: str) -> Article:
    """Load an article to show it, without its text, with its current edit and origin in the same query."""
    parts = parts_of(raw_title)
    article = (
        Article.objects.named(parts.namespace, parts.title)
        .select_related("current_edit__author", "origin")
        .defer("current_edit__tags")
        .first()
    )
    if article is None or article.current_edit is None:
        raise NoSuchArticle(parts)
    if article.state == Article.State.DELETED:
        raise ArticleDeleted(parts)
    return article


def article_to_edit(user: Person, raw_title: str, *, anew: bool = False) -> Article | None:
    """Load an article with its text to change it; None when it is still to be made.

    `anew` is for somebody who would write from nothing: then a deleted article is one that is still to be made.
    """
    parts = parts_of(raw_title)
    if parts.namespace not in OPEN_NAMESPACES:
        raise NoSuchArticle(parts)
    article = (
        Article.objects.named(parts.namespace, parts.title).select_related("text", "current_edit", "origin").first()
    )
    if article is not None and article.state == Article.State.DELETED:
        if anew and _reaches(user, article, proposing=True):
            return None
        raise ArticleDeleted(parts)
    return article


def redirect_to(article: Article, raw_title: str) -> str:
    """Return the full title of a redirect that leads to this article; empty when the title names none."""
    if not raw_title:
        return ""
    try:
        parts = titles.parse(raw_title)
    except titles.TitleError:
        return ""
    target = Article.objects.published().named(*parts).values_list("redirect_to", flat=True).first() or ""
    return titles.full(*parts) if target.partition("#")[0] == article.full_title else ""


def text_to_read(user: Person, raw_title: str) -> str:
    """Return the current text of an article a person may read."""
    article = article_to_read(user, raw_title)
    assert article.text_id is not None  # As of every article that has an edit.
    return TextBlob.objects.get(pk=article.text_id).text


def section_to_read(user: Person, section_id: int) -> str:
    """Return the address where a section is now, or the one that it was joined with; 404 when it is gone or hidden."""
    section = Section.objects.select_related("article").filter(pk=section_id).first()
    for _step in range(_MOST_SUCCESSORS):
        if section is not None and section.position is None and section.successor_id is not None:
            section = Section.objects.select_related("article").filter(pk=section.successor_id).first()
    if section is None or section.article.state != Article.State.PUBLISHED:
        raise NothingThere(_("There is no section of the number %s.") % section_id)
    if section.position is None:
        # Not by its title, which may have been hidden with the text that had it.
        message = _("This section of “%s” has been taken out since.") % section.article.full_title
        raise NothingThere(message, section.article.full_title, section.pk)
    url = section.article.get_absolute_url()
    return f"{url}#{section.anchor}" if section.anchor else url


def edit_to_read(user: Person, edit_id: int, article: str = "") -> Edit:
    """Load an edit with its version's text; 404 when it or its article is hidden from this person.

    `article` is the full title of the one in whose history to look then, where the address names one.
    """
    edit = (
        Edit.objects.visible()
        .select_related("article__origin", "author", "approver", "blob")
        .filter(pk=edit_id)
        .first()
    )
    if edit is None:
        message = _("There is no version of the number %s, or it is not shown any more.") % edit_id
        is_known = bool(article) and Article.objects.published().named(*parts_of(article)).exists()
        raise NothingThere(message, article if is_known else "")
    return edit


def proposal_to_see(user: Person, author: Author | None, proposal_id: int, key: str = "") -> Proposal:
    """Load a proposal for its author, a reviewer, or whoever holds its private link; 404 for everybody else."""
    proposal = (
        Proposal.objects.select_related(
            "author", "article__text", "article__current_edit", "base__blob", "blob", "edit"
        )
        .select_related("decided_by")
        .filter(pk=proposal_id)
        .first()
    )
    if proposal is not None and (
        may_review(user)
        or (author is not None and proposal.author_id == author.pk)  # Their own.
        or holds_key(proposal, key)  # The link shown once to somebody without an account.
    ):
        return proposal
    raise NoSuchProposal(
        _("There is no proposal of the number %s that you may see: only its author and reviewers see one.")
        % proposal_id
    )


def key_of(proposal: Proposal) -> str:
    """Return the secret of a proposal's private link."""
    return Signer(salt="articles.proposal").signature(str(proposal.pk))


def holds_key(proposal: Proposal, key: str) -> bool:
    """Whether `key` is the secret of this proposal's private link."""
    return bool(key) and secrets.compare_digest(key_of(proposal).encode(), key.encode("utf-8", "replace"))


def may_publish(user: Person, article: Article | None = None) -> bool:
    """Whether a save of this person is published at once."""
    if not _reaches(user, article):
        return False
    if _has(user, "articles.publish"):
        return True
    if user.is_authenticated:
        return choices.value("WIKI_CONTRIBUTOR_EDITS") == "publish" and _has(user, "articles.propose")
    return choices.value("WIKI_ANONYMOUS_EDITS") == "publish"


def may_propose(user: Person, article: Article | None = None) -> bool:
    """Whether this person may hand in a change that waits for a reviewer."""
    if not _reaches(user, article, proposing=True):
        return False
    if user.is_authenticated:
        return _has(user, "articles.propose")
    return choices.value("WIKI_ANONYMOUS_EDITS") != "off"


def mode_of(user: Person, article: Article | None) -> str:
    """Return what the edit form would do for this person: "publish", "propose", or "view" when they may not edit."""
    if may_publish(user, article):
        return "publish"
    return "propose" if may_propose(user, article) else "view"


def may_edit(user: Person, article: Article | None = None) -> bool:
    """Whether this person may use the edit form at all."""
    return may_publish(user, article) or may_propose(user, article)


def may_review(user: Person) -> bool:
    """Whether this person decides on proposals."""
    return _has(user, "articles.review")


def may_decide(user: Person, author: Author | None, proposal: Proposal) -> bool:
    """Whether this person may decide on this proposal: who may publish there, and nobody their own."""
    return (
        may_review(user)
        and may_publish(user, proposal.article)  # Protection holds for what is let through, too.
        and not (author is not None and proposal.author_id == author.pk)
    )


def is_own(author: Author | None, proposal: Proposal, key: str = "") -> bool:
    """Whether the proposal is this person's: by account, by cookie, or by its private link."""
    return (author is not None and proposal.author_id == author.pk) or holds_key(proposal, key)


def may_remove_sample(user: Person) -> bool:
    """Whether this person takes the sample articles away: the owner of the site, who also words it."""
    return _has(user, "wording.change_wording_text")


def may_revert(user: Person, article: Article) -> bool:
    """Whether this person brings old versions back: editors and up, who may publish here."""
    return _has(user, "articles.publish") and may_publish(user, article)


def possible_title(raw: str) -> str:
    """Return what a missing article of this name would be called; empty when it can't be a title."""
    try:
        parts = titles.parse(raw)
    except titles.TitleError:
        return ""
    return titles.full(*parts) if parts.namespace in OPEN_NAMESPACES else ""


def require(allowed: bool) -> None:
    """Raise PermissionDenied (403) unless allowed."""
    if not allowed:
        raise PermissionDenied


def author_of(user: Person) -> Author:
    """Return the author row of an account, making it at the first need."""
    return Author.objects.get_or_create(account_id=user.pk, defaults={"name": user.get_username()})[0]


def author_of_visitor(cookie: str) -> Author | None:
    """Return the visitor that a signed cookie names; None when they have sent nothing yet, or it isn't ours."""
    key = visitor_key_in(cookie)
    return Author.objects.filter(visitor_key=key).first() if key else None


def visitor_key_in(cookie: str) -> str:
    """Return the key of a signed cookie; empty when it isn't ours."""
    try:
        return Signer(salt="articles.visitor").unsign(cookie)
    except BadSignature:
        return ""


def new_visitor(key: str = "") -> Author:
    """Make a pseudonym such as "Visitor 7F3K" for the somebody who holds this key; the same key is the same visitor."""
    letters = "".join(secrets.choice(_PSEUDONYM_LETTERS) for _ in range(6))
    made = {"name": f"Visitor {letters}", "is_visitor": True}
    return Author.objects.get_or_create(visitor_key=key or new_visitor_key(), defaults=made)[0]


def new_visitor_key() -> str:
    """Return a key for somebody without an account; no row is made until they send something."""
    return secrets.token_hex(16)


def imported_author(name: str) -> Author:
    """Return the author row that imported edits are signed with: a name without an account."""
    return Author.objects.get_or_create(name=name, account=None, is_visitor=False)[0]


def there_is_an_article() -> bool:
    """Whether an article has been written here yet; the pages about the site come with it and don't count."""
    return Article.objects.in_namespace("article").exists()


def visitor_cookie(key: str) -> str:
    """Return the signed cookie by which a visitor is known again."""
    return Signer(salt="articles.visitor").sign(key)


def _has(user: Person, permission: str) -> bool:
    return bool(getattr(user, "is_active", False)) and user.has_perm(permission)


def _reaches(user: Person, article: Article | None, *, proposing: bool = False) -> bool:
    """Whether the article's protection lets this person through; proposing passes all but the strictest."""
    level = protection_of(article)
    if level == "administrator":
        return _has(user, "wording.change_wording_text")
    if proposing or level == "":
        return True
    needed = {"editor": "publish", "reviewer": "review", "moderator": "moderate"}[level]
    return _has(user, f"articles.{needed}")


def protection_of(article: Article | None) -> str:
    """Return who is needed to edit the article now: empty, or a role."""
    if article is None or not article.edit_protection:
        return ""
    until = article.edit_protected_until
    return "" if until is not None and until <= timezone.now() else article.edit_protection
