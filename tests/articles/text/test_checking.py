"""Edit checks: what somebody's change brought is pointed out, with its line; what stood there before is not."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from articles.text import checking
from articles.text.checking import Around

SENTENCE = "Many words about the lungs and what they do all day long, "
ASTHMA = Around(title="Asthma", headings=("Symptoms",), missing=frozenset({"Nowhere"}))
# A code, a text that earns it, and one close to it that does not.
TABLE = [
    ("wikitext", "== Causes ==\n", "## Causes\n"),
    ("wikitext", "'''Dust'''\n", "**Dust**\n"),
    ("uncited", "It is treated with 5 mg daily.\n", "It is treated with 5 mg daily.[@pmid:24352797]\n"),
    ("uncited", "The risk is 12 percent.\n", "The risk is 12 percent.[^1]\n"),
    ("uncited", "The dose is 5 mg.\n", "The bottle holds 5 mg.\n"),
    ("uncited-claim", "Smoke causes cancer.\n", "Smoke causes cancer.[@doi:10.1093/ageing/afz199]\n"),
    ("uncited-claim", "Smoke causes cancer.\n", "Smoke rises.\n"),
    ("heading-level", "## Causes\n\n#### Indoors\n", "## Causes\n\n### Indoors\n"),
    ("duplicate-heading", "## Symptoms\n", "## Signs\n"),
    ("duplicate-heading", "## Causes\n\n## Causes\n", "## Causes\n\n## More causes\n"),
    ("link-to-nothing", "[[Nowhere]]\n", "[[Lungs]]\n"),
    ("link-to-nothing", "[[#Nowhere]]\n", "[[#Symptoms]]\n"),
    ("link-to-itself", "[[Asthma]]\n", "[[Asthma#Symptoms]]\n"),
    ("image-without-words", "![](/lung.png)\n", "![A lung](/lung.png)\n"),
    ("image-without-words", "[[File:Lung.png]]\n", "[[File:Lung.png|A lung]]\n"),
    ("image-without-words", '<img src="/a.png">\n', '<img src="/a.png" alt="A lung">\n'),
    ("bare-address", "See https://www.who.int/.\n", "See <https://www.who.int/>.\n"),
    ("bare-address", "https://www.who.int/\n", "[who]: https://www.who.int/\n"),
    ("long-paragraph", SENTENCE * 30 + "\n", (SENTENCE * 15 + "\n\n") * 2),
    ("leftover", "**Dust\n", "**Dust**\n"),
    ("leftover", "[[Dust\n", "[[Dust]]\n"),
    ("leftover", "<<<<<<< mine\n", "a <<<<<<< b\n"),
]


def codes(before: str, after: str, around: Around = ASTHMA) -> set[str]:
    return {finding.code for finding in checking.check(before, after, around)}


@pytest.mark.parametrize(("code", "wrong", "right"), TABLE)
def test_what_is_wrong_is_pointed_out_and_what_is_right_is_not(code: str, wrong: str, right: str):
    assert code in codes("", wrong)
    assert code not in codes("", right)


@pytest.mark.parametrize(("code", "wrong"), [(code, wrong) for code, wrong, _right in TABLE])
def test_what_stood_there_before_is_not_pointed_out(code: str, wrong: str):
    assert code not in codes(wrong, f"{wrong}\nA new line.\n")


@pytest.mark.parametrize(
    ("code", "before"),
    [
        ("bare-address", "See https://www.who.int/ for teh rest.\n"),
        ("uncited", "It is treated with teh 5 mg tablet daily.\n"),
        ("link-to-itself", "Teh [[Asthma]].\n"),
        ("wikitext", "Teh '''dust'''.\n"),
    ],
)
def test_nor_when_a_word_beside_it_was_put_right(code: str, before: str):
    assert code in codes("", before)
    assert code not in codes(before, before.replace("eh", "he"))


@pytest.mark.parametrize("hide", ["`{}`\n", "```\n{}\n```\n", "<!-- {} -->\n"])
@pytest.mark.parametrize("wrong", [wrong.strip() for code, wrong, _right in TABLE if "\n\n" not in wrong])
def test_code_and_comments_are_never_looked_at(wrong: str, hide: str):
    assert codes("", hide.format(wrong)) == set()


# --- Compared with what was there ----------------------------------------------------------------------------------
def test_a_changed_dose_stops_and_says_what_it_was():
    (finding,) = checking.check("Lead.\n\nTake 5 mg.\n", "Lead.\n\nTake 50 mg.\n")
    assert (finding.code, finding.line, finding.stops) == ("quantity", 3, True)
    assert finding.details == ("number", "5 mg", "50 mg")


def test_medicine_is_asked_for_in_articles_only():
    assert codes("Take 5 mg.\n", "Take 50 mg. The risk is 12 percent.\n", Around(is_article=False)) == set()


@pytest.mark.parametrize("after", ["## Causes\n", "## Symptoms\n\nCough.\n", ""])
def test_a_section_of_some_length_that_loses_all_is_pointed_out(after: str):
    assert "emptied" in codes(f"## Causes\n\n{SENTENCE * 3}\n", after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (f"## Causes\n\n{SENTENCE * 3}\n", f"## Reasons\n\n{SENTENCE * 3}\n"),
        (f"## Causes\n\n{SENTENCE * 3}\n", f"## Causes\n\n### Indoors\n\n{SENTENCE * 3}\n"),
        (f"## Causes\n\n{SENTENCE * 3}\n", f"## Reasons\n\n{SENTENCE * 3}\n".replace(" do ", " may do ")),
        (f"{SENTENCE * 3}\n", f"## Summary\n\n{SENTENCE * 3}\n".replace(" the ", "\nthe ").replace(".", ".[^1]")),
        ("## Causes\n\nDust.\n", ""),
    ],
)
def test_one_that_was_renamed_moved_or_short_is_not(before: str, after: str):
    assert "emptied" not in codes(before, after)


def test_a_footnote_that_is_used_and_no_longer_defined_is_brought_back():
    before, after = "Dust.[^1] Mites.[^1]\n\n[^1]: A note.\n", "Dust.[^1]\n"
    assert "note-lost" in codes(before, after)
    assert checking.changed("note-lost", before, after) == before.replace(" Mites.[^1]", "")


def test_one_that_is_defined_elsewhere_is_not_lost():
    assert "note-lost" not in codes("Dust.[^1]\n\n[^1]: A note.\n", "Dust.[^1]\n", Around(labels={"1"}))


# --- What is done about it -----------------------------------------------------------------------------------------
def test_wikitext_is_changed():
    assert checking.changed("wikitext", "", "== Causes ==\n") == "## Causes\n"


def test_only_the_address_that_somebody_wrote_is_changed():
    before, after = "http://old.org\n", "http://old.org\nhttp://new.org/a.\n"
    assert checking.changed("bare-address", before, after) == "http://old.org\n<http://new.org/a>.\n"


@pytest.mark.parametrize("code", ["quantity", "no such code", ""])
def test_what_nothing_can_be_done_about_stays(code: str):
    assert checking.changed(code, "Take 5 mg.\n", "Take 50 mg.\n") == "Take 50 mg.\n"


# --- The list ------------------------------------------------------------------------------------------------------
def test_what_stops_comes_first_then_by_line():
    found = checking.check("", "https://www.who.int/\n\n== A ==\n\n**half\n\n== B ==\n")
    assert [(finding.code, finding.line) for finding in found] == [
        ("wikitext", 3),
        ("wikitext", 7),
        ("bare-address", 1),
        ("leftover", 5),
    ]


def test_of_each_kind_only_a_few_are_told():
    assert len(checking.check("", "== A ==\n\n" * 100)) <= 2 * checking.MOST_OF_A_KIND


def test_a_finding_keeps_its_key_when_lines_come_before_it():
    (one,), (other,) = (checking.check("", f"{lines}== A ==\n") for lines in ("", "Dust.\n\n"))
    assert (one.key, one.line, other.line) == (other.key, 1, 3)


def test_links_are_told_by_the_full_title_of_their_page():
    assert checking.titles_linked("[[asthma|a]] [[Help:Editing]] [[Category:Lungs]] [[#Here]] `[[No]]`") == {
        "Asthma",
        "Help:Editing",
    }


@example("5", "\n:")
@given(
    st.text(alphabet="=#'*[]<>`5 mgnot\n^:|{}", max_size=120), st.text(alphabet="=#'*[]<>`5 mgnot\n^:|{}", max_size=120)
)
def test_any_two_texts_are_compared_and_each_line_is_one_of_the_new_text(before: str, after: str):
    lines = after.count("\n") + 1
    assert all(0 <= finding.line <= lines for finding in checking.check(before, after))
    assert checking.check(after, after) == ()


@pytest.mark.parametrize(
    "piece",
    [
        "5 ",
        "[[a]] ",
        "**",
        "http://a ",
        "# a\n",
        "Risk 5 mg\n\n",
        "<img ",
        "![",
        "[^1]: a\n",
        "`",
        "<!--",
        "''a",
        "= a\n",
    ],
)
def test_no_text_takes_long(piece: str):
    text = piece * (512 * 1024 // len(piece) // (13 if "\n" in piece else 1))
    began = time.process_time()
    checking.check(text, text[:-9] + "zz")
    assert time.process_time() - began < 10


def test_a_nested_list_of_mediawikis_is_no_half_of_a_mark():
    codes = [finding.code for finding in checking.check("", "* one\n** two\n* three\n")]
    assert codes == ["wikitext"]
