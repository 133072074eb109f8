"""A page gets another title: its history and its sections stay with it, a redirect is left behind.

What waits for the page follows: proposals, drafts, what was sent in vain; so do blocks of it.
Redirects to the old title lead to the new. A deleted page that has the new title makes room, and stays in the bin.
"""

from __future__ import annotations

import contextlib
import itertools
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from articles import access, choices, editing, eyes, history, limits, logbook, reading, refusals, renderer, writing
from articles.models import Article, Author, Block, Draft, Edit, Proposal, Submission
from articles.moderation import ChangedMeanwhile, Refused, deleting, protecting, record
from articles.reviewing import proposing
from articles.text import parsing, rendering, titles
from articles.text.sections import Outline

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

    from articles.text.rendering import Rendered

# Pages of these kinds may become one another; a category or a template is one to those that name it.
_INTERCHANGEABLE: Final = ("article", "project", "help")
# Whoever is moved over must never have been more than a redirect: so many versions are looked at.
_MOST_VERSIONS: Final = 20


class ForReviewers(Refused):
    """The page would become one of another kind, and this person is no reviewer."""

    status = 403


class TitleTaken(Refused):
    """There is a page of this title, or was; `existing` is its full title."""

    def __init__(self, message: str, existing: str) -> None:
        super().__init__(message)
        self.existing = existing


@dataclass(frozen=True)
class Moved:
    """Where the page is now, how many redirects were mended, and what a deleted page is called that made room."""

    full_title: str
    mended: int = 0
    made_room: str = ""


def move(*, article: Article, title: str, base: str, by: AbstractUser, author: Author, why: str) -> Moved:
    """Give a page another title, in one transaction with all that follows it, and the log entry.

    `base` is the edit that was current when the person looked. Raises Refused, ForReviewers, TitleTaken,
    ChangedMeanwhile, limits.TooOften.
    """
    parts = _parts(title)
    done = _done_already(article, base, titles.full(*parts))
    if done is not None:
        return done
    _refuse_impossible(article, parts)
    access.require(access.may_move(by, article) and access.may_publish(by, _place(parts)))
    if parts.namespace != article.namespace and not access.may_review(by):
        # No dose is looked at twice where pages are about the site: through there and back it would be nobody's.
        raise ForReviewers(
            _(
                "A page that goes from the articles to the pages about this site, or between those, is moved by a "
                "reviewer. Ask one, or choose a title of the same kind."
            )
        )
    limits.take(f"edit:{author.pk}", times=proposing.LIMIT_OF_EDITORS[0], seconds=proposing.LIMIT_OF_EDITORS[1])
    form = _rendered(article)
    old = titles.TitleParts(article.namespace, article.title)
    try:
        with transaction.atomic():
            article, over = _locked(article, parts, base)
            made_room = ""
            if over is not None and over.state == Article.State.DELETED:
                made_room, over = _make_room(over, by), None
            edit = writing.rename(
                article, _renamed(article, parts, author, why, form), _left_behind(old, parts, author, over), over
            )
            mended = _mend_redirects(titles.full(*old), titles.full(*parts), author)
            _let_follow(article, old)
            record(
                article=article,
                who=by,
                what=logbook.MOVED,
                target=titles.full(*old),
                why=why,
                before={"title": titles.full(*old)},
                after={"title": titles.full(*parts), "edit": edit.pk, "mended": mended},
            )
            _let_protection_follow(article, titles.full(*old), by)
    except IntegrityError as error:
        # A page of that title was made while nobody held it.
        if not Article.objects.published().named(*parts).exists():
            raise
        raise _taken(titles.full(*parts)) from error
    return Moved(titles.full(*parts), mended, made_room)


def _parts(title: str) -> titles.TitleParts:
    try:
        return titles.parse(title)
    except titles.TitleError as error:
        raise Refused(error.message) from error


def _refuse_impossible(article: Article, parts: titles.TitleParts) -> None:
    """Refuse a title that can't be one of this page."""
    if parts == (article.namespace, article.title):
        raise Refused(_("That is its title already."))
    if parts.namespace != article.namespace and not {parts.namespace, article.namespace} <= {*_INTERCHANGEABLE}:
        raise Refused(_("A page of this kind can only get a title of the same kind."))
    if article.is_redirect:
        raise Refused(_("This page only leads to another one. Make a redirect of the title that you want instead."))


def _done_already(article: Article, base: str, full_title: str) -> Moved | None:
    """Return the move that a second click asks for again: the page that was seen has this title by now."""
    now = access.title_now(article.full_title, base)
    return Moved(now) if now == full_title and now != article.full_title else None


def _place(parts: titles.TitleParts) -> Article | str:
    return Article.objects.published().named(*parts).first() or titles.full(*parts)


def _rendered(article: Article) -> Rendered:
    assert article.current_edit is not None
    try:
        return reading.rendered_form(article.current_edit.blob)
    except renderer.RenderError as error:
        raise Refused(error.message) from error


def _locked(article: Article, parts: titles.TitleParts, base: str) -> tuple[Article, Article | None]:
    """Hold the row of the page, and of what has the new title, until the transaction ends; refuse what can't be."""
    named = Q(namespace=parts.namespace, title=parts.title)
    rows = Article.objects.select_for_update(of=("self",)).filter(Q(pk=article.pk) | named).order_by("pk")
    there = {row.pk: row for row in rows.select_related("current_edit__blob")}
    moving = there.pop(article.pk)
    if str(moving.current_edit_id) != base or moving.state != Article.State.PUBLISHED:
        raise ChangedMeanwhile(_("The page has changed since you opened this form. Look again, then move it."))
    over = next(iter(there.values()), None)
    if over is not None and over.state == Article.State.PUBLISHED:
        _refuse_taken(over, moving)
    try:
        refusals.refuse_look_alikes(parts, besides=[moving.pk, *there])
    except editing.TitleRefused as refused:
        raise TitleTaken(refused.message, refused.existing) from refused
    return moving, over


def _refuse_taken(over: Article, moving: Article) -> None:
    """Refuse a title that is in use, unless by a redirect to this very page that was never more than a redirect."""
    texts = [edit.blob.text for edit in over.edits.select_related("blob").order_by("number")[: _MOST_VERSIONS + 1]]
    was_more = len(texts) > _MOST_VERSIONS or any(parsing.redirect_of(text) is None for text in texts)
    if was_more or over.redirect_to.partition("#")[0] != moving.full_title:
        raise _taken(over.full_title)


def _taken(full_title: str) -> TitleTaken:
    return TitleTaken(
        _("There is a page called “%s” already. Choose another title, or bring the two texts together.") % full_title,
        full_title,
    )


def _make_room(gone: Article, by: AbstractUser) -> str:
    """Give a deleted page a title of its own in the bin, with its whole history; return it. Why it was deleted goes
    along in the log, for whoever would restore it."""
    was, reason = gone.full_title, deleting.reason_of(gone.full_title)
    parts = _title_in_the_bin(gone)
    writing.retitle(gone, parts)
    _let_texts_follow(gone, titles.parse(was))
    why = _("It was deleted as “%(title)s”: %(why)s") % {"title": was, "why": reason.why if reason is not None else ""}
    record(
        article=gone,
        who=by,
        what=deleting.LOGGED_AS,
        target=gone.full_title,
        why=why,
        before={"title": was},
        after={"title": gone.full_title, "state": Article.State.DELETED},
    )
    return gone.full_title


def _title_in_the_bin(gone: Article) -> titles.TitleParts:
    for number in itertools.count(1):
        behind = _(" (deleted)") if number == 1 else _(" (deleted, %d)") % number
        title = gone.title[: titles.MAX_TITLE - len(behind)].rstrip() + behind
        if not Article.objects.named(gone.namespace, title).exists():
            return titles.TitleParts(gone.namespace, title)
    raise AssertionError  # Numbers have no end.


def _renamed(article: Article, parts: titles.TitleParts, author: Author, why: str, form: Rendered) -> writing.Ready:
    current = article.current_edit
    assert current is not None  # As of every published page.
    change = _change(parts, current, current.blob.text, author, why)
    merged = editing.Merged(parts, current, None, current.blob.text, 0, sys.maxsize)
    current.article = article
    with eyes.wide_open():
        runs = history.runs_of(current)
    shown = reading.form_for_readers(current)[0] if article.withheld else None
    return writing.Ready(change, merged, form, runs, Outline.from_json(current.outline), shown=shown)


def _left_behind(old: titles.TitleParts, new: titles.TitleParts, author: Author, over: Article | None) -> writing.Ready:
    """Return the redirect that stands at the old title from now on."""
    text = f"#REDIRECT [[{titles.full(*new)}]]\n"
    form = rendering.render(text)  # Our own line, which no worker has to guard.
    current = over.current_edit if over is not None else None
    summary = _("Moved to “%s”") % titles.full(*new)
    change = _change(old, current, text, author, summary)
    merged = editing.Merged(old, current, None, text, 0, sys.maxsize)
    return editing.ready_of(change, merged, form)


def _change(parts: titles.TitleParts, current: Edit | None, text: str, author: Author, summary: str) -> editing.Change:
    return editing.Change(
        title=titles.full(*parts),
        base=current.pk if current is not None else 0,
        section="",
        text=text,
        author=author,
        summary=summary[:500],
        minor=current is None,
        kind=Edit.Kind.RENAME if current is not None else Edit.Kind.EDIT,
        licence=choices.value("WIKI_LICENCE"),
    )


def _mend_redirects(old: str, new: str, author: Author) -> int:
    """Let what led to the old title lead to the new one, each by an edit of its own; return how many."""
    leading = Article.objects.published().leading_to(old).select_related("text")
    mended = 0
    for redirect in leading.order_by("pk"):
        text = redirect.text.text if redirect.text is not None else ""
        _first, _newline, rest = text.lstrip().partition("\n")
        _title, _hash, section = redirect.redirect_to.partition("#")
        named = f"{new}#{section.replace('_', ' ')}" if section else new
        change = editing.Change(
            title=redirect.full_title,
            base=redirect.current_edit_id or 0,
            section="",
            text=f"#REDIRECT [[{named}]]\n{rest}",
            author=author,
            summary=_("“%(old)s” was moved to “%(new)s”") % {"old": old, "new": new},
            minor=True,
            licence=choices.value("WIKI_LICENCE"),
        )
        # One that can't be saved leads to the redirect left behind, and from there on.
        with contextlib.suppress(editing.EditConflict, editing.TextRefused):
            editing.save(change)
            mended += 1
    return mended


def _let_follow(article: Article, old: titles.TitleParts) -> None:
    """Let proposals, drafts and what was sent in vain be found at the new title, and blocks of the page hold there."""
    _let_texts_follow(article, old)
    Block.objects.holding().filter(page=titles.full(*old)).update(page=article.full_title)


def _let_texts_follow(article: Article, old: titles.TitleParts) -> None:
    now = {"namespace": article.namespace, "title": article.title}
    Proposal.objects.undecided().filter(article=article).update(**now)
    Draft.objects.filter(base__article=article, namespace=old.namespace, title=old.title).update(**now)
    in_vain = Submission.objects.filter(title=titles.full(*old), edit=None, proposal=None).exclude(base="0")
    in_vain.update(title=article.full_title)


def _let_protection_follow(article: Article, old: str, by: AbstractUser) -> None:
    """Keep why the page is protected where it is asked for: under its title. The redirect left behind is protected as
    well: whoever may not edit the page may not choose either what readers get under the title that it had."""
    guards, reason = protecting.explained(article, old)
    if not guards:
        return
    why = reason.why if reason is not None else ""
    logbook.record(
        who=by,
        what=protecting.LOGGED_AS,
        target=article.full_title,
        why=why,
        after={act: guard.level for act, guard in guards.items()},
    )
    behind = Article.objects.named(*titles.parse(old)).get()
    protecting.protect(article=behind, full_title=old, guards=guards, by=by, why=why)
