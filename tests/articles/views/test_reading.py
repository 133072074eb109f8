"""Reading: the article, an old version, raw text, sections, categories, the index, the main page."""

import pytest
from django.test import Client

from articles.models import Edit, Section
from tests import doors, factories
from tests.pages import Page

pytestmark = pytest.mark.django_db

LONG = "Words about the lungs. " * 60
READING = [
    "/",
    "/wiki/Asthma",
    "/wiki/Nothing",
    "/index/",
    "/index/A",
    "/category/Lungs",
    "/category/Nothing",
    "/recent",
]


@pytest.fixture
def asthma(editor):
    return factories.article("Asthma", author=editor)


# --- The article -------------------------------------------------------------------------------------------------
def test_an_article_shows_its_title_its_text_and_its_categories(client: Client, asthma):
    page = Page(client.get("/wiki/Asthma"))
    assert page.h1 == "Asthma"
    assert "A lead about the lungs." in page.article and "Mites." in page.article
    assert page.link("Lungs") == "/category/Lungs"


def test_each_section_and_the_lead_can_be_edited_in_two_ways(client: Client, asthma):
    page = Page(client.get("/wiki/Asthma"))
    ids = ["0", *(str(pk) for pk in Section.objects.filter(article=asthma, level__gt=0).values_list("pk", flat=True))]
    assert {f"/edit/Asthma?section={pk}&editor=visual" for pk in ids} <= {link.href for link in page.links}
    assert {f"/edit/Asthma?section={pk}&editor=source" for pk in ids} <= {link.href for link in page.links}


def test_the_edit_link_beside_a_heading_opens_that_section(client: Client, asthma):
    causes = Section.objects.get(article=asthma, title="Causes")
    page = Page(client.get(f"/edit/Asthma?section={causes.pk}"))
    assert page.fields()["text"].startswith("## Causes\n\nDust.")
    assert "Wheeze" not in page.fields()["text"] and "Mites" in page.fields()["text"]


def test_the_contents_lead_to_the_sections(client: Client, asthma):
    page = Page(client.get("/wiki/Asthma"))
    (contents,) = page.with_id("contents")
    hrefs = [link.get("href") for link in contents.iter("a")]
    assert hrefs == ["#Symptoms", "#Causes", "#Indoors"]
    assert {href[1:] for href in hrefs} <= set(page.ids)


def test_the_foot_says_when_it_changed_and_that_nobody_reviewed_it(client: Client, asthma):
    foot = Page(client.get("/wiki/Asthma")).words
    assert "Last changed" in foot and "Not medically reviewed." in foot
    assert "CC BY-SA 4.0" in foot


def test_the_contributors_are_named(client: Client, asthma, editor):
    assert f"Contributors: {editor.name}" in Page(client.get("/wiki/Asthma")).words


def test_where_all_names_are_hidden_no_line_of_contributors_is_begun(client: Client, asthma):
    with doors.unlocked("hiding comes with moderation"):
        asthma.edits.update(hidden_author=True)
    assert not Page(client.get("/wiki/Asthma")).with_class("contributors")


@pytest.mark.parametrize("path", READING)
def test_an_anonymous_reader_gets_no_cookie(client: Client, asthma, path: str):
    answer = client.get(path)
    assert not answer.cookies and "Set-Cookie" not in answer.headers


def test_a_page_of_somebody_logged_in_is_kept_by_no_cache(editor_client: Client, asthma):
    assert "no-store" in editor_client.get("/wiki/Asthma")["Cache-Control"]


def test_a_page_for_a_visitor_whose_change_waits_is_kept_by_no_cache(client: Client, asthma):
    client.post("/edit/Asthma", {"text": "New.", "base": asthma.current_edit_id, "section": "0"})
    client.get("/wiki/Asthma")  # The first page after takes a message's cookie away.
    answer = client.get("/wiki/Asthma")
    assert "Your change from" in Page(answer).words
    assert "no-store" in answer["Cache-Control"]


def test_sample_text_says_so(client: Client):
    from articles import editing

    incoming = editing.Incoming("Sample", LONG, origin={"is_sample": True})
    editing.bring_in(incoming, author=factories.author("editor"))
    assert "Sample text, not medically reviewed." in Page(client.get("/wiki/Sample")).words


def test_the_printable_page_is_the_article(client: Client, asthma):
    page = Page(client.get("/wiki/Asthma?printable=yes"))
    assert page.all("html")[0].get("class") == "printable"
    assert "Wheeze." in page.article


def test_citations_are_numbered_and_listed_once(client: Client):
    factories.article("Cited", "One [@pmid:123]. Two [@doi:10.1/x]. One again [@pmid:123].\n")
    page = Page(client.get("/wiki/Cited"))
    assert "One [1]. Two [2]. One again [1]." in page.article
    assert page.link("PMID 123") == "https://pubmed.ncbi.nlm.nih.gov/123/"
    assert page.link("DOI 10.1/x") == "https://doi.org/10.1/x"


def test_only_an_article_says_that_nobody_has_reviewed_it(client: Client, editor):
    factories.article("Help:Me", "How to.\n", author=editor)
    assert "Not medically reviewed" not in Page(client.get("/wiki/Help:Me")).words


# --- Titles and spellings ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("spelling", "canonical"),
    [
        ("asthma", "Asthma"),
        ("Asthma_", "Asthma"),
        ("Type__1%20diabetes", "Type_1_diabetes"),
        ("Cafe%CC%81", "Caf%C3%A9"),
        ("help:editing", "Help:Editing"),
    ],
)
@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize("where", ["wiki", "raw", "history", "edit"])
def test_another_spelling_leads_to_the_one_that_is_right(client, method, where, spelling, canonical):
    answer = getattr(client, method)(f"/{where}/{spelling}?version=7")
    assert answer.status_code == 301
    assert answer["Location"] == f"/{where}/{canonical}?version=7"


@pytest.mark.parametrize(
    "title", ["HIV/AIDS", "What is pain?", "5% dextrose", "C++ & co", "Crohn's", "Émile: a life", "A;b=c", "%41"]
)
def test_any_title_can_be_read_where_its_own_links_lead(client: Client, title: str):
    made = factories.article(title, LONG)
    page = Page(client.get(made.get_absolute_url()))
    assert page.h1 == title
    assert client.get(page.link("History")).status_code == client.get(page.link("Edit")).status_code == 200


@pytest.mark.parametrize("title", ["A%3Cb%3E", "A%00", "A%E2%80%AEb", "%5B%5BA%5D%5D", "A//b", "x" * 256, "A%23b"])
@pytest.mark.parametrize("where", ["wiki", "raw", "history", "edit", "category"])
def test_what_can_not_be_a_title_is_not_found_and_told_why(client: Client, where: str, title: str):
    answer = client.get(f"/{where}/{title}")
    assert answer.status_code == 404
    assert "itle" in Page(answer).words and Page(answer).faults() == []


# --- Missing and deleted -----------------------------------------------------------------------------------------
def test_a_missing_article_is_404_and_can_be_suggested_by_a_stranger(client: Client, db):
    answer = client.get("/wiki/Rare_disease")
    assert answer.status_code == 404
    assert Page(answer).link("Suggest an article “Rare disease”") == "/edit/Rare_disease"


def test_a_missing_article_can_be_created_by_an_editor(editor_client: Client):
    answer = editor_client.get("/wiki/Rare_disease")
    assert (answer.status_code, Page(answer).link("Create “Rare disease”")) == (404, "/edit/Rare_disease")


def test_a_missing_article_can_be_begun_with_an_outline(editor_client: Client):
    hrefs = [link.href for link in Page(editor_client.get("/wiki/Rare_disease")).links]
    assert "/edit/Rare_disease?outline=disease" in hrefs and "/edit/Rare_disease?outline=drug" in hrefs


def test_a_missing_page_of_another_kind_has_no_outlines(editor_client: Client):
    page = Page(editor_client.get("/wiki/Help:Nothing"))
    assert page.link("Create “Help:Nothing”") == "/edit/Help:Nothing" and not page.with_class("outlines")


def test_a_missing_article_offers_near_titles(client: Client, asthma):
    page = Page(client.get("/wiki/Astma"))
    assert page.link("Asthma") == "/wiki/Asthma"


def test_a_missing_article_offers_no_creation_where_nobody_may(client: Client, db, settings):
    settings.WIKI_ANONYMOUS_EDITS = "off"
    answer = client.get("/wiki/Rare_disease")
    assert answer.status_code == 404 and "Suggest an article" not in Page(answer).words


@pytest.mark.parametrize("title", ["Talk:Asthma", "File:X.png"])
def test_pages_whose_feature_is_not_there_yet_are_404_without_creation(editor_client: Client, asthma, title: str):
    answer = editor_client.get(f"/wiki/{title}")
    page = Page(answer)
    assert answer.status_code == 404 and "Create “" not in page.words and "can't be written here yet" in page.words


def test_a_deleted_article_is_410_and_its_text_is_nowhere(client: Client, asthma):
    with doors.unlocked("deleting comes with moderation"):
        type(asthma).objects.filter(pk=asthma.pk).update(state="deleted")
    paths = ["/wiki/Asthma", "/raw/Asthma", "/history/Asthma", f"/compare/previous/{asthma.current_edit_id}"]
    answers = [client.get(path) for path in [*paths, f"/wiki/Asthma?version={asthma.current_edit_id}"]]
    assert [answer.status_code for answer in answers] == [410, 410, 410, 404, 404]
    assert not any(b"Wheeze" in answer.content for answer in answers)


# --- Redirects ---------------------------------------------------------------------------------------------------
@pytest.fixture
def wheezing(asthma):
    return factories.article("Wheezing", "#REDIRECT [[Asthma#Symptoms]]\n")


def test_a_redirect_leads_to_its_section_and_says_where_from(client: Client, wheezing):
    answer = client.get("/wiki/Wheezing")
    assert (answer.status_code, answer["Location"]) == (301, "/wiki/Asthma?from=Wheezing#Symptoms")
    assert answer["Cache-Control"] == "no-cache"


def test_the_target_says_where_one_came_from_and_keeps_its_plain_address(client: Client, wheezing):
    page = Page(client.get("/wiki/Asthma?from=Wheezing"))
    assert "(Redirected from Wheezing)" in page.words
    assert page.link("Wheezing") == "/wiki/Wheezing?redirect=no"
    assert 'rel="canonical" href="http://testserver/wiki/Asthma"' in page.source


def test_a_redirect_can_be_looked_at_itself(client: Client, wheezing):
    answer = client.get("/wiki/Wheezing?redirect=no")
    assert answer.status_code == 200
    assert Page(answer).link("Asthma#Symptoms") == "/wiki/Asthma#Symptoms"


@pytest.mark.parametrize("words", ["Add a section", "Arrange sections", "Not medically reviewed."])
def test_a_redirect_has_no_sections_and_says_nothing_to_review(editor_client: Client, wheezing, words: str):
    assert words in Page(editor_client.get("/wiki/Asthma")).words
    assert words not in Page(editor_client.get("/wiki/Wheezing?redirect=no")).words


@pytest.mark.parametrize("text", ["#REDIRECT [[Round]]\n", "#REDIRECT [[Square]]\n"])
def test_redirects_in_a_circle_let_the_reader_out(client: Client, text: str):
    factories.article("Square", "#REDIRECT [[Round]]\n")
    factories.brought_in("Round", text)  # An import may bring what nobody could save.
    answer = client.get("/wiki/Round", follow=True)
    assert answer.status_code == 200 and len(answer.redirect_chain) <= 2


def test_a_redirect_to_nothing_says_so_and_offers_to_write_it(editor_client: Client):
    factories.article("Wheezing", "#REDIRECT [[Asthma#Symptoms]]\n")
    answer = editor_client.get("/wiki/Wheezing")
    page = Page(answer)
    assert answer.status_code == 200 and "Nobody has written that yet" in page.words
    assert page.link("Asthma#Symptoms") == "/wiki/Asthma"
    assert page.link("Write “Asthma”") == "/edit/Asthma"
    assert page.link("Let this page lead elsewhere") == "/edit/Wheezing" and page.link("History") == "/history/Wheezing"


def test_a_redirect_to_nothing_leads_on_once_its_target_is_written(client: Client):
    factories.article("Wheezing", "#REDIRECT [[Asthma]]\n")
    factories.article("Asthma")
    assert client.get("/wiki/Wheezing")["Location"] == "/wiki/Asthma?from=Wheezing"


@pytest.mark.parametrize("target", ["Category:Lungs", "User:Maria"])
def test_a_redirect_may_lead_to_what_is_there_without_a_text(client: Client, target: str):
    factories.article("Wheezing", f"#REDIRECT [[:{target}]]\n")
    assert client.get("/wiki/Wheezing").status_code == 301


@pytest.mark.parametrize("sent", ["a%0Ab", "%00", "%3Cb%3E", "x" * 400, "//evil.example", "Talk:X"])
def test_a_made_up_from_is_not_shown(client: Client, asthma, sent: str):
    answer = client.get(f"/wiki/Asthma?from={sent}")
    assert answer.status_code == 200 and "Redirected from" not in Page(answer).words


# --- Versions, raw text, sections --------------------------------------------------------------------------------
def test_an_old_version_says_so_and_stays_out_of_search_engines(client: Client, asthma):
    factories.edit(asthma, "Only this.\n")
    page = Page(client.get(f"/wiki/Asthma?version={asthma.current_edit_id}"))
    assert "This is version 1" in page.words and "It may be wrong or outdated." in page.words
    assert "Wheeze." in page.article
    assert "/edit/Asthma?section=0" not in {link.href for link in page.links}


def test_the_sites_name_leads_to_the_pages_about_the_site_unless_an_article_is_called_so(client: Client, asthma):
    assert client.get("/wiki/MedWiki:Our_rules")["Location"] == "/wiki/Project:Our_rules"
    factories.article("MedWiki: a history")
    assert client.get("/wiki/MedWiki:_a_history").status_code == 200


def test_an_old_version_leads_to_its_neighbours_and_is_cited(client: Client, asthma, editor):
    second, third = (factories.edit(asthma, f"Lead {number}.\n", section="0", author=editor) for number in (2, 3))
    page = Page(client.get(f"/wiki/Asthma?version={second.pk}"))
    assert page.link("The version before") == f"/wiki/Asthma?version={asthma.current_edit_id}"
    assert page.link("The version after") == f"/wiki/Asthma?version={third.pk}"
    assert page.link("Cite this version") == f"/cite/Asthma?version={second.pk}"


def test_an_old_version_is_brought_back_or_proposed_from_its_own_page(client: Client, editor_client: Client, asthma):
    factories.edit(asthma, "Another lead.\n", section="0")
    address = f"/wiki/Asthma?version={asthma.current_edit_id}"
    page = Page(editor_client.get(address))
    assert page.link("Bring this version back") == f"/revert/{asthma.current_edit_id}"
    assert page.link("Edit this version") == f"/edit/Asthma?version={asthma.current_edit_id}"
    assert (
        Page(client.get(address)).link("Suggest going back to it") == f"/edit/Asthma?version={asthma.current_edit_id}"
    )


def test_the_current_version_needs_no_way_back(editor_client: Client, asthma):
    answer = editor_client.get(f"/wiki/Asthma?version={asthma.current_edit_id}")
    assert answer.status_code == 200 and b"?version=%d" % asthma.current_edit_id in answer.content
    assert b"Bring this version back" not in answer.content and b"Edit this version" not in answer.content


def test_the_current_version_by_its_number_says_that_it_is_current(client: Client, asthma):
    assert "It is the current one." in Page(client.get(f"/wiki/Asthma?version={asthma.current_edit_id}")).words


def test_a_version_under_another_title_leads_to_its_own(client: Client, asthma):
    answer = client.get(f"/wiki/Angina?version={asthma.current_edit_id}")
    assert answer["Location"] == f"/wiki/Asthma?version={asthma.current_edit_id}"


@pytest.mark.parametrize("number", ["0", "999999", "x", "", "-1", "²", "9" * 30, "1.5"])
def test_a_version_that_is_none_is_404(client: Client, asthma, number: str):
    assert client.get("/wiki/Asthma", {"version": number}).status_code == 404


def test_raw_text_is_what_was_typed_as_plain_text(client: Client):
    factories.article("Doses", "Tab\there.  \n5 µg\u00a0daily, <b>no</b> end")
    answer = client.get("/raw/Doses")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.content.decode() == "Tab\there.  \n5 µg\u00a0daily, <b>no</b> end"


def test_raw_text_of_an_old_version(client: Client, asthma):
    factories.edit(asthma, "Only this.\n")
    assert client.get(f"/raw/Asthma?version={asthma.current_edit_id}").content.decode() == factories.TEXT


def test_raw_text_of_another_articles_version_is_not_given_under_this_title(client: Client, asthma):
    factories.article("Angina", LONG)
    answer = client.get(f"/raw/Angina?version={asthma.current_edit_id}")
    assert b"Wheeze" not in answer.content and answer.status_code in (301, 404)


def test_a_section_is_found_where_it_is_now(client: Client, asthma):
    causes = Section.objects.get(article=asthma, title="Causes")
    factories.edit(asthma, "## Origins\n\nDust.\n", section=str(causes.pk))
    answer = client.get(f"/section/{causes.pk}")
    assert (answer.status_code, answer["Location"]) == (303, "/wiki/Asthma#Origins")


def test_a_section_that_is_gone_is_404(client: Client, asthma):
    causes = Section.objects.get(article=asthma, title="Causes")
    factories.edit(asthma, "All new.\n")
    assert client.get(f"/section/{causes.pk}").status_code == 404


@pytest.mark.parametrize(
    "path", ["/section/", "/proposals/", "/revert/", "/compare/previous/", "/wiki/Asthma?version="]
)
def test_a_number_beyond_every_row_is_404_and_no_failure(reviewer_client: Client, asthma, path: str):
    numbers = ["0", "9" * 18, "9" * 25, "9" * 5000]
    assert [reviewer_client.get(path + number).status_code for number in numbers] == [404] * 4


# --- Categories, index, main page --------------------------------------------------------------------------------
def test_a_category_lists_its_articles_by_sort_key(client: Client):
    for title, key in (("Alpha", "Z"), ("Beta", "B"), ("Gamma", "")):
        factories.article(title, f"{LONG}\n\n[[Category:Lungs{'|' + key if key else ''}]]\n")
    page = Page(client.get("/category/Lungs"))
    assert [link.text for link in page.links if link.text in ("Alpha", "Beta", "Gamma")] == ["Beta", "Gamma", "Alpha"]


def test_a_categorys_address_among_the_articles_leads_to_it(client: Client, db):
    answer = client.get("/wiki/Category:Lungs")
    assert (answer.status_code, answer["Location"]) == (301, "/category/Lungs")


def test_a_categorys_own_page_is_shown_above_its_articles(client: Client, asthma):
    factories.article("Category:Lungs", "All that breathes.\n")
    assert "All that breathes." in Page(client.get("/category/Lungs")).article


def test_an_old_version_of_a_categorys_own_page_can_be_read(client: Client):
    about = factories.article("Category:Lungs", "All that breathes.\n")
    factories.edit(about, "Newer.\n")
    answer = client.get(f"/wiki/Category:Lungs?version={about.current_edit_id}")
    assert answer.status_code == 200 and "All that breathes." in Page(answer).article


def test_a_category_of_nothing_is_404_and_can_be_described(client: Client, db):
    answer = client.get("/category/Nothing")
    assert answer.status_code == 404
    assert Page(answer).link("Describe this category") == "/edit/Category:Nothing"


def test_a_long_category_goes_on_on_the_next_page(client: Client, monkeypatch):
    monkeypatch.setattr("articles.views.reading._MEMBERS_A_PAGE", 2)
    for number in range(5):
        factories.article(f"Page {number}", f"{LONG}\n\n[[Category:Lungs]]\n")
    first = Page(client.get("/category/Lungs"))
    second = Page(client.get("/category/Lungs" + first.link("More articles")))
    assert [link.text for link in second.links if link.text.startswith("Page ")] == ["Page 2", "Page 3"]


@pytest.mark.parametrize("after", ["x", "|", "%00|1", "x|²", "x|" + "9" * 30, "x|" + "9" * 5000])
def test_a_made_up_place_in_a_category_is_no_failure(client: Client, asthma, after: str):
    assert client.get(f"/category/Lungs?after={after}").status_code in (200, 404)


@pytest.mark.parametrize("letter", ["Z", "z", "%00", "%F0%9F%98%80", "%C3%89", "'", "A%25"])
def test_the_index_takes_any_beginning(client: Client, asthma, letter: str):
    answer = client.get(f"/index/{letter}")
    assert answer.status_code in (200, 404) and Page(answer).faults() == []


def test_the_index_lists_articles_and_no_redirects(client: Client, wheezing):
    texts = [link.text for link in Page(client.get("/index/A")).links]
    assert "Asthma" in texts and "Wheezing" not in texts


def test_the_main_page_tells_what_is_new(client: Client, asthma):
    page = Page(client.get("/"))
    assert page.h1 == "MedWiki" and page.link("Asthma") == "/wiki/Asthma"


def test_the_main_page_of_an_empty_wiki_says_how_to_begin(client: Client, db):
    assert not Edit.objects.exists()
    assert "write the first" in Page(client.get("/")).words


# --- What each view is asked -------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", [*READING, "/raw/Asthma", "/section/1", "/search?q=x", "/suggest?q=x"])
@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_reading_is_only_reading(client: Client, asthma, method: str, path: str):
    answer = getattr(client, method)(path)
    assert answer.status_code == 405 and answer["Allow"] == "GET, HEAD"


@pytest.mark.parametrize(
    "path", [*READING, "/raw/Asthma", "/suggest?q=a", "/search?q=dust", "/disclaimer", "/accounts/login/"]
)
def test_head_answers_as_get_without_a_body(path: str, asthma):
    shown, asked = Client().get(path), Client().head(path)
    assert (asked.status_code, asked.content) == (shown.status_code, b"")
    kept = {"Content-Type", "Cache-Control", "Content-Security-Policy", "Vary", "X-Frame-Options"}
    assert {name: asked.headers.get(name) for name in kept} == {name: shown.headers.get(name) for name in kept}


@pytest.mark.parametrize("path", [*READING, "/raw/Asthma", "/suggest?q=a", "/wiki/asthma"])
def test_the_length_of_an_answer_is_said_rightly(client: Client, asthma, path: str):
    answer = client.get(path)
    assert int(answer["Content-Length"]) == len(answer.content)


# --- Stub categories, subcategories, letters, the main page ------------------------------------------------------
def test_a_stub_stands_in_its_category_without_saying_so_in_its_text(client: Client, asthma):
    assert Page(client.get("/wiki/Asthma")).link("Medicine stubs") == "/category/Medicine_stubs"
    factories.article("Short", "A few words.\n")
    factories.article("Long", LONG)
    page = Page(client.get("/category/Medicine_stubs"))
    assert {"Asthma", "Short"} <= {link.text for link in page.links} and "Long" not in [
        link.text for link in page.links
    ]


def test_a_stub_that_names_its_category_itself_is_listed_once(client: Client):
    factories.article("Short", "A few words.\n\n[[Category:Medicine stubs]]\n")
    assert [link.text for link in Page(client.get("/wiki/Short")).links].count("Medicine stubs") == 1
    assert [link.text for link in Page(client.get("/category/Medicine_stubs")).links].count("Short") == 1


def test_an_article_that_is_no_stub_any_more_leaves_the_category_at_once(client: Client, asthma):
    factories.edit(asthma, LONG)
    assert "Medicine stubs" not in Page(client.get("/wiki/Asthma")).words
    assert client.get("/category/Medicine_stubs").status_code == 404


def test_a_long_category_of_stubs_goes_on(client: Client, monkeypatch):
    monkeypatch.setattr("articles.lists.stubs.__kwdefaults__", {"after": "", "size": 2})
    for number in range(3):
        factories.article(f"Stub {number}", "word " * (number + 1) + "\n")
    page = Page(client.get("/category/Medicine_stubs"))
    further = Page(client.get("/category/Medicine_stubs" + page.link("More stubs")))
    assert "Stub 2" in further.words and "Stub 1" not in further.words


def test_subcategories_stand_apart(client: Client, asthma):
    factories.article("Category:Airways", "What leads air.\n\n[[Category:Lungs]]\n")
    page = Page(client.get("/category/Lungs"))
    assert page.words.index("Subcategories") < page.words.index("Airways") < page.words.index("Asthma")
    assert page.link("Airways") == "/category/Airways"


@pytest.mark.parametrize("path", ["/", "/index/"])
def test_letters_without_an_article_lead_nowhere(client: Client, asthma, path: str):
    letters = {link.text: link.href for link in Page(client.get(path)).links if len(link.text) == 1}
    assert letters == {"A": "/index/A"}


def test_the_main_page_tells_what_is_new_and_what_is_wanted(client: Client, asthma):
    factories.article("Angina", f"{LONG}[[Zinc]]\n")
    page = Page(client.get("/"))
    assert "2 articles" in page.words and page.link("Zinc") == "/wiki/Zinc"
    (stubs,) = [found for found in page.all("section") if "Expand a stub" in "".join(found.itertext())]
    assert "Asthma" in "".join(stubs.itertext())
    assert [page.link(f"All {words}") for words in ("new articles", "stubs", "wanted articles", "special pages")] == [
        "/special/new",
        "/special/stubs",
        "/special/wanted",
        "/special/",
    ]


@pytest.mark.parametrize("path", ["/wiki", "/wiki/", "/wiki/Main_Page"])
def test_the_main_page_is_where_people_of_other_wikis_look_for_it(client: Client, path: str):
    answer = client.get(path)
    assert (answer.status_code, answer.url) == (301, "/")
