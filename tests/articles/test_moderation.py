"""Deleting: what goes, what stays, and that a title can be made again; the sample articles in particular."""

import pytest

from articles import access, editing, history, importing, logbook, moderation, reading, reviewing, search
from articles.models import Article, Dependency, Edit, LogEntry, Origin, PageStamp, Section
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
    moderation.delete([named(title) for title in titles], by=by, why="a test")


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
    before = dict(PageStamp.objects.values_list("path", "stamp"))
    delete("Heart")
    after = dict(PageStamp.objects.values_list("path", "stamp"))
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
    moderation.delete([heart], by=None, why="again")
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
    first = reviewing.submit(**sent)
    delete("Gout")
    again = reviewing.submit(**sent)
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
    proposal = reviewing.submit(user=contributor.account, author=contributor, **sent)
    base = str(reviewing.current_id_of(proposal))
    reviewing.accept(proposal=proposal, user=reviewer.account, author=reviewer, base=base)
    assert access.text_to_read(None, "Heart") == "All new.\n"


def test_an_import_leaves_what_was_deleted_as_it_is(sample):
    delete("Heart", "Cor")
    outcome = bring_in(incoming("Heart", HEART, "Cor", "Human heart"))
    assert (outcome.made, outcome.changed, outcome.equal) == (0, 0, 0)
    assert (states()["Heart"], states()["Cor"]) == ("deleted", "deleted")


# --- The sample articles -----------------------------------------------------------------------------------------
def test_the_sample_goes_with_its_redirects_and_nothing_else_does(sample):
    assert moderation.remove_sample(by=None) == moderation.Sample(("Heart", "Lung"), ("Cor", "Human heart"), ())
    assert states() == dict.fromkeys(["Heart", "Lung", "Cor", "Human heart"], "deleted") | {"Skin": "published"}


def test_looking_at_it_deletes_nothing(sample):
    assert moderation.sample().unchanged == ("Heart", "Lung")
    assert set(states().values()) == {"published"}


def test_what_somebody_changed_is_kept_and_named_and_so_are_its_redirects(sample):
    factories.edit(named("Heart"), "Ours now.\n")
    gone = moderation.remove_sample(by=None)
    assert (gone.unchanged, gone.redirects, gone.kept) == (("Lung",), (), ("Heart",))
    assert states()["Cor"] == states()["Heart"] == "published"


def test_an_article_whose_first_text_was_brought_back_is_somebodys_too(sample, editor):
    first = named("Heart").current_edit
    second = factories.edit(named("Heart"), "Nonsense.\n")
    editing.revert(edit=first, base=second.pk, author=editor)
    assert moderation.sample().kept == ("Heart",)


def test_an_article_is_kept_while_a_proposal_waits_for_it(sample, contributor, reviewer):
    base = str(named("Heart").current_edit_id)
    sent = {"title": "Heart", "base": base, "section": "0", "text": "Ours?\n"}
    proposal = reviewing.submit(user=contributor.account, author=contributor, **sent)
    assert moderation.sample().kept == ("Heart",)
    reviewing.decline(proposal=proposal, user=reviewer.account, author=reviewer, reason="No.")
    assert moderation.sample().kept == ()


def test_a_redirect_that_somebody_made_is_kept_and_named(sample):
    factories.save("Ticker", "#REDIRECT [[Heart#Diseases]]\n", base=0)
    assert moderation.remove_sample(by=None).kept == ("Ticker",)
    assert states()["Ticker"] == "published"


def test_a_later_import_is_nobodys_change(sample):
    bring_in(incoming("Heart", "Newer.\n"))
    assert moderation.sample().unchanged == ("Heart", "Lung")


def test_it_is_all_logged_and_the_second_time_there_is_nothing(sample, administrator):
    moderation.remove_sample(by=administrator.account, why="ours now")
    logged = LogEntry.objects.filter(what="article.delete", who=administrator.account, why="ours now")
    assert set(logged.values_list("target", flat=True)) == {"Heart", "Lung", "Cor", "Human heart"}
    assert moderation.remove_sample(by=None) == moderation.Sample((), (), ())


def test_the_queries_to_look_do_not_grow_with_the_sample(sample, at_most_queries):
    bring_in(*(incoming(f"Organ {number}", "An organ.\n") for number in range(9)))
    with at_most_queries(4):
        moderation.sample()
