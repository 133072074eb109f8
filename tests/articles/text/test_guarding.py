"""What would hang the parser is refused at once, with its line; honest texts are not."""

import time

import pytest

from articles.text import guarding, parsing
from articles.text.guarding import ShapeError

REFUSED = {
    "brackets": [
        "[" * 10_000, "![" * 5_000, "[" * 5_000 + "]" * 5_000, "{{" * 5_000, ("[" + "x" * 1200) * 390,
        "[a](" * 2_500, "[a](()" * 2_500, "[a](" * 2_500 + ")" * 2_500,
    ],
    "references": ["[^1] " * 2_000 + "\n\n[^1]: x\n"],
    "definitions": ["a\n: b\n" * 5_000],
    "abbreviations": ["".join(f"*[A{i}]: x\n" for i in range(300))],
    "backticks": ["``` " * 2_000],
    "blanks": ["```" + " " * 10_000, "a" + " " * 500 + "b"],
    "nesting": [
        "".join("    " * i + "- a\n" for i in range(100)), ">" * 1_000 + "a", "- " * 200 + "a", "<div>" * 5_000,
        "<b>" * 100,
        "<a " * 3_500,
    ],
    "tags": ["<http://" * 20_000, "<a@" * 20_000],
    "table": ["|" * 5_000 + "\n" + "-|" * 5_000 + "\n" + "|a\n" * 10_000],
    "lines": ["x\n" * 20_001],
    "headings": ["## h\n\na\n\n" * 10_000],
    "growth": [
        "[a]: http://x/" + "a" * 40_000 + "\n\n" + "[a] " * 2_000, "*[a]: " + "t" * 40_000 + "\n\n" + "a " * 2_000,
    ],
    "size": ["a" * 600_000, "é" * 300_000],
    "character": ["a\x00", "a\ud800"],
}  # fmt: skip


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, texts in REFUSED.items() for text in texts])
def test_a_text_that_would_hang_the_parser_is_refused_at_once(code, text):
    start = time.process_time()

    with pytest.raises(ShapeError) as refusal:
        parsing.parse(text)

    assert refusal.value.code == code
    assert time.process_time() - start < 2


def test_a_refusal_names_the_line():
    with pytest.raises(ShapeError, match=r"^Line 4: .*nested"):
        guarding.check_shape("a\n\nb\n" + ">" * 100 + "c\n")


@pytest.mark.parametrize(
    "text",
    [
        "<p>one\n\n" * 500,
        "p < 0.05 and q > 3\n\n" * 1_000,
        "".join(f"[^{i}]: note\n" for i in range(2_000)),
        "term\n: what it is\n\n" * 300,
        "a | b | c\n--|--|--\n" + "1 | 2 | 3\n" * 1_000,
        "array[i][j] " * 2_000,
        "[a](b) (c)\n" * 2_000,
        "".join(f"{i}) item\n" for i in range(2_000)),
        "x\n\n" * 10_000,
        "<https://example.org/a> and <someone@example.org>\n" * 200,
        "<br/><wbr />" * 200,
        "\n" * 2_000,
    ],
)
def test_an_honest_text_is_not_refused(text):
    guarding.check_shape(text)


def test_accents_without_end_are_refused_before_they_are_put_in_order():
    with pytest.raises(ShapeError, match=r"^Line 2: .*accents"):
        guarding.check_before_normalising("ok\n" + "a" + "\u0301\u0316" * 100_000)


@pytest.mark.parametrize("accent", ["\u0300", "\u0f39", "\U0001e94a"], ids=["first", "between", "last"])
def test_accents_are_counted_wherever_they_stand_in_unicode(accent):
    several = accent * 15 + "\u0301" * 16
    with pytest.raises(ShapeError, match=r"^Line 2: .*accents"):
        guarding.check_before_normalising(f"Plain.\n\u00e4\u4e2d{several} \u4e2d")
    guarding.check_before_normalising(f"Plain.\n\u00e4\u4e2d{several[1:]} \u4e2d")


@pytest.mark.parametrize("blanks", [" " * 401, "\t" * 401, " \t" * 200 + " "], ids=["blanks", "tabs", "both"])
def test_blanks_in_a_row_are_counted_whatever_they_are(blanks):
    with pytest.raises(ShapeError, match=r"^Line 2: .*blanks"):
        guarding.check_shape(f"Plain.\na{blanks}b\n")
    guarding.check_shape(f"Plain.\na{blanks[1:]}b\n")


def test_an_honest_letter_may_carry_all_the_accents_that_unicode_promises_to_bear():
    guarding.check_before_normalising("a" + "\u0301" * 30 + " \u0e01\u0e34\u0e48 q\u0307\u0323")


def test_what_normalising_could_not_make_short_enough_is_refused_unread():
    with pytest.raises(ShapeError, match="longer than 512 KB"):
        guarding.check_before_normalising("a" * (4 * guarding.MAX_TEXT + 1))
