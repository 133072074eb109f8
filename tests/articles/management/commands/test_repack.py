"""`manage.py repack`."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from articles.models import Edit, TextBlob
from tests import factories
from tests.doors import unlocked

pytestmark = pytest.mark.django_db


@pytest.fixture
def old(article):
    factories.edit(article, "Long " * 200 + "\n")
    factories.edit(article, "Other.\n")
    return Edit.objects.get(article=article, number=2).blob


def test_it_says_how_much_room_it_made(old):
    out = StringIO()
    call_command("repack", stdout=out, verbosity=0)
    assert "texts packed" in out.getvalue()


def test_a_damaged_text_is_told_and_the_status_is_1(old):
    with unlocked("damage"):
        TextBlob.objects.filter(pk=old.pk).update(data=b"no zlib")
    errors = StringIO()
    with pytest.raises(CommandError, match="1 texts are damaged"):
        call_command("repack", stdout=StringIO(), stderr=errors, verbosity=0)
    assert errors.getvalue().startswith(f"{old.sha256}: damaged, left as it is")
