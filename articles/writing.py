"""The rows of an edit, written in one transaction or not at all. Called by editing only.

Merging and rendering are done by then: here the article's row is locked, and nothing slow happens.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import reversion
from django.contrib.contenttypes.models import ContentType
from django.core import serializers
from django.db import IntegrityError, transaction
from django.db.models import OuterRef, Q, Subquery
from django.forms.models import model_to_dict
from django.utils import timezone
from reversion.models import Revision, Version

from articles import logbook, reading, search
from articles.models import (
    Article,
    Author,
    Authorship,
    Dependency,
    Edit,
    Origin,
    PageStamp,
    Proposal,
    Rendering,
    Section,
    Share,
    Submission,
    TextBlob,
)
from articles.search.base import Document, SectionText
from articles.signals import article_edited
from articles.text import authorship, titles
from articles.text.rendering import Rendered
from articles.text.sections import Outline, OutlineEntry

_VERSIONED_FIELDS: Final = ("namespace", "title", "text")
# So many old names of a section still lead to it.
_FORMER_ANCHORS: Final = 20


class AlreadyDecided(Exception):
    """Somebody decided on the proposal a moment before."""


class Overtaken(Exception):
    """The current edit is no longer the one merged against."""


@dataclass(frozen=True)
class Change:
    """What somebody wants an article to be: the fields of the edit form, and who.

    `base` is the id of the edit it started from, 0 to make the article. `section` is an id, "0" for the lead, several
    of these joined by "+", "new", an anchor of the base, or empty for the whole text.
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
    tags: tuple[str, ...] = ()
    licence: str = ""


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
    section that is gone, the index in the outline of the one that holds its words now.
    """

    change: Change
    merged: Merged
    rendered: Rendered
    runs: authorship.Runs
    outline: Outline
    joined: Mapping[int, int] = field(default_factory=dict)
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
            if ready.merged.current is not None and ready.merged.current.blob.text == ready.merged.text:
                _settle(ready.change, None)
                _remember(ready.change, ready.merged.current)
                return ready.merged.current
            return _write_edit(ready, article or _new_article(ready))
    except IntegrityError as error:
        if ready.merged.current is None and Article.objects.published().named(*ready.merged.parts).exists():
            raise Overtaken from error
        raise


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
            for (kind, target), sort_key in _wanted(article, ready.rendered).items()
        )
        for article, ready, outline in zip(articles, batch, outlines, strict=True):
            if not article.is_redirect:
                search.index(_document(article, ready.rendered, outline, ready.aliases))
        categories = {f"Category:{name}" for ready in batch for name, _sort_key in ready.rendered.categories}
        _stamp(categories | _pages_naming([article.full_title for article in articles]))
        for edit in edits:
            _announce(edit)


def _blobs_of(batch: Sequence[Ready]) -> dict[str, TextBlob]:
    """Return the blob of each text, making those that are not there yet."""
    wanted = {TextBlob.hash_of(ready.merged.text): ready.merged.text for ready in batch}
    there = {blob.sha256 for blob in TextBlob.objects.filter(sha256__in=wanted).only("sha256")}
    TextBlob.objects.bulk_create(TextBlob.holding(text) for sha256, text in wanted.items() if sha256 not in there)
    return {wanted[blob.sha256]: blob for blob in TextBlob.objects.filter(sha256__in=wanted).defer("data")}


def _described_new(ready: Ready, blob: TextBlob) -> Article:
    article = _protected(ready)
    _describe(article, ready.rendered, blob)
    return article


def _new_sections(articles: Sequence[Article], batch: Sequence[Ready]) -> list[Outline]:
    """Make the rows of all sections; return each article's outline with their ids."""
    rows = [
        [_section_row(Section(article=article), position, entry) for position, entry in enumerate(entries)]
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
    blob = TextBlob.objects.keep(ready.merged.text)
    outline = _write_sections(article, current, ready)
    section = outline.entries[-1] if change.section == "new" else ready.merged.section
    _describe(article, ready.rendered, blob)
    with reversion.create_revision():
        article.save()
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
    edit = Edit.objects.select_related("blob").get(article=article, number=number)
    article.current_edit = edit
    article.save(update_fields=["current_edit"])
    if ready.origin:
        Origin.objects.update_or_create(article=article, defaults=ready.origin)
    _write_authorship(edit, ready.runs, current)
    _write_rendering(blob, ready.rendered, current)
    categories = _categories_of(article)
    _write_dependencies(article, ready.rendered)
    _write_search(article, ready.rendered, outline, was_redirect_to)
    categories |= _categories_of(article)
    _raise_stamps(
        article, categories, existence_changed=current is None or bool(was_redirect_to) != article.is_redirect
    )
    _settle(change, edit)
    _remember(change, edit)
    _announce(edit)
    return edit


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
    changed = {f"Category:{name}" for name in categories} | _pages_naming(full_titles)
    Article.objects.filter(pk__in=ids).update(state=Article.State.DELETED)
    there.delete()
    Submission.objects.filter(Q(edit__article__in=ids) | Q(proposal__article__in=ids)).exclude(
        proposal__state=Proposal.State.WAITING
    ).update(edit=None, proposal=None)
    for article in articles:
        search.forget(article.pk)
    _index_again(redirected_to - set(full_titles))
    _stamp(changed)


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
    article.state = Article.State.PUBLISHED
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


def _describe(article: Article, rendered: Rendered, blob: TextBlob) -> None:
    """Copy to the article's row what lists and notices ask of it."""
    article.text = blob
    article.words = rendered.words
    article.stub_topic = (rendered.stub or "")[:60]
    article.description = rendered.description[:320]
    article.redirect_to = "#".join(filter(None, rendered.redirect)) if rendered.redirect else ""


def _write_sections(article: Article, current: Edit | None, ready: Ready) -> Outline:
    """Give each new section its permanent id and bring the rows in step with the text."""
    rows = {row.pk: row for row in Section.objects.filter(article=article)} if current is not None else {}
    there = [rows.get(entry.id or 0) or Section(article=article) for entry in ready.outline.entries]
    was = {row.pk: model_to_dict(row) for row in there if row.pk}
    for position, (row, entry) in enumerate(zip(there, ready.outline.entries, strict=True)):
        if row.pk and row.anchor != entry.anchor:
            row.former_anchors = [*row.former_anchors, row.anchor]
        _section_row(row, position, entry)
    for number, position in ready.joined.items():
        if number in rows:
            gone = rows[number]
            there[position].former_anchors = [*there[position].former_anchors, *gone.former_anchors, gone.anchor]
    _without_taken_anchors(there)
    Section.objects.bulk_create([row for row in there if not row.pk], batch_size=500)
    changed = [row for row in there if row.pk in was and was[row.pk] != model_to_dict(row)]
    changed += _leave(rows, there, ready.joined)
    Section.objects.bulk_update(
        changed, ["position", "level", "title", "anchor", "hash", "former_anchors", "successor"], batch_size=200
    )
    entries = zip(ready.outline.entries, there, strict=True)
    return replace(
        ready.outline,
        entries=tuple(replace(entry, id=row.pk, former=tuple(row.former_anchors)) for entry, row in entries),
    )


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


def _section_row(row: Section, position: int, entry: OutlineEntry) -> Section:
    row.position, row.level, row.hash = position, entry.level, entry.hash
    row.title, row.anchor = entry.title[:300], entry.anchor[:300]
    row.successor = None
    return row


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
    missing = words.keys() - there.keys()
    edits = Edit.objects.filter(article=edit.article_id, number__in=missing).values_list("number", "pk")
    ids = {number: pk for number, (pk, _left) in there.items()} | dict(edits)
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


def _write_dependencies(article: Article, rendered: Rendered) -> None:
    wanted = _wanted(article, rendered)
    there = {(row.kind, row.target): row for row in article.dependencies.all()}
    stale = [row.pk for key, row in there.items() if wanted.get(key) != row.sort_key]
    if stale:
        Dependency.objects.filter(pk__in=stale).delete()
    Dependency.objects.bulk_create(
        (
            Dependency(article=article, kind=kind, target=target, sort_key=sort_key)
            for (kind, target), sort_key in wanted.items()
            if (kind, target) not in there or there[kind, target].sort_key != sort_key
        ),
        batch_size=500,
    )


def _wanted(article: Article, rendered: Rendered) -> dict[tuple[str, str], str]:
    """Return what the text names: kind and target of each dependency, with its sort key."""
    kinds = Dependency.Kind
    wanted: dict[tuple[str, str], str] = {}
    for link in rendered.links:
        if link.title:
            wanted[kinds.LINK, titles.full(link.namespace, link.title)] = ""
    for name, sort_key in rendered.categories:
        wanted[kinds.CATEGORY, name] = (sort_key or article.title)[:255]
    for name in rendered.templates:
        wanted[kinds.TEMPLATE, name[:300]] = ""
    for name in rendered.files:
        wanted[kinds.FILE, name[:300]] = ""
    for citation in rendered.citations:
        wanted[kinds.SOURCE, f"{citation.kind}:{citation.value}"[:300]] = ""
    if rendered.redirect:
        wanted[kinds.REDIRECT, rendered.redirect[0][:300]] = ""
    return wanted


def _write_search(article: Article, rendered: Rendered, outline: Outline, was_redirect_to: str) -> None:
    """Put the article, or the article that it leads to, into the search index."""
    if article.is_redirect:
        search.forget(article.pk)
    else:
        search.index(_document(article, rendered, outline))
    targets = {target.partition("#")[0] for target in (was_redirect_to, article.redirect_to) if target}
    _index_again(targets - {article.full_title})


def _index_again(full_titles: set[str]) -> None:
    """Bring the search entries of these articles in step with their redirects."""
    for target in sorted(full_titles):
        # Locked, for an edit of the target at this moment writes the same document; and read after the lock is held.
        named = Article.objects.published().without_redirects().named(*titles.parse(target))
        other = named.select_for_update().first()
        edit = Edit.objects.select_related("blob").filter(article=other, number__gt=0).order_by("-number").first()
        if other is not None and edit is not None:
            form = reading.rendered_form(edit.blob)
            search.index(_document(other, form, Outline.from_json(edit.outline)))


def _document(
    article: Article, rendered: Rendered, outline: Outline, aliases: tuple[str, ...] | None = None
) -> Document:
    """Return what the search index keeps of an article; `aliases` where the caller knows its redirects."""
    full_title = article.full_title
    redirects = Article.objects.published().filter(
        Q(redirect_to=full_title) | Q(redirect_to__startswith=f"{full_title}#")
    )
    return Document(
        article_id=article.pk,
        namespace=article.namespace,
        title=article.title,
        aliases=aliases if aliases is not None else tuple(redirects.values_list("title", flat=True)[:200]),
        description=rendered.description,
        sections=tuple(
            SectionText(entry.id, entry.anchor, entry.title, section.plain)
            for entry, section in zip(outline.entries, rendered.sections, strict=True)
        ),
    )


def _categories_of(article: Article) -> set[str]:
    names = article.dependencies.filter(kind=Dependency.Kind.CATEGORY).values_list("target", flat=True)
    return {f"Category:{name}" for name in names}


def _raise_stamps(article: Article, categories: set[str], *, existence_changed: bool) -> None:
    """Mark every page whose bytes change with this edit, in the same transaction: `categories` it was in or is in."""
    full_titles = {article.full_title, *categories}
    if existence_changed:
        full_titles |= _pages_naming([article.full_title])
    _stamp(full_titles)


def _pages_naming(full_titles: list[str]) -> set[str]:
    """Return these titles and those of the pages that link or redirect to them."""
    naming = Dependency.objects.filter(
        kind__in=[Dependency.Kind.LINK, Dependency.Kind.REDIRECT], target__in=full_titles
    ).values_list("article__namespace", "article__title")
    return {*full_titles, *(titles.full(namespace, title) for namespace, title in naming.iterator(chunk_size=1000))}


def _stamp(full_titles: Iterable[str]) -> None:
    now = time.time_ns()
    PageStamp.objects.bulk_create(
        [PageStamp(path=f"/wiki/{title}", stamp=now) for title in sorted(full_titles)],
        update_conflicts=True,
        unique_fields=["path"],
        update_fields=["stamp"],
        batch_size=500,
    )


def _settle(change: Change, edit: Edit | None) -> None:
    """Mark the proposal that this edit accepts; refuse when somebody decided it meanwhile."""
    if change.proposal is None:
        return
    decided = {"state": Proposal.State.ACCEPTED, "decided": timezone.now(), "decided_by": change.approver, "edit": edit}
    if not Proposal.objects.filter(pk=change.proposal.pk, state=Proposal.State.WAITING).update(**decided):
        raise AlreadyDecided
    logbook.record(
        who=change.approver.account if change.approver is not None else None,
        what="proposal.accept",
        target=change.title,
        after={"proposal": change.proposal.pk, "edit": edit.pk if edit is not None else None},
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


def raise_site_stamp() -> None:
    """Mark every page at once: the site's wording has changed (called in the transaction that changes it)."""
    PageStamp.objects.update_or_create(path="", defaults={"stamp": time.time_ns()})
