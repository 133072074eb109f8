"""Lists of pages and people, facts of a page, numbers."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from articles import access, editing, lists, notices
from articles.models import Article, Author, Edit
from tests import factories
from tests.doors import unlocked

pytestmark = pytest.mark.django_db

LONG = "word " * 120 + "\n"


@pytest.fixture(autouse=True)
def empty_cache(db):
    cache.clear()


@pytest.fixture
def small_pages(monkeypatch):
    monkeypatch.setattr(lists, "PAGE_SIZE", 2)


@pytest.fixture
def large_wiki(monkeypatch):
    """Every wiki is a large one."""
    monkeypatch.setattr(lists, "SMALL", 0)


def words(number: int) -> str:
    return "word " * number + "\n"


def article(title: str, text: str = LONG) -> Article:
    return factories.article(title, text)


def delete(made: Article) -> None:
    with unlocked("its own tests ask the door for it"):
        Article.objects.filter(pk=made.pk).update(state=Article.State.DELETED)


def hide(edit: Edit, **flags: bool) -> None:
    with unlocked("hiding comes with moderation"):
        Edit.objects.filter(pk=edit.pk).update(**flags)


def walked(page) -> list[str]:
    """All rows of a list, asked for page by page."""
    rows, after = [], ""
    while True:
        listing = page(after)
        rows += listing.rows
        if not listing.next:
            return rows
        after = listing.next


def titled(rows) -> list[str]:
    return [row.title for row in rows]


# --- Pages -------------------------------------------------------------------------------------------------------
def test_a_letter_is_used_when_an_article_begins_with_it_and_not_for_redirects_or_other_pages():
    article("Asthma")
    article("Bronchitis", "#REDIRECT [[Asthma]]\n")
    article("Help:Coughing")
    used = [letter for letter, is_used in lists.letters() if is_used]
    assert used == ["A"] and len(lists.letters()) == 26


def test_in_an_empty_wiki_no_letter_is_used():
    assert not any(is_used for _letter, is_used in lists.letters())


def test_all_pages_of_a_kind_are_listed_with_redirects_marked(small_pages):
    for title, text in [("Angina", LONG), ("Asthma", LONG), ("Breath", "#REDIRECT [[Asthma]]\n"), ("Help:Me", LONG)]:
        article(title, text)
    rows = walked(lambda beginning: lists.all_pages("article", beginning))
    assert [(row.full_title, row.is_redirect) for row in rows] == [
        ("Angina", False),
        ("Asthma", False),
        ("Breath", True),
    ]
    assert lists.all_pages("help").rows == [lists.Named("Help:Me", False)]


def test_new_articles_are_those_made_last(small_pages):
    made = [article(f"Article {number}") for number in range(5)]
    rows = walked(lambda before: lists.new_pages(int(before) if before else None, size=2))
    assert rows == made[::-1]


def test_articles_are_listed_by_length_both_ways_to_the_end(small_pages):
    for number, title in [(7, "B"), (3, "A"), (7, "C"), (0, "D"), (150, "E")]:
        article(title, words(number) if number else "[[Category:X]]\n")
    article("R", "#REDIRECT [[A]]\n")
    assert titled(walked(lists.short_pages)) == ["D", "A", "B", "C", "E"]
    assert titled(walked(lists.long_pages)) == ["E", "C", "B", "A", "D"]


@pytest.mark.parametrize("key", ["x", "1", "1-2-3", "-", "1-²", "9" * 19 + "-1", "-1-1"])
def test_a_key_that_no_list_gave_out_is_404(key: str):
    with pytest.raises(Http404):
        lists.short_pages(key)


def test_what_links_to_a_page_is_listed_redirects_too(small_pages):
    naming = [article(f"Article {number}", "About [[Asthma]].\n") for number in range(3)]
    naming.append(article("Wheezing", "#REDIRECT [[Asthma]]\n"))
    article("Another", "About [[asthma bronchiale]].\n")
    rows = walked(lambda after: lists.links_to("Asthma", int(after) if after else None))
    assert rows == naming and [row.is_redirect for row in rows] == [False, False, False, True]


def test_a_random_article_is_any_and_no_redirect_help_page_or_deleted_one():
    article("Wheezing", "#REDIRECT [[Asthma]]\n")
    delete(article("Gone"))
    made = {article("Asthma"), article("Angina")}
    article("Help:Me")
    assert {lists.random_article() for _time in range(60)} == made


def test_where_there_is_no_article_there_is_no_random_one():
    assert lists.random_article() is None


def test_the_facts_of_a_page_are_its_history_and_what_names_it(editor, reviewer):
    made = factories.article("Asthma", factories.TEXT, author=editor)
    factories.edit(made, "Another lead.\n", section="0", author=reviewer)
    article("Wheezing", "#REDIRECT [[Asthma]]\n")
    article("Lungs", "See [[Asthma]].\n")
    facts = lists.facts_of(Article.objects.select_related("current_edit", "origin").get(pk=made.pk))
    assert (facts.first, facts.edits, facts.authors) == (made.current_edit, 2, 2)
    assert (facts.redirects, facts.links, facts.stub_topic) == (1, 2, "medicine")
    assert facts.categories == ["Lungs", "Medicine stubs"]


def test_the_facts_of_a_page_are_whose_words_it_has(editor, reviewer, contributor):
    made = factories.article("Asthma", "word " * 150 + "\n", author=editor)
    factories.edit(made, "word " * 150 + "\n\n" + "other " * 49 + "\n", author=reviewer)
    factories.edit(made, "word " * 150 + "\n\n" + "other " * 49 + "more\n", author=contributor)
    facts = lists.facts_of(Article.objects.select_related("current_edit", "origin").get(pk=made.pk))
    assert facts.writers == [lists.Writer(editor, 75), lists.Writer(reviewer, 24)]


def test_hidden_words_are_counted_and_not_named(editor, reviewer):
    made = factories.article("Asthma", "One two three.\n", author=editor)
    factories.edit(made, "One two three.\n\nFour.\n", author=reviewer)
    with unlocked("hiding comes with moderation"):
        made.edits.filter(author=editor).update(hidden_author=True)
    facts = lists.facts_of(Article.objects.select_related("current_edit", "origin").get(pk=made.pk))
    assert facts.writers == [lists.Writer(reviewer, 25)]


# --- What is missing ---------------------------------------------------------------------------------------------
def test_wanted_are_the_titles_most_articles_link_to_first(small_pages):
    for number in range(3):
        article(f"Article {number}", "[[Zinc]] [[Article 1]] [[Help:Nothing]]" + " [[Iron]]" * (number < 2) + "\n")
    article("Last", "[[Copper]] [[Iron]] [[Gold]]\n")
    article("Help:Me", "[[Only help links here]]\n")
    rows = walked(lambda after: lists.wanted(after, size=2))
    assert [(row.title, row.number) for row in rows] == [("Iron", 3), ("Zinc", 3), ("Copper", 1), ("Gold", 1)]


def test_what_is_written_is_wanted_no_more_and_what_is_deleted_is_again():
    article("Asthma", "[[Zinc]]\n")
    zinc = article("Zinc")
    assert lists.wanted().rows == []
    delete(zinc)
    assert titled(lists.wanted().rows) == ["Zinc"]


def test_in_a_large_wiki_the_list_of_wanted_is_kept_and_shows_nothing_that_is_over(large_wiki):
    made = article("Asthma", "[[Zinc]] [[Iron]] [[Gold]]\n")
    assert lists.wanted().counted is not None and len(lists.wanted().rows) == 3
    article("Zinc")
    factories.edit(made, "[[Iron]] only.\n")
    assert [(row.title, row.number) for row in lists.wanted().rows] == [("Iron", 1)]


def test_orphaned_are_articles_that_no_other_page_links_to(small_pages, monkeypatch):
    monkeypatch.setattr(lists, "WINDOW", 3)
    article("Asthma", "[[Bronchi]] [[Lungs]] [[Asthma]]\n")
    for title in ("Bronchi", "Cough", "Dust", "Eczema", "Fever", "Lungs"):
        article(title)
    article("Wheezing", "#REDIRECT [[Fever]]\n")
    assert walked(lists.orphaned_pages) == ["Asthma", "Cough", "Dust", "Eczema"]


def test_a_link_from_a_deleted_page_keeps_nobody_company():
    article("Bronchi")
    delete(article("Asthma", "[[Bronchi]]\n"))
    assert lists.orphaned_pages().rows == ["Bronchi"]


# --- Stubs -------------------------------------------------------------------------------------------------------
@pytest.fixture
def some_stubs() -> None:
    article("Marked", words(300) + "{{stub|medicine}}\n")
    article("Capital", words(200) + "{{stub|Medicine}}\n")
    article("Short", words(4))
    article("Shorter", words(3))
    article("Of the heart", words(2) + "{{stub|heart}}\n")
    article("Long", LONG + "[[Marked]] [[Short]]\n")
    article("Long too", LONG + "[[Marked]]\n")
    article("Help:Me", words(2))
    article("Wheezing", "#REDIRECT [[Long]]\n")


def test_stubs_are_queued_by_topic_the_shortest_first_marked_or_merely_short(some_stubs):
    rows = walked(lambda after: lists.stubs("medicine", after=after, size=2))
    assert [(row.article.title, row.links) for row in rows] == [
        ("Shorter", 0),
        ("Short", 1),
        ("Capital", 0),
        ("Marked", 2),
    ]
    assert [row.article.title for row in lists.stubs("heart").rows] == ["Of the heart"]


def test_without_a_topic_all_stubs_are_queued_each_once(some_stubs):
    rows = walked(lambda after: lists.stubs("", after=after, size=2))
    assert [row.article.title for row in rows] == ["Of the heart", "Shorter", "Short", "Capital", "Marked"]
    linked = [row.article.title for row in lists.most_linked_stubs("").rows]
    assert linked[:2] == ["Marked", "Short"] and len(linked) == 5


def test_or_those_that_most_pages_link_to_first(some_stubs):
    rows = walked(lambda after: lists.most_linked_stubs("medicine", after=after, size=2))
    assert [row.article.title for row in rows] == ["Marked", "Short", "Capital", "Shorter"]


def test_the_topics_with_stubs_are_counted(some_stubs):
    assert [(row.title, row.number) for row in lists.stub_topics()] == [("heart", 1), ("medicine", 4)]


def test_every_stub_stands_in_its_topics_category_and_in_no_other(some_stubs):
    inside = [row.article for row in lists.stubs_in("Medicine stubs").rows]
    assert {notices.stub_category_of(each) for each in inside} == {"Medicine stubs"} and len(inside) == 4
    assert [row.article.title for row in lists.stubs_in("Heart stubs").rows] == ["Of the heart"]
    assert lists.stubs_in("Lungs").rows == [] and lists.stubs_in(" stubs").rows == []


def test_where_length_makes_no_stub_only_marked_ones_are_queued(some_stubs, settings):
    settings.WIKI_STUB_WORDS = 0
    assert [row.article.title for row in lists.stubs("medicine").rows] == ["Capital", "Marked"]


# --- Categories --------------------------------------------------------------------------------------------------
def test_categories_are_named_with_how_many_are_in_them_stubs_too(small_pages):
    for number, names in enumerate(["Lungs", "Lungs", "Airways", "Zinc"]):
        article(f"Article {number}", f"{LONG}\n[[Category:{names}]]\n")
    article("Short", "x\n")
    article("Category:Empty", "Nothing is in here.\n")
    rows = walked(lists.categories)
    assert [(row.title, row.number) for row in rows] == [
        ("Airways", 1),
        ("Lungs", 2),
        ("Medicine stubs", 1),
        ("Zinc", 1),
    ]


def test_categories_begin_where_one_asks(small_pages):
    for title in ("Airways", "Lungs", "Zinc"):
        article(f"In {title}", f"{LONG}\n[[Category:{title}]]\n")
    assert titled(lists.categories("L").rows) == ["Lungs", "Zinc"]
    assert lists.categories("Zz").rows == []


def test_a_large_category_is_counted_to_a_limit_only(monkeypatch):
    monkeypatch.setattr(lists, "_MOST_COUNTED", 2)
    for number in range(4):
        article(f"Article {number}", f"{LONG}\n[[Category:Lungs]]\n")
    assert lists.categories().rows == [lists.Counted("Lungs", 2, is_more=True)]


def test_a_category_of_deleted_pages_only_is_not_named():
    delete(article("Asthma", f"{LONG}\n[[Category:Lungs]]\n"))
    assert lists.categories().rows == []


# --- People ------------------------------------------------------------------------------------------------------
def test_a_person_is_found_by_any_spelling_of_an_accounts_name(article):
    ada = factories.author("editor", "Ada Lovelace")
    factories.edit(article, "2.\n", author=ada)
    person = lists.person("ada_lovelace")
    assert (person.name, person.kind, person.role, person.edits) == ("Ada Lovelace", "account", "editor", 1)
    assert person.since == ada.account.date_joined and person.author_ids == [ada.pk]


def test_an_account_that_has_written_nothing_is_a_person_too():
    factories.user("reviewer", "Rita")
    assert (lists.person("Rita").role, lists.person("Rita").edits) == ("reviewer", 0)


def test_an_account_is_shown_by_the_name_its_person_likes():
    factories.user("contributor", "Ada", display_name="Ada Lovelace, MD")
    assert lists.person("Ada").display_name == "Ada Lovelace, MD"


def test_a_visitor_is_a_person_once_something_of_theirs_is_published(article):
    visitor = factories.visitor()
    with pytest.raises(Http404):
        lists.person(visitor.name)
    factories.edit(article, "2.\n", author=visitor)
    assert (lists.person(visitor.name).kind, lists.person(visitor.name).edits) == ("visitor", 1)


def test_an_imported_name_is_not_the_account_of_the_same_name():
    editing.bring_in(editing.Incoming("Asthma", LONG), author=access.imported_author("Ada_L"))
    factories.user("contributor", "Ada L")
    assert lists.person("Ada L").kind == "account" and lists.person("Ada L").edits == 0
    imported = lists.person("Ada_L", is_imported=True)
    assert (imported.name, imported.kind, imported.edits) == ("Ada_L", "imported", 1)


@pytest.mark.parametrize("flags", [{"hidden_author": True}, {"hidden_text": True}])
def test_whom_hidden_edits_alone_would_name_is_not_known(article, flags):
    visitor = factories.visitor()
    hide(factories.edit(article, "2.\n", author=visitor), **flags)
    with pytest.raises(Http404):
        lists.person(visitor.name)


def test_a_closed_account_is_known_by_what_it_has_published_only(article):
    closed, silent = factories.user("editor", "Closed"), factories.user("editor", "Silent")
    factories.edit(article, "2.\n", author=access.author_of(closed))
    for account in (closed, silent):
        account.is_active = False
        account.save(update_fields=["is_active"])
    assert lists.person("Closed").is_closed
    with pytest.raises(Http404):
        lists.person("Silent")


@pytest.mark.parametrize("name", ["Nobody", "a" * 5000, "a\0b", "\ud800", "/", "<script>"])
def test_of_a_name_that_nobody_has_nothing_is_known(name: str):
    with pytest.raises(Http404):
        lists.person(name)


# --- Numbers -----------------------------------------------------------------------------------------------------
def test_the_numbers_count_what_readers_may_know_of(editor):
    factories.article("Asthma", LONG, author=editor)
    factories.article("Short", "x\n", author=editor)
    article("Wheezing", "#REDIRECT [[Asthma]]\n")
    article("Help:Me")
    delete(article("Gone"))
    counted = lists.numbers()
    assert (counted.articles, counted.redirects, counted.pages, counted.stubs) == (2, 1, 4, 1)
    assert (counted.edits, counted.authors, counted.counted) == (4, 3, None)


def test_in_a_large_wiki_the_numbers_are_kept_and_say_when_they_were_counted(large_wiki):
    article("Asthma")
    first = lists.numbers()
    article("Angina")
    assert lists.numbers() == first and first.counted is not None and first.articles == 1


def test_in_a_large_wiki_edits_and_their_authors_are_counted_once_a_day_and_those_made_since_added(large_wiki, editor):
    made = factories.article("Asthma", author=editor)
    assert (lists.numbers().edits, lists.numbers().authors) == (1, 1)
    factories.edit(made, "Another lead.\n", section="0", author=editor)
    factories.article("Angina", author=factories.author("editor"))
    cache.delete("lists:numbers")  # As after ten minutes.
    assert (lists.numbers().edits, lists.numbers().authors) == (3, 2)


def test_articles_are_counted_anew_where_that_costs_nothing_and_else_kept(monkeypatch):
    for title in ("A", "B", "C"):
        article(title)
    assert lists.article_count() == (None, 3)
    monkeypatch.setattr(lists, "SMALL", 2)
    when, count = lists.article_count()
    article("D")
    assert count == 3 and lists.article_count() == (when, 3)


# --- What a list costs -------------------------------------------------------------------------------------------
LISTS = {
    "all": lambda: lists.all_pages("article"),
    "new": lists.new_pages,
    "short": lists.short_pages,
    "long": lists.long_pages,
    "wanted": lists.wanted,
    "orphaned": lists.orphaned_pages,
    "stubs": lambda: lists.stubs("medicine"),
    "most linked stubs": lambda: lists.most_linked_stubs("medicine"),
    "categories": lists.categories,
    "links": lambda: lists.links_to("Asthma"),
    "letters": lists.letters,
}


@pytest.mark.parametrize("name", LISTS)
def test_no_list_skips_rows_nor_loads_a_text(name: str):
    article("Asthma", "[[Zinc]] [[Asthma]]\n")
    with CaptureQueriesContext(connection) as made:
        LISTS[name]()
    asked = " ".join(query["sql"] for query in made)
    assert "OFFSET" not in asked and "textblob" not in asked and len(made) <= 4


@pytest.mark.sqlite
@pytest.mark.parametrize(
    ("name", "index"),
    [("short", "articles_by_length"), ("long", "articles_by_length"), ("stubs", "stubs_of_a_topic")],
)
def test_a_list_reads_its_index_in_order(name: str, index: str):
    with CaptureQueriesContext(connection) as made:
        LISTS[name]()
    with connection.cursor() as cursor:
        plan = str(cursor.execute("EXPLAIN QUERY PLAN " + made.captured_queries[0]["sql"]).fetchall())
    assert index in plan and "TEMP B-TREE" not in plan


def test_visitors_of_the_same_letters_share_a_page(article):
    # Two visitors may have drawn the same letters: their page is of both, and never of a third.
    twin, other = factories.visitor(), factories.visitor()
    with unlocked("letters are drawn"):
        Author.objects.filter(pk=other.pk).update(name=twin.name)
    for author in (twin, other):
        factories.edit(article, f"By {author.pk}.\n", author=author)
    assert lists.person(twin.name).author_ids == sorted([twin.pk, other.pk])
    assert lists.person(twin.name).edits == 2
