"""The lines of lists of edits: who changed what, when and why, and where each leads.

A page has fifty of them, so what is the same on all, such as words, addresses and what the person may, is found once
for the page, and each line is put together in one step by format_html, which escapes what people wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, Literal
from urllib.parse import quote

from django import template
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.reviewing import tags
from articles.templatetags.pieces import Pieces
from articles.templatetags.summaries import arrow
from articles.templatetags.times import moments

if TYPE_CHECKING:
    from articles.models import Article, Author, Edit

register = template.Library()

Place = Literal["history", "recent", "contributions"]
_KINDS: Final = {
    "create": gettext_lazy("new article"),
    "import": gettext_lazy("imported"),
    "accept": gettext_lazy("accepted proposal"),
    "revert": gettext_lazy("brings back version %(number)s"),
    "undo": gettext_lazy("undoes edit %(number)s"),
    "rollback": gettext_lazy("rolls back to version %(number)s"),
    "rename": gettext_lazy("moved to “%(title)s”"),
}
# A number that no row has: addresses are made with it once, and filled with those of the edits.
_SOME: Final = 10**17 + 1


@register.simple_tag(takes_context=True)
def edit_items(context: Mapping[str, Any], edits: Iterable[Edit], place: Place) -> SafeString:
    """Show edits as the items of a list at this place."""
    lines, items = _Lines(context, place), Pieces()
    for edit in edits:
        items.add("<li>")
        lines.add(items, edit)
        items.add("</li>\n")
    return items.html()


@register.simple_tag(takes_context=True)
def edits_to_compare(context: Mapping[str, Any], edits: Iterable[Edit]) -> SafeString:
    """Show the edits of a history as the items of a list, with buttons before them that choose two to be compared."""
    lines, items = _Lines(context, "history"), Pieces()
    for at, edit in enumerate(edits):
        items.add("<li>")
        lines.add_choice(items, edit, at)
        lines.add(items, edit)
        items.add("</li>\n")
    return items.html()


@register.simple_tag(takes_context=True)
def edit_lines(context: Mapping[str, Any], edits: Iterable[Edit], place: Place) -> Iterator[tuple[Edit, SafeString]]:
    """Return each of these edits with its line, for lists whose items hold more than that."""
    lines = _Lines(context, place)
    for edit in edits:
        line = Pieces()
        lines.add(line, edit)
        yield edit, line.html()


@register.simple_tag(takes_context=True)
def edit_line(context: Mapping[str, Any], edit: Edit, place: Place) -> SafeString:
    """Show one edit as in a list at this place."""
    line = Pieces()
    _Lines(context, place).add(line, edit)
    return line.html()


@register.simple_tag(takes_context=True)
def author_of(context: Mapping[str, Any], edit: Edit) -> SafeString:
    """Show who made an edit; a name that is hidden only to moderators."""
    return _author(edit, may_moderate=bool(context.get("may_moderate")))


@register.simple_tag
def looked_at(edit: Edit) -> SafeString | str:
    """Show reviewers who has looked at an edit, or that nobody has yet."""
    patrol = getattr(edit, "patrol", None)
    if patrol is None or (patrol.by is not None and patrol.by_id == edit.approver_id):
        return ""
    if patrol.by is None:
        return format_html('<span class="edit__unseen">{}</span>', _("not looked at yet"))
    when, words = date_format(patrol.when, "j F Y, H:i"), _("looked at by %(name)s") % {"name": patrol.by.name}
    return format_html('<span class="edit__seen" title="{} UTC">{}</span>', when, words)


class _Lines:
    """What the lines of one page have in common: the person's eyes, the list's place, words and addresses."""

    def __init__(self, context: Mapping[str, Any], place: Place) -> None:
        self._place = place
        self._article: Article | None = context.get("article") if place == "history" else None
        self._section = f"?section={context['section']}" if context.get("section") else ""
        self._seen: int | None = context.get("seen")
        self._may_moderate = bool(context.get("may_moderate"))
        self._may_review = bool(context.get("may_review"))
        self._may_revert = bool(context.get("may_revert"))
        self._may_undo = bool(context.get("may_undo"))
        self._authors: dict[tuple[int, bool], SafeString] = {}
        self._pages: dict[str, str] = {}
        self._number, self._bytes = _escaped(_("Number of the version")), _("%(size)s bytes after the edit")
        self._from, self._to = _("Compare from version %(number)s"), _("Compare to version %(number)s")
        self._what_changed, self._changed_since = _escaped(_("what changed")), _escaped(_("changed since"))
        self._what_changed_here = _escaped(_("What changed in this section"))
        self._compare_with_before = _addresses("articles:compare", "previous", _SOME)
        self._compare_with_now = _addresses("articles:compare", _SOME, "current")

    def add(self, line: Pieces, edit: Edit) -> None:
        """Add the line of an edit."""
        line.add('<div class="edit">')
        if self._seen is not None and edit.pk > self._seen:
            line.add('<b class="edit__new">{}</b> ', _("new to you"))
        self._add_which_and_when(line, edit)
        self._add_authors(line, edit)
        self._add_marks(line, edit)
        line.add(' <span class="edit__links">')
        for address, words in self._links(edit):
            line.add('<a href="{}" rel="nofollow">{}</a> ', address, words)
        if self._place != "history":
            history = reverse("articles:history", args=[edit.article.full_title])
            line.add('<a href="{}">{}</a>', history, _("history"))
        line.add("</span>")
        self._add_why(line, edit)
        line.add("</div>")

    def add_choice(self, line: Pieces, edit: Edit, at: int) -> None:
        """Add the buttons that choose an edit, so far below the newest, as the older or newer one of two."""
        line.add('<span class="radios">')
        if self._shows_text(edit):
            radio = '<input type="radio" name="{}" value="{}" aria-label="{}"{}> '
            line.add(radio, "old", edit.pk, self._from % {"number": edit.number}, " checked" if at == 1 else "")
            line.add(radio, "new", edit.pk, self._to % {"number": edit.number}, " checked" if at == 0 else "")
        line.add("</span>")

    def _add_which_and_when(self, line: Pieces, edit: Edit) -> None:
        time = '<time datetime="{}" data-ago>{}</time>'
        moment = moments(edit.time)
        if self._place != "history":
            page = edit.article.full_title
            line.add('<a class="edit__title" href="{}">{}</a> ' + time, self._page(page), page, *moment)
            return
        line.add('<span class="edit__number" title="{}">{}</span> ', self._number, edit.number)
        if self._shows_text(edit):
            address = f"{self._page(edit.title)}?version={edit.pk}"
            line.add(f'<a class="edit__time" href="{{}}" rel="nofollow">{time}</a>', address, *moment)
        else:
            line.add(f'<span class="edit__time">{time}</span>', *moment)

    def _add_authors(self, line: Pieces, edit: Edit) -> None:
        line.add(' <span class="edit__author">{}', self._author(edit))
        if edit.approver_id is not None:
            names = format_html_join(", ", "{}", ((_link_to(each),) for each in edit.approvers))
            line.add(' <span class="edit__approver">({} {})</span>', _("accepted by"), names)
        line.add("</span>")

    def _add_marks(self, line: Pieces, edit: Edit) -> None:
        """Whether it is small, how large, of what kind, what was found in it, who has looked at it, what is hidden."""
        if edit.minor:
            line.add(' <abbr class="edit__minor" title="{}">{}</abbr>', _("A small change"), _("m"))
        size = f"+{edit.size_change}" if edit.size_change > 0 else edit.size_change
        line.add(' <span class="edit__size" title="{}">{}</span>', self._bytes % {"size": edit.size}, size)
        if edit.kind != "edit":
            line.add(' <span class="edit__kind">{}</span>', _kind(edit))
        for name in tags.names_of(edit.tags) if edit.tags else ():
            line.add(' <span class="edit__tag">{}</span>', name)
        if self._may_review:
            line.add(" {}", looked_at(edit))
        if edit.erased or edit.hidden_text:
            line.add(' <span class="edit__hidden">{}</span>', _("erased") if edit.erased else _("text hidden"))
        if edit.hidden_summary:
            line.add(' <span class="edit__hidden">{}</span>', _("summary hidden"))

    def _links(self, edit: Edit) -> Iterator[tuple[str, str]]:
        """Yield where the edit leads, and what the links are called."""
        if self._shows_text(edit):
            yield self._compare_with_before(edit.pk) + self._section, self._what_changed
        is_current = self._article is not None and edit.pk == self._article.current_edit_id
        if self._article is not None and not is_current and not self._article.deleted and self._shows_text(edit):
            yield self._compare_with_now(edit.pk) + self._section, self._changed_since
        if self._may_moderate:
            is_hidden = edit.hidden_text or edit.hidden_summary or edit.hidden_author
            yield reverse("articles:hide", args=[edit.pk]), _("show or hide") if is_hidden else _("hide")
        if self._article is not None:
            yield from self._ways_back(edit, self._article, is_current=is_current)
        if self._may_moderate and self._place != "contributions":
            yield f"{reverse('articles:block')}?who={quote(edit.author.name, safe='')}", _("block")

    def _ways_back(self, edit: Edit, article: Article, *, is_current: bool) -> Iterator[tuple[str, str]]:
        if self._may_revert and not edit.hidden_text and not is_current:
            yield reverse("articles:revert", args=[edit.pk]), _("bring back")
        if self._may_undo and not edit.hidden_text and edit.parent_id:
            yield reverse("articles:undo", args=[edit.pk]), _("undo")
        if self._may_revert and is_current and edit.parent_id:
            yield reverse("articles:rollback", args=[article.full_title]), _("roll back")

    def _add_why(self, line: Pieces, edit: Edit) -> None:
        """The section that the edit is about and its summary."""
        section, remark = edit.named_section, edit.remark
        if not (section or remark) or (edit.hidden_summary and not self._may_moderate):
            return
        line.add(' <span class="edit__why">')
        if section and (self._may_moderate or not edit.hidden_text):
            self._add_arrow(line, edit, section)
        if remark:
            line.add('<span class="edit__summary">{}</span>', remark)
        line.add("</span>")

    def _add_arrow(self, line: Pieces, edit: Edit, section: str) -> None:
        if not (self._place == "history" and edit.section_title and edit.section_id and not edit.erased):
            line.add("{} ", arrow(edit.article.get_absolute_url(), section))
            return
        address = f"{self._compare_with_before(edit.pk)}?section={edit.section_id}"
        line.add('<a class="edit__section" rel="nofollow" href="{}" title="{}">', address, self._what_changed_here)
        line.add("→ {}</a> ", edit.section_title)

    def _shows_text(self, edit: Edit) -> bool:
        """Whether the person may see the text that an edit left."""
        return not edit.erased and (self._may_moderate or not edit.hidden_text)

    # What many lines have in common is found at the first of them.

    def _author(self, edit: Edit) -> SafeString:
        key = (edit.author_id, edit.hidden_author)
        if key not in self._authors:
            self._authors[key] = _author(edit, may_moderate=self._may_moderate)
        return self._authors[key]

    def _page(self, full_title: str) -> str:
        if full_title not in self._pages:
            self._pages[full_title] = reverse("articles:read", args=[full_title])
        return self._pages[full_title]


def _addresses(name: str, *parts: object) -> Callable[[int], str]:
    """Return what tells the address of a view for each number that stands where `_SOME` does."""
    before, _some, after = reverse(name, args=parts).partition(str(_SOME))
    return lambda number: f"{before}{number}{after}"


def _escaped(words: str) -> SafeString:
    """Words that stand in many lines, escaped once."""
    return format_html("{}", words)


def _author(edit: Edit, *, may_moderate: bool) -> SafeString:
    if not edit.hidden_author:
        return _link_to(edit.author)
    if not may_moderate:
        return _escaped(_("(name hidden)"))
    return format_html('{} <span class="edit__hidden">{}</span>', _link_to(edit.author), _("name hidden"))


def _link_to(author: Author) -> SafeString:
    return format_html('<a href="{}" rel="nofollow">{}</a>', author.get_absolute_url(), author.name)


def _kind(edit: Edit) -> str:
    """What kind of edit it is, in words."""
    number = edit.restores.number if edit.restores is not None else ""
    return str(_KINDS.get(edit.kind, edit.kind)) % {"number": number, "title": edit.title}
