"""Edit checks asked of a real change: compared with its base, in its section, with the pages that there are."""

from __future__ import annotations

import pytest

from articles import checks, places
from articles.models import Article, Section
from tests import doors, factories

pytestmark = pytest.mark.django_db

TEXT = """\
A lead.[^1]

## Symptoms

Wheeze.

### At night

Cough.

## Dose

Take 5 mg.

[^1]: A note.
"""


@pytest.fixture
def asthma() -> Article:
    return factories.article("Asthma", TEXT)


def sent(article: Article, section: str, text: str, **fields: object) -> checks.Sent:
    return checks.Sent(
        **{"title": article.full_title, "base": article.current_edit_id} | fields, section=section, text=text
    )  # type: ignore[arg-type]  # as a form sends it


def found(article: Article, section: str, text: str, **fields: object) -> list[tuple[str, int]]:
    return [(finding.code, finding.line) for finding in checks.findings_of(sent(article, section, text, **fields))]


@pytest.mark.parametrize("section", ["Dose", "id"])
def test_a_section_is_compared_with_itself_and_its_lines_are_counted_from_its_heading(asthma, section: str):
    section = str(Section.objects.get(title="Dose").pk) if section == "id" else section
    assert found(asthma, section, "## Dose\n\nTake 50 mg.\n") == [("quantity", 3)]


def test_the_whole_is_compared_with_the_whole(asthma):
    assert found(asthma, "", TEXT.replace("5 mg", "50 mg")) == [("quantity", 13)]


@pytest.mark.parametrize("section", ["Symptoms", "At_night", "Dose", "0", ""])
def test_a_text_that_is_as_it_was_has_nothing_to_look_at(asthma, section: str):
    start = places.starting_point(asthma, section)
    assert start is not None and found(asthma, section, start.text) == []


def test_line_ends_of_a_browser_are_no_change(asthma):
    assert found(asthma, "", TEXT.replace("\n", "\r\n")) == []


def test_a_section_knows_the_headings_around_it(asthma):
    assert found(asthma, "new", "## Dose\n") == [("duplicate-heading", 1)]
    assert found(asthma, "At_night", "##### At night\n\nCough.\n") == [("heading-level", 1)]


def test_a_section_knows_the_footnotes_around_it(asthma):
    wikitext = sent(asthma, "Dose", "## Dose\n\nTake 5 mg.<ref>Another.</ref>\n")
    assert checks.put_right("wikitext", wikitext) == "## Dose\n\nTake 5 mg.[^2]\n\n[^2]: Another.\n"


def test_a_link_is_to_nothing_when_no_article_is_there(asthma):
    factories.article("Lungs")
    assert found(asthma, "new", "[[Lungs]] [[lungs]] [[Help:Nothing]] [[:Category:Nothing]]\n") == []
    assert found(asthma, "new", "[[Heart]]\n") == [("link-to-nothing", 1)]


def test_a_new_article_is_compared_with_nothing():
    text = "It is treated with 5 mg daily.\n"
    (finding,) = checks.findings_of(checks.Sent("Asthma", "0", "", text))
    assert finding.code == "uncited"


@pytest.mark.parametrize("base", ["", "0", "7", "x", "9" * 30])
def test_without_a_version_to_start_from_nothing_is_said(asthma, base: str):
    assert found(asthma, "", "== Causes ==\n", base=base) == []
    assert checks.put_right("wikitext", sent(asthma, "", "== A ==\n", base=base)) == "== A ==\n"


@pytest.mark.parametrize(("title", "section"), [("a[b", ""), ("Asthma", "No such section"), ("Asthma", "999999")])
def test_nor_without_a_page_or_section(asthma, title: str, section: str):
    assert found(asthma, section, "== Causes ==\n", title=title) == []


def test_a_version_whose_text_is_hidden_is_compared_with_nothing(asthma):
    first = asthma.current_edit
    factories.edit(asthma, "Take 6 mg.\n")
    with doors.unlocked("hiding comes with moderation"):
        type(first).objects.filter(pk=first.pk).update(hidden_text=True)
    assert found(asthma, "", "Take 7 mg.\n", base=first.pk) == []


def test_medicine_is_asked_for_in_articles_only():
    page = factories.article("Help:Doses", "Take 5 mg.\n")
    assert found(page, "", "Take 50 mg.\n") == []


def test_a_save_is_stopped_for_what_its_author_has_not_seen(asthma):
    findings = checks.findings_of(sent(asthma, "Dose", "## Dose\n\nTake 50 mg.\n"))
    with pytest.raises(checks.WorthALook):
        checks.stop_once(findings, ["another"])
    checks.stop_once(findings, checks.keys_of(findings))


def test_what_does_not_stop_never_does(asthma):
    checks.stop_once(checks.findings_of(sent(asthma, "new", "## Dose\n\nSmoke causes cancer.\n")), [])


def test_every_check_has_its_words(asthma):
    from articles.text import checking

    assert set(checking.codes()) == set(checks._REASONS)
    stopping = {
        code for registry in (checking._OF_ONE, checking._OF_TWO) for code, (_, stops) in registry.items() if stops
    }
    assert stopping == set(checks._TAG_NAMES)


def test_other_tags_are_not_named():
    assert checks.tag_names(["check:quantity", "quantity", "check:gone"]) == ["number or “not” changed"]
