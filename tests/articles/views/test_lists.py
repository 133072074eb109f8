"""Lists of pages, of what is missing, of who did what; facts of a page; the map of all special pages."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Group
from django.test import Client

from articles import access, editing, lists
from articles.models import Article, Edit, Proposal
from articles.moderation import protecting
from articles.moderation.protecting import Guard
from articles.views.lists import _KEYS
from tests import factories
from tests.doors import unlocked
from tests.pages import Page, words

pytestmark = pytest.mark.django_db

LONG = "word " * 120 + "\n"
SPECIAL = ["", "all", "new", "long", "short", "wanted", "orphaned", "stubs", "stubs?order=links", "categories"]
TITLED = ["/links/Asthma", "/info/Asthma", "/history/Asthma", "/user/Ada", "/contributions/Ada"]


@pytest.fixture
def ada():
    return factories.author("editor", "Ada")


@pytest.fixture
def asthma(ada) -> Article:
    return factories.article("Asthma", author=ada)


# --- The map -----------------------------------------------------------------------------------------------------
def test_the_map_names_each_list_as_mediawiki_does(client: Client, asthma):
    page = Page(client.get("/special/"))
    assert page.link("Wanted articles") == "/special/wanted" and "WantedPages" in page.words
    assert all(client.get(link.href).status_code in (200, 302) for link in page.links if "/special" in link.href)


def test_each_key_of_the_table_is_on_a_page(editor_client: Client, client: Client, reviewer_client: Client, asthma):
    factories.edit(asthma, "2.\n", section="0")
    client.post("/edit/Angina", {"text": "Pain in the chest.\n", "base": "0"})
    pages = [client.get("/wiki/Asthma"), editor_client.get("/wiki/Asthma"), editor_client.get("/history/Asthma")]
    pages += [editor_client.get("/edit/Asthma"), reviewer_client.get(Proposal.objects.get().get_absolute_url())]
    found = {element.get("accesskey") for answer in pages for element in Page(answer).elements()}
    assert {key for _where, rows in _KEYS for key, _words in rows} <= found


@pytest.mark.parametrize("path", ["/wiki/Asthma", "/edit/Asthma", "/history/Asthma", "/special/", "/"])
def test_no_key_is_two_things_on_one_page(editor_client: Client, asthma, path: str):
    factories.edit(asthma, "2.\n", section="0")
    keys = [key for element in Page(editor_client.get(path)).elements() if (key := element.get("accesskey"))]
    assert len(keys) == len(set(keys))


# --- Lists -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", SPECIAL)
def test_every_list_answers_in_an_empty_wiki_and_says_how_to_fill_it(client: Client, name: str):
    answer = client.get(f"/special/{name}")
    assert answer.status_code == 200 and Page(answer).faults() == []


@pytest.mark.parametrize("path", [*(f"/special/{name}" for name in [*SPECIAL, "statistics"]), *TITLED])
def test_no_list_is_for_search_engines(client: Client, asthma, settings, path: str):
    settings.SITE_URL, settings.WIKI_INDEXING = "http://testserver", "on"
    assert "X-Robots-Tag" not in client.get("/wiki/Asthma")
    assert client.get(path)["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("all", "Asthma"),
        ("all?namespace=category", "Category:Lungs"),
        ("all?namespace=nonsense", "Asthma"),
        ("new", "A lead about the lungs."),
        ("long", "8 words"),
        ("short", "8 words"),
        ("wanted", "Zinc linked from 1 article write it"),
        ("orphaned", "Asthma"),
        ("stubs", "Asthma 8 words, linked from 0 pages expand it"),
        ("stubs?order=links", "expand it"),
        ("stubs?topic=heart", "There is no stub about heart here."),
        ("categories", "Medicine stubs 1"),
        ("statistics", "Articles 2"),
    ],
)
def test_a_list_shows_what_is_there(client: Client, asthma, name: str, words: str):
    factories.article("Angina", f"{LONG}[[Zinc]] [[Angina]]\n")
    factories.article("Category:Lungs", "All that breathes.\n")
    assert words in Page(client.get(f"/special/{name}")).words


def walked(client: Client, path: str) -> list[str]:
    """The words of all links of a list, page after page to its end."""
    seen, address = [], path
    while address:
        page = Page(client.get(address))
        seen += [link.text for link in page.links]
        address = next((f"{path.partition('?')[0]}{link.href}" for link in page.links if "next" in link.rel), "")
    return seen


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("all", "Article"),
        ("all?namespace=help", "Help:Me"),
        ("new", "Article"),
        ("long", "Article"),
        ("short", "Article"),
        ("orphaned", "Article"),
        ("stubs", "Article"),
        ("stubs?order=links&topic=medicine", "Article"),
        ("categories", "About"),
    ],
)
def test_a_list_goes_on_to_its_end(client: Client, monkeypatch, name: str, kind: str):
    monkeypatch.setattr(lists, "PAGE_SIZE", 2)
    monkeypatch.setattr(lists, "WINDOW", 2)
    monkeypatch.setattr("articles.lists.new_pages.__defaults__", (None, 2))
    monkeypatch.setattr("articles.lists.stubs.__kwdefaults__", {"after": "", "size": 2})
    monkeypatch.setattr("articles.lists.most_linked_stubs.__kwdefaults__", {"after": "", "size": 2})
    for number in range(5):
        factories.article(f"Article {number}", f"Short.\n\n[[Category:About {number}]]\n")
        factories.article(f"Help:Me {number}")
    assert {f"{kind} {number}" for number in range(5)} <= set(walked(client, f"/special/{name}"))


def test_the_wanted_go_on_to_their_end(client: Client, monkeypatch):
    monkeypatch.setattr("articles.lists.wanted.__defaults__", ("", 2))
    factories.article("Asthma", " ".join(f"[[Wanted {number}]]" for number in range(5)))
    assert {f"Wanted {number}" for number in range(5)} <= set(walked(client, "/special/wanted"))


@pytest.mark.parametrize("name", ["long", "short", "wanted", "stubs", "new", "stubs?order=links&x=1"])
def test_a_place_that_no_list_gave_out_is_404(client: Client, asthma, name: str):
    assert client.get(f"/special/{name}{'&' if '?' in name else '?'}after=nonsense").status_code == 404


def test_only_those_who_may_write_are_offered_to(client: Client, asthma, settings):
    settings.WIKI_ANONYMOUS_EDITS = "off"
    assert "expand it" not in Page(client.get("/special/stubs")).words


def test_random_leads_to_an_article_and_is_kept_by_nobody(client: Client, asthma):
    answer = client.get("/random")
    assert (answer.status_code, answer["Location"]) == (302, "/wiki/Asthma")
    assert "no-store" in answer["Cache-Control"]


def test_without_an_article_random_leads_to_the_main_page(client: Client):
    assert client.get("/random")["Location"] == "/"


# --- A page ------------------------------------------------------------------------------------------------------
def test_what_links_here_is_listed_with_redirects_marked(client: Client, asthma):
    factories.article("Lungs", "See [[Asthma]].\n")
    factories.article("Wheezing", "#REDIRECT [[Asthma]]\n")
    page = Page(client.get("/links/Asthma"))
    assert page.link("Lungs") == "/wiki/Lungs" and page.link("Wheezing") == "/wiki/Wheezing?redirect=no"
    assert "Wheezing (leads here)" in page.words


def test_what_links_to_a_title_nobody_has_written_is_listed_too(client: Client):
    factories.article("Lungs", "See [[Asthma]].\n")
    page = Page(client.get("/links/Asthma"))
    assert page.link("Lungs") == "/wiki/Lungs" and "History" not in page.words


@pytest.mark.parametrize("action", ["links", "info"])
def test_other_spellings_lead_to_the_right_one_and_impossible_titles_are_404(client: Client, asthma, action: str):
    answer = client.get(f"/{action}/asthma?x=1")
    assert (answer.status_code, answer["Location"]) == (301, f"/{action}/Asthma?x=1")
    assert client.get(f"/{action}/A%5BB").status_code == 404


def test_the_information_of_a_page_is_counted_and_dated(client: Client, asthma):
    said = Page(client.get("/info/Asthma")).words
    for words_ in (
        "8 words",
        "by 1 author",
        "Written by Ada 100 % of the words",
        "Ada",
        "1 edit",
        "Lungs, Medicine stubs",
        "Who may edit everybody",
    ):
        assert words_ in said


def test_of_very_many_edits_of_a_page_so_many_are_counted(
    client: Client, asthma, moderator_client: Client, monkeypatch
):
    monkeypatch.setattr(lists, "MOST_EDITS", 1)
    factories.edit(asthma, "Another lead.\n", section="0")
    assert "at least 1 edits, the newest of them by 1 author" in Page(client.get("/info/Asthma")).words
    assert "nor its edits, 1 at least." in Page(moderator_client.get("/delete/Asthma")).words


def test_the_information_says_who_may_do_what_with_a_page_and_until_when(client: Client, asthma, moderator):
    until = datetime(2999, 1, 2, tzinfo=UTC)
    guards = {"edit": Guard("reviewer", until), "move": Guard("administrator"), "propose": Guard("contributor")}
    protecting.protect(article=asthma, full_title="Asthma", guards=guards, by=moderator.account, why="A dispute")
    said = Page(client.get("/info/Asthma")).words
    assert "Who may edit reviewers and above, until 2 January 2999" in said
    assert "Who may move it administrators and above" in said and "Who may propose contributors and above" in said


def test_of_a_page_that_is_missing_there_is_no_information(client: Client, db):
    assert client.get("/info/Nothing").status_code == 404


def test_an_imported_page_says_where_it_came_from(client: Client, ada):
    origin = {"source": "A book", "url": "https://example.org/b", "licence": "CC0"}
    editing.bring_in(editing.Incoming("Asthma", LONG, origin=origin), author=ada)
    assert "Came from A book (CC0)" in Page(client.get("/info/Asthma")).words


def test_an_article_offers_its_tools_at_its_foot(client: Client, asthma):
    page = Page(client.get("/wiki/Asthma"))
    assert page.link("What links here") == "/links/Asthma"
    assert page.link("Page information") == "/info/Asthma"
    assert page.link("Permanent link") == f"/wiki/Asthma?version={asthma.current_edit_id}"
    assert page.link("Printable version") == "/wiki/Asthma?printable=yes"


# --- People ------------------------------------------------------------------------------------------------------
def test_a_persons_page_tells_role_edits_and_since_when(client: Client, asthma, ada):
    page = Page(client.get("/user/Ada"))
    assert page.h1 == "Ada" and "Role Editor" in page.words and "Published edits 1" in page.words
    assert f"Member since {ada.account.date_joined:%-d %B %Y}" in page.words
    assert page.link("All contributions") == "/contributions/Ada"


def test_a_person_is_shown_by_the_name_they_like_and_signs_with_the_other(client: Client, asthma, ada):
    ada.account.display_name = "Ada Lovelace, MD"
    ada.account.save(update_fields=["display_name"])
    page = Page(client.get("/user/Ada"))
    assert page.h1 == "Ada Lovelace, MD" and "Signs as Ada" in page.words
    assert Page(client.get("/wiki/Asthma")).link("Ada Lovelace, MD") == "/user/Ada"


@pytest.mark.parametrize("action", ["user", "contributions"])
def test_other_spellings_of_a_name_lead_to_the_right_one(client: Client, asthma, action: str):
    assert client.get(f"/{action}/ada")["Location"] == f"/{action}/Ada"


@pytest.mark.parametrize("action", ["user", "contributions"])
def test_of_nobody_there_is_no_page(client: Client, asthma, action: str):
    assert client.get(f"/{action}/Nobody").status_code == 404


def test_a_visitor_has_a_page_of_their_published_edits(client: Client, asthma):
    visitor = factories.visitor()
    factories.edit(asthma, "2.\n", author=visitor)
    page = Page(client.get(visitor.get_absolute_url()))
    assert page.h1 == visitor.name and "Somebody without an account" in page.words and "Role" not in page.words


def test_an_imported_name_leads_to_its_own_page_and_not_to_the_accounts(client: Client, asthma):
    imported = access.imported_author("Ada")
    editing.bring_in(editing.Incoming("Angina", LONG), author=imported)
    page = Page(client.get(Page(client.get("/history/Angina")).link("Ada")))
    assert "belongs to no account here" in page.words and "Angina" in page.words and "Asthma" not in page.words
    contributions = Page(client.get(page.link("All contributions")))
    assert "Angina" in contributions.words and "Asthma" not in contributions.words


def test_contributions_go_on_page_by_page_both_ways(client: Client, asthma, ada, monkeypatch):
    monkeypatch.setattr("articles.history.PAGE_SIZE", 2)
    for number in range(3):
        factories.edit(asthma, f"{number}.\n", author=ada)
    newest = Page(client.get("/contributions/Ada"))
    older = Page(client.get("/contributions/Ada" + newest.link("Older edits")))
    back = Page(client.get("/contributions/Ada" + older.link("Newer edits")))
    shown = [[words(found) for found in page.with_class("edit__size")] for page in (newest, older, back)]
    assert shown[0] == shown[2] and [len(each) for each in shown] == [2, 2, 2]


@pytest.mark.parametrize("flags", [{"hidden_author": True}, {"hidden_text": True}])
def test_a_hidden_edit_is_nobodys_contribution(client: Client, asthma, ada, flags):
    hidden = factories.edit(asthma, "2.\n", author=ada, summary="hidden one")
    with unlocked("hiding comes with moderation"):
        Edit.objects.filter(pk=hidden.pk).update(**flags)
    page = Page(client.get("/contributions/Ada"))
    assert "hidden one" not in page.words and len(page.with_class("edit")) == 1
    assert "Published edits 1" in Page(client.get("/user/Ada")).words


def test_a_proposal_is_no_contribution(client: Client, asthma):
    somebody = factories.user("contributor", "Grace")
    browser = Client()
    browser.force_login(somebody)
    browser.post("/edit/Asthma", {"text": "New.", "base": asthma.current_edit_id, "section": "0", "summary": "mine"})
    assert "mine" not in Page(client.get("/contributions/Grace")).words
    assert "Published edits 0" in Page(client.get("/user/Grace")).words


def test_a_group_of_another_kind_is_no_role(client: Client, ada):
    ada.account.groups.add(Group.objects.create(name="readers of the newsletter"))
    assert "Role Editor" in Page(client.get("/user/Ada")).words


def test_a_user_page_that_nobody_wrote_is_the_persons(client: Client, asthma):
    assert client.get("/wiki/User:Ada")["Location"] == "/user/Ada"
    assert client.get("/wiki/User:Nobody", follow=True).status_code == 404


@pytest.mark.parametrize("path", ["/history/Asthma", "/recent", "/contributions/Ada", "/wiki/Asthma?version={edit}"])
def test_a_name_leads_to_its_person(client: Client, asthma, path: str):
    page = Page(client.get(path.format(edit=asthma.current_edit_id)))
    assert page.link("Ada") == "/user/Ada" or path.startswith("/contributions")


def test_a_hidden_name_leads_nowhere(client: Client, asthma):
    with unlocked("hiding comes with moderation"):
        asthma.edits.update(hidden_author=True)
    for path in ("/history/Asthma", "/recent", "/info/Asthma", f"/wiki/Asthma?version={asthma.current_edit_id}"):
        assert "/user/Ada" not in client.get(path).content.decode()


def test_the_queue_of_stubs_has_all_of_them_until_a_topic_is_chosen(client: Client):
    factories.article("Angina", "Pain.\n\n{{stub|heart}}\n")
    factories.article("Wheeze", "A sound.\n")
    everything = Page(client.get("/special/stubs"))
    of_the_heart = Page(client.get("/special/stubs" + everything.link("Heart")))
    assert everything.link("Angina") and everything.link("Wheeze")
    assert "Wheeze" not in of_the_heart.words and of_the_heart.link("All") == "/special/stubs"


def test_the_map_offers_an_account_what_it_can_do_and_others_to_log_in(client: Client, editor_client: Client):
    known, unknown = (Page(each.get("/special/")) for each in (editor_client, client))
    offered = [
        [link.text for link in page.links if link.text in ("Log in", "Change your password")]
        for page in (known, unknown)
    ]
    assert offered[0] == ["Change your password"] and set(offered[1]) == {"Log in"}
