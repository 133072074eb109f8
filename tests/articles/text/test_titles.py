"""Titles: one spelling, one address, no disguises."""

import unicodedata
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.text import titles
from articles.text.titles import TitleError, TitleParts

LATIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
drawn = st.characters(categories=("L", "M", "N", "P", "S", "Zs"), exclude_characters="#<>[]|{}")
typed = st.text(alphabet=st.one_of(drawn, st.sampled_from("aB _/:.%?&é́")), min_size=1, max_size=60)


def is_title(raw: str) -> bool:
    try:
        titles.parse(raw)
    except TitleError:
        return False
    return True


titled = typed.filter(is_title)


def code_of(raw: str) -> str:
    with pytest.raises(TitleError) as refusal:
        titles.parse(raw)
    assert refusal.value.message.endswith(".")
    return refusal.value.code


@pytest.mark.parametrize(
    ("raw", "title"),
    [
        ("asthma", "Asthma"),
        ("  acute__asthma _ ", "Acute asthma"),
        ("hIV/AIDS", "HIV/AIDS"),
        ("ménière", "Ménière"),
        ("ße", "ße"),
        ("ǆ", "ǅ"),
        ("i̇x", "İx"),
        ("a\u00a0b\u3000c", "A b c"),
        ("C++", "C++"),
        ("100% oxygen?", "100% oxygen?"),
        ("5-HT (receptor)", "5-HT (receptor)"),
        ("A...b", "A...b"),
    ],
)
def test_a_title_has_one_spelling(raw: str, title: str) -> None:
    assert titles.normalise(raw) == title


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("", "empty"),
        (" _ ", "empty"),
        ("Talk:", "empty"),
        ("a" * 256, "long"),
        ("a" * 5_000_000, "long"),
        *((f"a{char}b", "character") for char in "#<>[]|{}"),
        *((f"a{char}b", "invisible") for char in "\0\t\n\r\x7f\x85\u2028\u2029"),
        *(
            (f"a{char}b", "invisible")
            for char in "\u200b\u200c\u200d\ufeff\u00ad\u034f\u115f\u2800\u3164\ufe0f\U000e0100"
        ),
        *((f"a{char}b", "invisible") for char in "\u200e\u200f\u202a\u202e\u2066\u2069\u061c"),
        *((f"a{char}b", "invisible") for char in "\ufdd0\ufdd1\uffff\U0010ffff\ud800\udfff\ue000\ufffd"),
        (":asthma", "colon"),
        ("Category: :asthma", "colon"),
        *((raw, "segment") for raw in (".", "..", "a/..", "../a", "a/./b", "a//b", "a/ /b", "/a", "a/", "a/ .. /b")),
        ("\u0301a", "mark"),
        ("Ｔalk:Asthma", "prefix"),
        ("special:Search", "prefix"),
        ("User talk:Ada", "prefix"),
        ("template_talk:Stub", "prefix"),
        ("MediaWiki:Common.css", "prefix"),
        ("Саtegory:Asthma", "prefix"),
        ("Category：Asthma", "prefix"),
    ],
)
def test_what_can_not_be_a_title_is_refused_with_a_sentence(raw: str, code: str) -> None:
    assert code_of(raw) == code


def test_a_title_of_255_characters_is_allowed_however_it_was_typed() -> None:
    assert titles.normalise("é" * 255) == "É" + "é" * 254
    assert titles.normalise("e\u0301" * 255) == titles.normalise("é" * 255)


@pytest.mark.parametrize(
    ("raw", "parts"),
    [
        ("asthma", ("article", "Asthma")),
        ("CATEGORY: lungs", ("category", "Lungs")),
        ("_user_:ada", ("user", "Ada")),
        ("Talk:Category:Lungs", ("talk", "Category:Lungs")),
        ("Covid: a history", ("article", "Covid: a history")),
        ("Article:Asthma", ("article", "Article:Asthma")),
    ],
)
def test_a_known_prefix_names_the_namespace(raw: str, parts: tuple[str, str]) -> None:
    assert titles.parse(raw) == TitleParts(*parts)


@pytest.mark.parametrize("namespace", titles.NAMESPACES)
def test_a_full_title_is_parsed_into_its_parts_again(namespace: str) -> None:
    assert titles.parse(titles.full(namespace, "HIV/AIDS")) == (namespace, "HIV/AIDS")


@pytest.mark.parametrize(
    ("title", "path"),
    [
        ("HIV/AIDS in children", "HIV/AIDS_in_children"),
        ("Category:Lungs", "Category:Lungs"),
        ("C++ (what?)", "C++_(what%3F)"),
        ("100%", "100%25"),
        ("Ménière", "M%C3%A9ni%C3%A8re"),
        ('A "b"\\c', "A_%22b%22%5Cc"),
    ],
)
def test_an_address_reads_like_its_title(title: str, path: str) -> None:
    assert titles.to_path(title) == path


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Asthma", "Аsthma"),
        ("Asthma", "Ａsthma"),
        ("Asthma", "ＡＳＴＨＭＡ"),
        ("Asthma", "𝐀𝐬𝐭𝐡𝐦𝐚"),
        ("Asthma", "Asthmα"),
        ("Asthma", "Αsthma"),
        ("Asthma", "ASTHMА"),
        ("COVID-19", "CΟVID-１９"),
        ("COVID-19", "COVID-𝟏𝟗"),
        ("COP", "СОР"),
        ("Ménière", "Mе\u0301nière"),
        ("Inhibin α", "Inhibin 𝛼"),
    ],
)
def test_borrowed_letters_make_a_look_alike(a: str, b: str) -> None:
    assert titles.skeleton(a) == titles.skeleton(b)
    assert titles.look_alike(a, b)
    assert titles.look_alike(b, a)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Type 1", "Type I"),
        ("Type i", "Type I"),
        ("Type l", "Type I"),
        ("H₂O", "H2O"),
        ("Factor Ⅳ", "Factor IV"),
        ("Рак лёгкого", "Рак Лёгкого"),
        ("Inhibin α", "Inhibin A"),
        ("PPARα", "PPARA"),
        ("NF-κB", "NF-kB"),
        ("Meniere", "Ménière"),
        ("Asthma", "Asthma"),
    ],
)
def test_what_one_script_tells_apart_is_no_look_alike(a: str, b: str) -> None:
    assert not titles.look_alike(a, b)
    assert not titles.look_alike(b, a)


@pytest.mark.parametrize(
    "alphabet", ["АВЕНІЈКМОРСТУХЅԚԜѴҺӀ", "ΑΒΕΖΗΙΚΜΝΟΡΤΥΧϹͿ", "αικνορυχϲϳ"], ids=["Cyrillic", "Greek", "small Greek"]
)
def test_no_two_letters_of_an_alphabet_pass_for_the_same_latin_one(alphabet: str) -> None:
    assert len({titles.skeleton(f"x{letter}x") for letter in alphabet}) == len(alphabet)


@given(titled)
def test_normalising_twice_is_normalising_once(raw: str) -> None:
    title = titles.normalise(raw)
    assert titles.normalise(title) == title


@given(titled)
def test_composed_and_decomposed_spellings_are_one_title(raw: str) -> None:
    title = titles.normalise(raw)
    assert titles.normalise(unicodedata.normalize("NFD", title)) == title


@given(titled)
def test_the_address_of_a_title_leads_back_to_it(raw: str) -> None:
    title = titles.normalise(raw)
    assert titles.normalise(unquote(titles.to_path(title))) == title


@given(titled)
def test_parsing_a_full_title_again_changes_nothing(raw: str) -> None:
    parts = titles.parse(raw)
    assert titles.parse(titles.full(*parts)) == parts


@given(st.text())
def test_any_text_is_a_title_or_refused_as_one(raw: str) -> None:
    assert is_title(raw) in {True, False}


@given(st.text(max_size=300), st.text(max_size=300))
def test_look_alikes_always_share_their_skeleton(a: str, b: str) -> None:
    assert len(titles.skeleton(a)) <= titles.MAX_TITLE
    assert not titles.look_alike(a, b) or titles.skeleton(a) == titles.skeleton(b)


@given(st.text(alphabet=LATIN + " 0123456789-"), st.text(alphabet=LATIN + " 0123456789-"))
def test_plain_latin_titles_are_never_look_alikes(a: str, b: str) -> None:
    assert not titles.look_alike(a, b)
