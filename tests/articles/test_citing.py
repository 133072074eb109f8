"""A version as papers and bibliographies cite it, whatever is in its title."""

from datetime import date

import pytest

from articles import citing
from articles.citing import Citable

ADDRESS = "https://wiki.example/wiki/Asthma?version=7"
ODD = [
    'Crohn\'s & "co"',
    "50% dextrose_5 $ # ~ ^ \\ {x}",
    "Ménière's disease",
    "क्षय रोग",
    "سل",
    "}",
    "What is pain?",
    "Line\nend\r\nER  - ",
]


def cited(title: str = "Asthma", *authors: str, site: str = "MedWiki") -> Citable:
    return Citable(title, site, authors, 7, date(2026, 5, 3), date(2026, 11, 22), ADDRESS)


# --- In words ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("style", "written"),
    [
        (
            citing.apa,
            "Ada Long, & Bo Short, MD. (2026, May 3). Asthma. In MedWiki. Retrieved November 22, 2026, from ",
        ),
        (
            citing.ama,
            "Ada Long, Bo Short, MD. Asthma. MedWiki. Updated May 3, 2026. Accessed November 22, 2026. ",
        ),
        (
            citing.vancouver,
            "Ada Long, Bo Short, MD. Asthma [Internet]. MedWiki; 2026 May 3 [cited 2026 Nov 22]. Available from: ",
        ),
    ],
)
def test_each_style_names_authors_title_site_both_dates_and_the_address(style, written: str):
    assert style(cited("Asthma", "Ada Long", "Bo Short, MD")) == written + ADDRESS


@pytest.mark.parametrize("style", [citing.apa, citing.ama, citing.vancouver, citing.bibtex, citing.ris])
@pytest.mark.parametrize("authors", [(), ("",)])
def test_where_nobody_can_be_named_the_contributors_are(style, authors: tuple[str, ...]):
    assert style(cited("Asthma", *authors)).count("MedWiki contributors") == 1


def test_those_without_a_name_are_the_contributors_at_their_place():
    written = citing.vancouver(cited("Asthma", "Ada Long", "", "Bo Short"))
    assert written.startswith("Ada Long, MedWiki contributors, Bo Short. Asthma")


@pytest.mark.parametrize(
    ("people", "ends"),
    [(20, "A18, A19, & A20. (2026"), (21, "A18, A19, . . . A21. (2026"), (40, "A19, . . . A40. (2026")],
)
def test_apa_names_twenty_and_of_more_the_first_nineteen_and_the_last(people: int, ends: str):
    written = citing.apa(cited("Asthma", *(f"A{number}" for number in range(1, people + 1))))
    assert written.startswith("A1, A2, ") and ends in written


@pytest.mark.parametrize("style", [citing.bibtex, citing.ris])
def test_an_entry_names_everybody_for_the_bibliography_to_choose(style):
    written = style(cited("Asthma", *(f"Author {number}" for number in range(30))))
    assert written.count("Author ") == 30


@pytest.mark.parametrize(
    ("style", "names"),
    [(citing.ama, "A1, A2, A3, et al. Asthma."), (citing.vancouver, "A1, A2, A3, A4, A5, A6, et al. Asthma [Int")],
)
def test_of_more_than_six_authors_the_first_are_named(style, names: str):
    assert style(cited("Asthma", *(f"A{number}" for number in range(1, 8)))).startswith(names)


@pytest.mark.parametrize("style", [citing.apa, citing.ama])
def test_a_title_that_ends_a_sentence_gets_no_second_end(style):
    assert "What is pain? " in style(cited("What is pain?")) and "?." not in style(cited("What is pain?"))


# --- BibTeX ------------------------------------------------------------------------------------------------------
def test_a_bibtex_entry_has_title_authors_dates_and_address():
    assert citing.bibtex(cited("Asthma", "Ada Long", "Bo and Co")).splitlines() == [
        "@misc{medwiki-asthma-7,",
        "  author = {{Ada Long} and {Bo and Co}},",
        "  title = {{Asthma}},",
        "  howpublished = {MedWiki},",
        "  year = {2026},",
        "  month = {5},",
        "  day = {3},",
        f"  url = {{{ADDRESS}}},",
        "  urldate = {2026-11-22},",
        "  note = {Accessed November 22, 2026},",
        "}",
    ]


@pytest.mark.parametrize("title", ODD)
def test_a_bibtex_entry_is_balanced_and_has_its_fields_whatever_the_title(title: str):
    entry = citing.bibtex(cited(title, title))
    depths = [entry[:at].count("{") - entry[:at].count("}") for at in range(len(entry) + 1)]
    assert depths[-1] == 0 and min(depths) == 0
    # The entry is not over before its last line, and every field has a line of its own.
    assert 0 not in depths[depths.index(1) : -3] and len(entry.splitlines()) == 11


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("5% & more", r"5\% \& more"),
        ("a_b#c$d", r"a\_b\#c\$d"),
        ("a~b^c", r"a\textasciitilde{}b\textasciicircum{}c"),
        ("\\input{x}", r"\textbackslash{}input\textbraceleft{}x\textbraceright{}"),
        ("Ménière", "Ménière"),
    ],
)
def test_what_tex_would_act_on_is_written_out(typed: str, written: str):
    assert f"  title = {{{{{written}}}}},\n" in citing.bibtex(cited(typed))


# --- RIS ---------------------------------------------------------------------------------------------------------
def test_a_ris_entry_has_a_tag_a_line_and_an_end():
    assert citing.ris(cited("Asthma", "Ada Long", "Bo")).split("\r\n") == [
        "TY  - ENCYC",
        "AU  - Ada Long",
        "AU  - Bo",
        "TI  - Asthma",
        "T2  - MedWiki",
        "PY  - 2026",
        "DA  - 2026/05/03",
        "Y2  - 2026/11/22",
        f"UR  - {ADDRESS}",
        "ER  - ",
        "",
    ]


@pytest.mark.parametrize("title", ODD)
def test_no_title_ends_a_ris_entry_or_begins_another_tag(title: str):
    lines = citing.ris(cited(title, title, site=title)).split("\r\n")
    assert [line[:6] for line in lines] == [
        f"{tag}  - " if tag else "" for tag in ("TY", "AU", "TI", "T2", "PY", "DA", "Y2", "UR", "ER", "")
    ]
    assert not any("\n" in line or "\r" in line for line in lines)


# --- Files -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Ménière's disease", "medwiki-meniere-s-disease-7"),
        ("HIV/AIDS", "medwiki-hiv-aids-7"),
        ("क्षय रोग", "medwiki-7"),
        ('../"{x}', "medwiki-x-7"),
    ],
)
def test_a_file_and_an_entry_are_named_in_plain_letters(title: str, name: str):
    assert citing.file_name(cited(title)) == name
