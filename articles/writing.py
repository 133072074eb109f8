"""The rows of an edit, written in one transaction or not at all. Called by editing only.

Merging and rendering are done by then: here the article's row is locked, and nothing slow happens.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import reversion
from django.contrib.contenttypes.models import ContentType
from django.core import serializers
from django.db import IntegrityError, transaction
from django.db.models import OuterRef, Q, Subquery
from django.utils import timezone
from reversion.models import Revision, Version

from articles import derived, logbook, patrol, reading, search, stamps, withholding
from articles.models import (
    Approval,
    Article,
    Author,
    Authorship,
    Dependency,
    Edit,
    Origin,
    Proposal,
    Rendering,
    Section,
    Share,
    Submission,
    Tagged,
    TextBlob,
    TextErased,
)
from articles.signals import article_edited
from articles.text import authorship, titles
from articles.text.rendering import Rendered
from articles.text.sections import Outline, OutlineEntry
from articles.text.sections import Version as TextVersion

_VERSIONED_FIELDS: Final = ("namespace", "title", "text")
_OF_A_SECTION: Final = ("position", "level", "title", "anchor", "hash", "former_anchors", "successor")
# So many old names of a section still lead to it.
_FORMER_ANCHORS: Final = 20


class AlreadyDecided(Exception):
    """Somebody decided on the proposal a moment before."""


class ArticleMovedOn(Exception):
    """The article, the text of the proposal or its approvals have changed since a reviewer looked at them."""


class Overtaken(Exception):
    """The current edit is no longer the one merged against."""


@dataclass(frozen=True)
class Change:
    """What somebody wants an article to be: the fields of the edit form, and who.

    `base` is the id of the edit it started from, 0 to make the article. `section` is an id, "0" for the lead, several
    of these joined by "+", "new", an anchor of the base, or empty for the whole text. `restores` is the version that is
    brought back; of an undo, the edit that is undone. `held` is a proposal, not written yet, of what the accepted one
    asked for besides; `approved` the hash under which others have approved it before, `counted` those of them by whom
    the judge lets it through. `logged`: it is a privileged act, under this name. `why` is what a reviewer says when
    letting it through.
    """

    title: str
    base: str | int
    section: str
    text: str
    author: Author
    summary: str = ""
    minor: bool = False
    kind: str = Edit.Kind.EDIT
    approver: Author | None = None
    restores: Edit | None = None
    proposal: Proposal | None = None
    submission: Submission | None = None
    held: Proposal | None = None
    approved: str = ""
    counted: set[int] = field(default_factory=set, compare=False)
    tags: tuple[str, ...] = ()
    licence: str = ""
    logged: str = ""
    why: str = ""

    @property
    def brings_back(self) -> Edit | None:
        """The version whose text comes back: of an undo, the one before the edit that is undone."""
        if self.restores is None or self.kind != Edit.Kind.UNDO:
            return self.restores
        return self.restores.parent


@dataclass(frozen=True)
class Merged:
    """A change put into the current text: the text it would leave, the section as it is in the current outline.

    `first_line` and `end_line` bound the lines of the change in the text.
    """

    parts: titles.TitleParts
    current: Edit | None
    section: OutlineEntry | None
    text: str
    first_line: int
    end_line: int


@dataclass(frozen=True)
class Ready:
    """A merged change, its rendered form and who wrote each word: all that can be made outside the lock.

    `outline` has the permanent numbers of the sections that were there before; `joined` tells, for the number of a
    section that is gone, the index in the outline of the one that holds its words now. `shown` is the rendered form for
    readers, where something is withheld from them. `holding` is the row of its text, packed and not saved.
    """

    change: Change
    merged: Merged
    rendered: Rendered
    runs: authorship.Runs
    outline: Outline
    joined: Mapping[int, int] = field(default_factory=dict)
    shown: Rendered | None = None
    holding: TextBlob | None = None
    origin: dict[str, Any] = field(default_factory=dict)
    aliases: tuple[str, ...] = ()
    protection: str = ""


# --- Under the lock ----------------------------------------------------------------------------------------------


def register() -> None:
    """Tell django-reversion what it keeps: namespace, title and text of articles, the text by its hash."""
    if not reversion.is_registered(Article):
        reversion.register(Article, fields=_VERSIONED_FIELDS, use_natural_foreign_keys=True)


def lock(parts: titles.TitleParts) -> Article | None:
    """Hold the article's row until the transaction ends (SQLite holds the whole database)."""
    return Article.objects.select_for_update(of=("self",)).named(parts.namespace, parts.title).first()


def write(ready: Ready) -> Edit:
    """Write all rows of one edit in one transaction; raise Overtaken when somebody else was faster."""
    try:
        with transaction.atomic():
            article = lock(ready.merged.parts)
            earlier = _led_to(ready.change.submission)
            if earlier is not None:
                return earlier
            is_there = article is not None and article.state == Article.State.PUBLISHED
            if (article.current_edit_id if article is not None and is_there else None) != (
                ready.merged.current and ready.merged.current.pk
            ):
                raise Overtaken
            if is_there and article is not None and ready.merged.current is not None:
                _refuse_other_eyes(article, ready.merged.current)
            if brings_back_what_is_hidden(ready.change):
                raise Overtaken
            if ready.merged.current is not None and ready.merged.current.blob.text == ready.merged.text:
                _settle(ready.change, None)
                _remember(ready.change, ready.merged.current)
                return ready.merged.current
            return _write_edit(ready, article or _new_article(ready))
    except IntegrityError as error:
        if ready.merged.current is None and Article.objects.published().named(*ready.merged.parts).exists():
            raise Overtaken from error
        raise


def brings_back_what_is_hidden(change: Change) -> bool:
    """Whether the version that a change brings back has been hidden by now. Under the lock of its article, which
    whoever hides a version takes as well, the answer holds."""
    source = change.brings_back
    return source is not None and Edit.objects.filter(pk=source.pk, hidden_text=True).exists()


def _refuse_other_eyes(article: Article, merged_with: Edit) -> None:
    """Raise Overtaken when a section was withheld, or released, since the change was prepared."""
    if article.withheld != merged_with.article.withheld:
        raise Overtaken


def write_new(batch: Sequence[Ready]) -> None:
    """Write the first edits of many new articles in one transaction, a few statements for all of them."""
    if not batch:
        return
    with transaction.atomic():
        blobs = _blobs_of(batch)
        articles = [_described_new(ready, blobs[ready.merged.text]) for ready in batch]
        Article.objects.bulk_create(articles)
        for article in articles:
            _log_protection(article)
        outlines = _new_sections(articles, batch)
        edits = _first_edits(articles, batch, outlines)
        _write_first_authorship(edits, batch)
        first = Edit.objects.filter(article=OuterRef("pk")).values("pk")[:1]
        Article.objects.filter(pk__in=[article.pk for article in articles]).update(current_edit=Subquery(first))
        Origin.objects.bulk_create(
            Origin(article=article, **ready.origin)
            for article, ready in zip(articles, batch, strict=True)
            if ready.origin
        )
        reading.keep_rendered_forms({blobs[ready.merged.text]: ready.rendered for ready in batch})
        Dependency.objects.bulk_create(
            Dependency(article=article, kind=kind, target=target, sort_key=sort_key)
            for article, ready in zip(articles, batch, strict=True)
            for (kind, target), sort_key in derived.dependencies_of(article, ready.rendered).items()
        )
        for article, ready, outline in zip(articles, batch, outlines, strict=True):
            if not article.is_redirect:
                search.index(derived.document_of(article, ready.rendered, outline, ready.aliases))
        categories = {f"Category:{name}" for ready in batch for name, _sort_key in ready.rendered.categories}
        stamps.raise_with_naming([article.full_title for article in articles], besides=categories)
        for edit in edits:
            _announce(edit)


def _blobs_of(batch: Sequence[Ready]) -> dict[str, TextBlob]:
    """Return the blob of each text, making those that are not there yet. Raises TextErased."""
    wanted = {TextBlob.hash_of(ready.merged.text): ready.merged.text for ready in batch}
    there = {blob.sha256 for blob in TextBlob.objects.filter(sha256__in=wanted).only("sha256")}
    TextBlob.objects.bulk_create(TextBlob.holding(text) for sha256, text in wanted.items() if sha256 not in there)
    # Locked as by `TextBlob.objects.keep`: one of them may just be erased.
    blobs = list(TextBlob.objects.select_for_update().filter(sha256__in=wanted).defer("data"))
    if any(blob.is_erased for blob in blobs):
        raise TextErased
    return {wanted[blob.sha256]: blob for blob in blobs}


def _described_new(ready: Ready, blob: TextBlob) -> Article:
    article = _protected(ready)
    derived.describe(article, ready.rendered, blob, ready.rendered.words)
    return article


def _new_sections(articles: Sequence[Article], batch: Sequence[Ready]) -> list[Outline]:
    """Make the rows of all sections; return each article's outline with their ids."""
    rows = [
        [derived.section_row(Section(article=article), position, entry) for position, entry in enumerate(entries)]
        for article, entries in zip(articles, (ready.outline.entries for ready in batch), strict=True)
    ]
    Section.objects.bulk_create((row for of_article in rows for row in of_article), batch_size=500)
    return [
        replace(
            ready.outline,
            entries=tuple(
                replace(entry, id=row.pk) for entry, row in zip(ready.outline.entries, of_article, strict=True)
            ),
        )
        for ready, of_article in zip(batch, rows, strict=True)
    ]


def _first_edits(articles: Sequence[Article], batch: Sequence[Ready], outlines: Sequence[Outline]) -> list[Edit]:
    """Write django-reversion's revisions and versions, and our edits beside them."""
    now = timezone.now()
    revisions = Revision.objects.bulk_create(
        Revision(date_created=now, user=ready.change.author.account, comment=ready.change.summary) for ready in batch
    )
    content_type = ContentType.objects.get_for_model(Article)
    sizes = [article.text.size if article.text is not None else 0 for article in articles]
    Version.objects.bulk_create(
        Version(
            revision=revision,
            object_id=str(article.pk),
            content_type=content_type,
            db=article._state.db,
            format="json",
            serialized_data=serializers.serialize(
                "json", [article], fields=_VERSIONED_FIELDS, use_natural_foreign_keys=True
            ),
            object_repr=str(article),
        )
        for revision, article in zip(revisions, articles, strict=True)
    )
    return Edit.objects.bulk_create(
        Edit(
            revision=revision,
            article=article,
            number=1,
            blob=article.text,
            title=article.full_title,
            author=ready.change.author,
            time=now,
            kind=ready.change.kind,
            outline=outline.to_json(),
            summary=ready.change.summary,
            size=size,
            size_change=size,
        )
        for revision, article, ready, outline, size in zip(revisions, articles, batch, outlines, sizes, strict=True)
    )


def _write_first_authorship(edits: Sequence[Edit], batch: Sequence[Ready]) -> None:
    Authorship.objects.bulk_create(
        Authorship(edit=edit, runs=authorship.packed(ready.runs)) for edit, ready in zip(edits, batch, strict=True)
    )
    Share.objects.bulk_create(
        Share(edit=edit, article_id=edit.article_id, words=sum(run.words for run in ready.runs))
        for edit, ready in zip(edits, batch, strict=True)
    )


def _write_edit(ready: Ready, article: Article) -> Edit:
    change, current = ready.change, ready.merged.current
    if article.state == Article.State.DELETED:
        _make_again(article)
    number = _next_number(article, current)
    was_redirect_to = article.redirect_to
    blob = TextBlob.objects.keep(ready.merged.text, ready.holding)
    outline = _write_sections(article, current, ready)
    section = outline.entries[-1] if change.section == "new" else ready.merged.section
    version = TextVersion(ready.merged.text, outline)
    if article.withheld:
        article.withheld = withholding.grown(article, version)
    shown = ready.shown or ready.rendered
    derived.describe(article, shown, blob, ready.rendered.words)
    # Whatever breaks in it breaks the transaction around it: a savepoint of its own would undo nothing more.
    with reversion.create_revision(atomic=False):
        reversion.add_to_revision(article)
        if change.author.account_id:
            reversion.set_user(change.author.account)
        reversion.set_comment(change.summary)
        reversion.add_meta(
            Edit,
            article=article,
            number=number,
            parent=current,
            blob=blob,
            title=article.full_title,
            author=change.author,
            approver=change.approver,
            time=timezone.now(),
            kind=_kind(change, current),
            section_id=section.id if section is not None else None,
            section_title=section.title[:300] if section is not None else "",
            outline=outline.to_json(),
            summary=change.summary,
            minor=change.minor,
            size=blob.size,
            size_change=blob.size - (current.size if current is not None else 0),
            tags=list(change.tags),
            licence=change.licence,
            restores=change.restores,
        )
    # An error swallowed inside the block would lose the revision without a word: so the edit is asked for.
    edit = Edit.objects.get(article=article, number=number)
    # Known, so that nobody asks for them again.
    edit.article, edit.blob, edit.author = article, blob, change.author
    article.current_edit = edit
    article.save()
    if ready.origin:
        Origin.objects.update_or_create(article=article, defaults=ready.origin)
    _write_authorship(edit, ready.runs, current)
    _write_rendering(blob, ready.rendered, current)
    categories = derived.write_dependencies(article, shown)
    derived.write_search(article, shown, withholding.shown_of(article, version).outline, was_redirect_to)
    derived.mark_pages(
        article, categories, existence_changed=current is None or bool(was_redirect_to) != article.is_redirect
    )
    Tagged.objects.bulk_create(Tagged(name=tag, edit=edit) for tag in change.tags)
    patrol.ask_for(edit)
    _settle(change, edit)
    _remember(change, edit)
    _log(change, edit)
    _announce(edit)
    return edit


def rename(article: Article, moved: Ready, redirect: Ready, over: Article | None) -> Edit:
    """Give an article another title and leave a redirect at its old one, in the caller's transaction, which has locked
    their rows. `moved` brings the text as it is under the new title; `redirect` what stands at the old one.

    `over` is a redirect that holds the new title: its row, with all its edits, becomes the one that is left behind.
    """
    old, new = redirect.merged.parts, moved.merged.parts
    if over is not None:
        # No title begins so: for a moment it must hold neither.
        Article.objects.filter(pk=over.pk).update(title=f"#{over.pk}")
    _retitle(article, new)
    edit = _write_edit(moved, article)
    if over is not None:
        _retitle(over, old)
    _write_edit(redirect, over or _new_article(redirect))
    stamps.raise_with_naming([titles.full(*old), titles.full(*new)])
    return edit


def retitle(article: Article, parts: titles.TitleParts) -> None:
    """Let an article have another title and leave nothing behind, in the caller's transaction that has locked its row:
    its edits stay. So it is with deleted ones, and with those whose title the law wants gone."""
    old = article.full_title
    _retitle(article, parts)
    article.save(update_fields=["namespace", "title", "skeleton"])
    edit = article.current_edit
    if article.state == Article.State.PUBLISHED and edit is not None:
        edit.article = article
        form, outline = reading.form_for_readers(edit)
        derived.write_dependencies(article, form)
        derived.write_search(article, form, outline, "")
    stamps.raise_stamps([old, article.full_title])


def _retitle(article: Article, parts: titles.TitleParts) -> None:
    article.namespace, article.title = parts
    article.skeleton = titles.skeleton(parts.title)


def delete(articles: Sequence[Article]) -> None:
    """Take articles away from readers, in the caller's transaction that has locked their rows.

    Their rows, edits and sections stay; dependencies and search entries go, and every page that names them is marked.
    Submissions no longer lead to what they made: who sends the first text once more makes the article again.
    """
    full_titles = [article.full_title for article in articles]
    redirected_to = {article.redirect_to.partition("#")[0] for article in articles if article.redirect_to}
    ids = [article.pk for article in articles]
    there = Dependency.objects.filter(article__in=ids)
    categories = there.filter(kind=Dependency.Kind.CATEGORY).values_list("target", flat=True)
    changed = {f"Category:{name}" for name in categories}
    Article.objects.filter(pk__in=ids).update(state=Article.State.DELETED, deleted=timezone.now())
    there.delete()
    Submission.objects.filter(Q(edit__article__in=ids) | Q(proposal__article__in=ids)).exclude(
        proposal__state__in=Proposal.UNDECIDED
    ).update(edit=None, proposal=None)
    for article in articles:
        search.forget(article.pk)
    derived.index_again(redirected_to - set(full_titles))
    stamps.raise_with_naming(full_titles, besides=changed)


def restore(article: Article, rendered: Rendered) -> None:
    """Let readers have a deleted article again, as it was, in the caller's transaction that has locked its row."""
    edit = article.current_edit
    assert edit is not None  # As of every article that was ever there.
    article.state, article.deleted = Article.State.PUBLISHED, None
    article.save(update_fields=["state", "deleted"])
    reading.keep_rendered_form(edit.blob, rendered)
    edit.article = article
    form, outline = reading.form_for_readers(edit)
    categories = derived.write_dependencies(article, form)
    derived.write_search(article, form, outline, "")
    derived.mark_pages(article, categories, existence_changed=True)


def withhold(article: Article, rows: list[dict[str, Any]]) -> None:
    """Withhold from readers what the rows say, and no more, in the caller's transaction that has locked the row.

    What is kept of the text for readers, description, links, categories and search row, is brought in step.
    """
    edit = article.current_edit
    assert edit is not None  # As of every article that was ever there.
    article.withheld = rows
    edit.article = article
    if article.state == Article.State.DELETED:
        article.save(update_fields=["withheld"])
        return
    form, outline = reading.form_for_readers(edit)
    derived.describe(article, form, edit.blob, article.words)
    article.save(update_fields=["withheld", "stub_topic", "description", "redirect_to"])
    categories = derived.write_dependencies(article, form)
    derived.write_search(article, form, outline, "")
    derived.mark_pages(article, categories, existence_changed=False)


def _announce(edit: Edit) -> None:
    # A listener that breaks can't take a committed save back, nor may it make one look as if it had failed.
    transaction.on_commit(lambda: article_edited.send(sender=Edit, edit=edit), robust=True)


def _new_article(ready: Ready) -> Article:
    article = _protected(ready)
    article.save(force_insert=True)
    _log_protection(article)
    return article


def _protected(ready: Ready) -> Article:
    """Return the row of an article still to be made, not saved, with the protection that it begins with."""
    namespace, title = ready.merged.parts
    return Article(
        namespace=namespace,
        title=title,
        skeleton=titles.skeleton(title),
        edit_protection=ready.protection,
        move_protection=ready.protection,
    )


def _log_protection(article: Article) -> None:
    if article.edit_protection:
        after = {"edit": article.edit_protection, "move": article.move_protection}
        logbook.record(who=None, what="article.protect", target=article.full_title, after=after)


def _make_again(article: Article) -> None:
    """Let a deleted article's row hold a new text: what it was before is hidden, its sections and origin are gone."""
    article.state, article.deleted = Article.State.PUBLISHED, None
    article.redirect_to = ""
    Edit.objects.filter(article=article).update(hidden_text=True, hidden_summary=True)
    Section.objects.filter(article=article).update(position=None)
    Origin.objects.filter(article=article).delete()


def _next_number(article: Article, current: Edit | None) -> int:
    if current is not None:
        return current.number + 1
    if article.current_edit_id is None:
        return 1
    return Edit.objects.filter(article=article).count() + 1


def _kind(change: Change, current: Edit | None) -> str:
    return Edit.Kind.CREATE if current is None and change.kind == Edit.Kind.EDIT else change.kind


def _write_sections(article: Article, current: Edit | None, ready: Ready) -> Outline:
    """Give each new section its permanent id and bring the rows in step with the text."""
    rows = {row.pk: row for row in Section.objects.filter(article=article)} if current is not None else {}
    there = [rows.get(entry.id or 0) or Section(article=article) for entry in ready.outline.entries]
    was = {row.pk: _written_of(row) for row in there if row.pk}
    for position, (row, entry) in enumerate(zip(there, ready.outline.entries, strict=True)):
        if row.pk and row.anchor != entry.anchor:
            row.former_anchors = [*row.former_anchors, row.anchor]
        derived.section_row(row, position, entry)
    for number, position in ready.joined.items():
        if number in rows:
            gone = rows[number]
            there[position].former_anchors = [*there[position].former_anchors, *gone.former_anchors, gone.anchor]
    _without_taken_anchors(there)
    Section.objects.bulk_create([row for row in there if not row.pk], batch_size=500)
    changed = [row for row in there if row.pk in was and was[row.pk] != _written_of(row)]
    changed += _leave(rows, there, ready.joined)
    # All of them are there, and locked with their article: so it is one update, and much shorter than bulk_update's.
    Section.objects.bulk_create(
        changed, update_conflicts=True, unique_fields=["pk"], update_fields=_OF_A_SECTION, batch_size=200
    )
    entries = zip(ready.outline.entries, there, strict=True)
    return replace(
        ready.outline,
        entries=tuple(replace(entry, id=row.pk, former=tuple(row.former_anchors)) for entry, row in entries),
    )


def _written_of(row: Section) -> tuple[object, ...]:
    return row.position, row.level, row.title, row.anchor, row.hash, row.former_anchors, row.successor_id


def _leave(rows: Mapping[int, Section], there: Sequence[Section], joined: Mapping[int, int]) -> list[Section]:
    """Return the sections that are gone since, each leading to the one that holds its words, if any."""
    kept = {row.pk for row in there}
    gone = [row for row in rows.values() if row.pk not in kept and row.position is not None]
    for row in gone:
        row.position = None
        row.successor = there[joined[row.pk]] if row.pk in joined else None
    return gone


def _without_taken_anchors(rows: Sequence[Section]) -> None:
    """Leave each former anchor to the section that had it last: a page has an id once, whatever its case."""
    taken = {row.anchor.casefold() for row in rows}
    for row in rows:
        free: list[str] = []
        for anchor in reversed(row.former_anchors):
            if anchor and anchor.casefold() not in taken and len(free) < _FORMER_ANCHORS:
                taken.add(anchor.casefold())
                free.insert(0, anchor)
        row.former_anchors = free


def _write_rendering(blob: TextBlob, rendered: Rendered, previous: Edit | None) -> None:
    """Keep the rendered form of the current text, and let go of the one before: old versions render on demand."""
    reading.keep_rendered_form(blob, rendered)
    if (
        previous is not None
        and previous.blob_id != blob.pk
        and not Article.objects.filter(text=previous.blob_id).exists()
    ):
        Rendering.objects.filter(blob=previous.blob_id).delete()


def _write_authorship(edit: Edit, runs: authorship.Runs, current: Edit | None) -> None:
    """Keep who wrote each word of the version, and count what is left of each edit."""
    if current is None:
        # The first of a title that was deleted has another number than 1, which only the lock makes certain.
        runs = tuple(run._replace(edit=edit.number) for run in runs)
    Authorship.objects.create(edit=edit, runs=authorship.packed(runs))
    words = authorship.words_by_edit(runs) or {edit.number: 0}
    rows = Share.objects.filter(article=edit.article_id).values_list("edit__number", "edit", "words")
    there = {number: (pk, left) for number, pk, left in rows}
    gone = [pk for number, (pk, _left) in there.items() if number not in words]
    if gone:
        Share.objects.filter(pk__in=gone).delete()
    ids = {edit.number: edit.pk} | {number: pk for number, (pk, _left) in there.items()}
    if missing := words.keys() - ids.keys():
        ids |= dict(Edit.objects.filter(article=edit.article_id, number__in=missing).values_list("number", "pk"))
    Share.objects.bulk_create(
        (
            Share(edit_id=ids[number], article_id=edit.article_id, words=left)
            for number, left in words.items()
            if number not in there or there[number][1] != left
        ),
        update_conflicts=True,
        unique_fields=["edit"],
        update_fields=["words"],
        batch_size=500,
    )


def _settle(change: Change, edit: Edit | None) -> None:
    """Mark the proposal that this edit accepts; refuse when somebody decided it meanwhile, changed its text, or took
    back an approval by which it is let through."""
    if change.proposal is None:
        return
    decided = {"state": Proposal.State.ACCEPTED, "decided": timezone.now(), "decided_by": change.approver, "edit": edit}
    rows = Proposal.objects.filter(pk=change.proposal.pk, state__in=Proposal.UNDECIDED)
    as_seen = {name: getattr(change.proposal, name) for name in ("blob_id", "base_id", "section")}
    if not rows.filter(**as_seen).update(**decided):
        raise ArticleMovedOn if rows.exists() else AlreadyDecided
    standing = Approval.objects.filter(proposal=change.proposal, text_hash=change.approved, taken_back=None)
    if change.counted and not change.counted <= {*standing.values_list("author", flat=True)}:
        raise ArticleMovedOn
    if edit is not None and change.approved:
        standing.update(edit=edit)
    if change.held is not None:
        change.held.pk = None  # It may have one of a try that was rolled back.
        change.held.blob = TextBlob.objects.keep(change.held.blob.text)
        change.held.save(force_insert=True)
    logbook.record(
        who=change.approver.account if change.approver is not None else None,
        what="proposal.accept",
        target=change.title,
        why=change.why,
        after={"proposal": change.proposal.pk, "edit": edit.pk if edit is not None else None},
    )


def _log(change: Change, edit: Edit) -> None:
    if change.logged:
        logbook.record(
            who=change.author.account,
            what=change.logged,
            target=edit.title,
            why=change.summary,
            before={"edit": edit.parent_id},
            after={"edit": edit.pk, "restores": edit.restores_id},
        )


def _remember(change: Change, edit: Edit) -> None:
    if change.submission is not None:
        Submission.objects.filter(pk=change.submission.pk).update(edit=edit)


def _led_to(submission: Submission | None) -> Edit | None:
    """Return the edit that the same submission has already led to: a second click waits for the first."""
    if submission is None:
        return None
    # No join: PostgreSQL would show who waited here the locked row as it is now, and the joined one as it was before.
    return Submission.objects.select_for_update().get(pk=submission.pk).edit
