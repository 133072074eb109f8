"""One person's edits taken back: on top, below later edits, or left with the reason."""

import pytest
from django.core.exceptions import PermissionDenied

from articles import logbook
from articles.models import Article, Edit, LogEntry
from articles.moderation import taking_back
from tests import factories
from tests.doors import unlocked

pytestmark = pytest.mark.django_db


# --- Somebody's edits taken back ---------------------------------------------------------------------------------
@pytest.fixture
def vandal():
    return factories.author(name="Vandal")


def take_back(vandal, moderator, why="vandalism", **chosen):
    edits = taking_back.edits_to_take_back([vandal.pk], **(chosen or {"hours": 1}))
    entry = taking_back.take_back(edits=edits, user=moderator.account, author=moderator, name="Vandal", why=why)
    return taking_back.taken_back_in(entry.number)[1]


def test_where_somebody_is_on_top_the_version_before_their_run_comes_back(article, vandal, moderator):
    for number in range(2):
        factories.edit(article, f"Nonsense {number}.\n", author=vandal)
    [taking] = take_back(vandal, moderator)
    now = Article.objects.get(pk=article.pk).current_edit
    assert (taking.what, taking.version, taking.undone, taking.edit) == ("rollback", 1, (3, 2), now.pk)
    assert (now.kind, now.blob.text, now.summary, now.number) == ("rollback", factories.TEXT, "vandalism", 4)


def test_below_later_edits_theirs_are_merged_out_or_left_and_listed(vandal, moderator):
    merged, left = factories.article("Merged"), factories.article("Left")
    for article in (merged, left):
        factories.edit(article, "## Symptoms\n\nJoy.\n\n", section="Symptoms", author=vandal)
    factories.edit(merged, "Another lead.\n", section="0")
    factories.edit(left, "## Symptoms\n\nJoy, they say.\n\n", section="Symptoms")
    takings = {taking.title: taking for taking in take_back(vandal, moderator)}
    assert (takings["Merged"].what, takings["Left"].what, takings["Left"].left) == ("undo", "left", (2,))
    assert "Others have changed" in takings["Left"].reason
    assert Article.objects.get(pk=merged.pk).text.text == factories.TEXT.replace(
        "A lead about the lungs.", "Another lead."
    )
    assert "they say" in Article.objects.get(pk=left.pk).text.text


def test_a_page_that_they_made_and_a_protected_one_are_left_with_the_reason(article, vandal, moderator):
    factories.article("Made", author=vandal)
    factories.edit(article, "Nonsense.\n", author=vandal)
    with unlocked("protecting comes later"):
        Article.objects.filter(pk=article.pk).update(edit_protection="administrator")
    takings = {taking.title: (taking.what, taking.reason) for taking in take_back(vandal, moderator)}
    assert takings["Made"][0] == "left" and "no version before it" in takings["Made"][1]
    assert takings[article.full_title] == ("left", "The page is protected.")


def test_only_what_was_chosen_is_taken_back(article, vandal, moderator):
    kept = factories.edit(article, "A good lead.\n", section="0", author=vandal)
    bad = factories.edit(article, "Nonsense.\n", author=vandal)
    [taking] = take_back(vandal, moderator, chosen=[bad.pk])
    assert (taking.what, taking.version) == ("rollback", kept.number)
    assert "A good lead." in Article.objects.get(pk=article.pk).text.text


def test_nobody_elses_edits_are_taken_back_with_them(article, vandal, moderator):
    theirs = factories.edit(article, "Mine.\n", section="0")
    assert taking_back.edits_to_take_back([vandal.pk], chosen=[theirs.pk]) == []


def test_each_article_and_the_whole_act_are_logged(vandal, moderator):
    for _number in range(2):
        factories.edit(factories.article(), "Nonsense.\n", author=vandal)
    take_back(vandal, moderator)
    rows = LogEntry.objects.order_by("number").values_list("what", "why", "who")
    who = moderator.account_id
    assert list(rows)[-3:] == [
        ("article.rollback", "vandalism", who),
        ("article.rollback", "vandalism", who),
        ("edits.take_back", "vandalism", who),
    ]
    assert logbook.verify() is None


def test_taking_back_twice_does_nothing_more(article, vandal, moderator):
    factories.edit(article, "Nonsense.\n", author=vandal)
    take_back(vandal, moderator)
    [again] = take_back(vandal, moderator)
    assert again.what == "nothing" and Edit.objects.filter(article=article).count() == 3


def test_a_reason_is_needed_and_the_right_to_moderate(article, vandal, moderator, reviewer):
    factories.edit(article, "Nonsense.\n", author=vandal)
    with pytest.raises(taking_back.ReasonMissing):
        take_back(vandal, moderator, why=" ")
    with pytest.raises(PermissionDenied):
        take_back(vandal, reviewer)


def test_what_would_happen_is_told_without_a_change(article, vandal, moderator):
    factories.edit(article, "Nonsense.\n", author=vandal)
    [taking] = taking_back.takings_of(taking_back.edits_to_take_back([vandal.pk], hours=1), user=moderator.account)
    assert (taking.what, taking.edit) == ("rollback", None) and Edit.objects.filter(article=article).count() == 2
