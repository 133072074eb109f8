"""The client's page, block by block: an owner sets the site up as theirs, brings the text in, and finds all of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from django.test import Client

from articles import access, importing
from tests import factories
from tests.pages import Page, words
from wiki import pages as pages_of_the_house

pytestmark = [pytest.mark.django_db, pytest.mark.alike]

TERMS = ("arthritis", "fibromyalgia", "hyaluronic acid")
PORTALS = (
    "/wiki/Project:Wellness",
    "/index/",
    "/wiki/Project:Health_topics",
    "/wiki/Project:Disease_index",
    "/wiki/Project:Drugs",
    "/wiki/Project:World_directory",
    "/wiki/Project:Anatomy",
    "/wiki/Project:Diets",
    "/wiki/Project:Recipes",
)
EDIT = "[edit | edit source]"


class Sample:
    """The page as it was handed to us, cut where its blocks begin."""

    def __init__(self, text: str) -> None:
        text = re.sub(r"(?m)^ +| +$", "", text)
        body, _cut, foot = text.partition("Medicine-stub.png\n")
        self.title, tagline, *parts = [part for part in body.split("\n\n") if part.strip()]
        self.tagline = tagline.strip()
        self.long_name = self.tagline.removeprefix("From ")
        self.name = self.long_name.partition("'")[0]
        self.parts = [part.strip("\n") for part in parts]
        lines = [line for line in foot.split("\n") if line.strip()]
        self.stub, self.invitation = re.fullmatch(r"(.*?\.) (You can .*)", lines[0]).groups()
        at = {line.partition(":")[0]: number for number, line in enumerate(lines)}
        self.navigation = lines[at["Navigation"]].partition(": ")[2].split(" - ")
        sponsor = at[f"Search {self.name}"] + 1
        advertise = at[f"Advertise on {self.name}"]
        self.sponsor = [line.removeprefix("Ad.") for line in lines[sponsor:advertise]]
        self.advertise = lines[advertise]
        self.motto = lines[advertise + 2 : at["Medical Disclaimer"]]
        said = lines[at["Medical Disclaimer"]].partition(": ")[2]
        self.disclaimer = said.removesuffix(" See full disclaimer.")
        self.credits = lines[at["Credits"]].partition(":")[2]
        self.contributor = lines[at["Contributors"]].partition(": ")[2]

    @property
    def sections(self) -> list[str]:
        return [part.removesuffix(EDIT) for part in self.parts if part.endswith(EDIT)]

    @property
    def prose(self) -> list[str]:
        """All paragraphs and list items, in their order."""
        paragraphs = [line for part in self.parts if not part.endswith(EDIT) for line in part.split("\n")]
        return [line.removeprefix("• ") for line in paragraphs]

    def markdown(self) -> str:
        parts = [f"## {part.removesuffix(EDIT)}" if part.endswith(EDIT) else part for part in self.parts]
        text = re.sub(r"(?m)^• ", "- ", "\n\n".join(parts))
        for term in TERMS:
            text = text.replace(term, f"[[{term}]]", 1)
        return f"---\ntitle: {self.title}\n---\n{text}\n\n{{{{stub|medicine}}}}\n"


@pytest.fixture
def sample(shared_data: Path) -> Sample:
    path = shared_data.parent / "sample" / "mesotherapy-page.txt"
    if not path.is_file():
        pytest.skip("The sample page isn't beside the collections")
    return Sample(path.read_text())


@pytest.fixture
def owner() -> Client:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(factories.user("administrator", "Olivia Owner"))
    return browser


def set_up(owner: Client, sample: Sample) -> None:
    """Change each line as the owner would: by its form, which the page *Set up* leads to."""
    chosen = {
        "name": sample.name,
        "long_name": sample.long_name.replace(sample.name, "{name}"),
        "tagline": sample.tagline.replace(sample.name, "{name}"),
        "motto": "\n".join(sample.motto),
        "navigation": "\n".join(
            f"{label} | {address}" for label, address in zip(sample.navigation, PORTALS, strict=True)
        ),
        "disclaimer": sample.disclaimer.replace(sample.name, "{name}"),
        "credits": sample.credits,
        "sponsor": "\n".join(sample.sponsor),
        "sponsor_link": "https://sponsor.example/",
        "advertise_link": "/wiki/Project:Contact",
    }
    lines = {link.href for link in Page(owner.get("/setup/")).links}
    for key, text in chosen.items():
        address = f"/setup/{key}"
        assert address in lines
        assert owner.post(address, Page(owner.get(address)).fields(text=text)).status_code == 303


def bring_in(sample: Sample, folder: Path) -> None:
    (folder / "sample.md").write_text(sample.markdown())
    writer = access.author_of(factories.user("editor", "Prab", display_name=sample.contributor))
    records = importing.named(importing.records_in(folder, {}))
    (outcome,) = importing.bring_in(records, author=writer, summary="From the page we were shown")
    assert (outcome.made, outcome.refused) == (1, [])


@pytest.fixture
def page(sample: Sample, owner: Client, tmp_path: Path) -> Page:
    pages_of_the_house.load()
    set_up(owner, sample)
    bring_in(sample, tmp_path)
    return Page(Client().get("/wiki/Mesotherapy"))


def text_of(elements: list[Element]) -> list[str]:
    return [words(element) for element in elements]


def inside(element: Element, tag: str, name: str = "") -> list[Element]:
    return [each for each in element.iter(tag) if not name or name in (each.get("class") or "").split()]


# --- Title, text and sections ------------------------------------------------------------------------------------
def test_title_and_tagline_are_those_of_the_sample(page: Page, sample: Sample):  # S1, S2
    assert page.h1 == sample.title and words(page.all("title")[0]) == f"{sample.title} - {sample.name}"
    assert text_of(page.with_class("tagline")) == [sample.tagline]


def test_the_five_headings_and_all_the_words_stand_in_their_order(page: Page, sample: Sample):  # S3, S4, S7, S8
    (article,) = page.with_id("article-content")
    assert text_of(inside(article, "h2")) == sample.sections and len(sample.sections) == 5
    said = [words(element) for element in article.iter() if element.tag in ("p", "li")]
    assert said == sample.prose and len(inside(article, "li")) == 3


def test_the_lead_and_each_section_have_their_pair_of_links(page: Page):  # S5, S6
    (article,) = page.with_id("article-content")
    pairs = inside(article, "span", "editsection")
    assert text_of(pairs) == [EDIT] * 6
    assert [text_of(inside(pair, "a")) for pair in pairs] == [["edit", "edit source"]] * 6
    links = [link.get("href") for pair in pairs for link in inside(pair, "a")]
    assert {Client().get(link).status_code for link in links} == {200} and len(set(links)) == 12


def test_terms_in_the_text_are_links(page: Page):  # S9
    (article,) = page.with_id("article-content")
    assert [words(link) for link in article.iter("a") if words(link) in TERMS] == sorted(TERMS, key=_place_in(article))


def _place_in(article: Element):
    said = words(article)
    return said.index


# --- The stub ----------------------------------------------------------------------------------------------------
def test_the_stub_notice_has_its_icon_its_words_and_its_link(page: Page, sample: Sample):  # S10, S11, S12
    (notice,) = page.with_id("stub-notice")
    assert words(notice) == f"{sample.stub} {sample.invitation}"
    (icon,) = [element for element in notice.iter() if element.get("role") == "img"]
    assert icon.get("aria-label")
    (link,) = inside(notice, "a")
    assert (words(link), link.get("href")) == ("expanding it", "/edit/Mesotherapy")


def test_the_stub_stands_in_its_category_and_in_the_queue(page: Page, client: Client):  # S13
    assert page.link("Medicine stubs") == "/category/Medicine_stubs"
    for address in ("/category/Medicine_stubs", "/special/stubs"):
        assert Page(client.get(address)).link("Mesotherapy") == "/wiki/Mesotherapy"


# --- The foot ----------------------------------------------------------------------------------------------------
def test_the_navigation_leads_to_nine_pages_with_content(page: Page, sample: Sample, client: Client):  # S14, S15
    head, foot = page.with_class("wordmark")
    assert text_of([head, foot]) == [sample.name] * 2 and {head.get("href"), foot.get("href")} == {"/"}
    (navigation,) = [nav for nav in page.all("nav") if nav.get("aria-label") == "Navigation"]
    (row,) = inside(navigation, "ul")
    assert text_of(inside(row, "a")) == sample.navigation and len(sample.navigation) == 9
    answers = [client.get(link.get("href")) for link in inside(row, "a")]
    assert {answer.status_code for answer in answers} == {200}
    shown = {answer.wsgi_request.path: words(Page(answer).all("main")[0]) for answer in answers}
    assert "Mesotherapy" in shown.pop("/index/") and min(map(len, shown.values())) > 200


def test_the_search_box_names_the_site(page: Page, sample: Sample):  # S16
    header, foot = [form for form in page.all("form") if form.get("role") == "search"]
    fields = [inside(form, "input")[0] for form in (header, foot)]
    assert {field.get("placeholder") for field in fields} == {f"Search {sample.name}"}
    assert header.get("aria-label") != foot.get("aria-label")


def test_the_sponsor_is_labelled_and_says_its_lines(page: Page, sample: Sample):  # S17, S18
    (block,) = [aside for aside in page.all("aside") if aside.get("role") == "complementary"]
    assert text_of(inside(block, "b")) == ["Ad."]
    lines = [line for part in block.itertext() if (line := " ".join(part.split()))]
    assert lines == ["Ad.", *sample.sponsor, sample.advertise]
    assert {link.get("rel") for link in inside(block, "a")} == {"sponsored nofollow noopener"}
    assert not page.is_inside(block, "article-content")


def test_long_name_and_both_lines_of_the_motto_are_there(page: Page, sample: Sample):  # S19, S20
    assert text_of(page.with_class("foot__name")) == [sample.long_name]
    (motto,) = page.with_class("foot__motto")
    assert [" ".join(line.split()) for line in motto.itertext()] == sample.motto and len(sample.motto) == 2


def test_the_disclaimer_says_every_sentence_and_leads_to_the_whole(
    page: Page, sample: Sample, client: Client
):  # S21, S22
    (aside,) = page.with_id("medical-disclaimer")
    assert words(aside) == f"Medical Disclaimer: {sample.disclaimer} See full disclaimer."
    assert words(inside(aside, "strong")[0]) == "Medical Disclaimer:" and sample.disclaimer.count(". ") == 5
    (link,) = inside(aside, "a")
    assert client.get(link.get("href")).status_code == 200


def test_credits_and_contributors_end_it(page: Page, sample: Sample):  # S23, S24
    assert text_of(page.with_class("credits__thanks")) == [f"Credits: {sample.credits}"]
    assert text_of(page.with_class("contributors")) == [f"Contributors: {sample.contributor}"]


def test_the_blocks_stand_in_the_order_of_the_sample(page: Page):  # S25
    in_order = list(page.tree.iter())
    blocks = [
        page.all("h1")[0],
        page.with_class("tagline")[0],
        page.with_id("article-content")[0],
        page.with_id("stub-notice")[0],
        page.with_class("wordmark")[-1],
        next(each for nav in page.all("nav") if nav.get("aria-label") == "Navigation" for each in inside(nav, "ul")),
        page.with_id("search-foot")[0],
        page.with_class("sponsor")[0],
        page.with_class("foot__name")[0],
        page.with_class("foot__motto")[0],
        page.with_id("medical-disclaimer")[0],
        page.with_class("credits__thanks")[0],
        page.with_class("contributors")[0],
        page.with_class("legal")[0],
    ]
    places = [in_order.index(block) for block in blocks]
    assert places == sorted(places) and page.faults() == []


def test_the_pages_at_the_very_foot_are_there(page: Page, client: Client):
    links = list(_links(page.with_class("legal")[0]))
    assert len(links) >= 8 and {client.get(link, follow=True).status_code for link in links} == {200}


def _links(element: Element) -> Iterator[str]:
    return (link.get("href") or "" for link in element.iter("a"))


def test_as_the_software_comes_there_is_neither_sponsor_nor_motto(sample: Sample, tmp_path: Path, client: Client):
    bring_in(sample, tmp_path)
    page = Page(client.get("/wiki/Mesotherapy"))
    assert page.with_class("sponsor") == page.with_class("foot__motto") == []
    assert "Ad." not in page.words and page.faults() == []
