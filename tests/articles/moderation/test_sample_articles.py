"""The sample articles make room for one's own: what goes, and what somebody has made theirs."""

import pytest

from articles import access, editing, importing
from articles.models import Article, LogEntry
from articles.moderation import sample_articles
from articles.reviewing import deciding, proposing
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


def test_the_sample_goes_with_its_redirects_and_nothing_else_does(sample):
    assert sample_articles.remove_sample(by=None) == sample_articles.Sample(
        ("Heart", "Lung"), ("Cor", "Human heart"), ()
    )
    assert states() == dict.fromkeys(["Heart", "Lung", "Cor", "Human heart"], "deleted") | {"Skin": "published"}


def test_looking_at_it_deletes_nothing(sample):
    assert sample_articles.sample().unchanged == ("Heart", "Lung")
    assert set(states().values()) == {"published"}


def test_what_somebody_changed_is_kept_and_named_and_so_are_its_redirects(sample):
    factories.edit(named("Heart"), "Ours now.\n")
    gone = sample_articles.remove_sample(by=None)
    assert (gone.unchanged, gone.redirects, gone.kept) == (("Lung",), (), ("Heart",))
    assert states()["Cor"] == states()["Heart"] == "published"


def test_an_article_whose_first_text_was_brought_back_is_somebodys_too(sample, editor):
    first = named("Heart").current_edit
    second = factories.edit(named("Heart"), "Nonsense.\n")
    editing.revert(edit=first, base=second.pk, author=editor)
    assert sample_articles.sample().kept == ("Heart",)


def test_an_article_is_kept_while_a_proposal_waits_for_it(sample, contributor, reviewer):
    base = str(named("Heart").current_edit_id)
    sent = {"title": "Heart", "base": base, "section": "0", "text": "Ours?\n"}
    proposal = proposing.submit(user=contributor.account, author=contributor, **sent)
    assert sample_articles.sample().kept == ("Heart",)
    deciding.decline(proposal=proposal, user=reviewer.account, author=reviewer, reason="No.")
    assert sample_articles.sample().kept == ()


def test_a_redirect_that_somebody_made_is_kept_and_named(sample):
    factories.save("Ticker", "#REDIRECT [[Heart#Diseases]]\n", base=0)
    assert sample_articles.remove_sample(by=None).kept == ("Ticker",)
    assert states()["Ticker"] == "published"


def test_a_later_import_is_nobodys_change(sample):
    bring_in(incoming("Heart", "Newer.\n"))
    assert sample_articles.sample().unchanged == ("Heart", "Lung")


def test_it_is_all_logged_and_the_second_time_there_is_nothing(sample, administrator):
    sample_articles.remove_sample(by=administrator.account, why="ours now")
    logged = LogEntry.objects.filter(what="article.delete", who=administrator.account, why="ours now")
    assert set(logged.values_list("target", flat=True)) == {"Heart", "Lung", "Cor", "Human heart"}
    assert sample_articles.remove_sample(by=None) == sample_articles.Sample((), (), ())


def test_the_queries_to_look_do_not_grow_with_the_sample(sample, at_most_queries):
    bring_in(*(incoming(f"Organ {number}", "An organ.\n") for number in range(9)))
    with at_most_queries(4):
        sample_articles.sample()
