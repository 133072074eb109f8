"""Documents to be found, made in one line."""

from itertools import count

from articles.search.base import Document, SectionText

_numbers = count(1)


def document(
    title: str, *sections: str, aliases: tuple[str, ...] = (), namespace: str = "article", article_id: int = 0
) -> Document:
    """A document whose first text is the lead; others are written "Heading: text"."""
    number = article_id or next(_numbers)
    lead, *others = sections or ("",)
    parts = [text.partition(": ") for text in others]
    texts = [SectionText(number * 100 + at, heading, heading, text) for at, (heading, _, text) in enumerate(parts, 1)]
    return Document(number, namespace, title, aliases, lead[:300], (SectionText(number * 100, "", "", lead), *texts))
