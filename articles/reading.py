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
from functools import lru_cache
from typing import Final

from django.core.cache import cache
from django.db.models import Q
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import eyes, renderer, withholding
from articles.models import Article, Author, Dependency, Edit, Rendering, TextBlob
from articles.text import showing, titles
from articles.text.rendering import RENDERER, Citation, Link, Rendered, plain_and_prose
from articles.text.sanitizing import POLICY
from articles.text.sections import Outline, find, range_of

# Stored HTML of another renderer or policy is made anew.
RENDERED_BY: Final = f"{RENDERER}-{POLICY}"
_TOKEN: Final = re.compile("\ufdd0(/?[LCR])([0-9]*)\ufdd1")
# A link to a place in its own page, such as a reference, which is no part of a comparison.
_LINK_WITHIN: Final = re.compile(r'(<a (?:[^<>"]|"[^"]*")*?href=")#')
_SOURCE_ADDRESSES: Final = {"pmid": "https://pubmed.ncbi.nlm.nih.gov/{}/", "doi": "https://doi.org/{}"}
_CONTRIBUTORS_SHOWN: Final = 12
_OLD_VERSION_KEPT_SECONDS: Final = 3600
_UNDER_REVIEW: Final = gettext_lazy("This section is under medical review, so it isn’t shown now.")
_NOTE_UNDER_REVIEW: Final = gettext_lazy("This note is under medical review, so it isn’t shown now.")
# Pages of these kinds can be read before anybody has written a text for them.
_WITHOUT_A_TEXT: Final = ("category", "user")


@dataclass(frozen=True)
class PageSection:
    """A section as shown: `level` is the heading's, 0 for the lead; `html` and `heading` are finished markup.

    `former` are the anchors it had before, at which links from elsewhere still arrive. `withheld`: it is under medical
    review, "away" from whoever reads now, or "shown" to who may see it.
    """

    id: int | None
    anchor: str
    former: tuple[str, ...]
    level: int
    title: str
    heading: SafeString
    html: SafeString
    withheld: str = ""


@dataclass(frozen=True)
class ShownChange:
    """A section in which two versions differ: "added", "removed" or "changed", with finished markup."""

    title: str
    level: int
    state: str
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
    def redirect_anchor(self) -> str:
        """The section that a redirect leads to, as addresses name it; empty when it leads to the whole."""
        return self.redirect.partition("#")[2].replace(" ", "_")

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
    edit.article = article  # Known, so that nobody asks for it again.
    if article.withheld:
        return page_of_version(edit)
    form = stored_form(edit.blob_id) or rendered_form(TextBlob.objects.get(pk=edit.blob_id))
    return _without_hidden(filled(form, withholding.outline_of(edit)), article)


def page_of_version(edit: Edit) -> Page:
    """Return the page of an old version, rendered on demand by the guarded worker and kept for an hour."""
    page = filled(rendered_form(withholding.blob_of(edit)), withholding.outline_of(edit))
    return _with_withheld(_without_hidden(page, edit.article), edit)


def form_for_readers(edit: Edit) -> tuple[Rendered, Outline]:
    """Return the rendered form of a version as readers have it, and its outline: for what is kept for all of them.

    Raises renderer.RenderError.
    """
    with eyes.of(lambda: False):
        form, outline = rendered_form(withholding.blob_of(edit)), withholding.outline_of(edit)
    return form, outline if len(outline.entries) == len(form.sections) else form.outline


def _with_withheld(page: Page, edit: Edit) -> Page:
    """Return the page with its withheld sections marked."""
    numbers = withholding.blocks_of(edit)
    if not numbers:
        return page
    state = "away" if withholding.keeps_back(edit.article) else "shown"
    marked = (replace(each, withheld=state) if each.id in numbers else each for each in page.sections)
    return replace(page, sections=tuple(marked))


def _without_hidden(page: Page, article: Article) -> Page:
    """Return the page without former anchors that tell what a heading was called in a version that is hidden."""
    if not article.hidden_anchors:
        return page
    hidden = {*article.hidden_anchors}
    sections = (
        replace(section, former=tuple(each for each in section.former if each not in hidden))
        for section in page.sections
    )
    return replace(page, sections=tuple(sections))


def changes_shown(old: Edit | None, new: Edit, section: int | None = None) -> list[ShownChange]:
    """Return the sections in which two versions differ, as readers see them, with the words marked.

    Those in the order of the new version first, then those that are gone. `section` shows one only, with those within
    it. Raises renderer.RenderError.
    """
    was = _shown_sections(old) if old is not None else {}
    now = _shown_sections(new)
    wanted = None if section is None else _ids_within(section, *(edit for edit in (old, new) if edit is not None))
    found = []
    for key in [*now, *(key for key in was if key not in now)]:
        before, after = was.get(key), now.get(key)
        there = after or before
        if there is None or (wanted is not None and there.id not in wanted):
            continue
        was_shown, now_shown = ((each.heading, each.html) if each else ("", "") for each in (before, after))
        if was_shown == now_shown:
            continue
        state = "added" if before is None else "removed" if after is None else "changed"
        heading, html = (
            _safe(_LINK_WITHIN.sub(rf"\1{escape(new.get_absolute_url())}#", showing.marked_html(*pair)))
            for pair in zip(was_shown, now_shown, strict=True)
        )
        found.append(ShownChange(there.title, there.level, state, heading, html))
    return found


def _shown_sections(edit: Edit) -> dict[tuple[int | None, int], PageSection]:
    """The sections of a version as readers see them, by number; those without one by their place."""
    sections = page_of_version(edit).sections
    return {(section.id, 0 if section.id is not None else at): section for at, section in enumerate(sections)}


def passage_of(edit: Edit, section: int) -> list[PageSection]:
    """Return a section of a version and those within it as readers see them, to be shown on another page.

    Links within the article lead to it from there. Raises renderer.RenderError.
    """
    wanted = _ids_within(section, edit)
    address = rf"\1{escape(edit.get_absolute_url())}#"
    return [
        replace(each, html=_safe(_LINK_WITHIN.sub(address, each.html)))
        for each in page_of_version(edit).sections
        # A lead without words begins where the first section does.
        if each.id in wanted and (each.level or each.id == section)
    ]


def _ids_within(section: int, *edits: Edit) -> set[int | None]:
    found: set[int | None] = set()
    for edit in edits:
        outline = withholding.outline_of(edit)
        index = find(outline, id=section)
        if index is not None:
            first, end = range_of(outline, index)
            found |= {entry.id for entry in outline.entries if first <= entry.line < end} | {section}
    return found


def _safe(marked: str) -> SafeString:
    return mark_safe(marked)  # noqa: S308  # Sanitized on both sides; `ins` and `del` around its words are ours.


def leads_somewhere(redirect: Article) -> bool:
    """Whether there is something to read where a redirect leads."""
    return is_something_to_read(*titles.parse(redirect.redirect_to.partition("#")[0]))


def is_something_to_read(namespace: str, title: str) -> bool:
    """Whether there is something to read under a title."""
    return namespace in _WITHOUT_A_TEXT or Article.objects.published().named(namespace, title).exists()


def section_numbered(article: Article, number: int) -> int | None:
    """Return the id of the article's nth section as it is now, counted through from 1 whatever the level."""
    edit = article.current_edit
    entries = withholding.outline_of(edit).entries if edit is not None else ()
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
    stored = stored_form(blob.pk)
    if stored is not None:
        return stored
    key = f"rendered:{RENDERED_BY}:{blob.sha256}"
    packed = cache.get(key)
    if packed is not None:
        return _unpacked(packed)
    form = renderer.render(blob.text)
    cache.set(key, _packed(form), _OLD_VERSION_KEPT_SECONDS)
    return form


@lru_cache(maxsize=8)
def as_read(text: str) -> str:
    """Return what readers see of a text: its words without marks, a line for each block, headings marked as such, notes
    at the end. Raises renderer.RenderError."""
    form = renderer.render(text)
    parts = []
    for entry, section in zip(form.outline.entries, form.sections, strict=True):
        parts += [f"{'#' * entry.level} {entry.title}" if entry.level else "", *section.plain.split("\n")]
    return "\n\n".join([*parts, *plain_and_prose(form.footnotes_html)[0].split("\n")])


def keep_rendered_form(blob: TextBlob, form: Rendered) -> None:
    """Store the rendered form of a current text (called by the write door, in its transaction)."""
    Rendering.objects.bulk_create(
        [Rendering(blob=blob, renderer=RENDERED_BY, data=_packed(form))],
        update_conflicts=True,
        unique_fields=["blob", "renderer"],
        update_fields=["data"],
    )


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


def stored_form(blob_id: int | None) -> Rendered | None:
    """Return the rendered form that is kept of a text, made by this renderer and policy; None where none is."""
    if blob_id is None:
        return None  # What readers have of a text of which something is withheld is no row.
    packed = Rendering.objects.filter(blob_id=blob_id, renderer=RENDERED_BY).values_list("data", flat=True)
    return next((_unpacked(data) for data in packed), None)


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
        if token == "R":
            said = _NOTE_UNDER_REVIEW if number == "1" else _UNDER_REVIEW
            return f'<span class="under-review">{escape(said)}</span>'
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
        return f'<a href="{_address("articles:category", link.title)}">'
    address = _address("articles:read", full_title)
    if exists:
        return f'<a href="{address}{fragment}">'
    hint = escape(_("%s (not written yet)") % full_title)
    return f'<a class="missing-link" rel="nofollow" href="{address}" title="{hint}">'


@lru_cache(maxsize=2_000)
def _address(view: str, title: str) -> str:
    # The pages of a wiki name each other again and again, and each saved section brings all its page's links along.
    return escape(reverse(view, args=[title]))


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
