"""A passage is reported as it was read, and its reader alone sees what became of it."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from articles import access, housekeeping, limits
from articles.models import Article, Section
from articles.moderation import hiding, quarantining
from tests import factories
from wiki.cases import reporting
from wiki.cases.models import Case
from wiki.cases.signals import case_opened

pytestmark = pytest.mark.django_db
READER = AnonymousUser()


def number_of(article: Article, title: str) -> int:
    return Section.objects.get(article=article, title=title).pk


def test_the_passage_is_kept_whatever_becomes_of_it(article, editor):
    section = number_of(article, "Causes")
    case = reporting.report(passage=reporting.passage(READER, section), category="wrong", words="No dust.")
    factories.edit(article, "## Causes\n\nPollen.\n", section=str(section), author=editor)
    case.refresh_from_db()
    assert case.quote.startswith("## Causes\n\nDust.") and case.heading == "Causes"
    assert (case.section_id, case.edit_id) == (section, article.current_edit_id)
    assert case.due - case.made == timedelta(hours=72)


def test_a_section_is_reported_as_it_was_read(article, editor):
    section = number_of(article, "Causes")
    factories.edit(article, "## Causes\n\nPollen.\n", section=str(section), author=editor)
    assert "Dust." in reporting.passage(READER, section, article.current_edit_id).text
    assert "Pollen." in reporting.passage(READER, section).text


def test_a_heading_that_is_hidden_is_not_told_with_an_earlier_version(article, editor, moderator):
    section, read = number_of(article, "Causes"), article.current_edit_id
    renamed = factories.edit(article, "## Wombatish\n\nDust.\n", section=str(section), author=editor)
    factories.edit(article, "Only a lead.\n", author=editor)
    hiding.hide(edit=renamed, text=True, summary=False, author=False, by=moderator.account, why="x")
    assert Section.objects.get(pk=section).title == "Wombatish"
    assert reporting.passage(READER, section, read).heading == "Causes"


@pytest.mark.parametrize("number", [0, 999_999])
def test_what_is_no_section_can_t_be_reported(article, number: int):
    with pytest.raises(access.NothingThere):
        reporting.passage(READER, number)


def test_a_section_under_review_is_not_quoted_to_readers(article, moderator):
    section = number_of(article, "Causes")
    quarantining.quarantine(article=article, section=section, by=moderator.account, why="x")
    passage = reporting.passage(READER, section)
    assert passage.is_withheld and "Dust." not in passage.text
    with pytest.raises(access.NothingThere):
        reporting.passage(READER, number_of(article, "Indoors"))


def test_only_who_holds_the_secret_is_told(article):
    case, other = factories.case(article), factories.case(article)
    assert reporting.told(case.pk, reporting.key_of(case)) == case
    for number, key in ((case.pk, reporting.key_of(other)), (case.pk, ""), (case.pk, "é"), (999_999, "x")):
        with pytest.raises(access.NothingThere):
            reporting.told(number, key)


def test_it_is_announced_once_it_is_there(article, django_capture_on_commit_callbacks):
    heard = []
    listen = lambda case, **more: heard.append(case)  # noqa: E731
    case_opened.connect(listen)
    with django_capture_on_commit_callbacks(execute=True):
        case = factories.case(article)
    assert heard == [case]


def test_an_address_is_forgotten_some_time_after_the_answer(article):
    old, new = (factories.case(article, contact=f"{name}@example.org") for name in ("old", "new"))
    Case.objects.filter(pk=old.pk).update(closed=timezone.now() - timedelta(days=91))
    Case.objects.filter(pk=new.pk).update(closed=timezone.now())
    assert (reporting.forget_contacts(), reporting.forget_contacts()) == (1, 0)
    assert [Case.objects.get(pk=case.pk).contact for case in (old, new)] == ["", "new@example.org"]


@pytest.mark.parametrize(("days", "forgotten"), [(366, 1), (364, 0)])
def test_where_nobody_answers_an_address_is_forgotten_too(article, days: int, forgotten: int):
    case = factories.case(article, contact="ada@example.org")
    Case.objects.filter(pk=case.pk).update(made=timezone.now() - timedelta(days=days))
    assert reporting.forget_contacts() == forgotten


def test_addresses_are_forgotten_every_hour():
    assert reporting.forget_contacts in housekeeping.TASKS


@pytest.mark.django_db(transaction=True)
def test_too_many_reports_from_one_address_are_refused(article):
    passage = reporting.passage(READER, number_of(article, "Causes"))
    sent = {"passage": passage, "category": "wrong", "words": "x", "address": "203.0.113.7"}
    for _ in range(reporting.REPORTS[0]):
        reporting.report(**sent)
    with pytest.raises(limits.TooOften):
        reporting.report(**sent)
