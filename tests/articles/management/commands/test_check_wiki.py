"""`manage.py check_wiki`."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from articles.models import PageStamp, TextBlob
from tests.doors import unlocked

pytestmark = pytest.mark.django_db


def check(*options: str) -> str:
    out = StringIO()
    try:
        call_command("check_wiki", *options, stdout=out, verbosity=0)
    except CommandError as error:
        return f"{out.getvalue()}{error}"
    return out.getvalue()


@pytest.fixture
def damaged(article):
    with unlocked("damage"):
        PageStamp.objects.filter(path=f"/wiki/{article.title}").delete()
    return article


def test_it_says_that_everything_agrees(article):
    assert check() == "Everything agrees.\n"


def test_what_disagrees_is_told_with_its_place_and_the_status_is_1(damaged):
    with pytest.raises(CommandError, match="Disagreements: 1 stamp; 0 of them repaired"):
        call_command("check_wiki", stdout=StringIO(), verbosity=0)
    assert check().startswith(f"stamp: {damaged.title}: is missing")


def test_what_was_repaired_is_told_and_the_status_is_0(damaged):
    assert "(repaired)\nDisagreements, all repaired: 1 stamp." in check("--fix")
    assert check() == "Everything agrees.\n"


def test_what_can_not_be_repaired_is_told_and_the_status_stays_1(article):
    with unlocked("damage"):
        TextBlob.objects.filter(pk=article.text_id).update(data=b"no zlib")
    assert "(can't be repaired)" in check("--fix", "--render-every", "10")
    with pytest.raises(CommandError, match="1 text"):
        call_command("check_wiki", "--fix", stdout=StringIO(), verbosity=0)
