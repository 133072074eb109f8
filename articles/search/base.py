"""What search is made of: documents, questions and answers, and the protocol that every backend keeps."""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, islice
from typing import Final, NamedTuple, Protocol

MAX_QUESTION: Final = 1_000
MAX_TERMS: Final = 32
# No word is longer; PostgreSQL refuses to look for one of 2 KB.
MAX_WORD: Final = 100
# How far one may page: what lies further down nobody reads, and ranking it would cost the same as the first page.
MAX_FOUND: Final = 500

_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]")
_WORD: Final = re.compile(r"[^\W_]+")
# What people hold together by writing it together is a phrase: COVID-19, it's, 1.5.
_WRITTEN_TOGETHER: Final = re.compile(r"[^\W_]+(?:[-‐‑–'’.][^\W_]+)*")
_QUOTED: Final = re.compile(r'["“”„]([^"“”„]*)["“”„]')
_ENDING: Final = re.compile(r"(?:ically|ations?|ments?|ings?|ical|ies|ied|ers?|ed|es|ly|al|ic|s|y|e)$")
_STOP_WORDS: Final = {
    "en": frozenset(
        # A text, since a list of so many words would fill a screen.
        """a about after all also an and any are as at be been being between but by can could did do does doing during
        for from had has have having he her here him his how i if in into is it its me more most my no nor not of off
        on only or other our out over own same she should so some such than that the their them then there these they
        this those through to too under until up very was we were what when where which while who whom why will with
        would you your""".split()  # noqa: SIM905
    )
}


class SectionText(NamedTuple):
    """A section as found and quoted: its permanent id (the lead may have none), anchor, heading, and plain text."""

    section_id: int | None
    anchor: str
    heading: str
    plain: str


@dataclass(frozen=True, slots=True)
class Document:
    """What the index keeps of an article; `aliases` are titles of redirects to it, `sections` begin with the lead."""

    article_id: int
    namespace: str
    title: str
    aliases: tuple[str, ...]
    description: str
    sections: tuple[SectionText, ...]


class SnippetPart(NamedTuple):
    """A piece of an excerpt, plain text, and whether it is something that was asked for."""

    text: str
    match: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """An article found, the section that answers best (lead: no heading, no anchor), and its words around the match.

    `via` is the other title that matched when the article's own doesn't say why it was found, else "".
    """

    article_id: int
    namespace: str
    title: str
    full_title: str
    heading: str
    anchor: str
    section_id: int | None
    snippet: tuple[SnippetPart, ...]
    via: str


@dataclass(frozen=True, slots=True)
class Results:
    """One page of hits; `total_known` is None when there are too many to count; `exact` is a full title to go to."""

    hits: tuple[Hit, ...]
    has_next: bool
    total_known: int | None
    exact: str | None


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A page that the typed letters may mean; `via` is its other title when that is the one that fits, else ""."""

    full_title: str
    description: str
    via: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """A word to look for, or several that must follow each other; spelled as typed."""

    words: tuple[str, ...]

    @property
    def flat(self) -> str:
        """The words in the form that `flat` gives them, with single spaces."""
        return flat(" ".join(self.words))


@dataclass(frozen=True, slots=True)
class Question:
    """What was typed, as backends need it: the terms without stop words, and all its words folded like a name."""

    terms: tuple[Term, ...]
    folded: str


class Name(NamedTuple):
    """A title or alias as the index keeps it, with the article that it leads to."""

    article_id: int
    namespace: str
    title: str
    name: str
    is_alias: bool
    description: str


class Found(NamedTuple):
    """The documents of one page in order, and how many matched (None: more than MAX_FOUND, not counted)."""

    documents: tuple[Document, ...]
    total: int | None


class SearchBackend(Protocol):
    """A place that documents are kept in and found. Writes belong to the caller's transaction."""

    def find(self, question: Question, *, first: int, most: int) -> Found:
        """Return at most `most` documents from position `first` of those with any of the terms, best first."""

    def named(self, namespace: str, folded: str) -> list[Name]:
        """Return the names of a namespace that `folded_name` makes equal."""

    def suggest(self, namespace: str, folded: str, limit: int) -> list[Name]:
        """Return names that begin so, then those with a word that does, then similar ones; several of one article."""

    def index(self, document: Document) -> None:
        """Put the document in the place of what was known of the article."""

    def forget(self, article_id: int) -> None:
        """Remove the article; an unknown one is no error."""

    def forget_remains(self) -> None:
        """Give up what the index keeps aside of documents that were forgotten."""

    def rebuild(self, documents: Iterable[Document]) -> None:
        """Forget everything and index these, in one go."""

    def indexed(self, article_id: int) -> "tuple[DocumentRow, set[tuple[str, bool, str]]] | None":
        """Return what is kept of an article: its row, and of each name the name, whether it is an alias, and folded."""

    def indexed_after(self, article_id: int, most: int) -> list[int]:
        """Return at most so many articles that are kept, with higher ids than this one, in order."""

    def faults(self) -> list[str]:
        """Return the names of indexes that no longer say what is kept; empty when all is well."""

    def index_again(self) -> None:
        """Make the database's own indexes anew of what is kept."""


def ask(query: str, language: str) -> Question:
    """Make a question of anything typed; without words it has no terms, and finds nothing.

    >>> [term.flat for term in ask('what is "acute asthma" in COVID-19?', "en").terms]
    ['acute asthma', 'covid 19']
    """
    query = unicodedata.normalize("NFC", storable(query[:MAX_QUESTION]))
    quoted = [match[1] for match in _QUOTED.finditer(query)]
    groups = [*quoted, *_WRITTEN_TOGETHER.findall(_QUOTED.sub(" ", query))]
    terms = {term.flat: term for group in groups if (term := _term(group)).words}
    stop_words = _STOP_WORDS.get(language.partition("-")[0], frozenset[str]())
    telling = [term for name, term in terms.items() if name not in stop_words]
    # "The Who" is a fair question too.
    return Question(tuple((telling or list(terms.values()))[:MAX_TERMS]), folded_name(query))


def _term(group: str) -> Term:
    return Term(tuple(word for word in _WORD.findall(group) if len(word) <= MAX_WORD))


def flat(text: str) -> str:
    """The text in small letters without accents, each character in its old place, so that positions hold for both."""
    # The dotted capital I is the one letter whose small form is two characters.
    small = text.replace("İ", "I").lower()
    return small if small.isascii() else _NOT_ASCII.sub(lambda found: _without_accents(found[0]), small)


@lru_cache(maxsize=4096)
def _without_accents(letter: str) -> str:
    parts = unicodedata.normalize("NFD", letter)
    # Hangul syllables come apart into letters, not into a letter and its marks: they stay whole.
    return parts[0] if all(unicodedata.combining(mark) for mark in parts[1:]) else letter


def words_of(text: str) -> list[str]:
    """The words of a text in flat letters: what lies between anything that is no letter and no digit."""
    return _WORD.findall(flat(text))


def folded_name(name: str) -> str:
    """The form in which titles are looked up and begun: a space before each word, so that words can be begun too.

    >>> folded_name("COVID-19 (disease)")
    ' covid 19 disease'
    """
    return "".join(f" {word}" for word in words_of(unicodedata.normalize("NFC", name)))


def root_of(word: str) -> str:
    """What a flat word shares with its other forms, roughly: for marking, and where no stemmer is at hand."""
    root = _ENDING.sub("", word)
    return root if len(root) > 3 else word


def storable(text: str) -> str:
    """The text without what a database refuses: NUL and lone surrogates."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")


def enough(counted: Mapping[str, int], most: int) -> dict[str, int]:
    """Of terms and how many documents have each, the rarest first, so many that at most `most` are found; one at least.

    >>> enough({"mesotherapy": 20, "fat": 700, "skin": 4_000}, 1_000)
    {'mesotherapy': 20, 'fat': 700}
    """
    fitting = sum(1 for total in accumulate(counted.values()) if total <= most)
    return dict(islice(counted.items(), max(fitting, 1)))


# --- Documents in tables -----------------------------------------------------------------------------------------
class DocumentRow(NamedTuple):
    """A document as both databases store it: the lead, the other sections' text in one piece, and where they end.

    `names` holds the title and all aliases for the index; `exact` the same, folded and fenced, to look for whole ones.
    """

    article_id: int
    namespace: str
    title: str
    description: str
    exact: str
    names: str
    lead: str
    headings: str
    body: str
    parts: str

    @classmethod
    def of(cls, document: Document) -> "DocumentRow":
        """Return the row of a document."""
        lead, *others = document.sections or (SectionText(None, "", "", ""),)
        names = [storable(name) for name in (document.title, *document.aliases)]
        texts = [storable(section.plain) for section in others]
        sections = [
            [section.section_id, storable(section.anchor), storable(section.heading), len(text)]
            for section, text in zip(others, texts, strict=True)
        ]
        return cls(
            document.article_id,
            document.namespace,
            names[0],
            storable(document.description),
            "".join(f"\n{folded_name(name)} \n" for name in names),
            "\n".join(names),
            storable(lead.plain),
            "\n".join(storable(section.heading) for section in others),
            "\n".join(texts),
            json.dumps({"lead": [lead.section_id, lead.anchor], "sections": sections}, ensure_ascii=False),
        )

    def document(self) -> Document:
        """Return the document of a row."""
        parts = json.loads(self.parts)
        _, *aliases = self.names.split("\n")
        lead = SectionText(parts["lead"][0], parts["lead"][1], "", self.lead)
        sections = (lead, *self._sections(parts["sections"]))
        return Document(self.article_id, self.namespace, self.title, tuple(aliases), self.description, sections)

    def _sections(self, parts: list[tuple[int | None, str, str, int]]) -> Iterator[SectionText]:
        start = 0
        for section_id, anchor, heading, length in parts:
            yield SectionText(section_id, anchor, heading, self.body[start : start + length])
            start += length + 1


def name_rows(document: Document) -> list[tuple[int, str, str, bool, str]]:
    """The rows of a document's names: article id, namespace, name, whether it is an alias, folded name."""
    names = dict.fromkeys([document.title, *document.aliases])
    return [
        (document.article_id, document.namespace, storable(name), name != document.title, folded_name(storable(name)))
        for name in names
    ]
