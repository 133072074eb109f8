"""History: an article's edits, two versions compared, an old one brought back, everybody's changes."""

import pytest
from django.test import Client

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
