"""A report of a reader, and its clock."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests import factories
from wiki.cases.models import Case

pytestmark = pytest.mark.django_db


def test_it_is_late_when_its_time_is_over_and_nobody_has_closed_it(article):
    case = factories.case(article)
    assert not case.is_late
    case.due = timezone.now() - timedelta(minutes=1)
    assert case.is_late
    case.state = Case.State.CLOSED
    assert not case.is_late


@pytest.mark.parametrize(("category", "is_dangerous"), [("dangerous", True), ("wrong", False)])
def test_what_could_harm_somebody_is_told_apart(article, category: str, is_dangerous: bool):
    case = factories.case(article, category=category)
    assert case.is_dangerous is is_dangerous
    assert (case.target, case.get_absolute_url()) == (f"case:{case.pk}", f"/cases/{case.pk}")
