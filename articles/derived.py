"""What is kept beside a page's text for all who ask without reading it: its description, the rows of its sections,
what it names, what search finds, the stamps of pages; made from the text, and made anew or compared with it by upkeep.

Written in the transaction that changes the text. Called by `writing` and `upkeep`; its documents by whoever makes
search anew.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.forms.models import model_to_dict

from articles import reading, search, stamps
from articles.models import Article, Dependency, Edit, Section, TextBlob
from articles.search.base import Document, SectionText
from articles.text import titles
from articles.text.rendering import Rendered
from articles.text.sections import Outline, OutlineEntry

# What the article's row says of its text, and what a section's says of its heading.
DESCRIBED: Final = ("words", "stub_topic", "description", "redirect_to")
_OF_AN_ENTRY: Final = ("position", "level", "title", "anchor", "hash")
_ARTICLES_AT_ONCE: Final = 50


def describe(article: Article, rendered: Rendered, blob: TextBlob, words: int) -> None:
    """Copy to the article's row what lists and notices ask of it. What is withheld counts, so it makes no stub."""
    article.text = blob
    article.words = words
    article.stub_topic = (rendered.stub or "")[:60]
    article.description = rendered.description[:320]
    article.redirect_to = "#".join(filter(None, rendered.redirect)) if rendered.redirect else ""


def section_row(row: Section, position: int, entry: OutlineEntry) -> Section:
    """Copy to the row of a section, not saved, what an outline says of it."""
    row.position, row.level, row.hash = position, entry.level, entry.hash
    row.title, row.anchor = entry.title[:300], entry.anchor[:300]
    row.successor = None
    return row


def write_dependencies(article: Article, rendered: Rendered) -> set[str]:
    """Bring what is stored of what the text names in step with it; return the categories that it was in or is in."""
    wanted = dependencies_of(article, rendered)
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
    return {f"Category:{name}" for kind, name in there.keys() | wanted.keys() if kind == Dependency.Kind.CATEGORY}


def dependencies_of(article: Article, rendered: Rendered) -> dict[tuple[str, str], str]:
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


def mark_pages(article: Article, categories: set[str], *, existence_changed: bool) -> None:
    """Mark every page whose bytes change with this edit, in the same transaction: `categories` it was in or is in."""
    full_titles = {article.full_title, *categories}
    if existence_changed:
        stamps.raise_with_naming([article.full_title], besides=full_titles)
    else:
        stamps.raise_stamps(full_titles)


def write_search(article: Article, rendered: Rendered, outline: Outline, was_redirect_to: str) -> None:
    """Put the article, or the article that it leads to, into the search index."""
    if article.is_redirect:
        search.forget(article.pk)
    else:
        search.index(document_of(article, rendered, outline))
    targets = {target.partition("#")[0] for target in (was_redirect_to, article.redirect_to) if target}
    index_again(targets - {article.full_title})


def index_again(full_titles: set[str]) -> None:
    """Bring the search entries of these articles in step with their redirects."""
    for target in sorted(full_titles):
        # Locked, for an edit of the target at this moment writes the same document; and read after the lock is held.
        named = Article.objects.published().without_redirects().named(*titles.parse(target))
        other = named.select_for_update().first()
        edit = Edit.objects.select_related("blob").filter(article=other, number__gt=0).order_by("-number").first()
        if other is not None and edit is not None:
            edit.article = other
            search.index(document_of(other, *reading.form_for_readers(edit)))


def document_of(
    article: Article, rendered: Rendered, outline: Outline, aliases: tuple[str, ...] | None = None
) -> Document:
    """Return what the search index keeps of an article; `aliases` where the caller knows its redirects."""
    redirects = Article.objects.published().leading_to(article.full_title)
    return Document(
        article_id=article.pk,
        namespace=article.namespace,
        title=article.title,
        aliases=aliases if aliases is not None else tuple(redirects.values_list("title", flat=True)[:200]),
        description=rendered.description,
        sections=tuple(
            SectionText(entry.id, entry.anchor, entry.title, section.plain)
            for entry, section in zip(_fitting(outline, rendered).entries, rendered.sections, strict=True)
        ),
    )


def documents() -> Iterator[Document]:
    """Yield what the search index should hold, article by article: for making it anew, or comparing it."""
    last = 0
    found = Article.objects.published().without_redirects().select_related("current_edit__blob").order_by("pk")
    while some := list(found.filter(pk__gt=last)[:_ARTICLES_AT_ONCE]):
        for article in some:
            edit = article.current_edit
            assert edit is not None  # As of every published page.
            edit.article = article
            yield document_of(article, *reading.form_for_readers(edit))
        last = some[-1].pk


def _fitting(outline: Outline, rendered: Rendered) -> Outline:
    """Return the outline of a rendered form: of what readers have, the parser may see other headings."""
    return outline if len(outline.entries) == len(rendered.sections) else rendered.outline


def write_again(article: Article, rendered: Rendered) -> None:
    """Make anew all that is kept beside the article's current edit, in the transaction that has locked its row.

    The edit itself, its text and its outline are what everything else follows; they stay what they are.
    """
    edit = article.current_edit
    assert edit is not None  # As of every article that was ever there.
    edit.article = article
    was_redirect_to = article.redirect_to
    reading.keep_rendered_form(edit.blob, rendered)
    form, outline = reading.form_for_readers(edit)
    describe(article, form, edit.blob, rendered.words)
    article.save(update_fields=["current_edit", "text", *DESCRIBED])
    _write_section_rows(article, Outline.from_json(edit.outline))
    categories = write_dependencies(article, form)
    write_search(article, form, outline, was_redirect_to)
    mark_pages(article, categories, existence_changed=was_redirect_to != article.redirect_to)


def _write_section_rows(article: Article, outline: Outline) -> None:
    """Bring the rows of sections in step with the outline of the current edit, which has their numbers."""
    rows = {row.pk: row for row in Section.objects.filter(article=article)}
    for position, entry in enumerate(outline.entries):
        row = rows.pop(entry.id or 0, None) or Section(pk=entry.id, article=article, former_anchors=list(entry.former))
        section_row(row, position, entry).save()
    Section.objects.filter(pk__in=[row.pk for row in rows.values() if row.position is not None]).update(position=None)


def faults_of(article: Article) -> Iterator[tuple[str, str]]:
    """Yield what is kept beside the article's current edit and isn't what its text gives: what, and how it differs."""
    edit = article.current_edit
    assert edit is not None  # As of every article that was ever there.
    edit.article = article
    form, outline = reading.form_for_readers(edit)
    wanted = Article(title=article.title, namespace=article.namespace)
    describe(wanted, form, edit.blob, reading.rendered_form(edit.blob).words)
    for name in DESCRIBED:
        is_now, should_be = getattr(article, name), getattr(wanted, name)
        if is_now != should_be:
            yield name, f"is {is_now!r}, and the text gives {should_be!r}"
    rows = Section.objects.filter(article=article, position__isnull=False).order_by("position")
    entries = Outline.from_json(edit.outline).entries
    if [model_to_dict(row, _OF_AN_ENTRY) | {"id": row.pk} for row in rows] != [
        model_to_dict(section_row(Section(), at, entry), _OF_AN_ENTRY) | {"id": entry.id}
        for at, entry in enumerate(entries)
    ]:
        yield "sections", "differ from the outline of the current edit"
    if {(row.kind, row.target): row.sort_key for row in article.dependencies.all()} != dependencies_of(article, form):
        yield "dependencies", "differ from what the text names"
    if article.is_redirect:
        if search.knows(article.pk):
            yield "search", "finds it, and it is a redirect"
    elif not search.holds(document_of(article, form, outline)):
        yield "search", "has other words than the page"
    if not stamps.is_marked(article.full_title):
        yield "stamp", "is missing, so caches could show what was before"
