"""Who may read, edit, review and moderate; an article is loaded here or not at all.

404 for what may not be known, 403 for what may not be done.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any, cast

from django.core.exceptions import PermissionDenied
from django.core.signing import BadSignature, Signer
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import choices, withholding
from articles.models import Article, Author, Edit, Proposal, ProtectedTitle, Section, TextBlob
from articles.text import titles

if TYPE_CHECKING:
    from datetime import datetime

    from django.contrib.auth.models import AbstractUser, AnonymousUser

    from articles.models.articles import ArticleQuerySet

    Person = AbstractUser | AnonymousUser
    # A page, the full title of one that is still to be made, or None for any that isn't protected.
    Place = Article | str | None

# Who somebody without an account is known by.
VISITOR_COOKIE = "visitor"
# The namespaces that have pages of their own here; talk, user and file pages come with their features.
OPEN_NAMESPACES = ("article", "project", "help", "category", "template")
# What can be protected of a page that is there.
ACTS = ("edit", "move", "propose")
# The permission by which somebody is at least of this role, in the order of the roles.
_PERMISSION_OF = {
    "contributor": "articles.propose",
    "editor": "articles.publish",
    "reviewer": "articles.review",
    "moderator": "articles.moderate",
    "administrator": "wording.change_wording_text",
}
# What signs articles from files where nobody says whose they are; it is nobody's name.
IMPORTER = "Import"
# Letters and digits of pseudonyms: none that look alike.
# A section is followed through so many others that it was joined with, one after the other.
_MOST_SUCCESSORS = 10
# Longer ones name no row of any database.
_LONGEST_NUMBER = 18
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


class Erased(NothingThere):
    """It was destroyed, because the law asked for it (410)."""


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
    rows = Article.objects.select_related("current_edit", "origin")
    article = _readable(rows, raw_title)
    assert article.current_edit is not None
    article.current_edit.article = article  # Known, so that nobody asks for it again.
    return article


def article_to_list(user: Person, raw_title: str) -> Article:
    """Load an article to show lists of what belongs to it: it alone, without its current edit."""
    return _readable(Article.objects.all(), raw_title)


def _readable(rows: ArticleQuerySet, raw_title: str) -> Article:
    parts = parts_of(raw_title)
    article = next(iter(rows.named(*parts)), None)  # At most one: `first` would have it sorted.
    if article is None or article.current_edit_id is None:
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
    if article is not None and article.current_edit is not None:
        article.current_edit.article = article
        if article.text is not None and article.text_id == article.current_edit.blob_id:
            article.current_edit.blob = article.text
    return article


def article_as_begun(user: Person, raw_title: str, base: str) -> Article | None:
    """Load an article with its text to change it, where the edit that a form was opened on is still the current one.

    None where it isn't, or where there is no such page: then title_now tells where the page is, and article_to_edit why
    it can't be changed.
    """
    if base == "0" or not possible_title(raw_title):
        return None
    try:
        article = article_to_edit(user, raw_title)
    except ArticleDeleted:
        return None
    return article if article is not None and base == str(article.current_edit_id) else None


def article_numbered(user: Person, number: int) -> Article:
    """Return the article of this number, which people know from elsewhere; 404 when there is none to read."""
    article = Article.objects.published().filter(pk=number).first()
    if article is None:
        raise NothingThere(_("There is no page of the number %s.") % number)
    return article


def is_there(raw_title: str) -> bool:
    """Whether there is an article of this title to read."""
    try:
        parts = titles.parse(raw_title)
    except titles.TitleError:
        return False
    return Article.objects.published().named(*parts).exists()


def article_to_move(user: Person, raw_title: str) -> Article:
    """Load an article to give it another title; 403 for whoever may not."""
    parts = parts_of(raw_title)
    rows = Article.objects.published().named(*parts).select_related("current_edit__blob", "origin")
    article = rows.first() if parts.namespace in OPEN_NAMESPACES else None
    if article is None:
        raise NoSuchArticle(parts)
    require(may_move(user, article))
    return article


def title_now(raw_title: str, base: str) -> str:
    """Return the title under which the page is that a form was opened on, by the edit that was current then.

    It is the one sent, unless the page was moved meanwhile: what somebody wrote for it follows.
    """
    if not (base.isascii() and base.isdigit()) or len(base) > _LONGEST_NUMBER:
        return raw_title
    edit = Edit.objects.select_related("article").only("title", "article__namespace", "article__title")
    began = edit.filter(pk=int(base), article__state=Article.State.PUBLISHED).first()
    if began is None or began.title != possible_title(raw_title):
        return raw_title
    return began.article.full_title


def page_to_moderate(user: Person, raw_title: str) -> Article | None:
    """Load a page, deleted or not, for a moderator; None when there has never been one. 403 for others."""
    require(may_moderate(user))
    parts = parts_of(raw_title)
    if parts.namespace not in OPEN_NAMESPACES:
        raise NoSuchArticle(parts)
    rows = Article.objects.named(*parts).select_related("text", "current_edit__author", "origin")
    return rows.filter(current_edit__isnull=False).first()


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
    assert article.current_edit is not None
    assert article.text_id is not None  # As of every article that has an edit.
    if withholding.keeps_back(article):
        return withholding.text_of(article.current_edit)
    return TextBlob.objects.get(pk=article.text_id).text


def text_of(edit: Edit) -> str:
    """Return the text that an edit left, as whoever reads now may see it."""
    return withholding.text_of(edit)


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
    is_named = section.anchor and not withholding.is_nameless(section.article, section.pk)
    return f"{url}#{section.anchor}" if is_named else url


def edit_to_read(user: Person, edit_id: int, article: str = "") -> Edit:
    """Load an edit with its version's text; 404 when it or its article is hidden from this person.

    Moderators see what is hidden and what is deleted; its page says so. `article` is the full title of the one in
    whose history to look when there is none, where the address names one.
    """
    edit = _edit(user, edit_id, article)
    if edit.erased:
        message = _("The text of version %s was erased, as the law asked. Who wrote it, when and why stays in history.")
        raise Erased(message % edit_id, edit.article.full_title if edit.article.state == "published" else "")
    return edit


def edits_to_read(user: Person, old: int, new: int) -> tuple[Edit, Edit] | None:
    """Load two edits with their versions' texts in one query; None where `edit_to_read` would refuse either."""
    rows = Edit.objects.all() if may_moderate(user) else Edit.objects.visible()
    found = rows.filter(erased=False).select_related("article", "author", "blob").in_bulk([old, new])
    return (found[old], found[new]) if old in found and new in found else None


def _edit(user: Person, edit_id: int, article: str = "") -> Edit:
    rows = Edit.objects.all() if may_moderate(user) else Edit.objects.visible_or_erased()
    edit = rows.select_related("article__origin", "author", "approver", "blob").filter(pk=edit_id).first()
    if edit is None:
        message = _("There is no version of the number %s, or it is not shown any more.") % edit_id
        raise NothingThere(message, article if is_there(article) else "")
    return edit


def article_to_quarantine(user: Person, raw_title: str) -> Article:
    """Load an article, with its text, of which a moderator keeps a section from readers, or releases one. 403 for
    others."""
    require(may_moderate(user))
    article = article_to_edit(user, raw_title)
    if article is None or article.current_edit is None:
        raise NoSuchArticle(parts_of(raw_title))
    return article


def edit_to_hide(user: Person, edit_id: int) -> Edit:
    """Load an edit for a moderator who hides something of it, or shows it again. 403 for others."""
    require(may_moderate(user))
    return _edit(user, edit_id)


def edit_to_revert(user: Person, edit_id: int) -> Edit:
    """Load an edit whose version is to become the current one; 403 for whoever may not bring it back."""
    edit = edit_to_go_on_from(user, edit_id)
    require(may_revert(user, edit.article))
    return edit


def edit_to_go_on_from(user: Person, edit_id: int, article: str = "") -> Edit:
    """Load an edit whose text may come into the article again; 404 for what is hidden, also from who may see it."""
    edit = edit_to_read(user, edit_id, article)
    if edit.hidden_text or edit.article.state != Article.State.PUBLISHED:
        message = _("Version %s is hidden, or its article is deleted: it can be brought back once it is shown again.")
        raise NothingThere(message % edit_id, edit.article.full_title)
    return edit


def proposal_to_see(user: Person, author: Author | None, proposal_id: int, key: str = "") -> Proposal:
    """Load a proposal for its author, a reviewer, or whoever holds its private link; 404 for everybody else."""
    proposal = (
        Proposal.objects.select_related(
            "author", "article__text", "article__current_edit", "base__blob", "blob", "edit"
        )
        .select_related("decided_by", "first", "looked_at_by", "amended_by", "sent_blob")
        .filter(pk=proposal_id)
        .first()
    )
    if proposal is not None and (
        may_review(user)
        or (author is not None and proposal.author_id == author.pk)  # Their own.
        or holds_key(proposal, key)  # The link shown once to somebody without an account.
    ):
        if proposal.blob.is_erased:
            raise Erased(_("The text of this proposal was erased, as the law asked."))
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


def may_publish(user: Person, place: Place = None) -> bool:
    """Whether a save of this person is published at once."""
    if not _reaches(user, place):
        return False
    if _has(user, "articles.publish"):
        return True
    if user.is_authenticated:
        return choices.value("WIKI_CONTRIBUTOR_EDITS") == "publish" and _has(user, "articles.propose")
    return choices.value("WIKI_ANONYMOUS_EDITS") == "publish"


def may_propose(user: Person, place: Place = None) -> bool:
    """Whether this person may hand in a change that waits for a reviewer."""
    if not _reaches(user, place, proposing=True):
        return False
    if user.is_authenticated:
        return _has(user, "articles.propose")
    return choices.value("WIKI_ANONYMOUS_EDITS") != "off"


def mode_of(user: Person, place: Place) -> str:
    """Return what the edit form would do for this person: "publish", "propose", or "view" when they may not edit."""
    if isinstance(place, str):
        return mode_of(user, None) if _reaches(user, place) else "view"
    if may_publish(user, place):
        return "publish"
    return "propose" if may_propose(user, place) else "view"


def may_edit(user: Person, place: Place = None) -> bool:
    """Whether this person may use the edit form at all."""
    return may_publish(user, place) or may_propose(user, place)


def may_review(user: Person) -> bool:
    """Whether this person decides on proposals."""
    return _has(user, "articles.review")


def may_decide(user: Person, author: Author | None, proposal: Proposal) -> bool:
    """Whether this person may decide on this proposal: who may publish there, and nobody their own."""
    return (
        may_review(user)
        and may_publish(
            user, proposal.article or titles.full(proposal.namespace, proposal.title)
        )  # Protection holds for what is let through, too.
        and not (author is not None and proposal.author_id == author.pk)
    )


def may_talk_about(user: Person, author: Author | None, proposal: Proposal) -> bool:
    """Whether this person may say something about a proposal: reviewers, and its author."""
    return may_review(user) or (author is not None and proposal.author_id == author.pk)


def is_own(author: Author | None, proposal: Proposal, key: str = "") -> bool:
    """Whether the proposal is this person's: by account, by cookie, or by its private link."""
    return (author is not None and proposal.author_id == author.pk) or holds_key(proposal, key)


def may_move(user: Person, article: Article) -> bool:
    """Whether this person gives the article another title: editors and up, who may publish here."""
    return (
        _has(user, "articles.publish")
        and may_publish(user, article)
        and is_level_of(user, protection_of(article, "move"))
    )


def may_see_all(user: Person) -> bool:
    """Whether this person sees what is withheld from readers: reviewers and above, who must put it right."""
    return _has(user, "articles.review")


def is_withheld(article: Article, section: int) -> bool:
    """Whether a section is under medical review, by itself or within another."""
    return any(section in row["sections"] for row in article.withheld)


def may_moderate(user: Person) -> bool:
    """Whether this person keeps order."""
    # All who may are staff; for everybody else no query is needed to know that they are not.
    return bool(getattr(user, "is_staff", False)) and _has(user, "articles.moderate")


def may_protect(user: Person, article: Article | None, full_title: str) -> bool:
    """Whether this person changes who may do what with a page: moderators, where they themselves may all of it."""
    if not may_moderate(user):
        return False
    if article is None or article.state == Article.State.DELETED:
        return is_level_of(user, protection_of_title(full_title))
    return all(is_level_of(user, protection_of(article, act)) for act in ACTS)


def is_level_of(user: Person, level: str) -> bool:
    """Whether this person is of this role or of one above it; everybody is of the empty one."""
    return level == "" or _has(user, _PERMISSION_OF[level])


def may_delete(user: Person, article: Article) -> bool:
    """Whether this person takes the article away or brings it back: moderators, where they may publish."""
    return may_moderate(user) and may_publish(user, article)


def levels_of(user: Person) -> list[str]:
    """Return the roles up to this person's own, the least first: nobody shuts themselves out."""
    return [level for level in _PERMISSION_OF if is_level_of(user, level)]


def may_set_rules(user: Person) -> bool:
    """Whether this person says who has to approve changes: administrators."""
    return may_moderate(user) and is_level_of(user, "administrator")


def may_erase(user: Person) -> bool:
    """Whether this person destroys a passage for law: administrators."""
    return may_moderate(user) and is_level_of(user, "administrator")


def may_remove_sample(user: Person) -> bool:
    """Whether this person takes the sample articles away: the owner of the site, who also words it."""
    return _has(user, "wording.change_wording_text")


def may_revert(user: Person, article: Article) -> bool:
    """Whether this person brings old versions back: editors and up, who may publish here."""
    return _has(user, "articles.publish") and may_publish(user, article)


def current_edit_id_of(article: Article) -> int:
    """Return the id of an article's current edit as it is at this moment; 0 when it has none any more."""
    return Article.objects.filter(pk=article.pk).values_list("current_edit", flat=True).first() or 0


def title_by_the_sites_name(full_title: str) -> str:
    """Return what "MedWiki:About" means in other wikis, "Project:About"; empty when the site's name is not before it.

    For titles of which there is no article: a site may be called what an article's title begins with.
    """
    name, colon, rest = full_title.partition(":")
    if not colon or name.strip().casefold() != choices.value("WIKI_NAME").casefold():
        return ""
    try:
        return titles.full("project", titles.normalise(rest))
    except titles.TitleError:
        return ""


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
    author = Author.objects.get_or_create(account_id=user.pk, defaults={"name": user.get_username()})[0]
    author.account = cast("Any", user)  # Known, so that nobody asks for it again, or for what it may.
    return author


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


def _reaches(user: Person, place: Place, *, proposing: bool = False) -> bool:
    """Whether a protection lets this person through; proposing passes that against edits but for the strictest."""
    if place is None:
        return True
    if isinstance(place, str):
        return is_level_of(user, protection_of_title(place))
    level = protection_of(place)
    if proposing and level != Article.Protection.ADMINISTRATOR:
        level = ""
    return (
        is_level_of(user, level)
        and (not proposing or is_level_of(user, protection_of(place, "propose")))
        and (place.state != Article.State.DELETED or is_level_of(user, protection_of_title(place.full_title)))
    )


def protection_of(article: Article | None, act: str = "edit") -> str:
    """Return who is needed for an act, one of ACTS, on the article now: empty, or a role."""
    if article is None:
        return ""
    level: str = getattr(article, f"{act}_protection")
    return level if _holds(getattr(article, f"{act}_protected_until")) else ""


def protection_of_title(full_title: str) -> str:
    """Return who is needed to write, or to propose, a page of this title, which isn't there: empty, or a role."""
    row = protected_title(full_title)
    return row.level if row is not None and _holds(row.until) else ""


def protected_title(full_title: str) -> ProtectedTitle | None:
    """Return what is set for a title while it has no page; it may have ended."""
    try:
        namespace, title = titles.parse(full_title)
    except titles.TitleError:
        return None  # Refused elsewhere, with its reason.
    return ProtectedTitle.objects.filter(namespace=namespace, title=title).first()


def _holds(until: datetime | None) -> bool:
    return until is None or until > timezone.now()
