"""Search in a dictionary: for tests that need no database, and as the plainest reading of the protocol."""

import math
from collections import Counter
from collections.abc import Iterable, Iterator

from articles.search.base import (
    MAX_FOUND,
    Document,
    DocumentRow,
    Found,
    Name,
    Question,
    folded_name,
    name_rows,
    root_of,
    words_of,
)


class MemorySearch:
    """The protocol over a dictionary of documents; every question reads them all."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._documents: dict[int, Document] = {}

    def find(self, question: Question, *, first: int, most: int) -> Found:
        """Return documents by how rare their matching terms are, and how often they stand there."""
        terms = [" ".join(root_of(word) for word in term.flat.split()) for term in question.terms]
        texts = {number: _rooted(document) for number, document in self._documents.items()}
        counts = {number: Counter({term: text.count(f" {term} ") for term in terms}) for number, text in texts.items()}
        known = Counter(term for count in counts.values() for term in +count)
        scored = []
        for number, count in counts.items():
            score = sum(math.log1p(len(texts) / known[term]) * (n / (n + 1.2)) for term, n in (+count).items())
            whole = question.folded in {folded_name(name) for name in _names_of(self._documents[number])}
            if self._documents[number].namespace != "article":
                score /= 2
            if score:
                scored.append((-score * (4 if whole else 1), number))
        page = tuple(self._documents[number] for _, number in sorted(scored)[:MAX_FOUND][first : first + most])
        return Found(page, len(scored) if len(scored) <= MAX_FOUND else None)

    def named(self, namespace: str, folded: str) -> list[Name]:
        """Return the names that fold to this, titles first."""
        names = [name for name in self._names(namespace) if folded_name(name.name) == folded]
        return sorted(names, key=lambda name: (name.is_alias, name.article_id))

    def suggest(self, namespace: str, folded: str, limit: int) -> list[Name]:
        """Return all names that begin so, then those with a word that does, then those with some of its trigrams."""
        wanted = _grams(folded)
        ranked = []
        for name in self._names(namespace):
            own = folded_name(name.name)
            shared = len(wanted & _grams(own))
            tier = 1 if own.startswith(folded) else 2 if folded in own else 3
            if tier < 3 or shared:
                ranked.append((tier, -shared if tier == 3 else 0, name.is_alias, len(name.name), name.name, name))
        return [name for *_, name in sorted(ranked)[: 3 * limit]]

    def index(self, document: Document) -> None:
        """Keep the document."""
        self._documents[document.article_id] = document

    def forget(self, article_id: int) -> None:
        """Drop the document, if there is one."""
        self._documents.pop(article_id, None)

    def forget_remains(self) -> None:
        """Nothing is kept aside."""

    def rebuild(self, documents: Iterable[Document]) -> None:
        """Keep these and no others."""
        self._documents = {document.article_id: document for document in documents}

    def indexed(self, article_id: int) -> tuple[DocumentRow, set[tuple[str, bool, str]]] | None:
        """Return the document as a database would keep it."""
        document = self._documents.get(article_id)
        if document is None:
            return None
        return DocumentRow.of(document), {row[2:] for row in name_rows(document)}

    def indexed_after(self, article_id: int, most: int) -> list[int]:
        """Return the next articles by their ids."""
        return sorted(number for number in self._documents if number > article_id)[:most]

    def faults(self) -> list[str]:
        """There is no index beside the documents."""
        return []

    def index_again(self) -> None:
        """Nothing to do, as above."""

    def _names(self, namespace: str) -> Iterator[Name]:
        for document in self._documents.values():
            if document.namespace == namespace:
                for name in _names_of(document):
                    is_alias = name != document.title
                    yield Name(document.article_id, namespace, document.title, name, is_alias, document.description)


def _names_of(document: Document) -> tuple[str, ...]:
    return (document.title, *document.aliases)


def _rooted(document: Document) -> str:
    """All words of a document without their endings, spaced so that phrases can be looked for; names count thrice."""
    texts = [*_names_of(document) * 3, *(f"{section.heading} {section.plain}" for section in document.sections)]
    return "".join("  " + "  ".join(map(root_of, words_of(text))) + "  \n" for text in texts).replace("  ", " ")


def _grams(folded: str) -> set[str]:
    return {folded[at : at + 3] for at in range(len(folded) - 2)}
