"""Which pages are marked as changed, and when."""

import threading

import pytest
from django.db import connection, transaction

from articles import housekeeping, stamps
from articles.models import PageStamp
from tests import factories
from tests.doors import unlocked

pytestmark = pytest.mark.django_db


def stamp_of(title: str) -> int:
    return PageStamp.objects.filter(path=f"/wiki/{title}").values_list("stamp", flat=True).first() or 0


def test_pages_and_those_that_name_them_are_marked_and_no_others(editor):
    factories.article("Asthma", "See [[Dust]].\n", author=editor)
    factories.article("Wheezing", "#REDIRECT [[Dust]]\n", author=editor)
    factories.article("Lungs", "See nothing.\n", author=editor)
    before = {title: stamp_of(title) for title in ("Asthma", "Wheezing", "Lungs", "Dust")}

    stamps.raise_with_naming(["Dust"], besides=["Category:Air"])

    marked = {title for title, stamp in before.items() if stamp_of(title) > stamp}
    assert marked == {"Asthma", "Wheezing", "Dust"} and stamp_of("Category:Air") > 0


def test_the_pages_that_somebody_wrote_are_marked(editor):
    other = factories.author("editor")
    factories.article("Asthma", author=editor)
    factories.edit(factories.article("Lungs", author=other), f"{factories.TEXT}\nMore.\n", author=editor)
    factories.article("Dust", author=other)
    before = {title: stamp_of(title) for title in ("Asthma", "Lungs", "Dust")}

    stamps.raise_signed_by(editor.account_id)

    assert {title for title, stamp in before.items() if stamp_of(title) > stamp} == {"Asthma", "Lungs"}


def test_of_somebody_who_wrote_very_many_all_pages_are_marked(editor, monkeypatch):
    monkeypatch.setattr(stamps, "_MOST_OF_AN_AUTHOR", 1)
    for title in ("Asthma", "Lungs"):
        factories.article(title, author=editor)
    stamps.raise_signed_by(editor.account_id)
    assert PageStamp.objects.filter(path="").exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_link_written_while_its_title_is_being_made_is_marked_before_anybody_is_told(editor):
    asthma, seen = factories.article("Asthma", "See nothing.\n", author=editor), []

    def link() -> None:
        factories.edit(asthma, "See [[Dust]].\n", author=editor)
        seen.append(stamp_of("Asthma"))
        connection.close()

    with transaction.atomic():
        factories.article("Dust", "Small.\n", author=editor)
        # Somebody's whole save, of which this transaction saw nothing when it looked for links.
        thread = threading.Thread(target=link, daemon=True)
        thread.start()
        thread.join(20)
    assert seen and stamp_of("Asthma") > seen[0]


def test_every_page_is_marked_when_it_is_made(editor):
    factories.article("Asthma", author=editor)
    assert stamps.is_marked("Asthma") and not stamps.is_marked("Dust")


# --- What a killed process could not do any more -----------------------------------------------------------------
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_what_was_looked_for_again_is_forgotten(editor):
    factories.article("Dust", "Small.\n", author=editor)
    with transaction.atomic():
        stamps.raise_signed_by(editor.account_id)
        assert PageStamp.objects.filter(path__startswith="later:").count() == 1
    assert not PageStamp.objects.filter(path__startswith="later:").exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_link_is_marked_though_the_process_is_killed_right_after_its_commit(editor, monkeypatch):
    asthma, killed = factories.article("Asthma", "See nothing.\n", author=editor), []

    def link() -> None:
        factories.edit(asthma, "See [[Dust]].\n", author=editor)
        connection.close()

    with monkeypatch.context() as patch:
        patch.setattr(stamps, "_find_again", lambda *args: killed.append(args))
        with transaction.atomic():
            factories.article("Dust", "Small.\n", author=editor)
            thread = threading.Thread(target=link, daemon=True)
            thread.start()
            thread.join(20)
    assert killed
    before = stamp_of("Asthma")
    assert stamps.look_again() == 0  # Perhaps the one who wrote it is only about to look.
    with monkeypatch.context() as patch:
        patch.setattr(stamps, "_LONG_ENOUGH", -stamps._LONG_ENOUGH)
        assert stamps.look_again() > 0
    assert stamp_of("Asthma") > before and not PageStamp.objects.filter(path__startswith="later:").exists()


def test_what_was_left_undone_of_a_title_and_of_a_person_is_done_by_the_housekeeping(editor):
    for title in ("Asthma", "Lungs"):
        factories.article(title, "See [[Dust]].\n" if title == "Asthma" else "x\n", author=editor)
    before = {title: stamp_of(title) for title in ("Asthma", "Lungs")}
    left = ("later:/wiki/Dust", f"later:account/{editor.account_id}")
    with unlocked("nobody is killed here"):
        PageStamp.objects.bulk_create(PageStamp(path=path, stamp=1) for path in left)
    assert stamps.look_again in housekeeping.TASKS
    assert (stamps.look_again(), stamps.look_again()) == (2, 0)
    assert all(stamp_of(title) > stamp for title, stamp in before.items())


def test_what_somebody_remembers_anew_is_left_to_them():
    with unlocked("nobody is killed here"):
        PageStamp.objects.create(path="later:/wiki/Dust", stamp=2)
    stamps._forget(["later:/wiki/Dust"], 1)
    assert PageStamp.objects.filter(path="later:/wiki/Dust", stamp=2).exists()
