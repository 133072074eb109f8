"""Masking: code and comments go out of sight, everything else stays where it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.text import masking

HIDDEN = masking.HIDDEN
MARKS = st.lists(st.sampled_from(["`", "``", "```", "~~~", "\n", "\n\n", "<!--", "-->", "<pre>", "</pre>", "a", " "]))


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a `b` c", "a ??? c"),
        ("a `b c", "a `b c"),
        ("a ``b ` c`` d", "a ????????? d"),
        ("`one\n\nother`", "`one\n\nother`"),
        ("```\nb\n```\nc", "???\n?\n???\nc"),
        ("```py\nb\n```", "?????\n?\n???"),
        ("```\nnever closed", "```\nnever closed"),
        ("~~~\n```\n~~~\na", "???\n???\n???\na"),
        ("a <!-- b\nc --> d", "a ??????\n????? d"),
        ("a <!-- b", "a <!-- b"),
        ("<pre>b</pre> <nowiki>c</nowiki>", "???????????? ??????????????????"),
        ("`<!--` b -->", "?????? b -->"),
    ],
)
def test_code_and_comments_are_hidden_and_nothing_else(text: str, seen: str):
    assert masking.masked(text).replace(HIDDEN, "?") == seen


@given(MARKS)
def test_each_character_stays_in_its_place(marks: list[str]):
    text = "".join(marks)
    hidden = masking.masked(text)
    assert len(hidden) == len(text)
    assert all(there in (HIDDEN, was) for there, was in zip(hidden, text, strict=True))
    assert hidden.count("\n") == text.count("\n")


@given(MARKS)
def test_what_was_taken_out_is_put_back_byte_for_byte(marks: list[str]):
    text = "".join(marks)
    assert masking.put_back(*masking.taken_out(text)) == text


def test_no_text_can_forge_the_token_of_a_piece():
    outside, kept = masking.taken_out(f"{HIDDEN}7{HIDDEN} `a`")
    assert masking.put_back(outside, kept) == "7 `a`"
