"""Where links and abbreviations are defined, and which of them only a part of a text uses."""

import time

import pytest

from articles.text import definitions
from articles.text.parsing import Parser


def labels_of(text: str) -> list[tuple[str, str]]:
    return [(one.kind, one.labels[0]) for one in definitions.look_alikes_of(text)]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[A b]: /x\n", [("link", "a b")]),
        ('[a]: /x "t"\n[b]: <y>\n', [("link", "a"), ("link", "b")]),
        ('[a]:\n  /x\n  "t"\n*[CT] : t\n', [("link", "a"), ("abbreviation", "CT")]),
        ('[a]: /x"two words"\n', [("link", "a")]),
        ("> - *[CT]: t\n", [("abbreviation", "CT")]),
        ("[^a]: a note\n[a]: so he said\nx [a]: /x\n*[CT]:\n", []),
        ("[a]:\n[^1]: /x\n", []),
        ("[a]:\n*[CT]: t\n", [("abbreviation", "CT")]),
    ],
)
def test_definitions_are_found(text: str, found: list[tuple[str, str]]):
    assert labels_of(text) == found


@pytest.mark.parametrize(
    "text", ["[a]: /x\n", "[a]:\n/x\n'y'\n", "x\n[A]: /x (y)\n", "> [a]:\n> /x\n", "- [a]: /x'y z'\n"]
)
def test_what_the_parser_takes_for_a_definition_is_one(text: str):
    parser = Parser()
    parser.parse(text)
    assert [("link", label) for label in parser.md.references] == labels_of(text)


def test_a_definition_has_its_place_and_its_words():
    (one,) = definitions.look_alikes_of('Dust.\n> [a]:\n> /x\n> "y"\nMore.\n')
    assert (one.line, one.end, one.column, one.text, one.words) == (
        1,
        4,
        2,
        '[a]:\n> /x\n> "y"\n',
        '\n> /x\n> "y"\n',
    )


def test_only_what_the_one_may_use_and_the_other_does_not_is_said():
    among = definitions.look_alikes_of("[a]: /x\n[b]: /x\n*[CT]: t\n*[MRI]: t\n[c]: /x\n")
    found = definitions.used_only_in("[a] [b] CT MRI", "see [b] and MRI", among)
    assert [one.labels[0] for one in found] == ["a", "CT"]


@pytest.mark.parametrize(
    "text",
    [
        '[a]: "' + '"' * 200_000 + "x\n",
        "*[a\n" * 50_000,
        "[a\n" * 50_000,
        "[a]:\n" * 50_000,
        "> " * 100_000 + "\n",
        "*[a]: b\n" * 40_000,
    ],
)
def test_no_text_takes_long(text: str):
    began = time.monotonic()
    definitions.used_only_in(text, text, definitions.look_alikes_of(text))
    assert time.monotonic() - began < 5


def test_many_abbreviations_with_the_same_beginning_are_looked_for_at_once():
    among = definitions.look_alikes_of("".join(f"*[CT {number}]: t\n" for number in range(5_000)))
    text = "CT 4000x. " * 5_000 + "CT 17."
    began = time.monotonic()
    left = definitions.used_only_in("CT", text, among)
    assert len(left) == 4_999 and time.monotonic() - began < 5
