"""A text as rendered sections with placeholders, and all that is known of it from that one reading.

Placeholders are tokens nobody can type: `OPEN L3 CLOSE label OPEN /L CLOSE` is a link to `links[3]` (the label is
escaped text), `OPEN C0 CLOSE` the mark of `citations[0]`, `OPEN R0 CLOSE` stands for what is under review.
`articles.reading` fills them.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape, unescape
from typing import Any, Final
from urllib.parse import unquote

from markdown.extensions import Extension

from articles.text import guarding, parsing, sanitizing, sections, titles, withholding
from articles.text.parsing import CLOSE, OPEN, TOKEN, Mark, Piece
from articles.text.remembering import Memory, asked, size_of
from articles.text.sections import Outline

# Raised when the same text is rendered otherwise than before, so that stored HTML is made anew.
RENDERER: Final = 2
MAX_DESCRIPTION: Final = 300


@dataclass(frozen=True)
class RenderedSection:
    """One entry of the outline: its heading (inline HTML; "" for the lead), its body, and its body's plain text."""

    heading_html: str
    html: str
    plain: str


@dataclass(frozen=True)
class Link:
    """Where a wiki link leads; an empty title is this page, `section` is an anchor or ""."""

    namespace: str
    title: str
    section: str


@dataclass(frozen=True)
class Citation:
    """A source as cited: `kind` is "pmid" or "doi"."""

    kind: str
    value: str


@dataclass(frozen=True)
class Rendered:
    """A text, read once.

    `sections` are in the order of `outline.entries`; each is sanitized and balanced by itself. `categories` are pairs
    of name and sort key, `stub` the topic of the stub mark or None, `redirect` a full title and an anchor or None,
    `templates` and `files` the names of what isn't shown yet, `words` the number of words of prose.
    """

    outline: Outline
    sections: tuple[RenderedSection, ...]
    footnotes_html: str = ""
    description: str = ""
    links: tuple[Link, ...] = ()
    categories: tuple[tuple[str, str], ...] = ()
    stub: str | None = None
    redirect: tuple[str, str] | None = None
    citations: tuple[Citation, ...] = ()
    templates: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    words: int = 0

    def to_json(self) -> dict[str, Any]:
        """Plain sequences and dictionaries, for JSON; they are our own, and not to be changed."""
        return vars(self) | {
            "outline": self.outline.to_json(),
            "sections": [vars(section) for section in self.sections],
            "links": [vars(link) for link in self.links],
            "citations": [vars(citation) for citation in self.citations],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Rendered":
        """What `to_json` wrote."""
        redirect = data["redirect"]
        return cls(
            **data
            | {
                "outline": Outline.from_json(data["outline"]),
                "sections": tuple(RenderedSection(**section) for section in data["sections"]),
                "links": tuple(Link(**link) for link in data["links"]),
                "citations": tuple(Citation(**citation) for citation in data["citations"]),
                "categories": tuple((name, sort) for name, sort in data["categories"]),
                "redirect": None if redirect is None else (redirect[0], redirect[1]),
                "templates": tuple(data["templates"]),
                "files": tuple(data["files"]),
            }
        )


def render(text: str, plugins: Sequence[Extension | str] = (), memory: Memory | None = None) -> Rendered:
    """Parse the text once and sanitize what came of it; raises guarding.ShapeError for what the guard refuses.

    `plugins` are Markdown extensions, or their `module:Class` names, added to the one parser. What a memory keeps of
    sections is not made again; the form is the same without it.
    """
    if target := parsing.redirect_of(text):
        guarding.check_shape(text)
        return _redirect(text, target)
    parsed = parsing.parse(text, plugins, memory)
    marks = _Marks()
    pieces = [_cleaned(piece, marks, memory) for piece in parsed.pieces]
    footnotes = _NO_WAY_BACK.sub(r"\1", _cleaned(parsed.footnotes, marks, memory)[1])
    headings = [
        (piece.heading.line, piece.heading.level, _title(heading_html))
        for piece, (heading_html, _) in zip(parsed.pieces, pieces, strict=True)
        if piece.heading
    ]
    outline = sections.outline_of(text, headings)
    link_ids = _IdLinks([*(html for pair in pieces for html in pair), footnotes], outline)
    texts = [asked(memory, "words", html, _told, size=_size_of_told) for _, html in pieces]
    return Rendered(
        outline=outline,
        sections=tuple(
            RenderedSection(link_ids.fix(heading), link_ids.fix(html), plain)
            for (heading, html), (plain, _, _) in zip(pieces, texts, strict=True)
        ),
        footnotes_html=link_ids.fix(footnotes),
        description=texts[0][1],
        words=sum(words for _, _, words in texts),
        **marks.known(),
    )


def _redirect(text: str, target: Mark) -> Rendered:
    namespace, title, anchor, _ = target.fields
    html = _Marks().fill(f"<p>{OPEN}L0{CLOSE}</p>", (target,))
    return Rendered(
        outline=sections.Outline(sections.outline_of(text, ()).entries, len(sections.lines_of(text))),
        sections=(RenderedSection("", html, ""),),
        redirect=(titles.full(namespace, title), anchor) if title else None,
        links=(Link(namespace, title, anchor),),
    )


# What refers to a withheld note is withheld as well.
_NO_WAY_BACK: Final = re.compile(
    rf"({OPEN}R1{CLOSE})(?:&nbsp;|\s)*(?:<a\b[^>]*footnote-backref[^>]*>[^<]*</a>(?:&nbsp;|\s)*)+"
)


def _cleaned(piece: Piece, marks: "_Marks", memory: Memory | None) -> tuple[str, str]:
    heading, body = (asked(memory, "clean", html, _clean, size=size_of) for html in (piece.heading_html, piece.html))
    # A heading is shown inside an h2-h6: a block in it would end it.
    heading = _BLOCK_TAG.sub("", heading)
    return marks.fill(heading, piece.marks).strip(), marks.fill(body, piece.marks).strip()


_TAG: Final = re.compile(r"<(/?)([a-z][a-z0-9]*)((?:[^\">]|\"[^\"]*\")*)>")
_BLOCK_TAG: Final = re.compile(
    r"</?(?:blockquote|caption|col|colgroup|dd|details|div|dl|dt|figcaption|figure|h[1-6]|hr|li|ol|p|pre|summary|table|tbody|td"
    r"|tfoot|th|thead|tr|ul)\b(?:[^\">]|\"[^\"]*\")*>"
)
_EMPTY_PARAGRAPH: Final = re.compile(
    rf"<p>(?:\s|<br>|{OPEN}[GS][0-9]+{CLOSE})*{OPEN}[GS][0-9]+{CLOSE}(?:\s|<br>)*</p>\n?"
)


def _clean(html: str) -> str:
    """Sanitized; a token inside a tag is removed, for what replaces it is more than an attribute can hold."""
    html = sanitizing.clean(html)
    if OPEN not in html:
        return html
    html = _TAG.sub(lambda found: TOKEN.sub("", found[0]) if OPEN in found[0] else found[0], html)
    return _EMPTY_PARAGRAPH.sub(_only_tokens, html)


def _only_tokens(found: "re.Match[str]") -> str:
    return "".join(token[0] for token in TOKEN.finditer(found[0]))


class _Marks:
    """Numbers links and citations as they appear on the page, and turns the tokens of the parser into placeholders.

    Only what is still there after sanitizing counts: what stood in a comment or an attribute is no link.
    """

    def __init__(self) -> None:
        self.links: dict[Link, int] = {}
        self.citations: dict[tuple[str, str], tuple[int, Citation]] = {}
        self.categories: dict[str, str] = {}
        self.stub: str | None = None
        self.templates: dict[str, None] = {}
        self.files: dict[str, None] = {}
        self._as_html: dict[str, Callable[..., str]] = {
            "L": self._link,
            "C": self._citation,
            "G": self._category,
            "S": self._stub,
            "T": self._template,
            "F": self._file,
        }

    def fill(self, html: str, marks: Sequence[Mark]) -> str:
        """The HTML with its tokens replaced; inside a link there can be no other, so its label alone is left."""
        if OPEN not in html:
            return html
        self._marks, self._inside, self._after = marks, 0, ""
        return _LINK_OR_TOKEN.sub(self._replace, html) + self._after

    def known(self) -> dict[str, Any]:
        """What was met, under the names of `Rendered`."""
        return {
            "links": tuple(self.links),
            "citations": tuple(citation for _, citation in self.citations.values()),
            "categories": tuple(self.categories.items()),
            "stub": self.stub,
            "templates": tuple(self.templates),
            "files": tuple(self.files),
        }

    def _replace(self, found: "re.Match[str]") -> str:
        if found[1]:
            mark = self._marks[int(found[2])]
            return self._as_html[mark.kind](*mark.fields)
        self._inside = max(0, self._inside + (-1 if found[0] == "</a>" else 1))
        if self._inside:
            return found[0]
        after, self._after = self._after, ""
        return found[0] + after

    def _link(self, namespace: str, title: str, section: str, label: str) -> str:
        if self._inside:
            return escape(label)
        number = self.links.setdefault(Link(namespace, title, section), len(self.links))
        return f"{OPEN}L{number}{CLOSE}{escape(label)}{OPEN}/L{CLOSE}"

    def _citation(self, kind: str, value: str) -> str:
        key = kind, value.casefold()
        number, _ = self.citations.setdefault(key, (len(self.citations), Citation(kind, value)))
        token = f"{OPEN}C{number}{CLOSE}"
        if self._inside:
            self._after += token
            return ""
        return token

    def _category(self, name: str, sort: str) -> str:
        self.categories[name] = sort
        return ""

    def _stub(self, topic: str) -> str:
        self.stub = self.stub or topic
        return ""

    def _template(self, name: str) -> str:
        if name.casefold() == withholding.NAME:
            return f"{OPEN}R0{CLOSE}"
        if name.casefold() in withholding.NAMES_OF_DEFINITIONS:
            return f"{OPEN}R1{CLOSE}"
        self.templates.setdefault(name)
        return f'<span class="not-yet">{{{{{escape(name)}}}}} (not shown here yet)</span>'

    def _file(self, name: str, caption: str) -> str:
        self.files.setdefault(name)
        said = f": {escape(caption)}" if caption else ""
        return f'<span class="not-yet">[[File:{escape(name)}]] (not shown here yet){said}</span>'


_LINK_OR_TOKEN: Final = re.compile(rf"{OPEN}([A-Z])([0-9]+){CLOSE}|<a\b(?:[^\">]|\"[^\"]*\")*>|</a>")
_HREF: Final = re.compile(r'href="#([^"]*)"')
_USER_ID: Final = re.compile(rf'\bid="({sanitizing.USER_PREFIX}[^"]*)"')


class _IdLinks:
    """Leads links within the page to the ids of their author, which the sanitizer gave a prefix."""

    def __init__(self, htmls: Sequence[str], outline: Outline) -> None:
        ids = {unescape(name) for html in htmls if " id=" in html for name in _USER_ID.findall(html)}
        self.ids = ids - {sanitizing.USER_PREFIX + entry.anchor for entry in outline.entries}

    def fix(self, html: str) -> str:
        """The HTML with its links to such an id leading there."""
        return _HREF.sub(self._fixed, html) if self.ids and 'href="#' in html else html

    def _fixed(self, found: "re.Match[str]") -> str:
        name = sanitizing.USER_PREFIX + re.sub(r"\s+", "_", unquote(unescape(found[1])).strip())
        return f'href="#{escape(name)}"' if name in self.ids else found[0]


# --- Plain text ------------------------------------------------------------------------------------------------------

_NOTED: Final = re.compile(
    r'<span class="not-yet">[^<]*</span>|<sup id="fnref[^>]*>.*?</sup>'
    rf"|[ ]?{OPEN}C[0-9]*{CLOSE}|{OPEN}/?[A-Z][0-9]*{CLOSE}",
    re.S,
)
_NOT_PROSE: Final = frozenset({"table", "pre"})
_PARTING: Final = frozenset({"br", "hr", "img"})
_WORD: Final = re.compile(r"\w[\w'’.-]*")
_SENTENCE_END: Final = re.compile(r"[.!?][)\"'”’]?(?=\s)")


def _told(html: str) -> tuple[str, str, int]:
    """What the HTML of a section says: its plain text, how it would describe an article, its number of words."""
    plain, prose = plain_and_prose(html)
    return plain, _shortened(prose), _words(prose)


def _size_of_told(told: tuple[str, str, int]) -> int:
    return size_of(told[0]) + size_of(told[1])


def plain_and_prose(html: str) -> tuple[str, str]:
    """The text of sanitized HTML, a line for each block, once all of it and once without tables and blocks of code.

    Tokens, notes and references to footnotes are no text.
    """
    plain: list[str] = []
    prose: list[str] = []
    closed = 0
    for is_tag, part, name in _parts(_NOTED.sub("", html)):
        if is_tag:
            closed += (-1 if part.startswith("</") else 1) if name in _NOT_PROSE else 0
            part = "\n" if name in _PARTING or _BLOCK_TAG.match(part) else ""
        plain.append(part)
        if not closed or part == "\n":
            prose.append(part)
    return _tidy("".join(plain)), _tidy("".join(prose))


def _parts(html: str) -> Iterator[tuple[bool, str, str]]:
    """The tags (with their names) and what is between them, in turn."""
    position = 0
    for found in _TAG.finditer(html):
        if found.start() > position:
            yield False, html[position : found.start()], ""
        yield True, found[0], found[2]
        position = found.end()
    yield False, html[position:], ""


def _tidy(text: str) -> str:
    lines = (" ".join(line.split()) for line in unescape(text).split("\n"))
    return "\n".join(line for line in lines if line)


def _title(heading_html: str) -> str:
    """A heading's plain text on one line."""
    return " ".join(plain_and_prose(heading_html)[0].split())


def _words(prose: str) -> int:
    return sum(1 for _ in _WORD.finditer(prose))


def _shortened(prose: str) -> str:
    """The first words, whole sentences when they fill half the room, otherwise whole words and an ellipsis."""
    text = " ".join(prose.split())
    if len(text) <= MAX_DESCRIPTION:
        return text
    cut = text[:MAX_DESCRIPTION]
    sentences = [found.end() for found in _SENTENCE_END.finditer(cut)]
    if sentences and sentences[-1] >= MAX_DESCRIPTION // 2:
        return cut[: sentences[-1]]
    return cut[: MAX_DESCRIPTION - 1].rpartition(" ")[0].rstrip(" ,;:") + "…"
