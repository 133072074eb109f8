"""What somebody is still writing, and what they sent that found no place: kept, shown to them alone, thrown away.

Nobody else ever reads any of it; that somebody is writing in a section is all that others are told.
"""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final, TypeVar

from django.core.signing import BadSignature, Signer
from django.db import DatabaseError, transaction
from django.db.models import Q
from django.db.models.functions import Length
from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from articles import editing, housekeeping, places, refusals, withholding
from articles.models import Article, Author, Draft, Edit, Proposal, Submission
from articles.text import cleaning, titles

if TYPE_CHECKING:
    from django.db.models import QuerySet

logger = logging.getLogger(__name__)
_Row = TypeVar("_Row", Draft, Submission, Draft | Submission)

PAGE_SIZE = 50
# Of one person; the oldest go when there are more.
MOST: Final = 200
MOST_OF_A_VISITOR: Final = 20
# So long after the last word somebody is still taken to be at work.
_FRESH: Final = timedelta(minutes=10)
_OTHERS_NAMED: Final = 3
_SHOWN_ABOVE_THE_FORM: Final = 3
_KEY: Final = re.compile(r"[0-9a-f]{32}")
_VISIT_LENGTH: Final = 16
_PLACED: Final = Q(edit__isnull=False) | Q(proposal__isnull=False)


class NoSuchDraft(Http404):
    """It is somebody else's, was thrown away, or never was: nobody learns which."""


@dataclass(frozen=True)
class Writer:
    """Whose texts are meant: the account's, and those of a visitor in this visit of their browser."""

    account_id: int | None = None
    visitor_key: str = ""
    visit: str = ""

    def owns(self, when: str) -> Q:
        """Return what is theirs among drafts or submissions; `when` names the field with its time."""
        theirs = Q(author__account=self.account_id) if self.account_id is not None else Q(pk__in=[])
        if self.visitor_key and self.visit:
            since = {f"{when}__gt": timezone.now() - housekeeping.VISITORS_TEXTS_KEPT}
            theirs |= Q(author__visitor_key=self.visitor_key, form_key__startswith=self.visit, **since)
        return theirs

    def is_this(self, author: Author) -> bool:
        """Whether the author is this person."""
        if author.account_id is not None:
            return author.account_id == self.account_id
        return bool(self.visitor_key) and author.visitor_key == self.visitor_key


@dataclass(frozen=True)
class Kept:
    """A text that is in no article, as its person is shown it: a draft, or (`is_sent`) a form that was not saved.

    `state` is what became of the article since: "" (as it was), "changed", "deleted", "new" (there is none yet).
    """

    id: int
    is_sent: bool
    full_title: str
    section: str
    section_title: str
    base: int | str
    changed: datetime
    state: str
    form_key: str
    proposal_id: int | None = None
    size: int = 0
    text: str = ""
    summary: str = ""
    minor: bool = False

    def get_absolute_url(self) -> str:
        """Return where it is compared with the present text, and thrown away."""
        return reverse("articles:sent_text" if self.is_sent else "articles:draft", args=[self.id])

    @property
    def form_url(self) -> str:
        """Where its person goes on with it; empty when it has no title that a page could have."""
        try:
            titles.parse(self.full_title)
        except titles.TitleError:
            return ""
        return reverse("articles:edit", args=[self.full_title]) + f"?{'sent' if self.is_sent else 'draft'}={self.id}"

    @property
    def continued(self) -> str:
        """What a form sends along that goes on with this text: the form it was of, and when that last held it.

        Each window that takes it up is a form of its own, so that none writes over, or puts away, another's text.
        """
        return f"{self.form_key}@{self.changed.isoformat()}" if self.form_key else ""


@dataclass(frozen=True)
class Others:
    """Who else has been writing here in the last minutes: names of accounts, and a number of visitors."""

    names: tuple[str, ...] = ()
    visitors: int = 0

    def __str__(self) -> str:
        visitors = ngettext("a visitor", "%(number)d visitors", self.visitors) % {"number": self.visitors}
        people = [*self.names, *([visitors] if self.visitors else [])]
        if not people:
            return ""
        return _("Also writing here now: %(people)s. Nobody’s words are lost: if they meet, both are shown.") % {
            "people": ", ".join(people)
        }


# --- Keys --------------------------------------------------------------------------------------------------------
def new_form_key(visit: str = "") -> str:
    """Return the key of a form that is opened now: one draft belongs to it. A visitor's begins with their visit."""
    return (visit or secrets.token_hex(_VISIT_LENGTH // 2)) + secrets.token_hex(_VISIT_LENGTH // 2)


def form_key_of(sent: str, visit: str = "") -> str:
    """Return the key that a form sent, moved into the visit of somebody without an account; empty when it is none."""
    if not _KEY.fullmatch(sent):
        return ""
    return visit + sent[_VISIT_LENGTH:] if visit else sent


def new_visit() -> str:
    """Return the name of a browser's visit: what is written without an account ends with it."""
    return secrets.token_hex(_VISIT_LENGTH // 2)


def visit_cookie(visit: str) -> str:
    """Return the signed cookie that holds a visit."""
    return Signer(salt="articles.visit").sign(visit)


def visit_in(cookie: str) -> str:
    """Return the visit of a signed cookie; empty when it isn't ours."""
    try:
        return Signer(salt="articles.visit").unsign(cookie)
    except BadSignature:
        return ""


# --- Keeping -----------------------------------------------------------------------------------------------------
def keep(
    *,
    writer: Writer,
    author: Author,
    form_key: str,
    title: str,
    section: str,
    base: str,
    text: str,
    summary: str = "",
    minor: bool = False,
    proposal: str = "",
    continues: str = "",
) -> None:
    """Keep what an opened form holds now, over what it held before; other forms' drafts stay as they are, but the one
    that it `continues` (see Kept.continued).

    What the same form has already saved is not kept: a draft sent a moment before the save may arrive after it.
    Raises TitleRefused, TextTooLarge.
    """
    refusals.refuse_too_large(text)
    parts = _parts(title)
    text = cleaning.clean(cleaning.storable(text))
    if _is_saved(author, form_key, text):
        return
    draft = Draft(
        author=author,
        form_key=form_key,
        namespace=parts.namespace,
        title=parts.title,
        section=cleaning.storable(section)[:400],
        base_id=_base_in(parts, base),
        proposal_id=_own_proposal(author, proposal),
        text=text,
        summary=cleaning.storable(summary)[:500],
        minor=minor,
    )
    # One statement, so that it never waits for a save nor holds one up.
    Draft.objects.bulk_create(
        [draft],
        update_conflicts=True,
        unique_fields=["author", "form_key"],
        update_fields=["namespace", "title", "section", "base", "proposal", "text", "summary", "minor", "changed"],
    )
    if author.account_id is not None and writer.visitor_key:
        # Begun before they logged in, and theirs by name from now on.
        Draft.objects.filter(writer.owns("changed"), form_key=form_key).exclude(author=author).delete()
    Draft.objects.filter(_continued(continues, "changed"), writer.owns("changed")).delete()
    _let_the_oldest_go(author)


def settle(
    *,
    writer: Writer,
    form_key: str,
    continues: str = "",
    edit: Edit | None = None,
    proposal: Proposal | None = None,
) -> None:
    """Let the drafts of a form go, and mark what it sent before, once its text has found its place; what it `continues`
    as well (see Kept.continued).

    It never fails: what was saved is saved, and a draft too many does no harm.
    """
    if not form_key:
        return
    try:
        with transaction.atomic():
            own = Q(form_key=form_key)
            Draft.objects.filter(own | _continued(continues, "changed"), writer.owns("changed")).delete()
            earlier = Submission.objects.filter(own | _continued(continues, "received"), writer.owns("received"))
            earlier.exclude(_PLACED).update(edit=edit, proposal=proposal)
    except DatabaseError:
        logger.exception("The drafts of a saved form could not be put away.")


# --- Showing -----------------------------------------------------------------------------------------------------
def drafts_of(writer: Writer, *, before: str = "") -> tuple[list[Kept], str]:
    """Return a page of a person's drafts without their texts, newest first, and the key of the next page.

    Raises NoSuchDraft for a key that no page gave out.
    """
    rows = Draft.objects.filter(writer.owns("changed")).annotate(size=Length("text")).defer("text")
    if before:
        moment, number = _place_in(before)
        rows = rows.filter(Q(changed__lt=moment) | Q(changed=moment, pk__lt=number))
    found = list(rows.order_by("-changed", "-pk")[: PAGE_SIZE + 1])
    last = found[PAGE_SIZE - 1] if len(found) > PAGE_SIZE else None
    return _shown(found[:PAGE_SIZE]), f"{last.changed.isoformat()}.{last.pk}" if last is not None else ""


def sent_of(writer: Writer) -> list[Kept]:
    """Return what a person sent that found no place, newest first, without the texts.

    Of what one form sent the last is enough, and none where that form has a draft, which is newer.
    """
    rows = _sent(writer).annotate(size=Length("text")).defer("text")
    theirs = Draft.objects.filter(writer.owns("changed"))
    found = list(rows.exclude(form_key__in=theirs.values("form_key"))[:PAGE_SIZE])
    return _shown(_last_of_each_form(found))


def count_of(account_id: int) -> int:
    """Return how many drafts an account has.

    Asked for every page of whoever is logged in, so always in the same words: Django takes longer to make a question
    than the database to answer it.
    """
    theirs = Draft.objects.raw(
        "SELECT draft.id FROM articles_draft AS draft JOIN articles_author AS author ON author.id = draft.author_id"
        " WHERE author.account_id = %s",
        [account_id],
    )
    return len(theirs)


def one(writer: Writer, number: int, *, is_sent: bool = False) -> Kept:
    """Return a draft, or a form that was sent, with its text; raise NoSuchDraft unless it is this person's."""
    row: Draft | Submission | None
    if is_sent:
        row = _sent(writer).filter(pk=number).first()
    else:
        row = Draft.objects.filter(writer.owns("changed"), pk=number).first()
    if row is None:
        raise NoSuchDraft(_("There is no such draft of yours. It may have been saved or thrown away."))
    return _shown([row])[0]


def left_behind(writer: Writer, *, title: str, section: str, text: str) -> list[Kept]:
    """Return what a person has left of this section that differs from `text`, newest first: a few of them."""
    if writer == Writer():
        return []
    parts, section = titles.parse(title), cleaning.storable(section)
    drafts = Draft.objects.filter(
        writer.owns("changed"), namespace=parts.namespace, title=parts.title, section=section
    ).order_by("-changed")[:_SHOWN_ABOVE_THE_FORM]
    sent = _sent(writer).filter(title=titles.full(*parts), section=section)[:_SHOWN_ABOVE_THE_FORM]
    rows: list[Draft | Submission] = [*drafts, *sent]
    found = sorted(rows, key=_moment, reverse=True)
    differing = [row for row in found if cleaning.clean(row.text) != cleaning.clean(text)]
    return _shown(_last_of_each_form(differing)[:_SHOWN_ABOVE_THE_FORM])


def present_text(kept: Kept) -> str:
    """Return what stands now where the draft would go: of its section, or of the whole; empty where nothing does."""
    try:
        parts = titles.parse(kept.full_title)
    except titles.TitleError:
        return ""
    article = Article.objects.published().named(*parts).select_related("text", "current_edit__blob").first()
    start = places.starting_point(article, kept.section) if article is not None and kept.section != "new" else None
    return start.text if start is not None else ""


def others_at_work(writer: Writer, *, title: str, section: str) -> Others:
    """Return who else has a fresh draft of this section or of the whole page it is in."""
    parts = titles.parse(title)
    rows = Draft.objects.filter(namespace=parts.namespace, title=parts.title, changed__gt=timezone.now() - _FRESH)
    if section:
        rows = rows.filter(section__in=[cleaning.storable(section), ""])
    fresh = (
        rows.select_related("author__account")
        .only("author__name", "author__is_visitor", "author__account", "author__visitor_key")
        .order_by("-changed")[:50]
    )
    authors = {row.author_id: row.author for row in fresh if not writer.is_this(row.author)}.values()
    names = tuple(author.shown_name for author in authors if not author.is_visitor)
    return Others(names[:_OTHERS_NAMED], sum(author.is_visitor for author in authors))


# --- Throwing away -----------------------------------------------------------------------------------------------
def throw_away(writer: Writer, kept: Kept) -> None:
    """Delete it, and with it whatever else the same form had sent in vain."""
    if kept.is_sent:
        _sent(writer).filter(pk=kept.id).delete()
    else:
        Draft.objects.filter(writer.owns("changed"), pk=kept.id).delete()
    if kept.form_key:
        Draft.objects.filter(writer.owns("changed"), form_key=kept.form_key).delete()
        _sent(writer).filter(form_key=kept.form_key).delete()


def forget_visit(writer: Writer) -> None:
    """Delete whatever a visitor has typed in this visit and not handed in."""
    visitor = Writer(visitor_key=writer.visitor_key, visit=writer.visit)
    Draft.objects.filter(visitor.owns("changed")).delete()
    _sent(visitor).delete()


def forget_account(account_id: int) -> None:
    """Delete whatever an account has typed and not handed in: it is being closed."""
    Draft.objects.filter(author__account=account_id).delete()
    Submission.objects.filter(author__account=account_id).exclude(_PLACED).delete()


# --- Inside ------------------------------------------------------------------------------------------------------
def _parts(title: str) -> titles.TitleParts:
    try:
        return titles.parse(title)
    except titles.TitleError as error:
        raise editing.TitleRefused(error.message) from error


def _base_in(parts: titles.TitleParts, base: str) -> int | None:
    """Return the edit that a draft starts from; None when it starts from nothing, or from no edit of this page."""
    number = _number(base)
    if not number:
        return None
    rows = Edit.objects.filter(pk=number, article__namespace=parts.namespace, article__title=parts.title)
    return rows.values_list("pk", flat=True).first()


def _own_proposal(author: Author, sent: str) -> int | None:
    """Return the author's proposal that the form goes on with, where it names one."""
    number = _number(sent.partition("-")[0])
    rows = Proposal.objects.filter(pk=number, author=author).values_list("pk", flat=True)
    return rows.first() if number else None


def _number(value: str) -> int:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else 0


def _continued(continues: str, when: str) -> Q:
    """Return what a form had kept or sent by the moment at which another form went on with it."""
    key, _at, moment = continues.partition("@")
    try:
        upto = datetime.fromisoformat(moment)
    except ValueError:
        upto = None
    if upto is None or upto.tzinfo is None or not _KEY.fullmatch(key):
        return Q(pk__in=[])
    return Q(form_key=key, **{f"{when}__lte": upto})


def _is_saved(author: Author, form_key: str, text: str) -> bool:
    placed = Submission.objects.filter(_PLACED, author=author, form_key=form_key)
    return any(cleaning.clean(sent) == text for sent in placed.values_list("text", flat=True))


def _let_the_oldest_go(author: Author) -> None:
    most = MOST_OF_A_VISITOR if author.is_visitor else MOST
    ids = list(Draft.objects.filter(author=author).order_by("-changed", "-pk").values_list("pk", flat=True)[most:])
    if ids:
        Draft.objects.filter(pk__in=ids).delete()


def _sent(writer: Writer) -> QuerySet[Submission]:
    kept_until = timezone.now() - housekeeping.TEXTS_KEPT
    recent = Submission.objects.filter(writer.owns("received"), received__gt=kept_until)
    return recent.exclude(_PLACED).order_by("-received", "-pk")


def _place_in(key: str) -> tuple[datetime, int]:
    moment, _dot, number = key.rpartition(".")
    try:
        return datetime.fromisoformat(moment).astimezone(), _number(number)
    except (ValueError, OverflowError) as error:
        raise NoSuchDraft(_("This is no page of the list.")) from error


def _moment(row: Draft | Submission) -> datetime:
    return row.changed if isinstance(row, Draft) else row.received


def _last_of_each_form(rows: Sequence[_Row]) -> list[_Row]:
    """Of rows newest first, return those whose form has not been met before."""
    met: set[str] = set()
    shown = []
    for row in rows:
        if not row.form_key or row.form_key not in met:
            shown.append(row)
        met.add(row.form_key)
    return shown


def _shown(rows: Sequence[Draft | Submission]) -> list[Kept]:
    """Return the rows as their person sees them; two queries for all of them."""
    bases = _bases_of(rows)
    named = _articles_named(rows)
    return [_one_shown(row, bases, named) for row in rows]


def _bases_of(rows: Sequence[Draft | Submission]) -> dict[int, Edit]:
    numbers = {_base_number(row) for row in rows} - {0}
    if not numbers:
        return {}
    edits = Edit.objects.select_related("article").filter(pk__in=numbers)
    return edits.only(
        "outline",
        "article__namespace",
        "article__title",
        "article__state",
        "article__current_edit",
        "article__withheld",
    ).in_bulk()


def _base_number(row: Draft | Submission) -> int:
    return row.base_id or 0 if isinstance(row, Draft) else _number(row.base)


def _title_of(row: Draft | Submission) -> str:
    return titles.full(row.namespace, row.title) if isinstance(row, Draft) else row.title


def _articles_named(rows: Sequence[Draft | Submission]) -> dict[str, Article]:
    if not rows:
        return {}
    bare = {title.partition(":")[2] or title for title in map(_title_of, rows)} | {_title_of(row) for row in rows}
    articles = Article.objects.filter(title__in=bare).only("namespace", "title", "state", "current_edit")
    return {article.full_title: article for article in articles}


def _one_shown(row: Draft | Submission, bases: dict[int, Edit], named: dict[str, Article]) -> Kept:
    sent_title = _title_of(row)
    base = bases.get(_base_number(row))
    of_this = base is not None and (isinstance(row, Draft) or base.article.full_title == sent_title)
    article = base.article if base is not None and of_this else named.get(sent_title)
    entry = places.section_named(row.section, withholding.outline_of(base)) if base and row.section else None
    is_loaded = "text" not in row.get_deferred_fields()
    return Kept(
        id=row.pk,
        is_sent=isinstance(row, Submission),
        full_title=article.full_title if article is not None else sent_title,
        section=row.section,
        section_title=entry.title if entry is not None else "",
        base=(row.base_id or 0) if isinstance(row, Draft) else row.base,
        changed=_moment(row),
        state=_state(article, _base_number(row)),
        form_key=row.form_key,
        proposal_id=row.proposal_id,
        size=getattr(row, "size", None) or (len(row.text) if is_loaded else 0),
        text=row.text if is_loaded else "",
        summary=row.summary,
        minor=row.minor,
    )


def _state(article: Article | None, base: int) -> str:
    if article is None or article.current_edit_id is None:
        return "new"
    if article.state == Article.State.DELETED:
        return "deleted" if base else "new"
    return "" if article.current_edit_id == base else "changed"
