"""History: an article's edits, two versions compared, an old one brought back, everybody's changes."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from articles import history
from articles.models import Article, Edit, Section
from tests import factories
from tests.pages import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def asthma(editor):
    return factories.article("Asthma", author=editor)


@pytest.fixture
def second(asthma, editor) -> Edit:
    return factories.edit(asthma, "## Causes\n\nPollen.\n", section="Causes", author=editor, summary="dust was wrong")


@pytest.fixture
def first(asthma, second) -> Edit:
    return Edit.objects.get(article=asthma, number=1)


def text_of(article: Article) -> str:
    return Article.objects.get(pk=article.pk).text.text


# --- The list ----------------------------------------------------------------------------------------------------
def test_the_history_lists_who_changed_which_section_and_why_newest_first(client: Client, asthma, second, editor):
    rows = ["".join(row.itertext()) for row in Page(client.get("/history/Asthma")).with_class("edit")]
    assert len(rows) == 2 and "new article" in rows[1]
    assert all(said in rows[0] for said in (editor.name, "Causes", "dust was wrong"))


def test_each_old_version_is_compared_with_what_came_since(client: Client, asthma, second, first):
    found = [link.href for link in Page(client.get("/history/Asthma")).links if link.text == "changed since"]
    assert found == [f"/compare/{first.pk}/current"] and client.get(found[0]).status_code == 200


@pytest.fixture
def causes(asthma) -> Section:
    return Section.objects.get(article=asthma, title="Causes")


def test_the_history_of_one_section_leaves_the_others_out(client: Client, asthma, second, causes):
    factories.edit(asthma, "Another lead.\n", section="0")
    page = Page(client.get(f"/history/Asthma?section={causes.pk}"))
    assert len(page.with_class("edit")) == 2 and page.h1 == "History of Asthma: Causes"
    assert page.link("what changed") == f"/compare/previous/{second.pk}?section={causes.pk}"


def test_two_versions_chosen_in_a_sections_history_are_compared_there(client: Client, asthma, second, first, causes):
    page = Page(client.get(f"/history/Asthma?section={causes.pk}"))
    [kept] = [field for field in page.all("input") if field.get("name") == "section"]
    answer = client.get(f"/compare/?old={first.pk}&new={second.pk}&section={kept.get('value')}", follow=True)
    assert Page(answer).h1 == "Changes of Asthma: Causes"


def test_the_history_of_a_section_is_reached_from_its_form_and_its_changes(
    client: Client, editor_client: Client, asthma, second, causes
):
    address = f"/history/Asthma?section={causes.pk}"
    form = Page(editor_client.get(f"/edit/Asthma?section={causes.pk}"))
    changes = Page(client.get(Page(client.get("/history/Asthma")).link("→ Causes")))
    assert form.link("History of this section") == changes.link("History of this section") == address
    assert changes.link("Compare the whole text") == f"/compare/{second.parent_id}/{second.pk}"


def test_the_introduction_has_a_history_too(editor_client: Client, asthma):
    address = Page(editor_client.get("/edit/Asthma?section=0")).link("History of this section")
    assert Page(editor_client.get(address)).h1 == "History of Asthma: Introduction"


@pytest.mark.parametrize("path", ["/history/Asthma", "/compare/previous/{edit}"])
def test_a_section_of_another_article_is_404_and_leads_to_the_history(client: Client, asthma, path: str):
    other = Section.objects.get(article=factories.article("Angina"), title="Causes")
    answer = client.get(f"{path.format(edit=asthma.current_edit_id)}?section={other.pk}")
    assert answer.status_code == 404 and Page(answer).link("History of Asthma") == "/history/Asthma"


def test_where_nothing_is_found_one_goes_on_looking(client: Client, asthma, causes, monkeypatch):
    monkeypatch.setattr("articles.history.MOST_LOOKED_AT", 2)
    for number in range(5):
        factories.edit(asthma, f"Lead {number}.\n", section="0")
    page = Page(client.get(f"/history/Asthma?section={causes.pk}"))
    assert "None of the edits looked at here, 2 at most" in page.words
    assert page.link("Older edits").endswith(f"&section={causes.pk}")


def test_two_articles_compared_are_both_named(client: Client, asthma):
    other = factories.article("Angina")
    page = Page(client.get(f"/compare/{asthma.current_edit_id}/{other.current_edit_id}"))
    assert page.h1 == "Asthma compared with Angina"
    assert page.link("Asthma") == "/wiki/Asthma" and page.link("Angina") == "/wiki/Angina"


def test_a_long_history_goes_on_page_by_page_both_ways(client: Client, asthma, monkeypatch):
    monkeypatch.setattr("articles.history.PAGE_SIZE", 2)
    for number in range(4):
        factories.edit(asthma, f"Number {number}.\n")
    newest = Page(client.get("/history/Asthma"))
    older = Page(client.get("/history/Asthma" + newest.link("Older edits")))
    back = Page(client.get("/history/Asthma" + older.link("Newer edits")))
    times = [[found.get("href") for found in page.with_class("edit__time")] for page in (newest, older, back)]
    assert times[0] == times[2] and not set(times[0]) & set(times[1]) and len(times[1]) == 2
    assert 'rel="next"' in newest.source


@pytest.mark.parametrize("query", ["before=x", "after=²", "section=-1", "before=" + "9" * 30, "section=%00"])
@pytest.mark.parametrize("path", ["/history/Asthma", "/recent"])
def test_a_place_that_is_no_number_is_404(client: Client, asthma, path: str, query: str):
    answer = client.get(f"{path}?{query}")
    assert answer.status_code == (200 if path == "/recent" and query.startswith("section") else 404)


@pytest.mark.parametrize(
    "path", ["/history/Nothing", "/compare/previous/999", "/compare/1/x", "/compare/x/y", "/compare/"]
)
def test_an_unknown_title_or_version_is_404(client: Client, path: str, db):
    assert client.get(path).status_code == 404


def test_only_those_who_may_publish_are_offered_to_bring_back(client: Client, editor_client: Client, asthma, first):
    assert "bring back" not in Page(client.get("/history/Asthma")).words
    assert Page(editor_client.get("/history/Asthma")).link("bring back") == f"/revert/{first.pk}"


def test_recent_changes_tell_everybodys_newest_first(client: Client, asthma, second):
    factories.article("Angina")
    titles = ["".join(found.itertext()) for found in Page(client.get("/recent")).with_class("edit__title")]
    assert titles == ["Angina", "Asthma", "Asthma"]


# --- Comparing ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("pair", ["{first}/{second}", "previous/{second}", "{first}/current"])
def test_two_versions_are_compared_side_by_side_with_the_words_marked(client: Client, first, second, pair: str):
    page = Page(client.get(f"/compare/{pair.format(first=first.pk, second=second.pk)}"))
    marked = [found.text for found in [*page.all("del"), *page.all("ins")]]
    assert "".join(marked).startswith("Dust") and "Pollen" in "".join(marked)
    assert page.all("table")


def test_the_first_edit_has_nothing_before_it(client: Client, first):
    page = Page(client.get(f"/compare/previous/{first.pk}"))
    assert "Nothing before" in page.words and not page.all("del")


def test_equal_versions_say_so(client: Client, first):
    assert "The two texts are equal." in Page(client.get(f"/compare/{first.pk}/{first.pk}")).words


def test_one_section_of_two_versions_can_be_compared(client: Client, asthma, first, second):
    symptoms = Section.objects.get(article=asthma, title="Symptoms")
    page = Page(client.get(f"/compare/{first.pk}/{second.pk}?section={symptoms.pk}"))
    assert "The two texts are equal." in page.words


def test_edits_in_between_are_counted(client: Client, asthma, first, second):
    third = factories.edit(asthma, "All new.\n")
    assert "1 edit in between" in Page(client.get(f"/compare/{first.pk}/{third.pk}")).words


def test_beside_what_changed_in_a_section_stand_its_changes_before_and_after(client: Client, asthma, second, causes):
    factories.edit(asthma, "Another lead.\n", section="0")
    third = factories.edit(asthma, "## Causes\n\nMould.\n", section="Causes")
    page = Page(client.get(f"/compare/previous/{second.pk}?section={causes.pk}"))
    assert page.link("The section’s change after") == f"/compare/previous/{third.pk}?section={causes.pk}"
    page = Page(client.get(page.link("The section’s change after")))
    assert page.link("The section’s change before") == f"/compare/previous/{second.pk}?section={causes.pk}"


def test_neighbouring_changes_are_a_click_away(client: Client, asthma, first, second):
    third = factories.edit(asthma, "All new.\n")
    page = Page(client.get(f"/compare/{second.pk}/{third.pk}"))
    assert page.link("The change before") == f"/compare/{first.pk}/{second.pk}"
    assert (
        Page(client.get(page.link("The change before"))).link("The change after") == f"/compare/{second.pk}/{third.pk}"
    )


@pytest.mark.parametrize("swap", [True, False])
def test_the_radio_pair_leads_to_the_older_against_the_newer(client: Client, first, second, swap: bool):
    old, new = (second.pk, first.pk) if swap else (first.pk, second.pk)
    assert client.get(f"/compare/?old={old}&new={new}")["Location"] == f"/compare/{first.pk}/{second.pk}"


@pytest.mark.parametrize("query", ["", "old=1", "old=²&new=1", "old=x&new=1", "old=1&new=" + "9" * 5000])
def test_a_pair_that_is_none_is_404(client: Client, db, query: str):
    assert client.get(f"/compare/?{query}").status_code == 404


@pytest.mark.parametrize("view", ["side", "inline", "rendered"])
def test_a_comparison_is_shown_in_three_ways_that_lead_to_each_other(client: Client, dosed, view: str):
    page = Page(client.get(f"/compare/previous/{dosed.pk}?view={view}"))
    marked = ["".join(each.itertext()).strip() for name in ("del", "ins") for each in page.all(name)]
    assert {"5", "50"} <= set(marked) and "Changes a dose" in page.words and page.faults() == []
    assert [link.href for link in page.links if link.href.startswith("?view=")] == [
        "?view=side",
        "?view=inline",
        "?view=rendered",
    ]


def test_as_readers_see_it_one_section_has_its_heading_and_nothing_of_the_others(client: Client, second, causes):
    page = Page(client.get(f"/compare/previous/{second.pk}?view=rendered&section={causes.pk}"))
    assert [element.text for element in page.all("h2")][:1] == ["Causes"] and "Wheeze" not in page.words
    assert "− section taken out" in page.words  # Indoors, which stood within it.


def test_as_readers_see_it_references_lead_to_those_of_the_version(client: Client, asthma, causes):
    edit = factories.edit(asthma, "## Causes\n\nPollen [@pmid:1].\n", section="Causes")
    page = Page(client.get(f"/compare/previous/{edit.pk}?view=rendered"))
    assert page.link("[1]") == f"/wiki/Asthma?version={edit.pk}#reference-1"


def test_as_readers_see_it_a_comment_is_no_difference(client: Client, asthma):
    edit = factories.edit(asthma, factories.TEXT + "<!-- unseen -->\n")
    assert "Readers see no difference." in Page(client.get(f"/compare/previous/{edit.pk}?view=rendered")).words


def test_what_no_comparison_is_shown_as_is_404(client: Client, second):
    assert client.get(f"/compare/previous/{second.pk}?view=upside").status_code == 404


@pytest.mark.parametrize("view", ["side", "inline"])
def test_a_moved_section_is_shown_as_moved(client: Client, asthma, view: str):
    moved = factories.TEXT.replace("## Symptoms\n\nWheeze.\n\n", "").replace(
        "Mites.", "Mites.\n\n## Symptoms\n\nWheeze."
    )
    edit = factories.edit(asthma, moved)
    page = Page(client.get(f"/compare/previous/{edit.pk}?view={view}"))
    assert "This section was moved" in page.words and not page.all("del") and not page.all("ins")
    assert "Symptoms (moved)" in page.words
    section = Section.objects.get(article=asthma, title="Symptoms").pk
    alone = Page(client.get(f"/compare/previous/{edit.pk}?section={section}&view={view}")).words
    rendered = Page(client.get(f"/compare/previous/{edit.pk}?section={section}&view=rendered")).words
    assert "The section was moved." in rendered
    assert "The section was moved. Its text is the same." in alone and "are equal" not in alone


def test_the_changed_sections_lead_to_their_own_comparison(client: Client, second, causes):
    page = Page(client.get(f"/compare/previous/{second.pk}?view=inline"))
    assert page.link("Causes") == f"?section={causes.pk}&view=inline"


# --- Marks of risk -----------------------------------------------------------------------------------------------
@pytest.fixture
def dosed(editor) -> Edit:
    article = factories.article("Aspirin", "Lead.\n\n## Dose\n\nTake 5 mg daily.\n\n[[Category:Drugs]]\n")
    return factories.edit(article, "## Dose\n\nTake 50 mg daily.\n", section="Dose", author=editor)


@pytest.mark.parametrize("query", ["", "?section={section}"])
def test_a_changed_dose_stands_out_above_the_comparison_and_in_its_row(client: Client, dosed, query: str):
    page = Page(client.get(f"/compare/previous/{dosed.pk}{query.format(section=dosed.section_id)}"))
    assert "Changes a dose: 5 mg becomes→ 50 mg" in page.words
    assert ["".join(found.itertext()) for found in page.with_class("risk")] == ["5", " mg", "50", " mg"]
    assert len(page.with_class("compare__risky")) == 1 and page.faults() == []


def test_a_copy_edit_is_not_marked(client: Client, second, dosed):
    edit = factories.edit(dosed.article, "## Dose\n\nTake 50mg each day, daily.\n", section="Dose")
    assert not Page(client.get(f"/compare/previous/{edit.pk}")).with_class("risks")


def test_another_drug_is_marked_by_the_wikis_own_articles(client: Client, dosed):
    factories.article("Digoxin", "A drug.\n\n[[Category:Drugs]]\n")
    article = factories.article("Angina", "Aspirin is given at once.\n")
    edit = factories.edit(article, "Digoxin is given at once.\n")
    assert "Changes a drug: aspirin becomes→ digoxin" in Page(client.get(f"/compare/previous/{edit.pk}")).words


def test_pages_about_the_site_hold_no_doses(client: Client):
    article = factories.article("Help:Style", "Write 5 mg.\n")
    edit = factories.edit(article, "Write 50 mg.\n")
    assert not Page(client.get(f"/compare/previous/{edit.pk}")).with_class("risks")


def test_bringing_back_another_dose_is_marked_too(editor_client: Client, dosed):
    assert "Changes a dose: 50 mg becomes→ 5 mg" in Page(editor_client.get(f"/revert/{dosed.parent_id}")).words


def test_who_writes_sees_the_marks_before_saving(editor_client: Client, dosed):
    fields = {
        "text": "## Dose\n\nTake 7 mg daily.\n",
        "base": dosed.pk,
        "section": dosed.section_id,
        "action": "changes",
    }
    assert "Changes a dose: 50 mg becomes→ 7 mg" in Page(editor_client.post("/edit/Aspirin", fields)).words


# --- Who wrote what ----------------------------------------------------------------------------------------------
def test_who_wrote_a_paragraph_when_and_why_is_told_beside_it(client: Client, asthma, second, editor):
    page = Page(client.get("/blame/Asthma"))
    passage = next(each for each in page.with_class("blame__passage") if "Pollen." in "".join(each.itertext()))
    said = " ".join("".join(passage.itertext()).split())
    assert "edit 2" in said and editor.name in said and "dust was wrong" in said and page.faults() == []
    assert page.link("edit 2") == f"/compare/previous/{second.pk}"


def test_it_is_reached_from_the_article_its_history_and_that_of_a_section(client: Client, asthma, causes):
    assert Page(client.get("/wiki/Asthma")).link("Who wrote what") == "/blame/Asthma"
    assert Page(client.get("/history/Asthma")).link("Who wrote what") == "/blame/Asthma"
    address = Page(client.get(f"/history/Asthma?section={causes.pk}")).link("Who wrote what in this section")
    page = Page(client.get(address))
    assert "Dust." in page.words and "Wheeze." not in page.words and page.h1.endswith("Causes")


def test_an_old_version_has_its_own_writers(client: Client, first, second):
    assert "Dust." in Page(client.get(f"/blame/Asthma?version={first.pk}")).words


@pytest.mark.parametrize("path", ["/blame/Nothing", "/blame/Asthma?version=999", "/blame/Asthma?section=999999"])
def test_who_wrote_what_is_not_there_is_404(client: Client, asthma, path: str):
    assert client.get(path).status_code == 404


def test_a_version_of_another_article_is_404(client: Client, asthma):
    other = factories.article("Angina")
    assert client.get(f"/blame/Asthma?version={other.current_edit_id}").status_code == 404


def test_other_spellings_of_its_address_lead_to_the_right_one(client: Client, asthma):
    assert client.get("/blame/asthma")["Location"] == "/blame/Asthma"


def test_hidden_names_stay_hidden_there(client: Client, asthma, second, editor):
    from tests.doors import unlocked

    with unlocked("hiding a name comes with moderation"):
        Edit.objects.filter(article=asthma).update(hidden_author=True)
    assert editor.name not in Page(client.get("/blame/Asthma")).words


# --- Bringing back -----------------------------------------------------------------------------------------------
def test_bringing_back_first_shows_what_would_change(editor_client: Client, asthma, first):
    page = Page(editor_client.get(f"/revert/{first.pk}"))
    assert "What would change" in page.words and "Pollen" in page.words
    assert Edit.objects.filter(article=asthma).count() == 2 and page.faults() == []


def test_help_with_the_history_stands_by_the_list_and_by_the_summary(editor_client: Client, asthma, first):
    answers = [editor_client.get(path) for path in ("/history/Asthma", f"/revert/{first.pk}")]
    assert [Page(answer).link("Help with the history") for answer in answers] == ["/wiki/Help:History"] * 2


def test_bringing_back_is_an_edit_that_says_so(editor_client: Client, asthma, first):
    fields = Page(editor_client.get(f"/revert/{first.pk}")).fields(summary="vandalism")
    answer = editor_client.post(f"/revert/{first.pk}", fields)
    edit = Edit.objects.get(article=asthma, number=3)
    assert (answer.status_code, answer["Location"]) == (303, "/wiki/Asthma")
    assert (edit.kind, edit.restores, edit.summary) == ("revert", first, "vandalism")
    assert text_of(asthma) == factories.TEXT and edit.blob_id == first.blob_id


def test_what_changed_since_one_looked_is_409_and_not_overwritten(editor_client: Client, asthma, first):
    fields = Page(editor_client.get(f"/revert/{first.pk}")).fields(summary="my reasons")
    factories.edit(asthma, "Somebody else.\n")
    answer = editor_client.post(f"/revert/{first.pk}", fields)
    assert answer.status_code == 409 and text_of(asthma) == "Somebody else.\n"
    page = Page(answer)
    assert page.fields()["summary"] == "my reasons" and page.faults() == []
    assert editor_client.post(f"/revert/{first.pk}", page.fields()).status_code == 303


@pytest.mark.parametrize("base", ["", "x", "0", "999"])
def test_bringing_back_without_saying_from_where_is_409(editor_client: Client, asthma, first, base: str):
    assert editor_client.post(f"/revert/{first.pk}", {"base": base}).status_code == 409
    assert "Pollen" in text_of(asthma)


def test_a_summary_that_is_too_long_is_422_and_stays(editor_client: Client, asthma, first, second):
    answer = editor_client.post(f"/revert/{first.pk}", {"base": second.pk, "summary": "x" * 500})
    assert answer.status_code == 422 and Page(answer).fields()["summary"] == "x" * 500


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("who", ["client", "contributor_client"])
def test_who_may_not_publish_may_not_bring_back(request, asthma, first, who: str, method: str):
    answer = getattr(request.getfixturevalue(who), method)(f"/revert/{first.pk}", {"base": "1"})
    assert answer.status_code == 403 and "Pollen" in text_of(asthma)


def test_an_unknown_version_can_not_be_brought_back(editor_client: Client):
    assert editor_client.get("/revert/999").status_code == editor_client.post("/revert/999").status_code == 404


# --- Names, arrows, radios ---------------------------------------------------------------------------------------
def test_a_history_of_one_version_has_nothing_to_choose(client: Client, asthma):
    page = Page(client.get("/history/Asthma"))
    assert not [each for each in page.all("input") if each.get("type") == "radio"] and len(page.with_class("edit")) == 1


def test_a_history_of_two_versions_compares_them(client: Client, first, second):
    page = Page(client.get("/history/Asthma"))
    chosen = [each.get("value") for each in page.all("input") if each.get("checked") is not None]
    assert chosen == [str(second.pk), str(first.pk)]


def test_the_section_of_a_change_is_an_arrow_to_it(client: Client, asthma, second):
    assert Page(client.get("/recent")).link("→ Causes") == "/wiki/Asthma#Causes"


def test_in_a_history_the_arrow_leads_to_what_changed_in_the_section(client: Client, second, causes):
    assert Page(client.get("/history/Asthma")).link("→ Causes") == f"/compare/previous/{second.pk}?section={causes.pk}"


def test_bringing_back_is_said_on_the_article(editor_client: Client, asthma, second, first):
    editor_client.post(f"/revert/{first.pk}", {"base": second.pk})
    page = Page(editor_client.get("/wiki/Asthma"))
    assert "Your change is saved." in page.words
    assert page.link("See what changed") == f"/compare/previous/{Edit.objects.latest('pk').pk}"


# --- Recent changes: what is wanted, what is new, what a reviewer has looked at ----------------------------------
def test_wishes_stand_in_the_address_and_go_on_with_the_pages_and_the_feed(client: Client, asthma, second, monkeypatch):
    monkeypatch.setattr(history, "PAGE_SIZE", 1)
    page = Page(client.get("/recent?namespace=article&minor=no&tag="))
    assert page.link("Older edits") == f"?namespace=article&minor=no&before={second.pk}"
    assert page.link("these changes") == "/feeds/recent.atom?namespace=article&minor=no"
    assert "Nothing" not in page.words and len(page.with_class("edit__title")) == 1


@pytest.mark.parametrize("query", ["namespace=nothing", "tag=nothing", "minor=perhaps", f"topic={'x' * 256}"])
def test_what_can_not_be_wanted_is_not_there(client: Client, asthma, query: str):
    assert client.get(f"/recent?{query}").status_code == client.get(f"/feeds/recent.atom?{query}").status_code == 404


def test_where_nothing_is_so_the_page_leads_back(client: Client, asthma):
    assert Page(client.get("/recent?minor=only")).link("All recent changes") == "/recent"


def test_nobody_else_is_asked_about_looks_nor_sees_any(client: Client, editor_client: Client, asthma, second):
    for browser in (client, editor_client):
        page = Page(browser.get("/recent?unseen=on"))
        assert "not looked at yet" not in page.words and len(page.with_class("edit__title")) == 2


def test_the_anonymous_page_holds_no_form_that_posts(client: Client, asthma):
    forms = Page(client.get("/recent")).all("form")
    assert {(form.get("method") or "get").lower() for form in forms} == {"get"}


def test_a_reviewer_ticks_edits_and_has_looked_at_them(reviewer_client: Client, asthma, second):
    page = Page(reviewer_client.get("/recent?unseen=on"))
    boxes = [box.get("value") for box in page.all("input") if box.get("name") == "edit"]
    assert boxes == [str(second.pk), str(asthma.current_edit_id)]
    answer = reviewer_client.post("/patrol", {"edit": boxes[:1], "deed": "look", "next": "/recent?unseen=on"})
    assert (answer.status_code, answer["Location"]) == (303, "/recent?unseen=on")
    assert len(Page(reviewer_client.get("/recent?unseen=on")).with_class("edit__title")) == 1
    assert "looked at by" in Page(reviewer_client.get("/history/Asthma")).words


def test_a_comparison_says_who_looked_and_they_take_it_back(reviewer_client: Client, moderator_client, asthma, second):
    address = f"/compare/previous/{second.pk}"
    page = Page(reviewer_client.get(address))
    fields = page.fields_of("patrol", deed="look")
    assert "not looked at yet" in page.words and fields["next"] == address
    reviewer_client.post("/patrol", fields)
    assert "I have looked at it" not in Page(moderator_client.get(address)).words
    assert "Not looked at after all" in Page(reviewer_client.get(address)).words
    reviewer_client.post("/patrol", fields | {"deed": "look_away"})
    assert "not looked at yet" in Page(moderator_client.get(address)).words


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org", "javascript:alert(1)", "", "recent"])
def test_a_look_leads_nowhere_else(reviewer_client: Client, asthma, elsewhere: str):
    sent = {"edit": asthma.current_edit_id, "deed": "look", "next": elsewhere}
    assert reviewer_client.post("/patrol", sent)["Location"] == "/recent"


def test_nothing_ticked_is_said(reviewer_client: Client, asthma):
    answer = reviewer_client.post("/patrol", {"deed": "look"})
    assert answer.status_code == 422 and "Tick the edits first." in Page(answer).words


def test_what_came_since_the_last_visit_is_marked(contributor_client: Client, asthma, monkeypatch):
    contributor_client.get("/recent")
    then = timezone.now() + timedelta(hours=1)
    monkeypatch.setattr(timezone, "now", lambda: then)
    factories.article("Liver")
    assert len(Page(contributor_client.get("/recent")).with_class("edit__new")) == 1


@pytest.mark.parametrize("query", ["", "?unseen=on", "?namespace=article&new=on"])
def test_recent_changes_ask_as_much_for_twenty_as_for_two(reviewer_client, asthma, second, query, at_most_queries):
    reviewer_client.get(f"/recent{query}")
    with at_most_queries(40) as few:
        reviewer_client.get(f"/recent{query}")
    for number in range(20):
        factories.article(f"Article {number}")
    with at_most_queries(len(few)):
        assert len(Page(reviewer_client.get(f"/recent{query}")).with_class("edit__title")) == 22
