"""Identity and merging on the texts of two real collections, edited as people edit: nothing is lost, little clashes."""

from __future__ import annotations

import gzip
import json
import random
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from articles.text import identity, parsing, sections
from articles.text.merging import merge
from articles.text.sections import Version

pytestmark = pytest.mark.corpus

ARTICLES = 100
_HEADING = re.compile(r"(?m)^(?=#{1,5} )")


@dataclass
class Part:
    """A section on its way through edits: who it is, its heading's level and words, its paragraphs."""

    id: int | None
    level: int
    title: str
    paragraphs: list[str]

    def __str__(self) -> str:
        return f"{'#' * self.level} {self.title}\n\n" + "".join(f"{each}\n\n" for each in self.paragraphs)


def parts_of(text: str) -> list[Part]:
    """The sections of a text of headings and paragraphs."""
    parts = []
    for number, piece in enumerate(_HEADING.split(text)[1:], 1):
        heading, _, body = piece.partition("\n")
        marks, _, title = heading.partition(" ")
        parts.append(Part(number, len(marks), title.strip(), [each for each in body.strip("\n").split("\n\n") if each]))
    return parts


def text_of(parts: list[Part]) -> str:
    return "The beginning of this article.\n\n" + "".join(map(str, parts))


def is_plain(text: str) -> bool:
    """Whether its sections are what they look like: no heading inside of code or of a list."""
    whole = text_of(parts_of(text))
    return [heading.line for heading in parsing.headings_of(whole)] == [line for line, _, _ in headings_of(whole)]


def headings_of(text: str) -> list[tuple[int, int, str]]:
    """The headings of a plain text, found without a parse."""
    found = ((at, line.partition(" ")) for at, line in enumerate(text.split("\n")) if re.match("#{1,5} ", line))
    return [(at, len(marks), title.strip()) for at, (marks, _, title) in found]


def version(text: str) -> Version:
    return Version(text, sections.outline_of(text, headings_of(text)))


@pytest.fixture(scope="module")
def histories(shared_data: Path) -> list[list[Part]]:
    """The sections of articles with four sections and more, from both collections."""
    texts: list[list[Part]] = []
    for name in ("articles-nih.jsonl.gz", "articles-openstax.jsonl.gz"):
        with gzip.open(shared_data / name, "rt") as lines:
            records = [json.loads(line) for line in lines]
        found = (record.get("markdown") or record.get("text") or "" for record in records)
        plain = (text for text in found if len(text) < 40_000 and len(parts_of(text)) >= 4 and is_plain(text))
        texts += [parts_of(text) for _, text in zip(range(ARTICLES), plain, strict=False)]
    assert len(texts) > ARTICLES
    return texts


# --- Deeds -------------------------------------------------------------------------------------------------------
def changed(paragraph: str, chance: random.Random, word: str) -> str:
    """The paragraph with a tenth of its words replaced, one at least."""
    words = paragraph.split(" ")
    for at in chance.sample(range(len(words)), max(1, len(words) // 10)):
        words[at] = word
    return " ".join(words)


def edit(parts: list[Part], chance: random.Random, word: str) -> None:
    part = chance.choice([part for part in parts if part.paragraphs] or [Part(None, 2, "", ["x"])])
    at = chance.randrange(len(part.paragraphs))
    part.paragraphs[at] = changed(part.paragraphs[at], chance, word)


def add(parts: list[Part], chance: random.Random, word: str) -> None:
    part = chance.choice(parts)
    part.paragraphs.insert(
        chance.randint(0, len(part.paragraphs)), f"What {word} adds to this, in a few words of {word}."
    )


def rename(parts: list[Part], chance: random.Random, word: str) -> None:
    chance.choice(parts).title = f"What {word} calls it"


def move(parts: list[Part], chance: random.Random, word: str) -> None:
    parts.insert(chance.randrange(len(parts)), parts.pop(chance.randrange(len(parts))))


def relevel(parts: list[Part], chance: random.Random, word: str) -> None:
    part = chance.choice(parts)
    part.level = chance.choice([level for level in (2, 3, 4) if level != part.level])


def write(parts: list[Part], chance: random.Random, word: str) -> None:
    parts.insert(
        chance.randint(0, len(parts)), Part(None, 2, f"By {word}", [f"All of this was written by {word} now."])
    )


def delete(parts: list[Part], chance: random.Random, word: str) -> None:
    parts.pop(chance.randrange(len(parts)))


def done(parts: list[Part], deeds: list, chance: random.Random, word: str) -> list[Part]:
    after = [replace(part, paragraphs=list(part.paragraphs)) for part in parts]
    for deed in deeds:
        deed(after, chance, word)
    return after


# --- Identity ----------------------------------------------------------------------------------------------------
def numbered(parts: list[Part]) -> Version:
    made = version(text_of(parts))
    numbers = [0, *(part.id for part in parts)]
    entries = (replace(entry, id=number) for entry, number in zip(made.outline.entries, numbers, strict=True))
    return Version(made.text, replace(made.outline, entries=tuple(entries)))


def hits(old: list[Part], new: list[Part]) -> Iterator[tuple[int | None, int | None]]:
    """For each section of the new text: who it is, and who it was taken for."""
    found = identity.keep_ids(numbered(old), version(text_of(new)))
    yield from ((part.id, entry.id) for part, entry in zip(new, found.entries[1:], strict=True))


def precision_and_recall(pairs: list[tuple[int | None, int | None]]) -> tuple[float, float]:
    right = sum(is_one == taken for is_one, taken in pairs if is_one is not None)
    return (
        right / max(1, sum(taken is not None for _, taken in pairs)),
        right / max(1, sum(is_one is not None for is_one, _ in pairs)),
    )


@pytest.mark.parametrize(
    "deeds",
    [
        [edit, edit],
        [rename],
        [move],
        [relevel],
        [rename, edit],
        [move, rename, edit],
        [delete, write],
        [relevel, move, edit],
    ],
    ids=lambda deeds: "+".join(deed.__name__ for deed in deeds),
)
def test_sections_are_known_again_after_what_people_do_to_them(histories, deeds, record_property):
    chance = random.Random(7)
    pairs = [pair for parts in histories for pair in hits(parts, done(parts, deeds, chance, "somebody"))]
    precision, recall = precision_and_recall(pairs)
    record_property("precision, recall", f"{precision:.4f}, {recall:.4f}")
    assert min(precision, recall) >= 0.99


def parted(parts: list[Part], chance: random.Random) -> list[Part]:
    """One section in two: the first keeps the name, and is who it was."""
    new = done(parts, [], chance, "")
    at = chance.choice([at for at, part in enumerate(new) if len(part.paragraphs) > 1] or [-1])
    if at >= 0:
        half = (len(new[at].paragraphs) + 1) // 2
        new.insert(at + 1, Part(None, new[at].level, "The rest of it", new[at].paragraphs[half:]))
        new[at].paragraphs = new[at].paragraphs[:half]
    return new


def joined(parts: list[Part], chance: random.Random) -> list[Part]:
    """Two sections in one, under the name of the first."""
    new = done(parts, [], chance, "")
    at = chance.randrange(len(new) - 1)
    new[at].paragraphs += new.pop(at + 1).paragraphs
    return new


@pytest.mark.parametrize("deed", [parted, joined])
def test_sections_are_known_again_after_they_were_parted_or_joined(histories, deed, record_property):
    chance = random.Random(7)
    pairs = [pair for parts in histories for pair in hits(parts, deed(parts, chance))]
    precision, recall = precision_and_recall(pairs)
    record_property("precision, recall", f"{precision:.4f}, {recall:.4f}")
    assert min(precision, recall) >= 0.95


# --- Merging -----------------------------------------------------------------------------------------------------
def lines_of(text: str) -> set[str]:
    return {line for line in text.split("\n") if line.strip()}


def merged_by_git(folder: Path, old: str, mine: str, theirs: str) -> str | None:
    """What `git merge-file` makes of three texts; None for a conflict."""
    for name, text in (("old", old), ("mine", mine), ("theirs", theirs)):
        (folder / name).write_text(text)
    done = subprocess.run(
        ["git", "merge-file", "-p", "mine", "old", "theirs"], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.stdout if done.returncode == 0 else None


def test_at_least_as_much_is_merged_as_git_merges_and_no_line_is_lost(histories, tmp_path, record_property):
    chance = random.Random(7)
    deeds = [edit, edit, edit, add, add, rename, move, relevel, write, delete]
    ours = git = 0
    lost: list[str] = []
    for parts in histories:
        mine, theirs = (done(parts, chance.choices(deeds, k=2), chance, word) for word in ("mine", "theirs"))
        base, my_text, their_text = numbered(parts), text_of(mine), text_of(theirs)
        numbers = [part.id or 1_000 + at for at, part in enumerate(theirs)]
        for part, number in zip(theirs, numbers, strict=True):
            part.id = number
        my_version = Version(my_text, identity.keep_ids(base, version(my_text)))
        both = merge(base, my_version, numbered(theirs))
        ours += not both.clashes
        git += merged_by_git(tmp_path, base.text, my_text, their_text) is not None
        shown = lines_of(both.resolved([f"{clash.mine}\n{clash.theirs}" for clash in both.clashes]))
        bodies = [
            {line for line in lines_of(text) if not line.startswith("#")} for text in (base.text, my_text, their_text)
        ]
        lost += [
            line for line in (bodies[1] | bodies[2]) - bodies[0] if line not in shown and not is_in_words(line, shown)
        ]
        lost += (bodies[0] & bodies[1] & bodies[2]) - shown
    record_property("clean merges, ours and git's", f"{ours}, {git} of {len(histories)}")
    assert lost == []
    assert ours >= git


def is_in_words(line: str, shown: set[str]) -> bool:
    """Whether the line was merged with another change of its words: what was written into it is there."""
    return any(all(word in other for word in line.split() if word in ("mine", "theirs")) for other in shown)
