"""`manage.py erase`: what the pages do, for a wiki that is too large for them."""

import io

import pytest
from django.core.management import CommandError, call_command

from articles.models import Edit, LogEntry
from tests import factories

pytestmark = pytest.mark.django_db

PASSAGE = "Ada lives in Tower Street"


@pytest.fixture(autouse=True)
def a_register_of_its_own(tmp_path, settings):
    settings.WIKI_DATA = tmp_path


@pytest.fixture
def page(editor):
    return factories.article("Asthma", f"A lead. {PASSAGE}.\n", author=editor)


def run(monkeypatch, by: str, passage: str = PASSAGE, **options: object) -> str:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{passage}\n"))
    out = io.StringIO()
    call_command("erase", by=by, stdout=out, stderr=out, **options)
    return out.getvalue()


def test_first_it_shows_where_the_passage_stands_and_erases_nothing(page, administrator, monkeypatch):
    said = run(monkeypatch, administrator.name)
    assert "Asthma: 1, which readers see now" in said and "--count 2" in said
    assert not Edit.objects.filter(erased=True).exists()


def test_then_it_erases_in_so_many_places(page, administrator, monkeypatch):
    said = run(monkeypatch, administrator.name, count=2, why="order 12/3")
    assert "Erased in 2 places." in said
    assert Edit.objects.get(number=1).erased and not Edit.objects.get(number=2).erased
    assert LogEntry.objects.get(what="text.erase").who == administrator.account


@pytest.mark.parametrize(
    ("passage", "options", "said"),
    [
        ("Ada", {}, "characters"),
        (PASSAGE, {"count": 2}, "Say why"),
        (PASSAGE, {"count": 9, "why": "order 12/3"}, "other places"),
        (PASSAGE, {"count": 2, "why": f"It says {PASSAGE}"}, "must not say"),
    ],
)
def test_what_is_not_right_is_refused(page, administrator, monkeypatch, passage: str, options: dict, said: str):
    with pytest.raises(CommandError, match=said):
        run(monkeypatch, administrator.name, passage, **options)
    assert not Edit.objects.filter(erased=True).exists()


@pytest.mark.parametrize("name", ["Nobody of this name", "moderator"])
def test_it_is_for_administrators(page, moderator, monkeypatch, name: str):
    with pytest.raises(CommandError, match="no administrator"):
        run(monkeypatch, moderator.name if name == "moderator" else name)
