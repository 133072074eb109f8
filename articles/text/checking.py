"""Edit checks: what is worth a second look in what somebody has just written; each a small pure function.

A check of the first kind reads one text and says what is wrong in it; what was wrong before, or stands in lines that
nobody touched, is left out afterwards, for all of them in one place. One of the second kind compares the two texts.
Nothing here is refused: whoever has looked saves anyway. Code, comments and what they quote are never looked at.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, NamedTuple

from articles.text import comparing, masking, notes, parsing, quantities, sections, titles, wikitext

LONG_PARAGRAPH: Final = 250
# Taking out fewer words than this is an edit like others.
MANY_WORDS: Final = 25
# So many of one kind are pointed out: who pastes a page of wikitext needs one button, not a list of two hundred lines.
MOST_OF_A_KIND: Final = 5
_EXCERPT: Final = 90
# Of a text that is all new no more lines than this are read one by one.
_MOST_LINES: Final = 6_000


@dataclass(frozen=True)
class Around:
    """What a text stands in: the page's full title, the rest of the article, and which pages there are.

    `headings` are the titles of other sections of the article, `level` that of the heading which the text stands
    under, `labels` the footnotes defined elsewhere. `missing` are those full titles that the text links to and that
    are no page. `is_article`: only there does medicine need its sources.
    """

    title: str = ""
    headings: Collection[str] = ()
    level: int = 0
    labels: Collection[str] = ()
    missing: Collection[str] = ()
    is_article: bool = True


@dataclass(frozen=True)
class Finding:
    """One thing to look at: its code, the 1-based line (0: of the whole), what stands there, what more there is to say.

    `stops`: a save is stopped once for it. `can_change`: `changed` knows what to do about it.
    """

    code: str
    line: int
    excerpt: str
    details: tuple[str, ...] = ()
    stops: bool = False
    can_change: bool = False

    @property
    def key(self) -> str:
        """Eight letters that are the same as long as the same is found, in whatever line it stands by then."""
        said = "\0".join([self.code, self.excerpt, *self.details])
        return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:8]


class Fault(NamedTuple):
    """What a check of the first kind says: 0-based line, what is wrong there, and what more there is to say."""

    line: int
    excerpt: str
    details: tuple[str, ...] = ()
    can_change: bool = False


class Written(NamedTuple):
    """A text as the checks read it: what is no prose hidden, and its lines."""

    text: str
    lines: list[str]


class Change(NamedTuple):
    """Two texts as the checks of the second kind read them; `sentences`: what became of these."""

    was: Written
    now: Written
    sentences: quantities.Compared


OneText = Callable[[Written, Around], Iterator[Fault]]
TwoTexts = Callable[[Change, Around], Iterator[Fault]]

_OF_ONE: dict[str, tuple[OneText, bool]] = {}
_OF_TWO: dict[str, tuple[TwoTexts, bool]] = {}
_CHANGES: dict[str, Callable[[str, str, Around], str]] = {}


def _check(code: str, *, stops: bool = False) -> Callable[[OneText], OneText]:
    def register(function: OneText) -> OneText:
        _OF_ONE[code] = (function, stops)
        return function

    return register


def _comparison(code: str, *, stops: bool = False) -> Callable[[TwoTexts], TwoTexts]:
    def register(function: TwoTexts) -> TwoTexts:
        _OF_TWO[code] = (function, stops)
        return function

    return register


def codes() -> tuple[str, ...]:
    """The codes of all checks."""
    return (*_OF_ONE, *_OF_TWO)


def check(before: str, after: str, around: Around = Around()) -> tuple[Finding, ...]:  # frozen
    """What is worth a look in what was changed from `before` to `after`: what stops a save first, then by line.

    Right: a bare address that somebody has just pasted. Tempting and wrong: one that stood in the line for years,
    beside the word whose spelling was put right.
    """
    if before == after:
        return ()
    was, now = _written(before), _written(after)
    gone, touched = _touched(before, after)
    change = Change(was, now, quantities.compare(was.text, now.text))
    found = [
        _finding(code, fault, stops=stops)
        for code, (function, stops) in _OF_ONE.items()
        for fault in _new(function(was, around), gone, function(now, around), touched)
    ]
    found += [
        _finding(code, fault, stops=stops)
        for code, (function, stops) in _OF_TWO.items()
        for fault in _few(function(change, around))
    ]
    return tuple(sorted(found, key=lambda finding: (not finding.stops, finding.line)))


def changed(code: str, before: str, after: str, around: Around = Around()) -> str:  # frozen
    """The text with what the check of this code points out put right; as it is when nothing can be done for it."""
    return _CHANGES[code](before, after, around) if code in _CHANGES else after


def titles_linked(text: str) -> frozenset[str]:
    """The full titles that a text links to, for who knows which of them are pages."""
    return frozenset(title for _line, _typed, title, _anchor in _links(_written(text)) if title)


def _written(text: str) -> Written:
    plain = masking.masked(text)
    return Written(plain, plain.split("\n"))


def _touched(before: str, after: str) -> tuple[frozenset[int], frozenset[int]]:
    """The lines of the old text that are gone, and those of the new one that were not in the old."""
    old, new = before.split("\n"), after.split("\n")
    gone, touched = set(range(len(old))), set(range(len(new)))
    for run in comparing.equal_runs(old, new):
        gone.difference_update(range(run.old, run.old + run.length))
        touched.difference_update(range(run.new, run.new + run.length))
    return frozenset(gone), frozenset(sorted(touched)[:_MOST_LINES])


def _new(
    was: Iterable[Fault], gone: Collection[int], now: Iterable[Fault], touched: Collection[int]
) -> Iterator[Fault]:
    """The faults in touched lines that were not in the lines which those replaced."""
    known = Counter(fault.excerpt for fault in was if fault.line in gone)
    return _few(_unknown(now, touched, known))


def _unknown(now: Iterable[Fault], touched: Collection[int], known: Counter[str]) -> Iterator[Fault]:
    for fault in now:
        if fault.line in touched:
            if known[fault.excerpt]:
                known[fault.excerpt] -= 1
            else:
                yield fault


def _few(faults: Iterable[Fault]) -> Iterator[Fault]:
    for number, fault in enumerate(faults, 1):
        yield fault
        if number == MOST_OF_A_KIND:
            return


def _finding(code: str, fault: Fault, *, stops: bool) -> Finding:
    return Finding(code, fault.line + 1, _short(fault.excerpt), fault.details, stops, fault.can_change)


def _short(text: str) -> str:
    text = " ".join(text.replace(masking.HIDDEN, "·").split())
    return text if len(text) <= _EXCERPT else text[: _EXCERPT - 1].rstrip() + "…"


# --- What a text says ----------------------------------------------------------------------------------------------


class _Paragraph(NamedTuple):
    line: int
    text: str


def _paragraphs(written: Written) -> Iterator[_Paragraph]:
    """Runs of lines without a blank one; of a list or table, each line."""
    start = 0
    for number, line in enumerate([*written.lines, ""]):
        if line.strip():
            continue
        if number > start:
            yield _Paragraph(start, "\n".join(written.lines[start:number]))
        start = number + 1


class _Heading(NamedTuple):
    line: int
    level: int
    title: str


_HASHES: Final = re.compile(r"(#{1,6}) +([^\n]*?)[ #]*$")


def _headings(written: Written) -> list[_Heading]:
    return [
        _Heading(number, len(found[1]), found[2].strip())
        for number, line in enumerate(written.lines)
        if line.startswith("#") and (found := _HASHES.match(line))
    ]


def _is_prose(paragraph: _Paragraph) -> bool:
    return not paragraph.text.lstrip().startswith(("#", "=", "|", "[^", "[[Category", "{{", "<", "*[", "!["))


_WORD: Final = re.compile(r"[^\W_]+")


def _words(text: str) -> int:
    return sum(1 for _ in _WORD.finditer(text))


_LINK: Final = re.compile(r"\[\[([^\[\]|\n]{1,600})(?:\|[^\[\]\n]{0,600})?\]\]")


def _links(written: Written) -> Iterator[tuple[int, str, str, str]]:
    """Line, what was typed, full title (empty: this page) and anchor of each link to a page."""
    for number, line in enumerate(written.lines):
        for found in _LINK.finditer(line) if "[[" in line else ():
            mark = parsing.link_mark(found[1], None)
            if mark and not (mark.fields[0] in ("category", "file") and not found[1].lstrip().startswith(":")):
                namespace, title, anchor, _label = mark.fields
                yield number, found[0], titles.full(namespace, title) if title else "", anchor


# --- Checks of one text --------------------------------------------------------------------------------------------


@_check("wikitext", stops=True)
def _wikitext(written: Written, around: Around) -> Iterator[Fault]:
    """MediaWiki's marks would be kept as prose without a word."""
    for mark in wikitext.marks_of(written.text):
        yield Fault(mark.line, mark.typed, (mark.kind,), mark.can_change)


@_check("heading-level")
def _heading_level(written: Written, around: Around) -> Iterator[Fault]:
    """A level is left out: people who hear the page lose their way."""
    level = max(around.level, 1)
    for heading in _headings(written):
        if heading.level > level + 1:
            yield Fault(heading.line, written.lines[heading.line], ("#" * (level + 1),))
        level = max(heading.level, 1)


@_check("duplicate-heading")
def _duplicate_heading(written: Written, around: Around) -> Iterator[Fault]:
    """Two sections of one name can't be told apart in the contents, nor linked to by it."""
    known = {title.casefold() for title in around.headings}
    for heading in _headings(written):
        if heading.title and heading.title.casefold() in known:
            yield Fault(heading.line, written.lines[heading.line])
        known.add(heading.title.casefold())


@_check("link-to-nothing")
def _link_to_nothing(written: Written, around: Around) -> Iterator[Fault]:
    """A page that isn't there; a section of this page that isn't there."""
    anchors = {sections.anchor_of(heading.title) for heading in _headings(written)}
    anchors |= {sections.anchor_of(title) for title in around.headings}
    for line, typed, title, anchor in _links(written):
        if title in around.missing:
            yield Fault(line, typed, (title,))
        elif title in ("", around.title) and anchor and not {anchor, _NUMBERED.sub("", anchor)} & anchors:
            yield Fault(line, typed)


# The second of two headings of one name is `Causes_2`.
_NUMBERED: Final = re.compile(r"_[0-9]+$")


@_check("link-to-itself")
def _link_to_itself(written: Written, around: Around) -> Iterator[Fault]:
    """A link that leads to the page it stands on."""
    for line, typed, title, anchor in _links(written):
        if title and title == around.title and not anchor:
            yield Fault(line, typed)


_IMAGE: Final = re.compile(
    r"!\[[ \t]*\]\([^()\n]{0,2000}\)|<img\b(?![^<>]{0,1000}\balt[ ]?=[ ]?[\"'][^\"'])[^<>]{0,1000}>", re.I
)
_FILE: Final = re.compile(r"\[\[[ ]?(?:file|image)[ ]?:[^\[\]|\n]{1,300}\]\]", re.I)


@_check("image-without-words")
def _image_without_words(written: Written, around: Around) -> Iterator[Fault]:
    """Who can't see an image is told nothing."""
    for number, line in enumerate(written.lines):
        for pattern in (_IMAGE, _FILE):
            for found in pattern.finditer(line) if "[" in line or "<" in line else ():
                yield Fault(number, found[0])


_ADDRESS: Final = re.compile(r"(?<![\w(<\[\"'=/:@])https?://[^\s<>\[\]|\"]{2,2000}", re.I)
_DEFINED_LINK: Final = re.compile(r"[ ]{0,3}\[[^^\]\n][^\]\n]{0,300}\]:[ ]")


@_check("bare-address")
def _bare_address(written: Written, around: Around) -> Iterator[Fault]:
    """An address without words leads nowhere here, and says nothing to who hears it."""
    for number, line in enumerate(written.lines):
        for found in _ADDRESS.finditer(line) if "://" in line and not _DEFINED_LINK.match(line) else ():
            yield Fault(number, found[0].rstrip(".,;:!?)"), (), can_change=True)


@_check("long-paragraph")
def _long_paragraph(written: Written, around: Around) -> Iterator[Fault]:
    """Nobody reads so many words without a rest."""
    for paragraph in _paragraphs(written):
        if len(paragraph.text) > 4 * LONG_PARAGRAPH and _is_prose(paragraph) and not _is_list(paragraph):
            words = _words(paragraph.text)
            if words > LONG_PARAGRAPH:
                yield Fault(paragraph.line, paragraph.text[: 2 * _EXCERPT], (str(words),))


def _is_list(paragraph: _Paragraph) -> bool:
    return paragraph.text.lstrip().startswith(("- ", "* ", "+ ", "1. ", "> ", ":   "))


_MARKER: Final = re.compile(r"(?:<{7}|>{7})(?: |$)")


@_check("leftover")
def _leftover(written: Written, around: Around) -> Iterator[Fault]:
    """Half of a mark: what was opened is not closed in its paragraph; lines that a merging program left."""
    for number, line in enumerate(written.lines):
        if line[:1] in "<>" and _MARKER.match(line):
            yield Fault(number, line)
    # `** within` is a list of MediaWiki's, and pointed out as that.
    listed = frozenset(wikitext.list_lines(written.lines))
    for paragraph in _paragraphs(
        Written(written.text, [_bare(n in listed, line) for n, line in enumerate(written.lines)])
    ):
        if paragraph.text.count("[[") > paragraph.text.count("]]"):
            yield _half(paragraph, "[[", "]]")
        if paragraph.text.replace("***", "").count("**") % 2:
            yield _half(paragraph, "**", "")


def _bare(is_listed: bool, line: str) -> str:
    """The line, one of MediaWiki's lists without the marks that it begins with."""
    return f"- {line.lstrip('*#')}" if is_listed else line


def _half(paragraph: _Paragraph, opening: str, closing: str) -> Fault:
    """The first line of the paragraph that has more beginnings than ends."""
    lines = paragraph.text.split("\n")
    for number, line in enumerate(lines):
        if line.count(opening) > line.count(closing) if closing else line.count(opening) % 2:
            return Fault(paragraph.line + number, line, (opening,))
    return Fault(paragraph.line, lines[0], (opening,))


# --- Checks of two texts -------------------------------------------------------------------------------------------


_CITED: Final = re.compile(r"\[@|\[\^|\]\(https?:|<https?:|<ref\b", re.I)
_CLAIM: Final = re.compile(
    r"\b(?:treat(?:s|ed|ment|ments)?|therap(?:y|ies)|cur(?:e|es|ed)|prevent(?:s|ed|ion)?|reduc(?:e|es|ed|tion)"
    r"|increas(?:e|es|ed)|caus(?:e|es|ed)|risks?|mortality|surviv(?:al|e|es)|effective(?:ness)?|efficacy"
    r"|recommend(?:s|ed|ation)?|indicated|contraindicated|dos(?:e|es|age|ages)|administered|inject(?:ed|ion)|prescribed"
    r"|side effects?|adverse|prevalence|incidence|sensitivity|specificity|diagnos(?:e|ed|is)|symptoms?|patients?)\b",
    re.I,
)


def _uncited(change: Change, around: Around, *, measured: bool) -> Iterator[Fault]:
    if not around.is_article or not change.sentences.added:
        return
    unproved = {
        paragraph.line + number
        for paragraph in _paragraphs(change.now)
        if _is_prose(paragraph) and not _CITED.search(paragraph.text)
        for number in range(paragraph.text.count("\n") + 1)
    }
    for sentence in change.sentences.added:
        has_measure = any(map(quantities.is_measured, sentence.signs))
        if sentence.line in unproved and has_measure is measured and _CLAIM.search(sentence.text):
            yield Fault(sentence.line, sentence.text)


@_comparison("uncited", stops=True)
def _uncited_figure(change: Change, around: Around) -> Iterator[Fault]:
    """A new dose, share or length of time that says something about health, and no source in its paragraph."""
    yield from _uncited(change, around, measured=True)


@_comparison("uncited-claim")
def _uncited_claim(change: Change, around: Around) -> Iterator[Fault]:
    """A new sentence on treatment, cause or risk, without figures and without a source in its paragraph."""
    yield from _uncited(change, around, measured=False)


@_comparison("quantity", stops=True)
def _quantity(change: Change, around: Around) -> Iterator[Fault]:
    """Another number, unit, comparison or negation in a sentence that was there: a slip of the hand can be a dose."""
    for difference in change.sentences.differences if around.is_article else ():
        details = (difference.kind, ", ".join(difference.lost), ", ".join(difference.gained))
        yield Fault(difference.line, difference.text, details)


# No text with more is saved.
_MOST_HEADINGS: Final = 2_000


class _Part(NamedTuple):
    title: str
    line: int
    text: str


def _parts(written: Written) -> list[_Part]:
    """Each section without those within it; the text before the first heading has no title."""
    lines = written.lines
    headings = _headings(written)[:_MOST_HEADINGS]
    parts = [_Part("", 0, "\n".join(lines[: headings[0].line if headings else len(lines)]))]
    for number, heading in enumerate(headings):
        following = headings[number + 1].line if number + 1 < len(headings) else len(lines)
        parts.append(_Part(heading.title, heading.line, "\n".join(lines[heading.line + 1 : following])))
    return parts


@_comparison("emptied", stops=True)
def _emptied(change: Change, around: Around) -> Iterator[Fault]:
    """A section of some length that holds nothing any more, or is gone with all it said."""
    if not around.is_article:
        return  # Drafts of About or Terms are there to be replaced.
    there: frozenset[tuple[str, str]] = frozenset()
    now = {part.title.casefold(): part for part in reversed(_parts(change.now))}
    for part in _parts(change.was):
        words = _words(part.text)
        left = now.get(part.title.casefold())
        if words < MANY_WORDS or (left is not None and _words(left.text)):
            continue
        there = there or _pairs_of_words(change.now.text)
        if not _is_there(part.text, there):
            line = left.line if left and left.title else -1
            yield Fault(line, part.title or part.text[:_EXCERPT], (str(words),))


def _is_there(text: str, pairs: Collection[tuple[str, str]]) -> bool:
    """Whether at least half of it stands elsewhere in the new text: a section renamed or moved, and perhaps reworded.

    Asked by pairs of words, and not by lines: who breaks lines anew or puts commas right has emptied nothing.
    """
    own = _pairs_of_words(text)
    return 2 * sum(pair in pairs for pair in own) >= len(own)


def _pairs_of_words(text: str) -> frozenset[tuple[str, str]]:
    words = [found[0].casefold() for found in _WORD.finditer(text)]
    return frozenset(pairwise(words))


@_comparison("note-lost", stops=True)
def _note_lost(change: Change, around: Around) -> Iterator[Fault]:
    """A footnote that is referred to and no longer defined: readers would see its mark and no note."""
    if "[^" not in change.was.text:
        return
    there = {definition.label for definition in notes.definitions_of(change.now.text)} | set(around.labels)
    was = {definition.label for definition in notes.definitions_of(change.was.text)}
    for label in sorted((was - there) & notes.labels_used(change.now.text)):
        typed = f"[^{label}]"
        line = next((number for number, line in enumerate(change.now.lines) if typed in line), -1)
        yield Fault(line, typed, (), can_change=True)


# --- Change it for me ----------------------------------------------------------------------------------------------


def _with_our_marks(before: str, after: str, around: Around) -> str:
    return wikitext.converted(after, taken=around.labels)


def _with_pointed_addresses(before: str, after: str, around: Around) -> str:
    _gone, touched = _touched(before, after)
    plain, lines = _written(after).lines, after.split("\n")
    for number in touched:
        if not (masking.HIDDEN in plain[number] or _DEFINED_LINK.match(lines[number])):
            lines[number] = _ADDRESS.sub(lambda found: _pointed(found[0]), lines[number])
    return "\n".join(lines)


def _pointed(typed: str) -> str:
    address = typed.rstrip(".,;:!?)")
    return f"<{address}>{typed[len(address) :]}"


def _with_notes(before: str, after: str, around: Around) -> str:
    return notes.kept(before, after, after)


_CHANGES.update({"wikitext": _with_our_marks, "bare-address": _with_pointed_addresses, "note-lost": _with_notes})
