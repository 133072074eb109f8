"""Articles from files: what they are called, and how they are brought in, run after run."""

import gzip
import json
from itertools import pairwise
from string import ascii_lowercase

import pytest

from articles import access, importing, search
from articles.importing import FileRefused, Outcome
from articles.models import Article, Edit, Origin
from articles.text import cleaning
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    """Write files: the text, or the records, of each name."""

    def write(**files):
        for name, content in files.items():
            path = tmp_path / name.replace("__", ".")
            text = content if isinstance(content, str) else "".join(f"{json.dumps(each)}\n" for each in content)
            path.write_bytes(gzip.compress(text.encode()) if path.name.endswith(".gz") else text.encode())
        return tmp_path

    return write


def record(title="Asthma", text="Wheeze.\n", **values) -> dict:
    return {"title": title, "text": text} | values


def names(*records) -> list[str]:
    """The titles that these records get."""
    values = [importing._record(each, "a file") for each in records]
    return [each.title for each in importing.named(values)]


def bring_in(path, **defaults) -> Outcome:
    incoming = importing.named(importing.records_in(path, defaults))
    *_, outcome = importing.bring_in(incoming, author=access.imported_author("Import"), summary="Imported")
    return outcome


def counts(outcome) -> tuple[int, int, int, int, int]:
    return outcome.made, outcome.changed, outcome.equal, outcome.redirects, len(outcome.refused)


def text_of(title) -> str:
    return Article.objects.get(title=title).text.text


# --- Reading files -----------------------------------------------------------------------------------------------
FRONT = "---\ntitle: The heart\ncategories: [Organs]\nstub: anatomy\naliases: [Cor]\nsource: NIH\n---\n\n"


def test_markdown_with_front_matter_is_a_record(folder):
    (only,) = importing.records_in(folder(x__md=FRONT + "It beats.\n"), {})
    assert (only.title, only.aliases) == ("The heart", ("Cor",))
    assert only.text == "It beats.\n\n[[Category:Organs]]\n{{stub|anatomy}}\n"
    assert only.origin["source"] == "NIH"


def test_markdown_without_front_matter_is_called_like_its_file(folder):
    (only,) = importing.records_in(folder(**{"type-2_diabetes.md": "Sugar.\n\n---\n\nMore.\n"}), {})
    assert (only.title, only.text) == ("type 2 diabetes", "Sugar.\n\n---\n\nMore.\n")


@pytest.mark.parametrize("name", ["x__jsonl", "x__jsonl__gz"])
@pytest.mark.parametrize("key", ["text", "markdown"])
def test_json_lines_are_records_zipped_or_not(folder, name, key):
    records = [{"title": "A", key: "1.\n"}, {"title": "B", key: "2.\n", "synonyms": ["C"], "aliases": ["D"]}]
    first, second = importing.records_in(folder(**{name: records}), {})
    assert (first.title, first.text, second.title, second.aliases) == ("A", "1.\n", "B", ("D", "C"))


def test_blank_lines_between_records_are_nothing(folder):
    path = folder(x__jsonl=f"\n{json.dumps(record())}\n\n\n{json.dumps(record('B'))}")
    assert len(importing.records_in(path, {})) == 2


def test_a_folder_is_read_in_the_order_of_its_names(folder):
    path = folder(b__md="2.\n", a__md="1.\n", c__jsonl=[record("c")], ignored__txt="x")
    assert [each.title for each in importing.records_in(path, {})] == ["a", "b", "c"]


def test_a_single_file_is_read(folder):
    assert len(importing.records_in(folder(a__md="1.\n", b__md="2.\n") / "a.md", {})) == 1


@pytest.mark.parametrize(
    ("files", "complaint"),
    [
        ({"x__jsonl": '{"title": "A", "text": "1"}\n{"title": \n'}, r"x\.jsonl, line 2: not JSON"),
        ({"x__jsonl": "\n[1]\n"}, r"x\.jsonl, line 2: not a JSON object"),
        ({"x__jsonl": [{"title": "A"}]}, r"x\.jsonl, line 1: neither “text” nor “markdown”"),
        ({"x__jsonl": [{"title": "A", "text": 7}]}, r"x\.jsonl, line 1: neither"),
        ({"x__jsonl": [{"text": "x"}]}, r"x\.jsonl, line 1: no title"),
        ({"x__jsonl": "[" * 100_000}, r"x\.jsonl, line 1: not JSON"),
        ({"x__md": "---\ntitle: [\n---\nText.\n"}, r"x\.md: the front matter is not YAML"),
        ({"x__md": "---\njust words\n---\nText.\n"}, r"x\.md: the front matter is not a list of keys"),
        ({"x__md": "---\na: !!python/object:os.system {}\n---\nText.\n"}, r"x\.md: the front matter is not YAML"),
        ({"x__md": "---\na: " + "[" * 5_000 + "\n---\nText.\n"}, r"x\.md: the front matter is not YAML"),
        ({"x__jsonl": [{"title": ["A"], "text": "x"}]}, r"x\.jsonl, line 1: a list"),
        ({"x__jsonl": [{"title": "A", "text": "x", "aliases": [["B"]]}]}, r"x\.jsonl, line 1: a list"),
        ({"x__jsonl": [{"title": "A", "text": "\ud800"}]}, r"x\.jsonl, line 1: a character that is no text"),
        ({"x__jsonl": [{"title": "A", "text": "x", "licence": "\0"}]}, r"x\.jsonl, line 1: a character that is no"),
        ({"x__txt": "no article"}, "no file ends with"),
    ],
)
def test_what_can_not_be_read_is_refused_by_file_and_line(folder, files, complaint):
    with pytest.raises(FileRefused, match=complaint):
        importing.records_in(folder(**files), {})


@pytest.mark.parametrize("name", ["x.md", "x.jsonl"])
def test_what_is_no_utf_8_is_refused_by_file(tmp_path, name):
    (tmp_path / name).write_bytes(b"\xff\xfe\n")
    with pytest.raises(FileRefused, match=rf"{name}: not UTF-8"):
        importing.records_in(tmp_path, {})


@pytest.mark.parametrize("content", [b"no gzip", gzip.compress(b"{}\n" * 99, mtime=0)[:-9]], ids=["none", "half"])
def test_a_broken_gzip_file_is_refused_by_file(tmp_path, content):
    (tmp_path / "x.jsonl.gz").write_bytes(content)
    with pytest.raises(FileRefused, match=r"x\.jsonl\.gz"):
        importing.records_in(tmp_path, {})


def test_an_empty_title_is_made_from_the_address():
    url = "https://www.cdc.gov/organisms/vre/vancomycin-resistant_enterococci.html?x=1"
    assert names(record("", url=url)) == ["Vancomycin resistant enterococci"]


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Interferon [beta]", "Interferon (beta)"),
        ("5{6}7 <x>", "5(6)7 (x)"),
        ("Cocktail #2", "Cocktail No. 2"),
        ("A|B", "A-B"),
        ("heart  attack", "Heart attack"),
        ("category:lungs", "Category:Lungs"),
    ],
)
def test_what_titles_can_not_hold_is_mapped(title, name):
    assert names(record(title)) == [name]


def test_titles_that_repeat_are_told_apart_by_their_source():
    records = [record(source_org="NHLBI"), record("asthma", source_org="CDC"), record("Heart", source_org="CDC")]
    assert names(*records) == ["Asthma (NHLBI)", "Asthma (CDC)", "Heart"]


def test_titles_that_repeat_within_one_source_are_told_apart_by_a_number():
    records = [record(source_org="NHLBI"), record(source_org="CDC"), record(source_org="CDC"), record(source_org="CDC")]
    assert names(*records) == ["Asthma (NHLBI)", "Asthma (CDC)", "Asthma (CDC) 2", "Asthma (CDC) 3"]


def test_titles_that_repeat_and_name_no_source_are_told_apart_by_a_number():
    assert len(set(names(record(), record(), record()))) == 3


def test_the_same_records_get_the_same_titles():
    records = [record(source_org=source) for source in ("A", "B", "A", "", "")] + [record("Asthma (A)")]
    assert names(*records) == names(*records)
    assert len(set(names(*records))) == 6


def test_an_alias_is_given_to_the_first_who_asks_and_to_no_title():
    records = [record("A", aliases=["X", "B", "x"]), record("B", aliases=["X", "Y", "B", "#", ""])]
    incoming = importing.named([importing._record(each, "a file") for each in records])
    assert [each.aliases for each in incoming] == [("X",), ("Y", "No.")]


@pytest.mark.parametrize(
    ("values", "key", "expected"),
    [
        ({"licence": "CC0"}, "licence", "CC0"),
        ({}, "licence", "Public domain"),
        ({"licence": ""}, "licence", "Public domain"),
        ({"licence": None}, "licence", "Public domain"),
        ({"attribution": "By them"}, "attribution", "By them"),
        ({"url": "https://x.org/a"}, "url", "https://x.org/a"),
        ({"url": "javascript:alert(1)"}, "url", ""),
        ({"source_org": "CDC"}, "source", "CDC"),
        ({"sample": True}, "is_sample", True),
    ],
)
def test_where_a_record_comes_from_is_kept_with_defaults_for_what_it_does_not_say(folder, values, key, expected):
    (only,) = importing.records_in(folder(x__jsonl=[record(**values)]), {"licence": "Public domain"})
    assert only.origin[key] == expected


def test_one_word_may_stand_for_a_list_of_one(folder):
    (only,) = importing.records_in(folder(x__md="---\naliases: Cor\ncategories: Organs\n---\nIt beats.\n"), {})
    assert (only.aliases, only.text) == (("Cor",), "It beats.\n\n[[Category:Organs]]\n")


def test_front_matter_that_multiplies_itself_is_refused_at_once(folder):
    bomb = "a: &a [x, x]\n" + "".join(f"{new}: &{new} [*{old}, *{old}]\n" for old, new in pairwise(ascii_lowercase))
    with pytest.raises(FileRefused, match="a list stands"):
        importing.records_in(folder(x__md=f"---\n{bomb}title: *z\n---\nText.\n"), {})


def test_marks_that_are_in_the_text_already_are_not_added_again(folder):
    text = "Wheeze.\n\n[[Category:Lungs]]\n{{stub}}\n"
    (only,) = importing.records_in(folder(x__jsonl=[record(text=text, categories=["Lungs"], stub=True)]), {})
    assert only.text == text


# --- Bringing in -------------------------------------------------------------------------------------------------
def test_records_become_articles_with_an_import_edit_and_their_origin(folder):
    outcome = bring_in(folder(x__md=FRONT + "It beats.\n"), licence="CC0", attribution="By them")
    article = Article.objects.get(title="The heart")
    assert counts(outcome) == (1, 0, 0, 1, 0)
    assert (article.current_edit.kind, article.current_edit.author.name) == ("import", "Import")
    assert (article.origin.source, article.origin.licence, article.origin.attribution) == ("NIH", "CC0", "By them")


def test_a_record_that_says_nothing_of_its_origin_has_none(folder):
    bring_in(folder(x__jsonl=[record()]))
    assert not Origin.objects.exists()


def test_aliases_become_redirects(folder):
    bring_in(folder(x__jsonl=[record(aliases=["Wheezing", "Bronchial [asthma]"])]))
    assert text_of("Bronchial (asthma)") == "#REDIRECT [[Asthma]]\n"
    assert Article.objects.get(title="Wheezing").redirect_to == "Asthma"
    assert search.find("bronchial").hits[0].full_title == "Asthma"


def test_an_alias_does_not_take_the_place_of_an_article(folder, editor):
    factories.article("Wheezing", "A sound.\n", author=editor)
    outcome = bring_in(folder(x__jsonl=[record(aliases=["Wheezing"])]))
    assert text_of("Wheezing") == "A sound.\n"
    assert counts(outcome) == (1, 0, 0, 0, 0)


def test_run_again_all_is_equal_and_nothing_is_made(folder, everything_stored):
    path = folder(
        x__jsonl=[record(aliases=["Wheezing"]), record(source_org="CDC"), record("B", "1\r\n2 e\u0301\r\n")],
        y__md=FRONT + "It beats.\n",
    )
    first = bring_in(path)
    before = everything_stored()
    again = bring_in(path)
    assert counts(first) == (4, 0, 0, 2, 0)
    assert counts(again) == (0, 0, 4, 0, 0)
    assert everything_stored() == before


def test_a_run_that_broke_off_goes_on_where_it_stopped(folder, monkeypatch):
    monkeypatch.setattr(importing, "_BATCH", 2)
    path = folder(x__jsonl=[record(f"Article {n}", f"{n}.\n", aliases=[f"Alias {n}"]) for n in range(6)])
    incoming = importing.named(importing.records_in(path, {}))
    run = importing.bring_in(incoming, author=access.imported_author("Import"), summary="")
    stopped = counts(next(run))
    run.close()
    assert stopped == (2, 0, 0, 2, 0)
    assert counts(bring_in(path)) == (4, 0, 2, 4, 0)
    assert Article.objects.count() == Edit.objects.count() == 12


def test_a_run_that_broke_off_before_the_redirects_makes_them_when_run_again(folder, monkeypatch):
    path = folder(x__jsonl=[record(aliases=["Wheezing"])])
    monkeypatch.setattr(importing, "_free_redirects", lambda batch: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        bring_in(path)
    monkeypatch.undo()
    assert counts(bring_in(path)) == (0, 0, 1, 1, 0)


def test_a_title_that_another_source_brought_earlier_is_told_apart_by_the_source(tmp_path):
    for source, text in (("NIH", "One.\n"), ("OpenStax", "Two.\n"), ("NIH", "One.\n"), ("OpenStax", "Two.\n")):
        path = tmp_path / f"{source}.jsonl"
        path.write_text(json.dumps(record(text=text, source=source)))
        outcome = bring_in(path)

    assert (text_of("Asthma"), text_of("Asthma (OpenStax)")) == ("One.\n", "Two.\n")
    assert counts(outcome) == (0, 0, 1, 0, 0)


def test_a_record_that_names_no_source_is_the_article_of_its_title(folder):
    bring_in(folder(a__jsonl=[record(source="NIH")]))
    (folder() / "a.jsonl").unlink()

    assert bring_in(folder(b__jsonl=[record(text="New.\n")])).changed == 1


def test_a_changed_text_is_an_import_edit(folder):
    bring_in(folder(x__jsonl=[record()]))
    outcome = bring_in(folder(x__jsonl=[record(text="Cough.\n")]))
    edit = Article.objects.get(title="Asthma").current_edit
    assert counts(outcome) == (0, 1, 0, 0, 0)
    assert (edit.number, edit.kind, edit.blob.text) == (2, "import", "Cough.\n")


@pytest.mark.parametrize("text", ["Wheeze.\n", "Cough.\n"])
def test_an_article_is_found_by_an_alias_that_a_later_run_brings(folder, text):
    bring_in(folder(x__jsonl=[record()]))
    bring_in(folder(x__jsonl=[record(text=text, aliases=["Hyperreactivity"])]))
    assert [hit.full_title for hit in search.find("hyperreactivity").hits] == ["Asthma"]


@pytest.mark.parametrize("refused", [record("x" * 300), record("Bad", "[" * 10_000), record("\u0410sthma")])
def test_what_is_refused_is_named_and_the_others_are_in(folder, refused, editor):
    factories.article("Asthma", author=editor)
    outcome = bring_in(folder(x__jsonl=[record("One"), refused | {"aliases": ["Leads nowhere"]}, record("Two")]))
    assert counts(outcome) == (2, 0, 0, 0, 1)
    assert outcome.refused[0].startswith(refused["title"])
    assert not Article.objects.filter(title="Leads nowhere").exists()


def test_what_cannot_be_rendered_leaves_the_article_that_is_there_alone(folder):
    bring_in(folder(x__jsonl=[record()]))
    outcome = bring_in(folder(x__jsonl=[record(text="[" * 10_000)]))
    assert counts(outcome) == (0, 0, 0, 0, 1) and text_of("Asthma") == "Wheeze.\n"


def test_texts_are_stored_after_nfc_and_lf_like_any_other(folder):
    bring_in(folder(x__jsonl=[record(text="Cre\u0300me\r\nfraiche\r")]))
    assert text_of("Asthma") == cleaning.clean("Cre\u0300me\r\nfraiche\r") == "Cr\u00e8me\nfraiche\n"


def test_every_namespace_may_be_imported_into(folder):
    bring_in(folder(x__jsonl=[record("Help:Editing"), record("Category:Lungs", aliases=["Help:Lungs"])]))
    assert set(Article.objects.values_list("namespace", "title")) == {
        ("help", "Editing"),
        ("category", "Lungs"),
        ("help", "Lungs"),
    }


def test_articles_that_link_to_each_other_need_no_order(folder):
    bring_in(folder(x__jsonl=[record("One", "See [[Two]].\n"), record("Two", "See [[One]].\n")]))
    assert Article.objects.get(title="One").dependencies.get().target == "Two"


def test_nothing_to_bring_in_is_no_work(db):
    assert list(importing.bring_in([], author=access.imported_author("Import"), summary="")) == []


def test_what_people_have_changed_here_is_left_as_it_is_and_named(tmp_path, editor):
    (tmp_path / "a.md").write_text("---\ntitle: Heart\n---\nAs in the file.\n")
    author = access.imported_author("Import")
    list(importing.bring_in(importing.named(importing.records_in(tmp_path, {})), author=author, summary=""))
    heart = Article.objects.get(title="Heart")
    factories.edit(heart, "As somebody put it here.\n", author=editor)
    (tmp_path / "a.md").write_text("---\ntitle: Heart\n---\nNew in the file.\n")

    *_, outcome = importing.bring_in(importing.named(importing.records_in(tmp_path, {})), author=author, summary="")

    assert access.text_to_read(editor.account, "Heart") == "As somebody put it here.\n"
    assert outcome.refused == ["Heart: People have changed this article here, so it was left as it is."]
