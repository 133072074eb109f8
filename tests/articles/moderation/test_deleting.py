"""Deleting: what goes, what stays, and that a title can be made again."""

import pytest

from articles import access, editing, history, importing, logbook, reading, search
from articles.models import Article, Dependency, Edit, LogEntry, Origin, PageStamp, Section
from articles.moderation import ChangedMeanwhile, deleting
from articles.reviewing import deciding, proposed, proposing
from tests import factories

pytestmark = pytest.mark.django_db

HEART = "The **heart** pumps. See [[Lung]].\n\n## Diseases\n\nMany.\n\n[[Category:Anatomy]]\n"
LUNG = "The **lung** breathes. See [[Heart]].\n\n[[Category:Anatomy]]\n"


def bring_in(*incoming: editing.Incoming) -> importing.Outcome:
    *_before, outcome = importing.bring_in(incoming, author=access.imported_author("Import"), summary="Imported")
    return outcome


def incoming(title: str, text: str, *aliases: str, is_sample: bool = True) -> editing.Incoming:
    return editing.Incoming(title, text, aliases, {"is_sample": True} if is_sample else {"source": "Elsewhere"})


@pytest.fixture
def sample(db) -> None:
    """Two sample articles, one with redirects; and one imported from elsewhere."""
    bring_in(incoming("Heart", HEART, "Cor", "Human heart"), incoming("Lung", LUNG))
    bring_in(incoming("Skin", "The **skin** covers.\n", is_sample=False))


def named(title: str) -> Article:
    return Article.objects.get(title=title)


def states() -> dict[str, str]:
    return dict(Article.objects.values_list("title", "state"))


def delete(*titles: str, by=None) -> None:
    deleting.delete([named(title) for title in titles], by=by, why="a test")


# --- Deleting ----------------------------------------------------------------------------------------------------
def test_a_deleted_article_is_neither_read_nor_found_nor_listed(sample):
    delete("Heart")
    with pytest.raises(access.ArticleDeleted):
        access.article_to_read(None, "Heart")
    assert [hit.title for hit in search.find("pumps").hits] == []
    assert [member.article.title for member in reading.members_of("Anatomy")] == ["Lung"]
    assert "Heart" not in [edit.title for edit in history.recent_changes().rows]


def test_what_history_points_at_stays(sample):
    before = (Edit.objects.count(), Section.objects.count(), Article.objects.count())
    delete("Heart")
    assert (Edit.objects.count(), Section.objects.count(), Article.objects.count()) == before
    assert named("Heart").current_edit.blob.text == HEART


def test_what_a_deleted_article_named_is_named_by_it_no_more(sample):
    delete("Heart")
    assert not Dependency.objects.filter(article=named("Heart")).exists()


def test_the_pages_that_a_deletion_changes_are_marked(sample):
    before = dict(PageStamp.objects.filter(path__startswith="/wiki/").values_list("path", "stamp"))
    delete("Heart")
    after = dict(PageStamp.objects.filter(path__startswith="/wiki/").values_list("path", "stamp"))
    changed = {path for path in after if after[path] != before.get(path)}
    assert changed == {"/wiki/Heart", "/wiki/Lung", "/wiki/Cor", "/wiki/Human heart", "/wiki/Category:Anatomy"}


def test_an_article_is_found_no_more_by_a_redirect_that_was_deleted(sample):
    delete("Cor")
    assert (search.find("Cor").exact, search.find("Human heart").exact) == (None, "Heart")


def test_a_deletion_is_logged_with_who_and_why(sample, administrator):
    delete("Heart", by=administrator.account)
    entry = LogEntry.objects.get(what="article.delete")
    assert (entry.target, entry.who, entry.why) == ("Heart", administrator.account, "a test")
    assert entry.before == {"edit": named("Heart").current_edit_id} and logbook.verify() is None


def test_what_is_deleted_already_is_not_deleted_again(sample):
    heart = named("Heart")
    delete("Heart")
    deleting.delete([heart], by=None, why="again")
    assert LogEntry.objects.filter(what="article.delete").count() == 1


# --- Making it again ---------------------------------------------------------------------------------------------
def test_a_title_that_was_deleted_can_be_made_again(sample):
    delete("Heart")
    edit = factories.save("Heart", "All new.\n\n## Parts\n\nFour.\n", base=0)
    article = access.article_to_read(None, "Heart")
    assert (article.current_edit_id, edit.kind, edit.number, edit.parent) == (edit.pk, "create", 2, None)
    assert search.find("new").hits[0].title == "Heart"


def test_the_row_made_again_shows_nothing_of_what_it_was(sample):
    first = named("Heart").current_edit
    section = Section.objects.get(article=named("Heart"), title="Diseases")
    delete("Heart")
    factories.save("Heart", "All new.\n", base=0)
    first.refresh_from_db()
    assert (first.hidden_text, first.hidden_summary) == (True, True)
    assert not Edit.objects.visible().filter(pk=first.pk).exists()
    assert not Origin.objects.filter(article__title="Heart").exists()
    section.refresh_from_db()
    assert section.position is None


def test_who_sends_the_very_first_text_again_makes_the_article_again(editor):
    sent = {"user": editor.account, "author": editor, "title": "Gout", "base": "0", "section": "", "text": "Pain.\n"}
    first = proposing.submit(**sent)
    delete("Gout")
    again = proposing.submit(**sent)
    assert again.pk != first.pk and access.article_to_read(None, "Gout").current_edit == again


def test_what_is_made_again_goes_on_as_any_article_does(sample):
    delete("Heart")
    factories.save("Heart", "All new.\n", base=0)
    edit = factories.edit(named("Heart"), "Newer still.\n")
    assert (edit.number, edit.parent.number) == (3, 2)


def test_a_redirect_that_was_deleted_can_become_an_article(sample):
    delete("Cor")
    factories.save("Cor", "Latin for heart.\n", base=0)
    assert (named("Cor").redirect_to, search.find("latin").hits[0].title) == ("", "Cor")


def test_a_save_that_started_from_the_deleted_text_is_refused(sample):
    base = named("Heart").current_edit
    delete("Heart")
    with pytest.raises(editing.TextRefused, match="deleted"):
        factories.save("Heart", "Mine.\n", base=base)
    assert states()["Heart"] == "deleted"


def test_an_article_proposed_anew_is_there_once_it_is_accepted(sample, contributor, reviewer):
    delete("Heart")
    sent = {"title": "Heart", "base": "0", "section": "", "text": "All new.\n"}
    proposal = proposing.submit(user=contributor.account, author=contributor, **sent)
    base = str(proposed.current_id_of(proposal))
    deciding.accept(proposal=proposal, user=reviewer.account, author=reviewer, base=base)
    assert access.text_to_read(None, "Heart") == "All new.\n"


def test_an_import_leaves_what_was_deleted_as_it_is(sample):
    delete("Heart", "Cor")
    outcome = bring_in(incoming("Heart", HEART, "Cor", "Human heart"))
    assert (outcome.made, outcome.changed, outcome.equal) == (0, 0, 0)
    assert (states()["Heart"], states()["Cor"]) == ("deleted", "deleted")


# --- One page, and back ------------------------------------------------------------------------------------------
def delete_page(title: str, by, *, base: object = None, with_redirects: bool = False) -> None:
    article = named(title)
    base = str(article.current_edit_id if base is None else base)
    deleting.delete_page(article=article, base=base, with_redirects=with_redirects, by=by.account, why="nonsense")


def restore(title: str, by, *, with_redirects: bool = False) -> None:
    deleting.restore(article=named(title), with_redirects=with_redirects, by=by.account, why="no nonsense")


def test_a_page_that_was_changed_since_somebody_looked_is_not_deleted(sample, moderator):
    base = named("Heart").current_edit_id
    factories.edit(named("Heart"), "Better.\n")
    with pytest.raises(ChangedMeanwhile):
        delete_page("Heart", moderator, base=base)
    assert states()["Heart"] == "published"


@pytest.mark.parametrize(("with_redirects", "state"), [(True, "deleted"), (False, "published")])
def test_its_redirects_go_with_it_or_stay(sample, moderator, with_redirects: bool, state: str):
    delete_page("Heart", moderator, with_redirects=with_redirects)
    assert (states()["Cor"], states()["Human heart"], states()["Lung"]) == (state, state, "published")


def test_what_is_restored_is_read_found_and_listed_as_before(sample, moderator):
    sections = list(Section.objects.filter(article=named("Heart")).values_list("pk", "position"))
    dependencies = set(Dependency.objects.filter(article=named("Heart")).values_list("kind", "target", "sort_key"))
    delete_page("Heart", moderator)
    restore("Heart", moderator)
    assert access.text_to_read(None, "Heart") == HEART
    assert [hit.title for hit in search.find("pumps").hits] == ["Heart"] and search.find("Cor").exact == "Heart"
    assert [member.article.title for member in reading.members_of("Anatomy")] == ["Heart", "Lung"]
    assert list(Section.objects.filter(article=named("Heart")).values_list("pk", "position")) == sections
    there = set(Dependency.objects.filter(article=named("Heart")).values_list("kind", "target", "sort_key"))
    assert there == dependencies and named("Heart").deleted is None


def test_its_redirects_come_back_with_it_if_they_shall(sample, moderator):
    delete_page("Heart", moderator, with_redirects=True)
    restore("Heart", moderator, with_redirects=True)
    assert set(states().values()) == {"published"} and search.find("Cor").exact == "Heart"


def test_a_restoration_is_logged_and_marks_the_pages_that_name_it(sample, moderator):
    delete_page("Heart", moderator)
    before = dict(PageStamp.objects.filter(path__startswith="/wiki/").values_list("path", "stamp"))
    restore("Heart", moderator)
    after = dict(PageStamp.objects.filter(path__startswith="/wiki/").values_list("path", "stamp"))
    entry = LogEntry.objects.get(what="article.restore")
    assert (entry.target, entry.who, entry.why) == ("Heart", moderator.account, "no nonsense")
    assert {"/wiki/Heart", "/wiki/Lung", "/wiki/Category:Anatomy"} <= {p for p in after if after[p] != before.get(p)}
    assert logbook.verify() is None


def test_what_was_written_anew_is_not_restored_over(sample, moderator):
    delete_page("Heart", moderator)
    factories.save("Heart", "All new.\n", base=0)
    with pytest.raises(ChangedMeanwhile):
        restore("Heart", moderator)
    assert access.text_to_read(None, "Heart") == "All new.\n"


def test_what_was_deleted_twice_comes_back_as_it_was_last_and_shows_nothing_of_before(sample, moderator):
    first = named("Heart").current_edit
    delete_page("Heart", moderator)
    factories.save("Heart", "All new.\n", base=0)
    delete_page("Heart", moderator)
    restore("Heart", moderator)
    assert access.text_to_read(None, "Heart") == "All new.\n"
    assert not Edit.objects.visible().filter(pk=first.pk).exists()


def test_a_restored_page_goes_on_as_any_does(sample, moderator):
    delete_page("Heart", moderator)
    restore("Heart", moderator)
    edit = factories.edit(named("Heart"), "Newer.\n", section="0")
    assert edit.number == 2 and edit.parent.number == 1


def test_the_bin_shows_the_latest_first_and_goes_on_by_key(sample, moderator, monkeypatch, at_most_queries):
    monkeypatch.setattr(deleting, "PAGE_SIZE", 2)
    for title in ("Heart", "Lung", "Skin"):
        delete_page(title, moderator)
    with at_most_queries(2):
        listing = deleting.in_bin()
    assert [(row.article.title, row.why) for row in listing.rows] == [("Skin", "nonsense"), ("Lung", "nonsense")]
    assert [row.article.title for row in deleting.in_bin(int(listing.next)).rows] == ["Heart"]


def test_what_is_there_again_is_in_no_bin(sample, moderator):
    for title in ("Heart", "Lung"):
        delete_page(title, moderator)
    restore("Heart", moderator)
    factories.save("Lung", "All new.\n", base=0)
    assert deleting.in_bin().rows == []


def test_everybody_may_know_why_it_was_deleted(sample, moderator):
    delete_page("Heart", moderator)
    assert deleting.reason_of("Heart").why == "nonsense" and deleting.reason_of("Lung") is None


def test_moderators_see_what_is_deleted_and_nobody_else_does(sample, moderator, reviewer):
    edit = named("Heart").current_edit_id
    delete_page("Heart", moderator)
    assert access.edit_to_read(moderator.account, edit).blob.text == HEART
    with pytest.raises(access.NothingThere):
        access.edit_to_read(reviewer.account, edit)
    with pytest.raises(access.NothingThere):
        access.edit_to_revert(moderator.account, edit)
