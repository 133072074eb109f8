"""How a version of an article is cited: in words for a paper, and as an entry for a bibliography. Pure functions."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple

# The styles' own months, whatever language the wiki speaks.
_MONTHS: Final = (
    ("January", "Jan"),
    ("February", "Feb"),
    ("March", "Mar"),
    ("April", "Apr"),
    ("May", "May"),
    ("June", "Jun"),
    ("July", "Jul"),
    ("August", "Aug"),
    ("September", "Sep"),
    ("October", "Oct"),
    ("November", "Nov"),
    ("December", "Dec"),
)
# APA names all of twenty authors; of more, the first nineteen and the last.
_NAMED_BY_APA: Final = 20
# AMA and Vancouver name all of six; of more, AMA the first three and Vancouver the first six.
_NAMED_WHOLE: Final = 6
# As words, because BibTeX counts even braces that stand behind a backslash.
_TEX: Final = {
    "\\": r"\textbackslash{}",
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{character: f"\\{character}" for character in "$&#%_"},
}


@dataclass(frozen=True)
class Citable:
    """What is cited: one version of an article, and when it was read; `edit` is the version's number in the wiki.

    `authors` stand in the order of what they wrote of it; an empty name is all who have none to be cited by.
    """

    title: str
    site: str
    authors: tuple[str, ...]
    edit: int
    changed: date
    read: date
    address: str

    @property
    def names(self) -> tuple[str, ...]:
        """The authors; those without a name are the wiki's contributors."""
        return tuple(name or f"{self.site} contributors" for name in self.authors or ("",))


class Entry(NamedTuple):
    """A bibliography's kind of entry: the ending of its file, and who writes it."""

    ending: str
    of: Callable[[Citable], str]


def apa(cited: Citable) -> str:
    """As the American Psychological Association's seventh edition cites a page of a wiki."""
    names = _listed(cited.names, "& ")
    if len(cited.names) > _NAMED_BY_APA:
        names = ", ".join([*cited.names[: _NAMED_BY_APA - 1], f". . . {cited.names[-1]}"])
    return (
        f"{_ended(names)} ({_american(cited.changed, year_first=True)}). {_ended(cited.title)} In {_ended(cited.site)} "
        f"Retrieved {_american(cited.read)}, from {cited.address}"
    )


def ama(cited: Citable) -> str:
    """As the American Medical Association's eleventh edition cites a web page."""
    names = ", ".join(cited.names) if len(cited.names) <= _NAMED_WHOLE else ", ".join(cited.names[:3]) + ", et al"
    return (
        f"{_ended(names)} {_ended(cited.title)} {_ended(cited.site)} Updated {_american(cited.changed)}. "
        f"Accessed {_american(cited.read)}. {cited.address}"
    )


def vancouver(cited: Citable) -> str:
    """As the National Library of Medicine (the "Vancouver" style) cites a page on the internet."""
    names = ", ".join(cited.names[:_NAMED_WHOLE]) + (", et al" if len(cited.names) > _NAMED_WHOLE else "")
    return (
        f"{_ended(names)} {cited.title} [Internet]. {cited.site}; {_short(cited.changed)} "
        f"[cited {_short(cited.read)}]. Available from: {cited.address}"
    )


def bibtex(cited: Citable) -> str:
    r"""As an entry for BibTeX or biber, in UTF-8.

    Titles stand in two pairs of braces, so that no style makes small letters of "HIV"; names do, too, so that no comma
    and no "and" in them parts them. All are named: how many are shown is for the style of the bibliography.
    """
    fields = {
        "author": " and ".join(f"{{{_tex(name)}}}" for name in cited.names),
        "title": f"{{{_tex(cited.title)}}}",
        "howpublished": _tex(cited.site),
        "year": str(cited.changed.year),
        "month": str(cited.changed.month),
        "day": str(cited.changed.day),
        "url": cited.address,
        "urldate": cited.read.isoformat(),
        "note": f"Accessed {_american(cited.read)}",
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items()]
    return "\n".join([f"@misc{{{file_name(cited)},", *lines, "}\n"])


def ris(cited: Citable) -> str:
    """As an entry in the RIS format, which most reference managers read: an article of an encyclopedia."""
    tags = [
        ("TY", "ENCYC"),
        *(("AU", name) for name in cited.names),
        ("TI", cited.title),
        ("T2", cited.site),
        ("PY", str(cited.changed.year)),
        ("DA", cited.changed.strftime("%Y/%m/%d")),
        ("Y2", cited.read.strftime("%Y/%m/%d")),
        ("UR", cited.address),
        ("ER", ""),
    ]
    return "".join(f"{tag}  - {_one_line(value)}\r\n" for tag, value in tags)


ENTRIES: Final = {"bibtex": Entry("bib", bibtex), "ris": Entry("ris", ris)}


def file_name(cited: Citable) -> str:
    """A name for the entry and its file, of plain letters whatever the title is written in.

    >>> when = date(2026, 5, 1)
    >>> file_name(Citable("Ménière's disease", "MedWiki", (), 7, when, when, "https://wiki.example/"))
    'medwiki-meniere-s-disease-7'
    """
    words = unicodedata.normalize("NFKD", f"{cited.site} {cited.title}").encode("ascii", "ignore").decode().casefold()
    # An accent that stood by itself leaves nothing behind; what isn't a letter or a digit parts words.
    return "-".join([*re.findall(r"[a-z0-9]+", words), str(cited.edit)])


def _listed(names: Sequence[str], last: str) -> str:
    """Names in a row, `last` before the last one."""
    return ", ".join([*names[:-1], last + names[-1]]) if len(names) > 1 else names[0]


def _ended(words: str) -> str:
    """The words with a full stop, unless they end a sentence by themselves.

    >>> _ended("What is pain?")
    'What is pain?'
    """
    return words if words.endswith((".", "?", "!")) else f"{words}."


def _american(day: date, *, year_first: bool = False) -> str:
    month = _MONTHS[day.month - 1][0]
    return f"{day.year}, {month} {day.day}" if year_first else f"{month} {day.day}, {day.year}"


def _short(day: date) -> str:
    return f"{day.year} {_MONTHS[day.month - 1][1]} {day.day}"


def _tex(words: str) -> str:
    return "".join(_TEX.get(character, character) for character in _one_line(words))


def _one_line(words: str) -> str:
    return " ".join(words.split())
