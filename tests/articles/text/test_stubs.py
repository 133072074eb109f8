"""The stub mark of a text: one of the topic asked for, and all else as it was."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.text import rendering, stubs

BODY = "Lungs.\n\n## Causes\n\nDust.\n"


@pytest.mark.parametrize(
    ("text", "topic", "expected"),
    [
        (BODY, "medicine", f"{BODY}\n{{{{stub|medicine}}}}\n"),
        ("Lungs.", "medicine", "Lungs.\n\n{{stub|medicine}}\n"),
        (f"{BODY}\n[[Category:Lungs]]\n", "surgery", f"{BODY}\n[[Category:Lungs]]\n{{{{stub|surgery}}}}\n"),
        (f"{BODY}\n{{{{Stub}}}}\n", "surgery", f"{BODY}\n{{{{stub|surgery}}}}\n"),
        ("{{stub|a}}\n\nLungs.\n\n{{stub|b}}\n", "surgery", "{{stub|surgery}}\n\nLungs.\n\n"),
        (f"{BODY}\n{{{{stub|medicine}}}} [[Category:Lungs]]\n", "", f"{BODY}\n[[Category:Lungs]]\n"),
        (f"{BODY}\n[[Category:Lungs]] {{{{stub}}}}\n", "", f"{BODY}\n[[Category:Lungs]]\n"),
        (f"{BODY}\n{{{{stub}}}}\n[[Category:Lungs]]\n", "", f"{BODY}\n[[Category:Lungs]]\n"),
        (BODY, "", BODY),
        ("", "medicine", "{{stub|medicine}}\n"),
    ],
)
def test_the_mark_is_put_in_changed_or_taken_out(text: str, topic: str, expected: str):
    assert stubs.with_topic(text, topic) == expected


@pytest.mark.parametrize("text", ["```\n{{stub|a}}\n```\n", "See {{stub|a}} there.\n", "    code\n\n{{stubborn}}\n"])
def test_what_is_code_or_within_a_sentence_stays(text: str):
    assert stubs.with_topic(text, "") == text


@given(st.lists(st.sampled_from(["Lungs.", "", "{{stub}}", "{{stub|a}}", "[[Category:A]]", "## H", "`a`"])))
def test_afterwards_the_page_is_a_stub_of_that_topic_or_none(lines: list[str]):
    text = "\n".join(lines) + "\n"
    assert rendering.render(stubs.with_topic(text, "surgery")).stub == "surgery"
    assert "{{stub" not in stubs.with_topic(text, "")


@given(st.text(alphabet="{}stub|[]# \n`a", max_size=60), st.sampled_from(["", "surgery"]))
def test_done_twice_is_done_once(text: str, topic: str):
    once = stubs.with_topic(text, topic)
    assert stubs.with_topic(once, topic) == once
