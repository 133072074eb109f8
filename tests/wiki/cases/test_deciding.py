"""Moderators take cases, put sections under review from them, answer, close and reopen; all of it is logged."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from articles import access
from articles.models import Article, LogEntry
from articles.moderation import ChangedMeanwhile, inbox
from tests import factories
from wiki.cases import deciding
from wiki.cases.models import Case

pytestmark = pytest.mark.django_db


def test_the_one_whose_time_is_over_first_stands_first(article, moderator):
    slow, quick = (factories.case(article, category=category) for category in ("outdated", "dangerous"))
    assert deciding.cases(moderator.account) == [quick, slow]
    assert deciding.cases(moderator.account, after=quick.pk) == [slow]
    deciding.close(case=quick, outcome="righted", answer="Done.", by=moderator.account)
    assert deciding.cases(moderator.account) == [slow]
    assert deciding.cases(moderator.account, closed=True) == [quick]


@pytest.mark.parametrize("role", ["contributor", "editor", "reviewer"])
def test_only_moderators_see_cases(article, role: str):
    case, account = factories.case(article), factories.user(role)
    with pytest.raises(PermissionDenied):
        deciding.case_to_see(account, case.pk)
    with pytest.raises(PermissionDenied):
        deciding.cases(account)


def test_a_case_that_is_not_there_is_not_found(moderator):
    with pytest.raises(access.NothingThere):
        deciding.case_to_see(moderator.account, 1)


def test_each_act_is_done_once_and_logged(article, moderator):
    case, by = factories.case(article), moderator.account
    deciding.take(case=case, by=by)
    with pytest.raises(ChangedMeanwhile):
        deciding.take(case=case, by=by)
    deciding.close(case=case, outcome="righted", answer="Put right.", by=by)
    with pytest.raises(ChangedMeanwhile):
        deciding.close(case=case, outcome="righted", answer="Again.", by=by)
    deciding.reopen(case=case, why="Not all of it.", by=by)
    with pytest.raises(ChangedMeanwhile):
        deciding.reopen(case=case, why="Again.", by=by)
    case.refresh_from_db()
    assert (case.state, case.taken_by, case.outcome) == (Case.State.WAITING, None, "")
    logged = LogEntry.objects.filter(target=case.target).order_by("number").values_list("what", "why")
    assert list(logged) == [("case.take", ""), ("case.close", "Put right."), ("case.reopen", "Not all of it.")]


def test_its_section_is_put_under_review_in_one_act(article, moderator):
    case = factories.case(article)
    deciding.withhold(case=case, by=moderator.account, why="It could harm.")
    case.refresh_from_db()
    assert access.is_withheld(Article.objects.get(pk=article.pk), case.section_id)
    assert (case.state, case.taken_by) == (Case.State.TAKEN, moderator.account)


def test_it_waits_in_the_inbox_and_what_is_dangerous_or_late_is_urgent(article, moderator):
    late = factories.case(article, category="outdated")
    Case.objects.filter(pk=late.pk).update(due=timezone.now() - timedelta(hours=1))
    calm, danger = (factories.case(article, category=category) for category in ("wrong", "dangerous"))
    items = {item.number: item for item in inbox.waiting(moderator.account) if item.kind == "case"}
    urgent = {number for number, item in items.items() if item.is_urgent}
    assert items.keys() == {late.pk, calm.pk, danger.pk} and urgent == {late.pk, danger.pk}
    assert "Dust." in inbox.beside(items[calm.pk], moderator.account).excerpt


def test_a_long_report_says_in_the_inbox_that_it_goes_on(article, moderator):
    factories.case(article, words="There is no dust. " * 20)
    (item,) = (each for each in inbox.waiting(moderator.account) if each.kind == "case")
    assert item.why.endswith("…")


@pytest.mark.parametrize(("deed", "state"), [("no_fault", "closed"), ("withhold", "taken")])
def test_it_is_decided_from_the_inbox(article, moderator, deed: str, state: str):
    case = factories.case(article)
    sent = inbox.Sent(0, moderator.account, moderator, reason="Looked at.")
    inbox.decide(key=f"case-{case.pk}", deed=deed, sent=sent)
    case.refresh_from_db()
    assert case.state == state
