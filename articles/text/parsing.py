"""The one Markdown parser: its dialect, the wiki's own marks, where its headings are.

Called by `rendering` and `sections`. Python-Markdown alone can be hung for seconds by ten kilobytes, all threads of
the process included, so text from outside is parsed in the guarded child of `articles.renderer` only.
"""

import re
import xml.etree.ElementTree as ET
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any, Final, TypeVar

import markdown
from markdown.blockparser import BlockParser
from markdown.blockprocessors import BlockProcessor
from markdown.extensions import Extension
from markdown.extensions.abbr import AbbrExtension
from markdown.extensions.admonition import AdmonitionExtension
from markdown.extensions.attr_list import AttrListExtension
from markdown.extensions.def_list import DefListExtension
from markdown.extensions.fenced_code import FencedCodeExtension
from markdown.extensions.md_in_html import HTMLExtractorExtra, MarkdownInHtmlExtension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from markdown.inlinepatterns import InlineProcessor
from markdown.preprocessors import Preprocessor
from markdown.util import AtomicString

from articles.text import titles
from articles.text.footnotes import NOTES, WAYS_BACK, Footnotes
from articles.text.guarding import ShapeError, check_shape
from articles.text.remembering import Memory, key_of, size_of

MAX_EXPANSION: Final = 30
MIN_OUTPUT_LIMIT: Final = 1024 * 1024

# Noncharacters: nobody can type them, for what arrives is rid of the whole range U+FDD0..U+FDEF first.
OPEN: Final = "\ufdd0"
CLOSE: Final = "\ufdd1"
_PIPE: Final = "\ufdd3"
NONCHARACTERS: Final = re.compile("[\ufdd0-\ufdef]")
TOKEN: Final = re.compile(f"{OPEN}([A-Z])([0-9]+){CLOSE}")

Answer = TypeVar("Answer")
Found = tuple[ET.Element | str | None, int | None, int | None]


@dataclass(frozen=True)
class Mark:
    """One wiki mark; its token `OPEN kind number CLOSE` stands in the HTML where it was found.

    By kind, `fields` are: L (link) namespace, title, anchor, label; C (citation) "pmid" or "doi", value; G (category)
    name, sort key; S (stub) topic; T (template) name; F (file) name, caption.
    """

    kind: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Heading:
    """A heading the parser made at the top level: 0-based line, level 1-6 as typed, text as typed, its notation."""

    line: int
    level: int
    text: str
    underlined: bool


@dataclass(frozen=True)
class Piece:
    """The heading (None for the lead; inline HTML) and the body of one section, not sanitized yet.

    Its tokens number its own marks: what stands in other sections changes nothing here.
    """

    heading: Heading | None
    heading_html: str
    html: str
    marks: tuple[Mark, ...]


@dataclass(frozen=True)
class Parsed:
    """One text parsed: its pieces (the lead first), and its footnotes."""

    pieces: tuple[Piece, ...]
    footnotes: Piece


def parse(text: str, plugins: Sequence[Extension | str] = (), memory: Memory | None = None) -> Parsed:
    """Parse a text; raises ShapeError for what the guard refuses.

    `plugins` are Markdown extensions or their `module:Class` names. Where there is a memory, a section's tree that was
    met before is not gone through again; nothing is kept beside plugins, for nobody knows what theirs depends on.
    """
    check_shape(text)
    return Parser(plugins, None if plugins else memory).parse(text)


def headings_of(text: str) -> tuple[Heading, ...]:
    """Only where the headings are; raises ShapeError for what the guard refuses."""
    check_shape(text)
    return Parser().headings_of(text)


def normalise_lines(text: str) -> str:
    """The text with nothing in it that could be taken for our own marks, its lines still numbered the same."""
    return NONCHARACTERS.sub("", text).replace("\r\n", "\n").replace("\r", " ")


# --- The redirect, read before anything is parsed ------------------------------------------------------------------

_REDIRECT: Final = re.compile(
    r"\s{0,200}#REDIRECT[ \t]*:?[ \t]*\[\[([^\[\]\n|]{1,600})(?:\|[^\[\]\n]{0,600})?\]\]", re.I
)


def redirect_of(text: str) -> Mark | None:
    """The link a redirect's first line names (a mark of kind L), or None when the text is no redirect."""
    found = _REDIRECT.match(text)
    target = link_mark(found[1], None) if found else None
    return target if target and target.fields[1] else None


def link_mark(target: str, label: str | None) -> Mark | None:
    """The link `[[target|label]]` means; None when its title can't be one.

    >>> link_mark("asthma#First aid", None).fields
    ('article', 'Asthma', 'First_aid', 'asthma#First aid')
    """
    target = target.strip().removeprefix(":").strip()
    title, hash_sign, section = target.partition("#")
    anchor = re.sub(r"[\s_]+", "_", section).strip("_")
    if not title.strip():
        shown = section.strip() if label is None else label.strip() or section.strip()
        return Mark("L", ("article", "", anchor, shown)) if hash_sign and anchor else None
    try:
        parts = titles.parse(title)
    except titles.TitleError:
        return None
    shown = target if label is None else label.strip() or parts.title
    return Mark("L", (parts.namespace, parts.title, anchor, shown))


# --- The parser --------------------------------------------------------------------------------------------------


class Blocks(deque[str]):
    """The blocks still to parse: Python-Markdown takes from and puts back at the front, which a list is slow at."""

    def pop(self, index: int = 0) -> str:  # the parser pops at 0 only
        """The first block, taken out."""
        return self.popleft() if index == 0 else super().pop()


class _BlockParser(BlockParser):
    def parseBlocks(self, parent: ET.Element, blocks: Any) -> None:  # noqa: N802
        queue: Any = blocks if isinstance(blocks, Blocks) else Blocks(blocks)
        super().parseBlocks(parent, queue)


class Parser:
    """Python-Markdown with our dialect, for one text: it remembers what it met there.

    The blocks of a text are parsed as a whole, for each depends on those before it. Then each section is gone through
    by itself, in the order of the page: what becomes of it depends on its tree, on what the text defines, and on how
    often the notes it refers to were referred to before. The same in all of these is the same in HTML.
    """

    def __init__(self, plugins: Sequence[Extension | str] = (), memory: Memory | None = None) -> None:
        self.memory = memory
        self.marks: list[Mark] = []
        self.headings: dict[ET.Element, Heading] = {}
        self.notes = Footnotes()
        self.abbreviations = AbbrExtension()
        self.md = markdown.Markdown(
            extensions=[
                TableExtension(use_align_attribute=True),
                self.notes,
                DefListExtension(),
                self.abbreviations,
                FencedCodeExtension(),
                SaneListExtension(),
                AttrListExtension(),
                MarkdownInHtmlExtension(),
                AdmonitionExtension(),
                _Dialect(self),
                *plugins,
            ]
        )

    def token(self, mark: Mark) -> str:
        """Remember the mark; the text that stands for it."""
        self.marks.append(mark)
        return f"{OPEN}{mark.kind}{len(self.marks) - 1}{CLOSE}"

    def headings_of(self, text: str) -> tuple[Heading, ...]:
        """Where the headings are, without reading the paragraphs."""
        root = _or_too_deep(self._tree, text)
        return tuple(self.headings[child] for child in root if child in self.headings)

    def parse(self, text: str) -> Parsed:
        """The text as HTML in pieces, one a section; raises ShapeError when it nests too deeply or grows too much."""
        return _or_too_deep(self._parse, text)

    def _tree(self, text: str) -> ET.Element:
        lines = normalise_lines(text).split("\n")
        for preprocessor in self.md.preprocessors:
            lines = preprocessor.run(lines)
        self.md.parser.parseDocument(lines)
        return self.md.parser.root

    def _parse(self, text: str) -> Parsed:
        root = self._tree(text)
        # First, for a note may itself define something.
        self.md.treeprocessors[NOTES].run(root)
        trees = self._trees(root)
        # Of now: what a later step builds or moves to the top is no heading of the text.
        headings = [self._heading_of(tree) for tree in trees]
        abbreviations = self.abbreviations.abbrs  # type: ignore[attr-defined]  # Its types don't know it yet.
        defined = repr((self.md.references, [*self.notes.footnotes], abbreviations))
        limit = max(MIN_OUTPUT_LIMIT, MAX_EXPANSION * len(text))
        pieces, size, length = [], 0, 0
        for tree, heading in zip(trees, headings, strict=True):
            made = self._remembered(tree, defined, limit - size)
            size, length = size + made.size, length + made.length
            _refuse_growth(max(size, length), limit)
            pieces.append(Piece(heading, made.heading_html, made.html, made.marks))
        return Parsed(tuple(pieces[:-1]), pieces[-1])

    def _trees(self, root: ET.Element) -> list[ET.Element]:
        """The lead, each section with its heading first, and last the notes: each as the children of a tree."""
        trees = [ET.Element("div")]
        for child in root:
            if child in self.headings:
                trees.append(ET.Element("div"))
            if child is not self.notes.div:
                trees[-1].append(child)
        notes = ET.Element("div")
        notes.extend([self.notes.div] if self.notes.div is not None else [])
        return [*trees, notes]

    def _heading_of(self, tree: ET.Element) -> Heading | None:
        return self.headings.get(tree[0]) if len(tree) else None

    def _remembered(self, tree: ET.Element, defined: str, limit: int) -> "_Made":
        """What becomes of a section's tree: what became of it before, where all that this depends on is the same."""
        if self.memory is None or self.notes.div in [*tree]:
            return self._made(tree, limit)
        shape = repr([*_shape(tree)])
        if any(stands_for_something in shape for stands_for_something in _NOT_IN_THE_TREE):
            return self._made(tree, limit)
        key = key_of("section", f"{self._heading_of(tree) is None}\0{shape}\0{defined}")
        known: _Made | None = self.memory.find(key)
        if known is not None and self.notes.took_up(known.references):
            return known
        made = self._made(tree, limit)
        self.memory.keep(key, made, made.room())
        return made

    def _made(self, tree: ET.Element, limit: int) -> "_Made":
        is_notes = self.notes.div in [*tree]
        heading = tree[0] if self._heading_of(tree) is not None else None
        self.notes.begin_section()
        others = self.md.treeprocessors[NOTES], None if is_notes else self.md.treeprocessors[WAYS_BACK]
        for treeprocessor in self.md.treeprocessors:
            if treeprocessor not in others:
                changed = treeprocessor.run(tree)
                tree = tree if changed is None else changed
        size = sum(_sizes(tree))
        _refuse_growth(size, limit)
        for element in [*tree.iter("h1")]:
            element.tag = "h2"
        html = self._html(tree, heading)
        marks: list[Mark] = []
        heading_html, body = TOKEN.sub(lambda found: self._own(found, marks), html).split(_HEADING_END)
        return _Made(heading_html, body, tuple(marks), size, len(html), self.notes.of_section())

    def _own(self, token: "re.Match[str]", marks: list[Mark]) -> str:
        """The token that numbers its mark among those of its section."""
        marks.append(self.marks[int(token[2])])
        return f"{OPEN}{token[1]}{len(marks) - 1}{CLOSE}"

    def _html(self, tree: ET.Element, heading: ET.Element | None) -> str:
        """A section's tree as HTML: its heading, `_HEADING_END`, its body."""
        parts = [self._heading_html(heading) if heading is not None else "", _HEADING_END]
        parts += [self.md.serializer(child) for child in tree if child is not heading]
        html = "".join(parts)
        for postprocessor in self.md.postprocessors:
            html = postprocessor.run(html)
        return _LINE_MARK.sub("", html).replace(_PIPE, "|")

    def _heading_html(self, element: ET.Element) -> str:
        """What is inside the heading; an id its author gave it stays a target on an empty span of its own."""
        html = self.md.serializer(element)
        inner = html[html.index(">") + 1 : html.rindex("</")]
        user_id = element.get("id")
        if not user_id:
            return inner
        target = ET.Element("span", {"id": user_id})
        target.text = ""
        return self.md.serializer(target) + inner


@dataclass(frozen=True)
class _Made:
    """What became of a section's tree: HTML and marks as in `Piece`, how large its tree grew, and how long its HTML.

    `references` are the ids of references to notes, each with how many there were before the section and after it.
    """

    heading_html: str
    html: str
    marks: tuple[Mark, ...]
    size: int
    length: int
    references: tuple[tuple[str, int, int], ...]

    def room(self) -> int:
        """How many bytes it takes, about."""
        words = sum(size_of(word) + _OBJECT for mark in self.marks for word in mark.fields)
        return size_of(self.heading_html) + size_of(self.html) + words + _OBJECT * (2 + len(self.references))


_HEADING_END: Final = "\ufdd4"
_LINE_MARK: Final = re.compile("\x02L([0-9]+)\x03")
_LINE: Final = "(?:\x02L([0-9]+)\x03)?"
_OBJECT: Final = 200
# As `repr` has them: a token of a template read before the blocks, and the place of HTML that was put aside.
_NOT_IN_THE_TREE: Final = (r"\ufdd0", "wzxhzdk:")


def _shape(tree: ET.Element) -> Iterator[tuple[object, ...]]:
    """All that a tree holds, in an order that tells where each element ends."""
    for element in tree.iter():
        atomic = isinstance(element.text, AtomicString), isinstance(element.tail, AtomicString)
        yield element.tag, [*element.attrib.items()], element.text, element.tail, *atomic, len(element)


def _or_too_deep(deed: Callable[[str], Answer], text: str) -> Answer:
    try:
        return deed(text)
    except RecursionError:
        raise ShapeError("nesting", None, "Lists, quotes, definitions or tags are nested too deeply.") from None


def _sizes(root: ET.Element) -> Iterator[int]:
    for element in root.iter():
        # An attribute without a value, such as `{hidden}`, has none here either.
        attributes = sum(len(value or "") for value in element.attrib.values())
        yield 12 + len(element.text or "") + len(element.tail or "") + attributes


def _refuse_growth(size: int, limit: int) -> None:
    if size > limit:
        raise ShapeError("growth", None, "The page would be many times longer than its text.")


# --- The dialect: headings with their lines, and the wiki's own marks -----------------------------------------------


class _Dialect(Extension):
    def __init__(self, parser: Parser) -> None:
        super().__init__()
        self.parser = parser

    def extendMarkdown(self, md: markdown.Markdown) -> None:  # noqa: N802
        md.parser.__class__ = _BlockParser
        md.preprocessors.register(_LineMarks(md), "line_marks", 29)
        # After fenced_code (25), so that no code is read as a template; before html_block (20).
        md.preprocessors.register(_BlockTemplates(md, self.parser), "block_templates", 23)
        blocks = md.parser.blockprocessors
        blocks.register(_HashHeading(md.parser, self.parser), "hashheader", 70)
        blocks.register(_UnderlinedHeading(md.parser, self.parser), "setextheader", 60)
        hr: Any = blocks["hr"]
        # The underline of no heading may be a rule, also when it carries a line mark.
        hr.SEARCH_RE = re.compile(hr.RE.removesuffix("$") + _LINE + "$", re.M)
        md.preprocessors.register(_HtmlBlocks(md), "html_block", 20)
        inline = md.inlinePatterns
        inline.register(_Comments(r"<!--.*?-->", md), "comments", 185)
        inline.register(_WikiLinks(r"\[\[", md, self.parser), "wiki_links", 174)
        inline.register(_Templates(r"\{\{", md, self.parser), "templates", 173)
        inline.register(_Citations(r"\[@(?=(?i:pmid|doi):)([^\[\]\n]{5,2000})\]", md, self.parser), "citations", 172)


class _LineMarks(Preprocessor):
    """Writes into each line that may become a heading which line it is; what else it stood in is rid of it again.

    It also hides the `|` of links and templates from the tables around them.
    """

    def run(self, lines: list[str]) -> list[str]:
        """The same lines, marked."""
        out = [_PIPED.sub(_hide_pipes, line) if "|" in line else line for line in lines]
        for number, line in enumerate(out):
            first = line[:1]
            if first == "#" and (found := _HASHES.match(line)):
                out[number] = f"{found[0]}\x02L{number}\x03{line[found.end() :]}"
            elif first in ("=", "-") and number and (found := _UNDERLINE.match(line)):
                above = lines[number - 1].strip()
                # Under a line that begins or ends with a pipe it may be the second row of a table.
                if above and above[0] != "|" and above[-1] != "|":
                    out[number] = f"{found[1]}\x02L{number - 1}\x03{found[2]}"
        return out


_HASHES: Final = re.compile(r"#{1,6}(?= )")
_UNDERLINE: Final = re.compile(r"(=+|-+)([ ]*)$")
_PIPED: Final = re.compile(r"\[\[[^\[\]]*\]\]|\{\{[^{}]*\}\}")


def _hide_pipes(found: "re.Match[str]") -> str:
    return found[0].replace("|", _PIPE)


class _HtmlBlocks(Preprocessor):
    """Takes blocks of HTML out, as Python-Markdown does, but a tag that nobody closes ends before the next heading.

    There it would go on to the end of the text: a forgotten `</div>` in one section would undo all that follow.
    """

    def run(self, lines: list[str]) -> list[str]:
        """The lines with a placeholder for each block."""
        parts: list[str] = []
        for _ in range(_MAX_UNCLOSED):
            html = _Html(self.md)
            cut = html.read(lines)
            if not cut:
                return "".join([*parts, *html.cleandoc]).split("\n")
            head = _Html(self.md)
            head.read(lines[:cut])
            parts += [*head.cleandoc, "\n\n"]
            lines = lines[cut:]
        line = next((int(found[1]) + 1 for text in lines if (found := _LINE_MARK.search(text))), None)
        raise ShapeError("tags", line, f"More than {_MAX_UNCLOSED} HTML tags before here are never closed.")


_MAX_UNCLOSED: Final = 30
_MARKED_HEADING: Final = re.compile("#{1,6}\x02L")


class _Html(HTMLExtractorExtra):
    """Python-Markdown's reader of HTML, which also knows where the block it is in began."""

    mdstack: list[str]
    opened = 0

    def read(self, lines: list[str]) -> int:
        """Read all of it; when a block is still open, forget that and say before which later heading to end it."""
        stash = self.md.htmlStash
        known = stash.html_counter
        self.feed("\n".join(lines))
        cut = 0
        if self._is_open():
            cut = next((n for n in range(self.opened, len(lines)) if _MARKED_HEADING.match(lines[n])), 0)
        if cut:
            del stash.rawHtmlBlocks[known:]
            stash.html_counter = known
        else:
            self.close()
        return cut

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        """Remember the line when this opens a block and none is open."""
        was_open = self._is_open()
        super().handle_starttag(tag, attrs)
        if not was_open:
            self.opened = self.lineno

    def _is_open(self) -> bool:
        return bool(self.stack or self.mdstack)


class _HashHeading(BlockProcessor):
    """`# Heading`, all of a block in one go: Python-Markdown's own needs no space and is quadratic in their number."""

    RE = re.compile(rf"^(#{{1,6}}){_LINE}[ ]++(?!#++[ ]*$)(.+)$", re.M)

    def __init__(self, blockparser: BlockParser, parser: Parser) -> None:
        super().__init__(blockparser)
        self.owner = parser

    def test(self, parent: ET.Element, block: str) -> bool:
        """Whether there is a heading in the block."""
        return "#" in block and bool(self.RE.search(block))

    def run(self, parent: ET.Element, blocks: list[str]) -> None:
        """Make the first heading; each other one, and what is between them, becomes a block of its own."""
        block = blocks.pop(0)
        first, *others = self.RE.finditer(block)
        if before := block[: first.start()].rstrip("\n"):
            self.parser.parseBlocks(parent, [before])
        element = ET.SubElement(parent, f"h{len(first[1])}")
        element.text = _without_closing_hashes(first[3])
        if first[2]:
            self.owner.headings[element] = Heading(int(first[2]), len(first[1]), element.text, underlined=False)
        rest: list[str] = []
        position = first.end() + 1
        for other in others:
            rest += [block[position : other.start()].rstrip("\n"), other[0]]
            position = other.end() + 1
        rest.append(block[position:])
        loose = self.parser.state.isstate("looselist")
        for piece in reversed(rest):
            if piece:
                blocks.insert(0, self.looseDetab(piece) if loose else piece)


def _without_closing_hashes(text: str) -> str:
    text = text.strip()
    bare = text.rstrip("#")
    return bare + "#" if bare.endswith("\\") and bare != text else bare.rstrip()


class _UnderlinedHeading(BlockProcessor):
    RE = re.compile(rf"(.*)\n(=+|-+){_LINE}[ ]*(?:\n|$)")

    def __init__(self, blockparser: BlockParser, parser: Parser) -> None:
        super().__init__(blockparser)
        self.owner = parser

    def test(self, parent: ET.Element, block: str) -> bool:
        """Whether the block's second line underlines its first."""
        return bool(self.RE.match(block))

    def run(self, parent: ET.Element, blocks: list[str]) -> None:
        """Make the heading; what follows is parsed next."""
        block = blocks.pop(0)
        found = self.RE.match(block)
        if not found:  # `test` said so, and nothing is between the two
            raise AssertionError(block)
        level = 1 if found[2][0] == "=" else 2
        element = ET.SubElement(parent, f"h{level}")
        element.text = found[1].strip()
        if found[3]:
            self.owner.headings[element] = Heading(int(found[3]), level, element.text, underlined=True)
        if rest := block[found.end() :]:
            blocks.insert(0, rest)


class _Comments(InlineProcessor):
    """A comment within a paragraph says nothing, so that what it quotes isn't read as a mark."""

    def handleMatch(self, m: "re.Match[str]", data: str) -> Found:  # type: ignore[override]  # noqa: N802
        """Nothing, in its place."""
        return "", m.start(0), m.end(0)


class _MarkProcessor(InlineProcessor):
    """Makes tokens of what it matches. (`handleMatch` has two arguments in Python-Markdown's own processors, too.)"""

    def __init__(self, pattern: str, md: markdown.Markdown, parser: Parser) -> None:
        super().__init__(pattern, md)
        self.owner = parser

    def plain(self, text: str) -> str:
        """What an author meant by the characters: escapes, entities and code spans taken back."""
        text = _ESCAPED.sub(lambda found: chr(int(found[1])), self.unescape(text))
        return NONCHARACTERS.sub("", unescape(text.replace(_PIPE, "|"))).replace("\n", " ").strip()


_ESCAPED: Final = re.compile("\x02([0-9]{1,6})\x03")
_LINK: Final = re.compile(rf"\[\[([^\[\]\n|{_PIPE}]{{1,600}})(?:[|{_PIPE}]([^\[\]]{{0,600}}))?\]\]")
_TRAIL: Final = re.compile("[a-z]{1,30}")
_FILE: Final = re.compile(
    rf"\[\[\s*(?:file|image)\s*:([^\[\]\n|{_PIPE}]{{1,300}})((?:[^\[\]]|\[\[?[^\[\]]{{0,300}}\]\]?){{0,2000}})\]\]",
    re.I,
)
_CATEGORY: Final = re.compile(r"\s*category\s*:", re.I)


class _WikiLinks(_MarkProcessor):
    """`[[Title#Section|label]]`, `[[:Category:Name]]`; `[[Category:Name|sort]]`; `[[File:name|caption]]`."""

    def handleMatch(self, m: "re.Match[str]", data: str) -> Found:  # type: ignore[override]  # noqa: N802
        """The token of the mark, or nothing when this is none."""
        if found := _FILE.match(data, m.start()):
            caption = self.plain(re.split(rf"[|{_PIPE}]", found[2])[-1])
            return self.owner.token(Mark("F", (self.plain(found[1]), caption))), m.start(), found.end()
        if found := _LINK.match(data, m.start()):
            mark = self._mark(self.plain(found[1]), None if found[2] is None else self.plain(found[2]))
            if mark and mark.kind == "L" and (trail := _TRAIL.match(data, found.end())):
                # As in MediaWiki, `[[lung]]s` is one word: the letters behind the mark belong to the link.
                longer = Mark("L", (*mark.fields[:3], mark.fields[3] + trail[0]))
                return self.owner.token(longer), m.start(), trail.end()
            if mark:
                return self.owner.token(mark), m.start(), found.end()
        return None, None, None

    def _mark(self, target: str, label: str | None) -> Mark | None:
        if not _CATEGORY.match(target):
            return link_mark(target, label)
        try:
            return Mark("G", (titles.parse(target).title, label or ""))
        except titles.TitleError:
            return None


class _Templates(_MarkProcessor):
    """`{{stub|topic}}` and `{{any other template|...}}` within a paragraph."""

    def handleMatch(self, m: "re.Match[str]", data: str) -> Found:  # type: ignore[override]  # noqa: N802
        """The token of the mark, or nothing when this is none."""
        end = template_end(data, m.start())
        mark = template_mark(self.plain(data[m.start() + 2 : end - 2])) if end else None
        return (self.owner.token(mark), m.start(), end) if mark else (None, None, None)


class _BlockTemplates(Preprocessor):
    """A template that begins a line may go over many, blank ones too: it is read before they are parsed."""

    def __init__(self, md: markdown.Markdown, parser: Parser) -> None:
        super().__init__(md)
        self.owner = parser

    def run(self, lines: list[str]) -> list[str]:
        """The lines with each such template replaced by its token."""
        text = "\n".join(lines)
        if "{{" not in text:
            return lines
        parts, position = [], 0
        for found in re.finditer(r"^[ ]{0,3}(?=\{\{)", text, re.M):
            end = template_end(text, found.end()) if found.start() >= position else 0
            if end and "\n" in text[found.end() : end] and not self._in_code(text, found.start()):
                body = _LINE_MARK.sub("", text[found.end() + 2 : end - 2]).replace(_PIPE, "|")
                if mark := template_mark(unescape(body)):
                    parts += [text[position : found.start()], self.owner.token(mark)]
                    position = end
        return "".join([*parts, text[position:]]).split("\n")

    @staticmethod
    def _in_code(text: str, position: int) -> bool:
        paragraph = text.rfind("\n\n", 0, position) + 1
        return text.count("`", paragraph, position) % 2 == 1


_BRACES: Final = re.compile(r"\{\{|\}\}")
_MAX_TEMPLATE: Final = 20_000


def template_end(text: str, start: int) -> int:
    """Where the template that begins at `start` ends, those within it passed over; 0 when it doesn't end soon."""
    depth = 0
    for found in _BRACES.finditer(text, start, start + _MAX_TEMPLATE):
        depth += 1 if found[0] == "{{" else -1
        if depth == 0:
            return found.end()
    return 0


def template_mark(body: str) -> Mark | None:
    """What `{{body}}` is: a stub with its topic (medicine when none is named), or another template with its name."""
    name, _, rest = body.partition("|")
    name = " ".join(name.split())[:100]
    if name.casefold() == "stub":
        return Mark("S", (" ".join(rest.partition("|")[0].split())[:100] or "medicine",))
    return Mark("T", (name,)) if name and not name.startswith("#") else None


_SOURCE: Final = re.compile(r"@(?:(pmid):\s*([0-9]{1,9})|(doi):\s*(10\.[0-9]{1,9}(?:\.[0-9]+)*/\S{1,500}))", re.I)


class _Citations(_MarkProcessor):
    """`[@pmid:123]`, `[@doi:10.1/x]`, several of them parted by semicolons; all must be right, or it stays as typed."""

    def handleMatch(self, m: "re.Match[str]", data: str) -> Found:  # type: ignore[override]  # noqa: N802
        """A token for each source."""
        sources = [_SOURCE.fullmatch(item.strip()) for item in re.split(r";\s*(?=@)", "@" + self.plain(m[1]))]
        tokens = "".join(self.owner.token(Mark("C", source_of(found))) for found in sources if found)
        return (tokens, m.start(), m.end()) if all(sources) else (None, None, None)


def source_of(found: "re.Match[str]") -> tuple[str, str]:
    """Kind and value: a PubMed number without leading zeros, or a DOI as written."""
    return ("pmid", found[2].lstrip("0") or "0") if found[1] else ("doi", found[4])
