"""The sample encyclopedia: articles of our own, whose form, links, sources and own wording are checked as files."""

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from articles.text import titles

ROOT: Final = Path(__file__).resolve().parents[2]
SHARED: Final = ROOT.parent / "shared"
PATHS: Final = sorted((ROOT / "articles" / "sample").glob("*.md"))
CATEGORY_PATHS: Final = sorted((ROOT / "articles" / "sample" / "categories").glob("*.md"))
# A topic's own categories lead up to one of these.
ROOTS: Final = {"Anatomy", "Diseases", "Drugs", "Nutrition", "Procedures"}
# So many words in a row are no longer a coincidence, even where two texts state the same plain fact.
SHINGLE: Final = 8

LINK: Final = re.compile(r"\[\[([^\[\]{}<>|#\n]+)(?:#([^\[\]{}<>|#\n]+))?(?:\|([^\[\]|\n]+))?\]\]")
CITATION: Final = re.compile(r"\[@(pmid|doi):([^\]\s]+)\]")
HEADING: Final = re.compile(r"^#{1,6} (.+)$", re.MULTILINE)
TAIL_LINE: Final = re.compile(r"^(?:\[\^[^\]]+\]: |\*\[[^\]]+\]: |\[\[Category:|\{\{stub).*$", re.MULTILINE)

every_article = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
every_category = pytest.mark.parametrize("path", CATEGORY_PATHS, ids=lambda path: path.stem)


def front_matter_of(path: Path) -> dict[str, Any]:
    """What stands between the two `---` lines, as YAML reads it."""
    fields = yaml.safe_load(path.read_text("utf-8").split("---\n", 2)[1])
    assert isinstance(fields, dict)
    return fields


def text_of(path: Path) -> str:
    """The article itself, front matter cut off."""
    return path.read_text("utf-8").split("---\n", 2)[2]


def links_in(text: str) -> list[titles.TitleParts]:
    return [titles.parse(link.group(1)) for link in LINK.finditer(text)]


def words_of(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", text.casefold())


def shingles_of(words: list[str]) -> Iterator[tuple[str, ...]]:
    return zip(*(words[start:] for start in range(SHINGLE)), strict=False)


def own_shingles(path: Path) -> set[tuple[str, ...]]:
    """The runs of words in the article's prose; its tail is left out, since a source is named as it names itself."""
    prose = LINK.sub(lambda link: link.group(3) or link.group(1), TAIL_LINE.sub("", text_of(path)))
    return {shingle for sentence in re.split(r"[.!?:|\n]", prose) for shingle in shingles_of(words_of(sentence))}


def lines_of_shared(name: str) -> Iterator[str]:
    with gzip.open(SHARED / "data" / name, "rt", encoding="utf-8") as lines:
        yield from lines


@pytest.fixture(scope="module")
def shared_records() -> str:
    """All text in which a source may be found: the article sets and the disease ontology, joined."""
    names = ("articles-nih.jsonl.gz", "articles-openstax.jsonl.gz", "diseases.jsonl.gz")
    if not all((SHARED / "data" / name).exists() for name in names):
        pytest.skip("the shared data, in which sources are looked up, is not beside this repository")
    return "".join(line for name in names for line in lines_of_shared(name))


@pytest.fixture(scope="module")
def copied_shingles(shared_records: str) -> set[tuple[str, ...]]:
    """Runs of our words that also stand in a shared article or in the client's sample page."""
    ours = set().union(*(own_shingles(path) for path in [*PATHS, *CATEGORY_PATHS]))
    records = (json.loads(line) for line in shared_records.splitlines())
    theirs = [record.get("markdown") or record.get("definition", "") for record in records]
    theirs.append((SHARED / "sample" / "mesotherapy-page.txt").read_text("utf-8"))
    return {shingle for text in theirs for shingle in ours.intersection(shingles_of(words_of(text)))}


def categories_in(text: str) -> set[str]:
    return {link.title for link in links_in(text) if link.namespace == "category"}


def headings_of(text: str) -> list[str]:
    return re.findall(r"^## (.+)$", text, re.MULTILINE)


def test_there_are_at_least_forty_articles_long_and_short() -> None:
    lengths = [len(words_of(text_of(path))) for path in PATHS]

    assert len(PATHS) >= 40
    assert min(lengths) < 120
    assert max(lengths) > 800


@every_article
def test_front_matter_is_complete(path: Path) -> None:
    fields = front_matter_of(path)

    assert set(fields) == {"title", "aliases", "licence", "sample"}
    assert (fields["licence"], fields["sample"]) == ("CC BY-SA 4.0", True)
    assert fields["title"] == titles.normalise(fields["title"])
    assert fields["aliases"] == [titles.normalise(alias) for alias in fields["aliases"]]


def test_no_two_articles_claim_the_same_title_or_alias() -> None:
    fields = [front_matter_of(path) for path in PATHS]
    names = [name.casefold() for each in fields for name in (each["title"], *each["aliases"])]

    assert sorted(names) == sorted(set(names))


def test_aliases_become_redirects_that_readers_would_type() -> None:
    aliases = {alias: path.stem for path in PATHS for alias in front_matter_of(path)["aliases"]}

    assert aliases["Heart attack"] == "myocardial-infarction"
    assert aliases["High blood pressure"] == "hypertension"
    assert aliases["Flu"] == "influenza"


@every_article
def test_every_link_is_well_formed(path: Path) -> None:
    text = text_of(path)

    assert text.count("[[") == text.count("]]") == len(LINK.findall(text))
    assert all(link.namespace in {"article", "category"} for link in links_in(text))


@every_article
def test_a_link_to_a_section_of_a_sample_article_finds_it(path: Path) -> None:
    headings = {front_matter_of(other)["title"]: HEADING.findall(text_of(other)) for other in PATHS}
    to_sections = [(titles.normalise(target), section) for target, section, _ in LINK.findall(text_of(path)) if section]

    assert all(section in headings.get(target, [section]) for target, section in to_sections)


def test_the_articles_link_to_each_other_and_to_articles_still_to_be_written() -> None:
    written = {name for path in PATHS for name in (front_matter_of(path)["title"], *front_matter_of(path)["aliases"])}
    linked = {link.title for path in PATHS for link in links_in(text_of(path)) if link.namespace == "article"}

    assert len(linked & written) >= 30
    assert len(linked - written) >= 8


@every_article
def test_every_article_is_linked_from_another_one(path: Path) -> None:
    fields = front_matter_of(path)
    linked = {link.title for other in PATHS if other != path for link in links_in(text_of(other))}

    assert linked & {fields["title"], *fields["aliases"]}


def test_every_redirect_that_readers_would_type_is_there() -> None:
    aliases = {alias: path.stem for path in PATHS for alias in front_matter_of(path)["aliases"]}

    assert aliases["Paracetamol"] == "acetaminophen"
    assert aliases["COPD"] == "chronic-obstructive-pulmonary-disease"
    assert aliases["MRI"] == "magnetic-resonance-imaging"


# --- Categories --------------------------------------------------------------------------------------------------
@every_category
def test_a_category_page_is_whole_and_names_its_parent(path: Path) -> None:
    fields, text = front_matter_of(path), text_of(path)
    namespace, name = titles.parse(fields["title"])

    assert (namespace, fields["title"], fields["aliases"]) == ("category", f"Category:{name}", [])
    assert (fields["licence"], fields["sample"]) == ("CC BY-SA 4.0", True)
    assert len(categories_in(text)) == (0 if name in ROOTS else 1)


def test_every_category_that_is_used_has_a_page_and_leads_up_to_a_root() -> None:
    parents = {
        titles.parse(front_matter_of(path)["title"]).title: categories_in(text_of(path)) for path in CATEGORY_PATHS
    }
    used = set().union(*(categories_in(text_of(path)) for path in PATHS), *parents.values())

    assert used == set(parents) - {name for name in ROOTS if name not in used}
    assert {name for name, above in parents.items() if not above} == ROOTS
    assert all(above <= ROOTS or parents[next(iter(above))] <= ROOTS for above in parents.values())


# --- Outlines ----------------------------------------------------------------------------------------------------
# The order in which readers of medical encyclopedias expect an article's parts; no article needs them all.
OUTLINES: Final = {
    "Diseases": [
        "Signs and symptoms",
        "Causes",
        "Mechanism",
        "Diagnosis",
        "Prevention",
        "Treatment",
        "Outlook",
        "Epidemiology",
        "History",
        "See also",
    ],
    "Drugs": [
        "Uses",
        "Contraindications",
        "Adverse effects",
        "Overdose",
        "Interactions",
        "Pharmacology",
        "Forms",
        "Chemistry",
        "History",
        "Society and culture",
    ],
}
DISEASES: Final = (
    "asthma",
    "celiac-disease",
    "depression",
    "epilepsy",
    "gout",
    "iron-deficiency-anemia",
    "myocardial-infarction",
    "pneumonia",
    "stroke",
    "type-1-diabetes",
    "urinary-tract-infection",
)
DRUGS: Final = (
    "acetaminophen",
    "albuterol",
    "amoxicillin",
    "aspirin",
    "ibuprofen",
    "metformin",
    "omeprazole",
    "warfarin",
)


@pytest.mark.parametrize(
    ("kind", "name"), [("Diseases", name) for name in DISEASES] + [("Drugs", name) for name in DRUGS]
)
def test_sections_stand_in_the_order_that_readers_expect(kind: str, name: str) -> None:
    headings = headings_of(text_of(ROOT / "articles" / "sample" / f"{name}.md"))
    places = [OUTLINES[kind].index(heading) for heading in headings if heading in OUTLINES[kind]]

    assert len(places) >= 2
    assert places == sorted(places)


@every_article
def test_every_article_has_a_category_in_its_tail(path: Path) -> None:
    last_block = text_of(path).rstrip().rsplit("\n\n", 1)[-1].splitlines()

    assert all(TAIL_LINE.fullmatch(line) for line in last_block)
    assert any(line.startswith("[[Category:") for line in last_block)


def test_mesotherapy_is_a_stub_with_the_sections_of_the_clients_page() -> None:
    text = text_of(next(path for path in PATHS if path.stem == "mesotherapy"))

    assert HEADING.findall(text) == ["History", "Procedure", "Uses", "Risks and Side Effects", "Conclusion"]
    assert "{{stub|medicine}}" in text


def test_at_least_eight_articles_are_marked_as_stubs() -> None:
    assert sum("{{stub|" in text_of(path) for path in PATHS) >= 8


@pytest.mark.parametrize(
    "mark",
    [
        pytest.param(r"^\|:?-+:?\|", id="table"),
        pytest.param(r"^\[\^[\w-]+\]: ", id="footnote"),
        pytest.param(r"^\S.*\n:   \S", id="definition list"),
        pytest.param(r"^\*\[\w[\w-]*\]: ", id="abbreviation"),
        pytest.param(r"^- .*\n    - ", id="nested list"),
        pytest.param(r"^1\. .*\n    1\. ", id="nested numbered list"),
        pytest.param(r"^### ", id="sub-section"),
        pytest.param(r"\[@pmid:", id="PubMed citation"),
        pytest.param(r"\[@doi:", id="DOI citation"),
    ],
)
def test_the_set_shows_each_mark_of_the_dialect(mark: str) -> None:
    assert any(re.search(mark, text_of(path), re.MULTILINE) for path in PATHS)


@every_article
@pytest.mark.parametrize(
    "slip",
    [
        pytest.param(r"^#+[^#\s]", id="heading without a space"),
        pytest.param(r"^# ", id="heading of the first level"),
        pytest.param(r"[^\n]\n#", id="heading without a blank line before"),
        pytest.param(r"^(?: {1,3}| {5,7})(?:-|\d+\.) ", id="nested list not indented by four"),
        pytest.param(r"^[^|\n]+\n\|", id="table without a blank line before"),
        pytest.param(r"^\|.*\[\[[^\]\n]*\|", id="link with a label in a table"),
        pytest.param(r"^[^-\n ][^\n]*\n- ", id="list without a blank line before"),
        pytest.param(r"[ \t]$", id="space at the end of a line"),
    ],
)
def test_no_trap_of_the_dialect_is_stepped_into(path: Path, slip: str) -> None:
    assert not re.search(slip, text_of(path), re.MULTILINE)


@every_article
def test_every_footnote_is_defined_and_used(path: Path) -> None:
    text = text_of(path)
    defined = re.findall(r"^\[\^([\w-]+)\]: ", text, re.MULTILINE)

    assert len(defined) == len(set(defined))
    assert set(re.findall(r"\[\^([\w-]+)\](?!: )", text)) == set(defined)


@every_article
def test_every_abbreviation_is_used(path: Path) -> None:
    text = text_of(path)
    prose = TAIL_LINE.sub("", text)

    assert all(re.search(rf"\b{short}\b", prose) for short in re.findall(r"^\*\[([\w-]+)\]: ", text, re.MULTILINE))


@every_article
def test_every_citation_is_found_in_the_shared_data(path: Path, shared_records: str) -> None:
    text = text_of(path)
    place = {"pmid": r"(?:pubmed|pubmed\.ncbi\.nlm\.nih\.gov)/{}\b", "doi": r"doi\.org/{}(?![\w/-])"}
    wanted = [place[kind].format(re.escape(value)) for kind, value in CITATION.findall(text)]

    assert text.count("[@") == len(wanted)
    assert [pattern for pattern in wanted if not re.search(pattern, shared_records)] == []


@every_article
def test_every_address_is_the_source_of_a_shared_article(path: Path, shared_records: str) -> None:
    addresses = re.findall(r"<(https?://[^>]+)>", text_of(path))

    assert [address for address in addresses if f'"url": "{address}"' not in shared_records] == []


@every_article
def test_no_run_of_words_is_copied(path: Path, copied_shingles: set[tuple[str, ...]]) -> None:
    assert sorted(" ".join(shingle) for shingle in own_shingles(path) & copied_shingles) == []
