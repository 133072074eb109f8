"""`manage.py apply_erasures`."""

from io import StringIO

import pytest
from django.core.management import call_command

from articles.models import Article, Erasure
from articles.moderation import erasing, register
from tests import factories
from wiki.accounts import leaving

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_register_of_its_own(tmp_path, settings):
    settings.WIKI_DATA = tmp_path


def said(**options: object) -> str:
    out = StringIO()
    call_command("apply_erasures", stdout=out, stderr=out, **options)
    return out.getvalue()


def test_with_nothing_to_apply_it_says_and_does_nothing():
    assert said() == ""


@pytest.mark.django_db(transaction=True)
def test_what_this_database_has_not_seen_is_applied_once_and_its_files_are_cleaned():
    article = factories.article("Asthma", "A lead. Ada lives in Tower Street.\n")
    line = {"key": "0" * 32, "why": "order 12/3", "texts": [article.text.sha256], "places": []}
    register.add({**line, "fingerprint": register.fingerprint_of("Ada lives in Tower Street")})
    assert "1 erasures of erasures.jsonl were applied." in said()
    assert (Article.objects.get().text.text, Erasure.objects.count(), said()) == ("A lead. […].\n", 1, "")


@pytest.mark.django_db(transaction=True)
def test_the_files_can_be_cleaned_by_themselves(monkeypatch):
    assert said(clean=True) == ""
    monkeypatch.setattr(erasing, "leave_no_remains", lambda: False)
    assert "Run it again" in said(clean=True)


@pytest.mark.django_db(transaction=True)
def test_who_left_and_is_back_leaves_again(editor):
    register.add({**leaving._line_of(editor.account), "name": "Former member 7F3KQ2"})
    assert "1 accounts of erasures.jsonl were closed for good." in said()
    editor.refresh_from_db()
    assert (editor.name, said()) == ("Former member 7F3KQ2", "")
