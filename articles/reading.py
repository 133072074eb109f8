"""The page a reader sees: stored sections with their placeholders filled.

This is the one file in which text becomes markup that templates don't escape: it comes out of the sanitizer, and what
is put in here is escaped here.
"""

from __future__ import annotations

import json
import re
import sys
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.core.cache import cache
from django.db.models import Q
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from articles import renderer
from articles.models import Article, Author, Dependency, Edit, Rendering, TextBlob
from articles.text import titles
from articles.text.rendering import RENDERER, Citation, Link, Rendered
from articles.text.sanitizing import POLICY
from articles.text.sections import Outline

# Stored HTML of another renderer or policy is made anew.
RENDERED_BY: Final = f"{RENDERER}-{POLICY}"
_TOKEN: Final = re.compile("\ufdd0(/?[LC])([0-9]*)\ufdd1")
_SOURCE_ADDRESSES: Final = {"pmid": "https://pubmed.ncbi.nlm.nih.gov/{}/", "doi": "https://doi.org/{}"}
_CONTRIBUTORS_SHOWN: Final = 12
_OLD_VERSION_KEPT_SECONDS: Final = 3600
# Pages of these kinds can be read before anybody has written a text for them.
_WITHOUT_A_TEXT: Final = ("category", "user")


@dataclass(frozen=True)
class PageSection:
    """A section as shown: `level` is the heading's, 0 for the lead; `html` and `heading` are finished markup.

    `former` are the anchors it had before, at which links from elsewhere still arrive.
    """

    id: int | None
    anchor: str
    former: tuple[str, ...]
    level: int
    title: str
    heading: SafeString
    html: SafeString


@dataclass(frozen=True)
class Reference:
    """A line of the list of references."""

    number: int
    label: str
    url: str


@dataclass(frozen=True)
class Titles:
    """A page of titles in alphabetical order; `next` begins the one after it, empty at the end."""

    rows: list[str]
    next: str


@dataclass(frozen=True)
class Page:
    """All that a reader sees of one text."""

    sections: tuple[PageSection, ...]
    footnotes: SafeString
    references: tuple[Reference, ...]
    categories: tuple[str, ...]
    description: str
    redirect: str
    redirect_is_missing: bool = False

    @property
    def redirect_title(self) -> str:
        """The title that a redirect leads to, without the section."""
        return self.redirect.partition("#")[0]

    @property
    def lead(self) -> PageSection | None:
        """The section that has no heading; a preview of another section shows none."""
        return next((section for section in self.sections if not section.level), None)

    @property
    def headed(self) -> tuple[PageSection, ...]:
        """The sections that have a heading."""
        return tuple(section for section in self.sections if section.level)


def page_of(article: Article) -> Page:
    """Return the page of the article's current version: two queries, the stored form and the links' states."""
    edit = article.current_edit
    assert edit is not None
    form = _stored_form(edit.blob_id) or rendered_form(TextBlob.objects.get(pk=edit.blob_id))
    return filled(form, Outline.from_json(edit.outline))


def page_of_version(edit: Edit) -> Page:
    """Return the page of an old version, rendered on demand by the guarded worker and kept for an hour."""
    return filled(rendered_form(edit.blob), Outline.from_json(edit.outline))


def leads_somewhere(redirect: Article) -> bool:
    """Whether there is something to read where a redirect leads."""
    parts = titles.parse(redirect.redirect_to.partition("#")[0])
    return parts.namespace in _WITHOUT_A_TEXT or Article.objects.published().named(*parts).exists()


def section_numbered(article: Article, number: int) -> int | None:
    """Return the id of the article's nth section as it is now, counted through from 1 whatever the level."""
    edit = article.current_edit
    entries = Outline.from_json(edit.outline).entries if edit is not None else ()
    return entries[number].id if 0 < number < len(entries) else None


def preview_of(text: str, first_line: int = 0, end_line: int = sys.maxsize) -> Page:
    """Return what a text would look like, of it the sections that have a part in the given lines.

    The whole text is rendered, so that footnotes and abbreviations defined elsewhere resolve.
    Raises renderer.RenderError.
    """
    form = renderer.render(text)
    page = filled(form, form.outline)
    lines = text.split("\n")
    while first_line < len(lines) - 1 and not lines[first_line].strip():
        first_line += 1  # The blank line before a new section belongs to the one above.
    ends = [*(entry.line for entry in form.outline.entries[1:]), sys.maxsize]
    shown = tuple(
        section
        for entry, end, section in zip(form.outline.entries, ends, page.sections, strict=True)
        if entry.line < end_line and end > first_line
    )
    if len(shown) == len(page.sections):
        return page
    return replace(page, sections=shown, categories=())


def rendered_form(blob: TextBlob) -> Rendered:
    """Return the rendered form of a text: stored, else from the cache, else made now. Raises renderer.RenderError."""
    stored = _stored_form(blob.pk)
    if stored is not None:
        return stored
    key = f"rendered:{RENDERED_BY}:{blob.sha256}"
    packed = cache.get(key)
    if packed is not None:
        return _unpacked(packed)
    form = renderer.render(blob.text)
    cache.set(key, _packed(form), _OLD_VERSION_KEPT_SECONDS)
    return form


def keep_rendered_form(blob: TextBlob, form: Rendered) -> None:
    """Store the rendered form of a current text (called by the write door, in its transaction)."""
    Rendering.objects.update_or_create(blob=blob, renderer=RENDERED_BY, defaults={"data": _packed(form)})


def keep_rendered_forms(forms: Mapping[TextBlob, Rendered]) -> None:
    """Store the rendered forms of many new texts at once (called by the write door, in its transaction)."""
    rows = [Rendering(blob=blob, renderer=RENDERED_BY, data=_packed(form)) for blob, form in forms.items()]
    Rendering.objects.bulk_create(rows, ignore_conflicts=True)


def filled(form: Rendered, outline: Outline) -> Page:
    """Fill the placeholders of a rendered form: one query tells which links lead to something."""
    there = _existing(form.links)
    links = [_link_tag(link, titles.full(link.namespace, link.title) in there) for link in form.links]
    if len(outline.entries) != len(form.sections):
        outline = form.outline  # Rendered anew by a parser that sees other headings than the one of that day.
    return Page(
        sections=tuple(
            PageSection(
                id=entry.id,
                anchor=entry.anchor,
                former=entry.former,
                level=max(2, entry.level) if entry.level else 0,
                title=entry.title,
                heading=_filled(section.heading_html, links),
                html=_filled(section.html, links),
            )
            for entry, section in zip(outline.entries, form.sections, strict=True)
        ),
        footnotes=_filled(form.footnotes_html, links),
        references=tuple(_reference(number, citation) for number, citation in enumerate(form.citations, 1)),
        categories=tuple(name for name, _sort_key in form.categories),
        description=form.description,
        redirect="#".join(filter(None, form.redirect)) if form.redirect else "",
        redirect_is_missing=any(
            link.namespace not in _WITHOUT_A_TEXT and titles.full(link.namespace, link.title) not in there
            for link in form.links
            if form.redirect
        ),
    )


def contributors_of(article: Article) -> list[Author]:
    """Return those who wrote what the article says now, with their accounts, the most words first: one query."""
    return list(Author.objects.who_wrote(article).select_related("account")[:_CONTRIBUTORS_SHOWN])


def members_of(category: str, after: str = "", size: int = 200) -> list[Dependency]:
    """Return a page of a category's articles in the order of their sort keys, after the given key."""
    rows = Dependency.objects.filter(
        kind=Dependency.Kind.CATEGORY, target=category, article__state=Article.State.PUBLISHED
    ).select_related("article")
    if after:
        key, _bar, article_id = after.rpartition("|")
        if article_id.isascii() and article_id.isdigit() and len(article_id) < 19 and "\0" not in key:
            rows = rows.filter(Q(sort_key__gt=key) | Q(sort_key=key, article_id__gt=int(article_id)))
    return list(rows.order_by("sort_key", "article_id")[:size])


def key_of_member(member: Dependency) -> str:
    """Return the key after which the next page of a category begins."""
    return f"{member.sort_key}|{member.article_id}"


def about_category(title: str) -> Page | None:
    """Return what a category's own page says, where somebody wrote it."""
    row = Article.objects.published().named("category", title).select_related("current_edit").first()
    return page_of(row) if row is not None else None


def titles_from(beginning: str, size: int = 200) -> Titles:
    """Return articles' titles in alphabetical order from a beginning on, and where the next page begins."""
    beginning = beginning.replace("\0", "")  # PostgreSQL takes no NUL, and no title has one.
    rows = Article.objects.listed().in_namespace("article").filter(title__gte=beginning)
    found = list(rows.order_by("title").values_list("title", flat=True)[: size + 1])
    return Titles(found[:size], found[size] if len(found) > size else "")


def newly_changed(size: int = 10) -> list[Article]:
    """Return the articles that were changed last, each once, with its current edit."""
    rows = Article.objects.listed().order_by("-current_edit_id")
    return list(rows.select_related("current_edit").defer("current_edit__outline", "current_edit__tags")[:size])


# --- Stored forms ------------------------------------------------------------------------------------------------


def _stored_form(blob_id: int) -> Rendered | None:
    packed = Rendering.objects.filter(blob_id=blob_id, renderer=RENDERED_BY).values_list("data", flat=True).first()
    return None if packed is None else _unpacked(packed)


def _packed(form: Rendered) -> bytes:
    return zlib.compress(json.dumps(form.to_json(), separators=(",", ":")).encode(), 1)


def _unpacked(data: bytes | memoryview) -> Rendered:
    return Rendered.from_json(json.loads(zlib.decompress(bytes(data))))


# --- Placeholders ------------------------------------------------------------------------------------------------


def _filled(html: str, links: Sequence[str]) -> SafeString:
    def fill(match: re.Match[str]) -> str:
        token, number = match[1], match[2]
        if token == "L" and number and int(number) < len(links):
            return links[int(number)]
        if token == "/L":
            return "</a>"
        if token == "C" and number:
            shown = int(number) + 1
            return f'<sup class="reference"><a href="#reference-{shown}">[{shown}]</a></sup>'
        return ""

    return mark_safe(_TOKEN.sub(fill, html))  # noqa: S308  # Sanitized by the renderer; tags above are ours.


def _link_tag(link: Link, exists: bool) -> str:
    fragment = f"#{escape(link.section.replace(' ', '_'))}" if link.section else ""
    if not link.title:
        return f'<a href="{fragment}">'
    full_title = titles.full(link.namespace, link.title)
    if link.namespace == "category":
        return f'<a href="{escape(reverse("articles:category", args=[link.title]))}">'
    if exists:
        return f'<a href="{escape(reverse("articles:read", args=[full_title]))}{fragment}">'
    hint = escape(_("%s (not written yet)") % full_title)
    address = escape(reverse("articles:read", args=[full_title]))
    return f'<a class="missing-link" rel="nofollow" href="{address}" title="{hint}">'


def _existing(links: Iterable[Link]) -> set[str]:
    """Return the full titles, of those linked to, that lead to something."""
    by_namespace: dict[str, set[str]] = {}
    for link in links:
        if link.title:
            by_namespace.setdefault(link.namespace, set()).add(link.title)
    if not by_namespace:
        return set()
    named = Q()
    for namespace, names in by_namespace.items():
        named |= Q(namespace=namespace, title__in=names)
    rows = Article.objects.published().filter(named).values_list("namespace", "title")
    return {titles.full(namespace, title) for namespace, title in rows}


def _reference(number: int, citation: Citation) -> Reference:
    label = f"{citation.kind.upper()} {citation.value}"
    return Reference(number, label, _SOURCE_ADDRESSES[citation.kind].format(citation.value))
