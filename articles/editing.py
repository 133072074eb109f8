"""THE WRITE DOOR: every change of an article's text goes through here, and nowhere else.

A section edit is a whole-article edit with a small difference; a revert is an edit that brings old text back.
"""

from __future__ import annotations

import contextlib
import hashlib
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from articles import basing, choices, eyes, history, limits, reading, refusals, withholding, writing
from articles.models import Address, Article, Author, Edit, Submission, TextBlob, TextErased
from articles.refusals import BaseMissing, ChangedHere, EditConflict, TextRefused, TextTooLarge, TitleRefused
from articles.text import authorship, cleaning, identity, titles
from articles.text.merging import Clash
from articles.text.rendering import Rendered
from articles.text.sections import Outline, OutlineEntry, Version
from articles.writing import AlreadyDecided, ArticleMovedOn, Change, Merged

__all__ = [
    "AlreadyDecided",
    "ArticleMovedOn",
    "BaseMissing",
    "Change",
    "ChangedHere",
    "EditConflict",
    "Merged",
    "TextRefused",
    "TextTooLarge",
    "TitleRefused",
]  # The door's words, wherever below it they are at home.

# Merging and rendering happen outside the lock; after so many times that somebody else was faster, under it.
_TRIES_OUTSIDE_THE_LOCK: Final = 3
# Asked, at each try, whether exactly this may be published, by who lets people in: it returns the tags that the edit
# gets besides, or raises what keeps it from being published.
Judge = Callable[[Change, Merged], tuple[str, ...]]


@dataclass(frozen=True)
class Incoming:
    """A text to import: its full title, the titles that redirect to it, and where it comes from (Origin's fields).

    `protection` is the role needed to edit and to move it; it holds from the first edit on and is never given again.
    """

    title: str
    text: str
    aliases: tuple[str, ...] = ()
    origin: Mapping[str, Any] = field(default_factory=dict)
    protection: str = ""


def receive(
    *,
    title: str,
    base: str,
    section: str,
    text: str,
    author: Author,
    summary: str = "",
    minor: bool = False,
    address: str = "",
    form_key: str = "",
    limit: tuple[int, int] | None = None,
) -> Submission:
    """Keep a body as it arrived, before any other check, so that no refusal and no crash can lose it.

    The same body from the same person on the same base is the same submission: a double click finds what the first
    one led to. Raises limits.TooOften, and TextTooLarge: what no article can hold is given back and not kept.
    """
    refusals.refuse_too_large(text)
    sent = "\0".join([title, base, str(author.pk), section, text]).encode("utf-8", "surrogatepass")
    key = hashlib.sha256(sent).hexdigest()
    earlier = Submission.objects.select_related("edit__article", "proposal").filter(hash=key).first()
    if earlier is not None and (earlier.edit_id or earlier.proposal_id):
        return earlier
    if limit is not None:
        limits.take(f"edit:{counted_as(author, address)}", times=limit[0], seconds=limit[1])
    there = Submission.objects.filter(hash=key).first() if earlier is not None else None
    if there is not None:
        return there
    submission = Submission(
        hash=key,
        author=author,
        title=cleaning.storable(title)[:600],
        base=cleaning.storable(base)[:40],
        section=cleaning.storable(section)[:400],
        text=cleaning.storable(text),
        summary=cleaning.storable(summary)[:500],
        minor=minor,
        form_key=form_key,
    )
    try:
        with transaction.atomic():
            submission.save(force_insert=True)
            if address:
                Address.objects.create(author=author, address=address, what=f"submission {submission.pk}")
    except IntegrityError:
        # The same body came in the same moment.
        there = Submission.objects.filter(hash=key).first()
        if there is None:
            raise
        return there
    return submission


def counted_as(author: Author, address: str) -> str | int:
    """Return by what somebody's saves are counted: by account where there is one. A school's people share an address,
    and one of them must not stop the others."""
    return limits.place_of(address) if address and author.is_visitor else author.pk


def save(change: Change, *, judge: Judge | None = None) -> Edit:
    """Publish a change; return its edit, or the current one when the text is already so.

    Raises TitleRefused, TextRefused, TextTooLarge, EditConflict, BaseMissing, AlreadyDecided, and what the judge does.
    Nothing is half done: all rows are written in one transaction or none is.
    """
    try:
        return _save(change, judge)
    except EditConflict:
        # A second click may meet what the first one did, and would take it for somebody else's.
        earlier = _led_to(change.submission)
        if earlier is None:
            raise
        return earlier


def revert(
    *,
    edit: Edit,
    base: str | int,
    author: Author,
    summary: str = "",
    minor: bool = False,
    logged: str = "",
    judge: Judge | None = None,
) -> Edit:
    """Bring the text of an old version back, as a new edit on `base`, which must be the current one.

    `logged`: it is a privileged act, under this name. Raises EditConflict when the article has changed since the person
    looked at it, and what the judge does.
    """
    current = Article.objects.select_related("current_edit__blob").get(pk=edit.article_id).current_edit
    if current is None or str(base) != str(current.pk):
        theirs = withholding.text_of(current) if current is not None else None
        raise EditConflict(Clash("", withholding.text_of(edit), withholding.text_of(edit), theirs), current)
    return save(
        Change(
            title=edit.article.full_title,
            base=current.pk,
            section="",
            text=withholding.text_of(edit),
            author=author,
            summary=summary,
            minor=minor,
            kind=Edit.Kind.REVERT,
            restores=edit,
            licence=choices.value("WIKI_LICENCE"),
            logged=logged,
        ),
        judge=judge,
    )


def bring_in(incoming: Incoming, *, author: Author, summary: str = "", rendered: Rendered | None = None) -> Edit | None:
    """Publish an imported text under its title, over an earlier import; None when it is there already.

    What people have changed or deleted here since is left so. `rendered` is the rendered form of exactly this text
    where the caller has it. Raises TitleRefused, TextRefused, ChangedHere.
    """
    parts = refusals.parts_of_title(incoming.title)
    article = Article.objects.named(*parts).select_related("current_edit__blob").first()
    if article is not None and article.state == Article.State.DELETED:
        raise ChangedHere(_("This article has been deleted here, so it was left so."))
    current = article.current_edit if article is not None else None
    if current is None:
        refusals.refuse_look_alikes(parts)
    elif current.blob.text == cleaning.clean(incoming.text):
        return None
    elif current.kind != Edit.Kind.IMPORT:
        raise ChangedHere(_("People have changed this article here, so it was left as it is."))
    try:
        return writing.write(
            _brought_in(
                incoming, parts, current, author, summary, rendered or refusals.render(cleaning.clean(incoming.text))
            )
        )
    except TextErased as erased:
        raise refusals.refused_for_law() from erased


def bring_in_many(
    batch: Sequence[tuple[Incoming, Rendered]], *, author: Author, summary: str = ""
) -> list[tuple[Incoming, TextRefused]]:
    """Publish imported texts under titles that are all new, in one transaction; return those refused, and why."""
    refused: list[tuple[Incoming, TextRefused]] = []
    ready: list[writing.Ready] = []
    skeletons = [titles.skeleton(incoming.title.partition(":")[2] or incoming.title) for incoming, _form in batch]
    skeletons += [titles.skeleton(incoming.title) for incoming, _form in batch]
    rows = Article.objects.filter(skeleton__in=skeletons).values_list("namespace", "skeleton", "title")
    alike: dict[tuple[str, str], list[str]] = {}
    for namespace, skeleton, title in rows:
        alike.setdefault((namespace, skeleton), []).append(title)
    hashes = [TextBlob.hash_of(cleaning.clean(incoming.text)) for incoming, _form in batch]
    erased = set(
        TextBlob.objects.filter(sha256__in=hashes, codec=TextBlob.Codec.ERASED).values_list("sha256", flat=True)
    )
    for (incoming, rendered), sha256 in zip(batch, hashes, strict=True):
        if sha256 in erased:
            refused.append((incoming, refusals.refused_for_law()))
            continue
        try:
            parts = refusals.parts_of_title(incoming.title)
            refusals.refuse_look_alike_of(parts, alike.get((parts.namespace, titles.skeleton(parts.title)), ()))
        except TitleRefused as error:
            refused.append((incoming, error))
            continue
        alike.setdefault((parts.namespace, titles.skeleton(parts.title)), []).append(parts.title)
        ready.append(_brought_in(incoming, parts, None, author, summary, rendered))
    writing.write_new(ready)
    return refused


def _brought_in(
    incoming: Incoming, parts: titles.TitleParts, current: Edit | None, author: Author, summary: str, rendered: Rendered
) -> writing.Ready:
    text = cleaning.clean(incoming.text)
    change = Change(
        title=titles.full(*parts),
        base=current.pk if current is not None else 0,
        section="",
        text=text,
        author=author,
        summary=summary,
        kind=Edit.Kind.IMPORT,
    )
    ready = ready_of(change, Merged(parts, current, None, text, 0, sys.maxsize), rendered)
    return replace(ready, origin=dict(incoming.origin), aliases=incoming.aliases, protection=incoming.protection)


def check(text: str) -> None:
    """Refuse a text that could not be published: too large, of a shape that can't be rendered. Raises TextRefused."""
    refusals.render(text)


def kept(text: str) -> TextBlob:
    """Keep a text that is no version yet; return where. Raises TextRefused for one that was erased for law."""
    try:
        return TextBlob.objects.keep(text)
    except TextErased as erased:
        raise refusals.refused_for_law() from erased


def _save(change: Change, judge: Judge | None) -> Edit:
    try:
        return _saved(change, judge)
    except TextErased as erased:
        raise refusals.refused_for_law() from erased


def _saved(change: Change, judge: Judge | None) -> Edit:
    for _attempt in range(_TRIES_OUTSIDE_THE_LOCK):
        with contextlib.suppress(writing.Overtaken):
            return writing.write(_prepare(change, judge))
    with transaction.atomic():
        writing.lock(titles.parse(change.title))
        return writing.write(_prepare(change, judge))


def _led_to(submission: Submission | None) -> Edit | None:
    if submission is None:
        return None
    return Submission.objects.select_related("edit").get(pk=submission.pk).edit


def _prepare(change: Change, judge: Judge | None) -> writing.Ready:
    if writing.brings_back_what_is_hidden(change):
        raise TextRefused(_("The text of that version is hidden by now, so it can’t be brought back."))
    seen = basing.merged(change)
    ready = basing.made_whole(seen)
    if ready.current is not None and ready.current.blob.text == ready.text:
        # Nothing to render: the text is already so. `write` makes no edit of it.
        return ready_of(change, ready, reading.rendered_form(ready.current.blob))
    rendered = refusals.begin_to_render(ready.text)
    try:
        # Beside the child, which has another processor. What can't be rendered is refused, and not held.
        tags = judge(change, seen) if judge is not None else ()
        runs = _runs_of(change, ready)
        holding = TextBlob.holding(ready.text)
    finally:
        form = rendered()
    change = replace(change, tags=(*change.tags, *tags))
    prepared = replace(ready_of(change, ready, form, runs=runs), holding=holding)
    basing.refuse_touched(prepared)
    return prepared


def ready_of(
    change: Change, ready: Merged, rendered: Rendered, *, runs: authorship.Runs | None = None
) -> writing.Ready:
    """Return a rendered change with the numbers of the sections that it keeps, and who wrote each word of it (`runs`,
    where that is known).

    All of it is about whole texts, whoever changes them.
    """
    with eyes.wide_open():
        prepared = _ready_of(change, ready, rendered, _runs_of(change, ready) if runs is None else runs)
    if ready.current is None or not ready.current.article.withheld:
        return prepared
    shown = withholding.shown_of(ready.current.article, Version(ready.text, prepared.outline))
    return replace(prepared, shown=refusals.render(shown.text))


def _ready_of(change: Change, ready: Merged, rendered: Rendered, runs: authorship.Runs) -> writing.Ready:
    if ready.current is None:
        return writing.Ready(change, ready, rendered, runs, rendered.outline)
    outline = _with_edited(_numbered(change, ready.current, Version(ready.text, rendered.outline)), ready.section)
    joined = identity.successors(withholding.version_of(ready.current), Version(ready.text, outline))
    return writing.Ready(change, ready, rendered, runs, outline, joined)


def _numbered(change: Change, current: Edit, new: Version) -> Outline:
    """Return the outline with the numbers of its sections. One brought back has its own, whatever became of it since.

    After an undo they are those of the present, and what was taken out is numbered as it was before it went.
    """
    if change.kind != Edit.Kind.UNDO:
        return identity.keep_ids(withholding.version_of(change.restores or current), new)
    outline = identity.keep_ids(withholding.version_of(current), new)
    before = change.brings_back
    if before is None:
        return outline
    taken = {entry.id for entry in outline.entries}
    older = identity.keep_ids(withholding.version_of(before), new).entries
    entries = (
        replace(entry, id=was.id) if entry.id is None and was.id not in taken else entry
        for entry, was in zip(outline.entries, older, strict=True)
    )
    return replace(outline, entries=tuple(entries))


def _with_edited(outline: Outline, edited: OutlineEntry | None) -> Outline:
    """Return the outline in which the edited section is the same, however little of it is left."""
    if edited is None or any(entry.id == edited.id for entry in outline.entries):
        return outline
    entries = (
        replace(entry, id=edited.id) if entry.line == edited.line and entry.id is None else entry
        for entry in outline.entries
    )
    return replace(outline, entries=tuple(entries))


def _runs_of(change: Change, ready: Merged) -> authorship.Runs:
    with eyes.wide_open():
        return _runs(ready.current, ready.text, change.brings_back if change.kind == Edit.Kind.UNDO else None)


def _runs(current: Edit | None, text: str, undone_to: Edit | None = None) -> authorship.Runs:
    """Return who will have written each word: of a text that was here before, those who did, whoever brings it back.

    `undone_to` is the version from which an undo brings words back.
    """
    if current is None:
        return authorship.begun(text, 1)
    if current.blob.text == text:
        return ()  # No edit comes of it.
    earlier = history.runs_of_text(current.article_id, text)
    if earlier is not None:
        return earlier
    number = current.number + 1
    runs = authorship.carried(current.blob.text, history.runs_of(current), text, number)
    # What the last edit took away may be what this one brings back, with a change or two.
    before = current.parent if current.size_change < 0 < len(text.encode()) - current.size else None
    before = undone_to or before
    if before is None or before.hidden_text:
        return runs
    return authorship.brought_back(
        runs, authorship.carried(before.blob.text, history.runs_of(before), text, number), number
    )


def is_made_by(author: Author, edit: Edit, *, base: str) -> bool:
    """Whether a save on `base` that led to this edit made it: a text that is there already leads to the edit it is of.

    The first sending counts for a second click, which leads to the same.
    """
    return str(edit.pk) != base and edit.author_id == author.pk
