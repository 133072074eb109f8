"""A deed with a section becomes a text and a summary; through the door it merges with what came since."""

from __future__ import annotations

import pytest

from articles import arranging, editing
from articles.arranging import Deed, DeedRefused
from articles.models import Article, Edit, Section
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def asthma(editor) -> Article:
    return factories.article("Asthma", author=editor)


def named(article: Article, title: str) -> str:
    return str(Section.objects.get(article=article, title=title, position__isnull=False).pk) if title else "0"


def do(article: Article, deed: str, title: str, **fields: object) -> Edit:
    """Do a deed on the version that `article` was loaded with, and save it."""
    if "behind" in fields:
        fields["behind"] = named(article, str(fields["behind"]))
    done = arranging.done(
        Article.objects.get(pk=article.pk),
        str(article.current_edit_id),
        Deed(deed, named(article, title), **fields),  # type: ignore[arg-type]  # As the test names them.
    )
    return factories.save("Asthma", done.text, base=article.current_edit_id or 0, summary=done.summary)


def titles_of(article: Article) -> list[str]:
    return list(
        Section.objects.filter(article=article, position__gt=0).order_by("position").values_list("title", flat=True)
    )


def ids_of(article: Article) -> dict[str, int]:
    return dict(Section.objects.filter(article=article, position__gt=0).values_list("title", "pk"))


@pytest.mark.parametrize(
    ("deed", "title", "fields", "titles", "summary"),
    [
        ("up", "Causes", {}, ["Causes", "Indoors", "Symptoms"], "Moved “Causes” to the beginning"),
        ("down", "Symptoms", {}, ["Causes", "Indoors", "Symptoms"], "Moved “Symptoms” behind “Causes”"),
        (
            "move",
            "Indoors",
            {"behind": "Symptoms"},
            ["Symptoms", "Indoors", "Causes"],
            "Moved “Indoors” into “Symptoms”",
        ),
        ("higher", "Indoors", {}, ["Symptoms", "Causes", "Indoors"], "Put “Indoors” one level higher"),
        ("lower", "Causes", {}, ["Symptoms", "Causes", "Indoors"], "Put “Causes” one level lower"),
        (
            "rename",
            "Causes",
            {"heading": "Origin"},
            ["Symptoms", "Origin", "Indoors"],
            "Renamed “Causes” to “Origin”",
        ),
        ("join", "Causes", {}, ["Symptoms", "Indoors"], "Joined “Causes” with “Symptoms”"),
        ("join", "Symptoms", {}, ["Causes", "Indoors"], "Joined “Symptoms” with “Introduction”"),
        (
            "add",
            "Symptoms",
            {"heading": " ## Course "},
            ["Symptoms", "Course", "Causes", "Indoors"],
            "Added “Course” behind “Symptoms”",
        ),
        ("delete", "Causes", {}, ["Symptoms"], "Deleted “Causes”"),
    ],
)
def test_a_deed_is_an_edit_that_says_what_was_done(asthma, deed, title, fields, titles, summary):
    edit = do(asthma, deed, title, **fields)
    assert titles_of(asthma) == titles and edit.summary == summary
    assert Article.objects.get(pk=asthma.pk).text.text.endswith("[[Category:Lungs]]\n{{stub|medicine}}\n")


@pytest.mark.parametrize("deed", ["up", "higher", "lower"])
def test_all_sections_keep_their_numbers(asthma, deed: str):
    before = ids_of(asthma)
    do(asthma, deed, "Indoors" if deed == "higher" else "Causes")
    assert ids_of(asthma) == before


def test_a_renamed_section_keeps_its_number_and_its_old_name_leads_to_it(asthma):
    number = ids_of(asthma)["Causes"]
    do(asthma, "rename", "Causes", heading="Origin")
    row = Section.objects.get(pk=number)
    assert (row.title, row.former_anchors) == ("Origin", ["Causes"])


def test_a_section_is_parted_at_a_paragraph(editor):
    long = "Pollen of grasses, of trees and of weeds, each in its season."
    asthma = factories.article("Asthma", f"Lead.\n\n## Causes\n\nDust.\n\n{long}\n", author=editor)
    number = ids_of(asthma)["Causes"]
    ((line, _words),) = arranging.chosen(asthma, str(number)).paragraphs
    edit = do(asthma, "part", "Causes", at=line, heading="Plants")
    assert edit.summary == "Parted “Causes” in two: “Plants”"
    assert edit.blob.text == f"Lead.\n\n## Causes\n\nDust.\n\n## Plants\n\n{long}\n"
    assert ids_of(asthma)["Causes"] == number


def test_a_new_section_may_have_sections_in_it(asthma):
    do(asthma, "add", "Symptoms", heading="Course", text="Long.\r\n\r\n### In children\r\n\r\nShort.\r\n")
    assert titles_of(asthma) == ["Symptoms", "Course", "In children", "Causes", "Indoors"]


def test_what_others_wrote_meanwhile_is_there_too(asthma):
    factories.edit(asthma, "## Causes\n\nDust and smoke.\n\n### Indoors\n\nMites.\n", section=named(asthma, "Causes"))
    edit = do(asthma, "up", "Causes")
    assert edit.blob.text.index("Dust and smoke.") < edit.blob.text.index("Wheeze.")


def test_a_section_that_others_changed_is_not_deleted_unseen(asthma):
    factories.edit(asthma, "## Symptoms\n\nCough.\n", section=named(asthma, "Symptoms"))
    with pytest.raises(editing.EditConflict):
        do(asthma, "delete", "Symptoms")
    assert "Cough." in Article.objects.get(pk=asthma.pk).text.text


@pytest.mark.parametrize(
    ("deed", "title", "fields"),
    [
        ("", "Causes", {}),
        ("dance", "Causes", {}),
        ("up", "Symptoms", {}),
        ("down", "Causes", {}),
        ("up", "", {}),
        ("join", "", {}),
        ("delete", "", {}),
        ("move", "Causes", {"behind": "Indoors"}),
        ("part", "Causes", {"heading": "More"}),
        ("part", "Causes", {"heading": "More", "at": 1}),
        ("part", "Causes", {"at": 2}),
        ("add", "Causes", {"heading": " # "}),
        ("rename", "Causes", {"heading": ""}),
        ("rename", "", {"heading": "Beginning"}),
        ("add", "Causes", {"heading": "x" * 201}),
    ],
)
def test_what_makes_no_sense_is_refused(asthma, deed: str, title: str, fields: dict[str, object]):
    with pytest.raises(DeedRefused):
        do(asthma, deed, title, **fields)


def test_code_without_an_end_does_not_swallow_the_headings_below(editor):
    asthma = factories.article("Asthma", "Lead.\n\n## Symptoms\n\nx\n\n## Causes\n\n```\nalone\n", author=editor)
    with pytest.raises(DeedRefused, match="Other headings would be lost"):
        do(asthma, "add", "Symptoms", heading="Code", text="```\n")


@pytest.mark.parametrize("base", ["", "0", "x", "99999999", "9" * 5000])
def test_a_deed_names_the_edit_it_started_from(asthma, base: str):
    with pytest.raises(editing.BaseMissing):
        arranging.done(asthma, base, Deed("up", named(asthma, "Causes")))


def test_a_section_that_is_nowhere_is_a_conflict(asthma):
    with pytest.raises(editing.EditConflict):
        arranging.done(asthma, str(asthma.current_edit_id), Deed("up", "123456789"))


def test_what_can_be_done_is_offered_and_nothing_else(asthma):
    causes, lead = (arranging.chosen(asthma, named(asthma, title)) for title in ("Causes", ""))
    assert (causes.up, causes.down, causes.above, causes.inside) == (
        "to the beginning, below the introduction",
        "",
        "Symptoms",
        1,
    )
    assert (causes.may_go_higher, causes.may_go_lower) == (False, True)
    assert causes.places == (("0", "to the beginning, below the introduction"),)
    assert (lead.up, lead.down, lead.places, lead.above) == ("", "", (), "")


def test_a_section_that_is_not_there_offers_nothing(asthma):
    assert arranging.chosen(asthma, "123456789") is None


def test_the_rows_are_the_sections_in_their_order(asthma):
    assert [(row.title, row.level) for row in arranging.rows_of(asthma)] == [
        ("", 0),
        ("Symptoms", 2),
        ("Causes", 2),
        ("Indoors", 3),
    ]
