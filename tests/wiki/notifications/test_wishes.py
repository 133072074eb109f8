"""What somebody wishes to get by mail."""

import pytest

from tests import factories
from wiki.accounts.models import User
from wiki.notifications import wishes

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> User:
    return factories.user(name="Ada")


def test_who_has_chosen_nothing_gets_each_kind_and_no_digest(ada: User):
    assert (wishes.of(ada.pk).unwanted, wishes.of(ada.pk).digest) == ([], False)


def test_what_is_chosen_holds_and_the_rest_does_not(ada: User):
    wishes.choose(ada.pk, wanted=["said", "role", "nonsense"], digest=True)
    assert set(wishes.of(ada.pk).unwanted) == set(wishes.NAMES) - {"said", "role"}
    wishes.choose(ada.pk, wanted=wishes.NAMES)
    assert (wishes.of(ada.pk).unwanted, wishes.of(ada.pk).digest) == ([], True)


def test_a_link_stops_its_kind_and_no_other(ada: User):
    wishes.choose(ada.pk, wanted=wishes.NAMES, digest=True)
    for kind in ("said", "said", "digest"):
        wishes.stop(*wishes.meant_by(wishes.token_for(ada.pk, kind)))
    assert (wishes.of(ada.pk).unwanted, wishes.of(ada.pk).digest) == (["said"], False)


def test_a_link_that_is_not_ours_means_nobody(ada: User):
    token = wishes.token_for(ada.pk, "said")
    assert wishes.meant_by(token) == (ada.pk, "said")
    assert [wishes.meant_by(each) for each in (token[:-1], f"{ada.pk}-said", "", wishes.token_for(ada.pk, "x"))] == [
        None
    ] * 4
    User.objects.filter(pk=ada.pk).update(is_active=False)
    assert wishes.meant_by(token) is None


@pytest.mark.parametrize("kind", [*wishes.NAMES, wishes.DIGEST])
def test_each_kind_has_a_name_for_people(kind: str):
    assert " " in wishes.name_of(kind)
