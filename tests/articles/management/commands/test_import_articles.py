"""`manage.py import_articles`."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from articles.models import Article, Edit
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "heart.md").write_text("---\ntitle: The heart\naliases: [Cor]\n---\n\nIt beats.\n")
    (tmp_path / "more.jsonl").write_text(json.dumps({"title": "Asthma", "text": "Wheeze.\n", "licence": "CC0"}))
    return tmp_path


def run(path, **options) -> str:
    out = StringIO()
    call_command("import_articles", str(path), stdout=out, stderr=StringIO(), **{"verbosity": 0} | options)
    return out.getvalue()


def test_a_folder_becomes_articles_and_the_outcome_is_told(folder):
    assert run(folder) == "2 made, 0 changed, 0 equal, 1 redirects, 0 refused.\n"
    assert run(folder) == "0 made, 0 changed, 2 equal, 0 redirects, 0 refused.\n"


def test_defaults_are_for_records_that_say_nothing(folder):
    run(folder, licence="Public domain", attribution="By them", source="NIH")
    heart, asthma = Article.objects.get(title="The heart"), Article.objects.get(title="Asthma")
    assert (heart.origin.licence, heart.origin.attribution, heart.origin.source) == ("Public domain", "By them", "NIH")
    assert asthma.origin.licence == "CC0"


def test_the_edits_are_signed_and_summed_up_as_asked(folder):
    run(folder, author="MedlinePlus", summary="From MedlinePlus")
    assert set(Edit.objects.values_list("author__name", "summary")) == {("MedlinePlus", "From MedlinePlus")}


@pytest.mark.parametrize(("there", "made"), [(True, 0), (False, 3)])
def test_if_empty_does_nothing_where_something_is(folder, editor, there, made):
    before = [factories.article(author=editor)] if there else []
    run(folder, if_empty=True)
    assert Article.objects.count() == made + len(before)


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(CommandError, match="no such file or folder"):
        run(tmp_path / "nowhere")


def test_a_file_that_can_not_be_read_is_refused_by_name_and_line(folder):
    (folder / "more.jsonl").write_text('{"title": "A", "text": "1"}\n{')
    with pytest.raises(CommandError, match=r"more\.jsonl, line 2: not JSON"):
        run(folder)
    assert not Article.objects.exists()


def test_refused_records_are_named_and_the_command_fails_but_the_others_are_in(folder):
    (folder / "more.jsonl").write_text(json.dumps({"title": "x" * 300, "text": "1"}))
    errors = StringIO()
    with pytest.raises(CommandError, match="the others are in"):
        call_command("import_articles", str(folder), stdout=StringIO(), stderr=errors, verbosity=0)
    assert f"Refused: {'x' * 300}" in errors.getvalue()
    assert Article.objects.filter(title="The heart").exists()


def test_a_bar_shows_how_far_it_is(folder, capsys):
    run(folder, verbosity=1)
    assert "2/2" in capsys.readouterr().err
