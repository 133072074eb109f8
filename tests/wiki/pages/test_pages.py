"""The pages that come along: whole, true to the syntax they teach, with links that lead somewhere, and loaded once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client

from articles import access, importing, outlines, reading
from articles.models import Article, Edit, LogEntry, Proposal
from articles.text import rendering, titles
from tests import doors, factories, worlds
from tests.pages import Page, words
from wiki import pages
from wiki.wording import site
from wiki.wording import words as words_of_the_site

ROOT = Path(__file__).resolve().parents[3]
SHIPPED = list(pages.shipped())
LEGAL = [page.title for page in SHIPPED if page.protection]
OPEN = [page.title for page in SHIPPED if not page.protection]
TITLES = [page.title for page in SHIPPED]
# The links beside each heading.
OF_SECTIONS = ("/edit/", "/section/")
DRAFT = "Adapt this page before you open the site"

every_page = pytest.mark.parametrize("page", SHIPPED, ids=lambda page: page.title)


def address_of(title: str) -> str:
    return f"/wiki/{titles.to_path(title)}"


world = worlds.made_once(pages.load)


@pytest.fixture
def loaded(world, db) -> None:
    """The pages are there."""


def of_title(title: str) -> str:
    """The text of a page as it comes along."""
    return next(page.text for page in SHIPPED if page.title == title)


def test_every_legal_page_is_a_draft_as_it_comes(loaded):
    assert [page.title for page in pages.legal()] == sorted(LEGAL)
    assert all(page.is_there and page.is_draft for page in pages.legal())


# --- The files ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "title",
    [
        *(f"Project:{name}" for name in ("About", "Contact", "Privacy", "Terms", "Licence", "Sandbox")),
        *(
            f"Help:{name}"
            for name in ("Contents", "Checks", "Editing", "Proposing", "Reviewing", "History", "Accounts")
        ),
        *(f"Project:{name}" for name in ("Wellness", "Health topics", "Disease index", "Drugs", "World directory")),
        *(f"Project:{name}" for name in ("Anatomy", "Diets", "Recipes")),
    ],
)
def test_the_pages_that_others_link_to_come_along(title: str):
    assert title in [page.title for page in SHIPPED]


@every_page
def test_a_title_is_written_as_the_wiki_writes_it(page):
    assert titles.full(*titles.parse(page.title)) == page.title


def test_the_legal_pages_are_for_administrators_and_no_other():
    assert set(LEGAL) == {f"Project:{path.stem.capitalize()}" for path in (ROOT / "wiki/pages/legal").glob("*.md")}


@every_page
def test_a_draft_says_so_first_of_all_and_only_a_draft(page):
    assert page.text.startswith(f'!!! important "{DRAFT}"') == (page.title in LEGAL)
    assert page.text.count(DRAFT) == (page.title in LEGAL)


@every_page
def test_a_page_says_this_wiki_where_its_name_would_stand(page):
    assert settings.WIKI_NAME not in page.text.replace("runs on MedWiki", "").replace("MedWiki itself", "")
    assert "{name}" not in page.text


@every_page
@pytest.mark.parametrize(
    "slip",
    [
        pytest.param(r"[ \t]$", id="space at the end of a line"),
        pytest.param(r"^#+[^#\s]", id="heading without a space"),
        pytest.param(r"[^\n]\n#", id="heading without a blank line before"),
        pytest.param(r"^[^|\n]+\n\|", id="table without a blank line before"),
        pytest.param(r"^[^-\n ][^\n]*\n- ", id="list without a blank line before"),
        pytest.param(r"\d{3}[- ]\d{3}|\bhttps?://(?!www\.who\.int)", id="a number or address that nobody checked"),
    ],
)
def test_no_trap_is_stepped_into(page, slip: str):
    assert not re.search(slip, page.text, re.MULTILINE)


@every_page
def test_a_page_holds_no_mark_that_is_not_there_yet(page):
    rendered = rendering.render(page.text)
    assert (rendered.templates, rendered.files, rendered.stub) == ((), (), None)


# --- As pages ----------------------------------------------------------------------------------------------------


def test_a_page_is_whole_and_carries_nothing_of_a_medical_article_but_the_disclaimer(loaded, client: Client):
    seen = {title: client.get(address_of(title)) for title in TITLES}
    assert {title: (answer.status_code, Page(answer).faults(), Page(answer).h1) for title, answer in seen.items()} == {
        title: (200, [], title) for title in TITLES
    }
    medical = [title for title, answer in seen.items() if Page(answer).with_id("stub-notice")]
    assert medical + [title for title, answer in seen.items() if "Not medically reviewed" in Page(answer).words] == []


def _links(client: Client, title: str) -> Iterator[str]:
    """Where the links of a page's own text lead on this site, but those to edit it; an anchor is another's business."""
    shown = Page(client.get(address_of(title)))
    (content,) = shown.with_id("article-content")
    found = (element.get("href") or "" for element in content.iter("a"))
    return (href.partition("#")[0] for href in found if href.startswith("/") and not href.startswith(OF_SECTIONS))


def _sample_titles() -> set[str]:
    records = importing.records_in(ROOT / "articles" / "sample", {})
    return {title for record in records for title in (record.title, *record.aliases)}


def _known_categories() -> set[str]:
    texts = [record.text for record in importing.records_in(ROOT / "articles" / "sample", {})]
    texts += [outline.text("X") for outline in outlines.OUTLINES]
    return set(re.findall(r"\[\[Category:([^\]|]+)", "\n".join(texts)))


def test_every_link_leads_to_a_page_or_to_a_category_that_the_sample_fills(loaded, client: Client):
    known = {f"/category/{titles.to_path(name)}" for name in _known_categories()}
    known |= {address_of(title) for title in _sample_titles()}
    wanted = {href for title in TITLES for href in _links(client, title)} - known
    assert {href: status for href in wanted if (status := client.get(href).status_code) != 200} == {}


def test_help_and_portals_are_changed_by_editors_like_any_article(loaded, editor):
    rows = {title: Article.objects.named(*titles.parse(title)).get() for title in OPEN}
    assert {title for title, row in rows.items() if access.may_publish(editor.account, row)} == set(OPEN)


def test_the_legal_drafts_are_changed_by_administrators_alone(loaded, moderator, administrator):
    rows = [Article.objects.named(*titles.parse(title)).get() for title in LEGAL]
    assert not any(access.may_edit(moderator.account, row) for row in rows)
    assert all(access.may_publish(administrator.account, row) for row in rows)


def test_an_administrator_adapts_a_draft(loaded, administrator_client: Client):
    base = Article.objects.get(namespace="project", title="About").current_edit_id
    answer = administrator_client.post("/edit/Project:About", {"text": "We are the clinic.\n", "base": base})
    assert (answer.status_code, answer["Location"]) == (303, "/wiki/Project:About")
    assert "We are the clinic." in Page(administrator_client.get("/wiki/Project:About")).article


def test_anybody_may_play_in_the_sandbox(loaded, client: Client):
    base = Article.objects.get(title="Sandbox").current_edit_id
    answer = client.post("/edit/Project:Sandbox", {"text": "Mine.\n", "base": base})
    assert (answer.status_code, Proposal.objects.get().title) == (303, "Sandbox")


# --- What Help:Editing teaches -------------------------------------------------------------------------------------

_FENCE = "```\none\ntwo\n```\n"
# Of each line of the tables: texts with the marks it teaches, and what a reader sees of them.
TAUGHT = {
    "a section": [("## Causes\n", ">Causes</h2>")],
    "a section within it": [("## Causes\n\n### Indoors\n", ">Indoors</h3>")],
    "bold": [("**bold**", "<strong>bold</strong>")],
    "italics": [("*italics*", "<em>italics</em>")],
    "a list": [("- point", r"<ul>\s*<li>point</li>")],
    "a numbered list": [("1. step", r"<ol>\s*<li>step</li>")],
    "a link to an article": [("[[Asthma]]", '<a [^>]*href="/wiki/Asthma"[^>]*>Asthma</a>')],
    "… with other words": [("[[Asthma|the disease]]", 'href="/wiki/Asthma"[^>]*>the disease</a>')],
    "a link to another site": [("[words](https://www.who.int/)", '<a href="https://www.who.int/" [^>]*>words</a>')],
    "a source": [("[@pmid:11399724]", 'href="https://pubmed.ncbi.nlm.nih.gov/11399724/"')],
    "a footnote": [("word[^1]\n\n[^1]: The note.\n", r'word<sup.*<div class="footnote">.*The note\.')],
    "a list within a list": [("- first\n    - point", r"<li>first\s*<ul>\s*<li>point</li>")],
    "a link in the plural": [("[[lung]]s", 'href="/wiki/Lung"[^>]*>lungs</a>')],
    "a link to a section": [
        ("[[Asthma#Causes]]", 'href="/wiki/Asthma"'),
        ("[[#Causes]]\n\n## Causes\n", '<a href="#Causes">Causes</a>'),
    ],
    "a bare address": [("<https://www.who.int/>", '<a href="https://www.who.int/" [^>]*>https://www.who.int/</a>')],
    "an address further down": [
        ("[words][who]\n\n[who]: https://www.who.int/\n", '<a href="https://www.who.int/" [^>]*>words</a>')
    ],
    "a source by its DOI": [("[@doi:10.1093/ageing/afz199]", 'href="https://doi.org/10.1093/ageing/afz199"')],
    "several sources": [("[@pmid:11399724; @pmid:19272144]", r"\[1\].*\[2\].*19272144")],
    "an abbreviation": [
        (
            "COPD\n\n*[COPD]: chronic obstructive pulmonary disease\n",
            '<abbr title="chronic obstructive pulmonary disease">COPD</abbr>',
        )
    ],
    "a category": [
        ("x\n\n[[Category:Lungs]]\n", 'Categories:.*<a href="/category/Lungs">Lungs</a>'),
        ("x\n\n[[Category:Lungs|sorted as]]\n", 'Categories:.*<a href="/category/Lungs">Lungs</a>'),
    ],
    "a link to a category": [("[[:Category:Lungs]]", '<a href="/category/Lungs">Category:Lungs</a>')],
    "a stub mark": [("x\n\n{{stub}}\n", "stub: medicine"), ("x\n\n{{stub|medicine}}\n", "stub: medicine")],
    "a redirect": [("#REDIRECT [[Asthma]]\n", 'only leads to another article:.*href="/wiki/Asthma"')],
    "a table": [
        ("| Drug | Dose |\n|:-----|-----:|\n| A | 1 |\n", r'<th align="left">Drug</th>.*<td align="right">1</td>')
    ],
    "a term and its meaning": [("Term\n:   meaning", r"<dt>Term</dt>\s*<dd>meaning</dd>")],
    "a quotation": [("> words", r"<blockquote>\s*<p>words</p>")],
    "a notice": [('!!! warning "Stop"\n    Never both.\n', 'class="admonition warning".*Stop</p>.*Never both.')],
    "small letters": [("H<sub>2</sub>O", "H<sub>2</sub>O"), ("m<sup>2</sup>", "m<sup>2</sup>")],
    "a new line": [("one<br>two", r"one<br ?/?>two")],
    "a line across": [("one\n\n---\n\ntwo", "<hr ?/?>")],
    "code": [("`x`", "<code>x</code>")],
    "long code": [(_FENCE, r"<pre><code>one\ntwo\n</code></pre>")],
    "a sign as it is": [(r"\*", r"<p>\*</p>")],
    "a hidden remark": [("one <!-- why --> two", "<p>one +two</p>")],
}


def taught() -> dict[str, list[str]]:
    """The tables of Help:Editing: what each line is for, and the marks in its last column."""
    rendered = rendering.render(of_title("Help:Editing"))
    shown = Page("".join(section.html for section in rendered.sections))
    rows = [list(row.iter("td")) for row in shown.all("tr")]
    return {words(cells[0]): ["".join(code.itertext()) for code in cells[-1].iter("code")] for cells in rows if cells}


def shown(text: str) -> str:
    page = reading.preview_of(text)
    stub = rendering.render(text).stub
    return render_to_string("articles/reading/_page.html", {"page": page, "mode": ""}) + f"stub: {stub}"


def test_the_help_teaches_the_marks_that_are_asked_about_here():
    assert list(taught()) == list(TAUGHT)


@pytest.mark.parametrize("what", TAUGHT)
def test_each_mark_that_the_help_teaches_is_one_of_those_asked_about(what: str):
    together = "\n".join(text for text, _seen in TAUGHT[what])
    assert [mark for mark in taught()[what] if mark not in together] == []


@pytest.mark.django_db
@pytest.mark.parametrize(("text", "seen"), [example for examples in TAUGHT.values() for example in examples])
def test_a_mark_renders_as_the_help_tells(text: str, seen: str):
    assert re.search(seen, shown(text), re.DOTALL)


# --- Loading -----------------------------------------------------------------------------------------------------


def test_loading_again_changes_nothing(loaded):
    before = Edit.objects.count()
    assert pages.load() == pages.Outcome(equal=[page.title for page in SHIPPED])
    assert Edit.objects.count() == before


def test_the_pages_are_signed_by_the_software(loaded):
    assert set(Edit.objects.values_list("author__name", "author__account", "kind")) == {("MedWiki", None, "import")}


def _released(monkeypatch: pytest.MonkeyPatch, title: str, text: str) -> None:
    later = [replace(page, text=text) if page.title == title else page for page in SHIPPED]
    monkeypatch.setattr(pages, "shipped", lambda: iter(later))


def test_what_a_new_release_says_comes_in_as_an_edit(loaded, monkeypatch):
    _released(monkeypatch, "Help:History", "All is new.\n")
    assert pages.load().changed == ["Help:History"]
    article = Article.objects.get(namespace="help", title="History")
    assert (article.text.text, article.current_edit.number) == ("All is new.\n", 2)


def test_what_people_have_written_is_left_alone_whatever_a_new_release_says(loaded, administrator, monkeypatch):
    about = Article.objects.get(namespace="project", title="About")
    factories.edit(about, "This is our wiki.\n", author=administrator)
    _released(monkeypatch, "Project:About", "All is new.\n")
    assert pages.load().kept == ["Project:About"]
    assert Article.objects.get(pk=about.pk).text.text == "This is our wiki.\n"


def test_protection_is_given_once_and_logged(loaded, monkeypatch):
    rows = LogEntry.objects.filter(what="article.protect")
    assert sorted(rows.values_list("target", flat=True)) == sorted(LEGAL)
    about = Article.objects.filter(namespace="project", title="About")
    with doors.unlocked("lifting protection has no door of its own yet"):
        about.update(edit_protection="")
    _released(monkeypatch, "Project:About", "All is new.\n")
    pages.load()
    assert about.get().edit_protection == "" and rows.count() == len(LEGAL)


# --- A wiki without the sample -----------------------------------------------------------------------------------
def test_the_navigation_leads_to_pages_with_content_without_any_article(client: Client, loaded):
    entries = site.Site(words_of_the_site.values()).navigation
    answers = [client.get(address, follow=True) for _label, address in entries]
    assert len(entries) >= 8 and {answer.status_code for answer in answers} == {200}
    said = [len(words(Page(answer).all("main")[0]).split()) for answer in answers]
    assert min(said) > 20, list(zip(said, entries, strict=True))


def test_a_category_that_a_portal_names_says_what_to_do_while_it_is_empty(client: Client, loaded):
    address = Page(client.get("/wiki/Project:Anatomy")).link("Respiratory system")
    answer = client.get(address)
    page = Page(answer)
    assert answer.status_code == 404 and "There is nothing in this category yet." in page.words
    assert "[[Category:Respiratory system]]" in page.words
    assert page.link("All categories") == "/special/categories"
    assert page.link("What links here") == "/links/Category:Respiratory_system"


def test_help_says_whom_to_ask_for_what_there_is_no_button_for(client: Client, loaded):
    page = Page(client.get("/wiki/Help:Editing"))
    assert (
        "If you can do neither, ask the people who run" in page.article
        and page.link("Contact") == "/wiki/Project:Contact"
    )
