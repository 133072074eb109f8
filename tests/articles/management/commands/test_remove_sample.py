"""`manage.py remove_sample`."""

from io import StringIO

import pytest
from django.core.management import call_command

from articles import access, editing
from articles.models import Article, LogEntry
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def sample(db) -> None:
    author = access.imported_author("Import")
    for title in ("Heart", "Lung"):
        editing.bring_in(editing.Incoming(title, "Text.\n", origin={"is_sample": True}), author=author)
    editing.bring_in(editing.Incoming("Cor", "#REDIRECT [[Heart]]\n"), author=author)


def run(**options) -> str:
    out = StringIO()
    call_command("remove_sample", stdout=out, **options)
    return out.getvalue()


def there() -> set[str]:
    return set(Article.objects.published().values_list("title", flat=True))


def test_with_yes_it_deletes_without_asking_and_names_what_goes():
    assert run(yes=True) == "To be deleted: Heart, Lung.\n2 pages and 1 redirects deleted.\n"
    assert there() == set()
    assert set(LogEntry.objects.values_list("who", "why")) == {(None, "manage.py remove_sample")}


def test_what_people_have_changed_is_named_and_kept():
    factories.edit(Article.objects.get(title="Lung"), "Ours.\n")
    assert "Changed by people, kept: Lung.\n" in run(yes=True)
    assert there() == {"Lung"}


@pytest.mark.parametrize(("answer", "left"), [("y", set()), ("YES ", set()), ("", {"Heart", "Lung", "Cor"})])
def test_it_asks_first(monkeypatch, answer, left):
    asked = []
    monkeypatch.setattr("builtins.input", lambda question: asked.append(question) or answer)
    run()
    assert asked == ["Delete these 2 pages and 1 redirects to them? [y/N] "] and there() == left


def test_where_nobody_can_answer_nothing_is_deleted(monkeypatch):
    def nobody(question):
        raise EOFError

    monkeypatch.setattr("builtins.input", nobody)
    assert run().endswith("Nothing was deleted.\n") and len(there()) == 3


def test_where_nothing_is_left_it_says_so_and_asks_nothing():
    run(yes=True)
    assert run() == "There are no sample articles that nobody has changed.\n"


def test_the_sample_that_comes_along_goes_whole(settings):
    call_command("import_articles", settings.BASE_DIR / "articles" / "sample", verbosity=0, stdout=StringIO())
    assert {"Asthma", "Vitamin D", "Flu"} < there()
    assert Article.objects.published().filter(namespace="category", title="Diseases").exists()
    run(yes=True)
    assert there() == set()
