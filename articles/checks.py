"""Edit checks asked of a change that somebody sends: what it starts from, what it stands in, where its links lead.

Screens ask for them; imports, reverts and machines are not stopped. What a check is, is said in `text.checking`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import places, withholding
from articles.models import Article, Edit
from articles.text import checking, cleaning, notes, sections, titles
from articles.text.checking import Around, Finding
from articles.text.sections import Version

# So many links are looked up; a list of more is no slip of a pen.
_MOST_LINKS: Final = 200
_TAG: Final = "check:"


class WorthALook(Exception):
    """The change is not saved yet: it holds what its author should look at first. `findings` are all that was found."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(", ".join(sorted({finding.code for finding in findings})))
        self.findings = findings


@dataclass(frozen=True)
class Sent:
    """The part of the edit form that checks ask about."""

    title: str
    base: str | int
    section: str
    text: str


@dataclass(frozen=True)
class Group:
    """Findings of one code: what is to be said about all of them, and the places."""

    code: str
    reason: str | Promise
    findings: tuple[Finding, ...]

    @property
    def stops(self) -> bool:
        """Whether a save is stopped once for these."""
        return self.findings[0].stops

    @property
    def can_change(self) -> bool:
        """Whether "change it for me" does something about one of them."""
        return any(finding.can_change for finding in self.findings)


def findings_of(sent: Sent) -> tuple[Finding, ...]:
    """Return what is worth a look in a change; nothing when it names no version of the article to start from."""
    compared = _compared(sent)
    return checking.check(*compared) if compared is not None else ()


def put_right(code: str, sent: Sent) -> str:
    """Return the sent text with what checks of this code point out changed; nothing is saved."""
    compared = _compared(sent)
    return checking.changed(code, *compared) if compared is not None else sent.text


def stop_once(findings: Sequence[Finding], seen: Collection[str]) -> None:
    """Raise WorthALook when one of the findings stops a save and its author hasn't seen it (`seen`: keys)."""
    if any(finding.stops and finding.key not in seen for finding in findings):
        raise WorthALook(findings)


def keys_of(findings: Iterable[Finding]) -> list[str]:
    """Return the keys of what stops a save, for a form that shows it."""
    return [finding.key for finding in findings if finding.stops]


def tags_of(findings: Iterable[Finding]) -> tuple[str, ...]:
    """Return how an edit is marked that was saved in spite of these."""
    return tuple(sorted({_TAG + finding.code for finding in findings if finding.stops}))


def tag_names(tags: Iterable[str]) -> list[str]:
    """Return the words for an edit's tags, those that come from checks."""
    return [str(_TAG_NAMES[code]) for tag in tags if (code := tag.removeprefix(_TAG)) in _TAG_NAMES and code != tag]


def tags() -> list[str]:
    """Return the tags that edits get from checks."""
    return [_TAG + code for code in _TAG_NAMES]


def groups_of(findings: Iterable[Finding]) -> list[Group]:
    """Return the findings by what is to be said of them, what stops first."""
    by_code: dict[str, list[Finding]] = {}
    for finding in findings:
        by_code.setdefault(finding.code, []).append(finding)
    return [Group(code, _REASONS[code], tuple(found)) for code, found in by_code.items()]


def remark_on(finding: Finding) -> str:
    """Return what is to be said of this one place; empty when the excerpt says it."""
    details = finding.details
    if finding.code == "quantity":
        _kind, lost, gained = details
        return f"{lost or _('nothing')} → {gained or _('nothing')}"
    if finding.code == "heading-level":
        return _("expected here: %s") % details[0]
    if finding.code in ("emptied", "long-paragraph"):
        return _("%s words") % details[0]
    return ""


# --- What a change is compared with --------------------------------------------------------------------------------


def _compared(sent: Sent) -> tuple[str, str, Around] | None:
    try:
        parts = titles.parse(sent.title)
    except titles.TitleError:
        return None
    text = cleaning.clean(sent.text)
    article = Article.objects.published().named(*parts).select_related("current_edit__blob").first()
    current = article.current_edit if article is not None else None
    if article is not None and current is not None:
        current.article = article
    if current is None:
        return ("", text, _around(parts, "", text)) if str(sent.base) == "0" else None
    base = _base_of(current, sent.base)
    if base is None:
        return None
    version = withholding.version_of(base)
    if sent.section == "":
        return version.text, text, _around(parts, version.text, text)
    if sent.section == "new":
        return "", text, _around(parts, "", text, withholding.version_of(current), level=1)
    return _of_section(sent.section, parts, version, text)


def _of_section(section: str, parts: titles.TitleParts, version: Version, text: str) -> tuple[str, str, Around] | None:
    entry = places.section_named(section, version.outline)
    if entry is None:
        return None
    index = version.outline.entries.index(entry)
    before = sections.text_of(version.text, version.outline, index)
    return before, text, _around(parts, before, text, version, level=entry.level - 1, index=index)


def _base_of(current: Edit, base: str | int) -> Edit | None:
    if str(base) == str(current.pk):
        return current
    if not (str(base).isascii() and str(base).isdigit()) or len(str(base)) > 18:
        return None
    rows = Edit.objects.select_related("blob").filter(article=current.article_id, hidden_text=False)
    edit = rows.filter(pk=int(base)).first()
    if edit is not None:
        edit.article = current.article
    return edit


def _around(
    parts: titles.TitleParts,
    before: str,
    text: str,
    version: Version | None = None,
    *,
    level: int = 0,
    index: int | None = None,
) -> Around:
    """Return what the text stands in: of `version`, all but the section of that index."""
    headings: list[str] = []
    labels: set[str] = set()
    if version is not None:
        first, end = sections.range_of(version.outline, index) if index is not None else (0, 0)
        headings = [entry.title for entry in version.outline.entries if entry.level and not first <= entry.line < end]
        own = {definition.label for definition in notes.definitions_of(before)}
        labels = {definition.label for definition in notes.definitions_of(version.text)} - own
    return Around(
        title=titles.full(*parts),
        headings=tuple(headings),
        level=max(level, 0),
        labels=frozenset(labels),
        missing=_missing(checking.titles_linked(text) - checking.titles_linked(before)),
        is_article=parts.namespace == "article",
    )


def _missing(linked: Collection[str]) -> frozenset[str]:
    """Return those of these full titles that are no page; of articles only: other kinds may be made by the wiki."""
    wanted = {title for title in sorted(linked)[:_MOST_LINKS] if titles.parse(title).namespace == "article"}
    if not wanted:
        return frozenset()
    there = Article.objects.published().filter(namespace="article", title__in=wanted).values_list("title", flat=True)
    return frozenset(wanted.difference(there))


# --- What is said --------------------------------------------------------------------------------------------------

_REASONS: Final[dict[str, str | Promise]] = {
    "wikitext": gettext_lazy(
        "This is how MediaWiki writes it. Here it would stay in the text as it stands, and readers would see the marks."
    ),
    "uncited": gettext_lazy(
        "New figures about health without a source. Name one behind them, such as [@pmid:12345] or [@doi:10.1000/xyz]."
    ),
    "quantity": gettext_lazy(
        "A number, a unit, a comparison or a “not” has changed in a sentence that was there. Check it with the source."
    ),
    "emptied": gettext_lazy("This section would lose all that it says. Is that what you want?"),
    "note-lost": gettext_lazy("This footnote is still used, but the text that it leads to would be gone."),
    "uncited-claim": gettext_lazy("This says something about health. A source would let readers check it."),
    "heading-level": gettext_lazy("A level of headings is left out, so people who listen to the page lose their way."),
    "duplicate-heading": gettext_lazy("The article has a section of this name already. Another name tells them apart."),
    "link-to-nothing": gettext_lazy(
        "This leads to nothing yet. That is right for an article still to be written; otherwise look at the spelling."
    ),
    "link-to-itself": gettext_lazy("This leads to the page it stands on."),
    "image-without-words": gettext_lazy("Who can’t see this image is told nothing. Say in a few words what it shows."),
    "bare-address": gettext_lazy("An address by itself is no link here. Write <address>, or [words](address)."),
    "long-paragraph": gettext_lazy("A long paragraph. An empty line in the middle gives readers a rest."),
    "leftover": gettext_lazy("Half of a mark: what is opened here is never closed."),
}
_TAG_NAMES: Final[dict[str, str | Promise]] = {
    "wikitext": gettext_lazy("wikitext left in"),
    "uncited": gettext_lazy("figures without a source"),
    "quantity": gettext_lazy("number or “not” changed"),
    "emptied": gettext_lazy("section emptied"),
    "note-lost": gettext_lazy("footnote lost"),
}
