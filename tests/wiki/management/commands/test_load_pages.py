"""`manage.py load_pages`, as `make setup` calls it."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from articles import access
from articles.models import Article
from tests import factories
from wiki import pages

ROOT = Path(__file__).resolve().parents[4]

pytestmark = pytest.mark.django_db


def run(**options) -> str:
    out = StringIO()
    call_command("load_pages", stdout=out, **options)
    return out.getvalue()


def test_before_it_ran_a_legal_page_is_looked_for_and_none_is_there():
    assert not any(page.is_there or page.is_draft for page in pages.legal())


def test_loading_makes_every_page_and_says_so():
    assert pages.load() == pages.Outcome(made=[page.title for page in pages.shipped()])


def test_it_says_which_pages_it_made():
    said = run()
    assert said.startswith("Pages made: Project:About") or "Project:About" in said
    assert Article.objects.count() == len(list(pages.shipped()))


def test_run_again_it_has_nothing_to_say():
    run()
    assert run() == ""


def test_it_names_the_pages_that_people_have_changed(administrator):
    run()
    about = Article.objects.get(namespace="project", title="About")
    factories.edit(about, "This is our wiki.\n", author=administrator)
    assert run() == "Pages changed by people here, left as they are: Project:About.\n"


def test_it_can_be_silent():
    assert run(verbosity=0) == ""


def test_the_sample_articles_still_find_an_empty_encyclopedia():
    run()
    assert not access.there_is_an_article()


def test_setup_runs_it_before_the_sample_articles_come():
    setup = (ROOT / "Makefile").read_text().partition("\nsetup:")[2].partition("\n\n")[0]
    assert setup.index(" migrate ") < setup.index(" load_pages") < setup.index(" import_articles ")
