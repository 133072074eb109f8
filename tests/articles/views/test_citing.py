"""Citing: the page and the files, for the version at hand."""

import pytest
from django.test import Client

from articles.models import Edit
from tests import factories
from tests.pages import Page

pytestmark = pytest.mark.django_db

ODD = ['Crohn\'s & "co"', "What is pain?", "5% dextrose", "HIV/AIDS", "क्षय रोग", "A\\b"]


@pytest.fixture
def asthma():
    return factories.article("Asthma", author=factories.author("editor", "Ada Long"))


@pytest.fixture
def second(asthma) -> Edit:
    return factories.edit(asthma, "Another lead.\n", section="0", author=factories.author("editor", "Bo Short"))


def citations(answer) -> list[str]:
    return ["".join(found.itertext()) for found in Page(answer).with_class("citation")]


def test_the_page_cites_the_current_version_in_each_style(client: Client, asthma, second):
    found = citations(client.get("/cite/Asthma"))
    assert len(found) == 5
    assert all(f"http://testserver/wiki/Asthma?version={second.pk}" in each for each in found)
    assert all("Ada Long" in each and "Bo Short" in each and "MedWiki" in each for each in found)


def test_an_old_version_is_cited_with_its_own_address_and_those_who_had_written_it(client: Client, asthma, second):
    answer = client.get(f"/cite/Asthma?version={asthma.current_edit_id}")
    assert all(f"version={asthma.current_edit_id}" in each and "Bo Short" not in each for each in citations(answer))
    assert Page(answer).link("Cite the current version") == "/cite/Asthma"


def test_the_day_of_the_edit_and_today_are_named(client: Client, asthma, settings):
    from django.utils import timezone

    edited, today = asthma.current_edit.time.date(), timezone.now().date()
    ris = citations(client.get("/cite/Asthma"))[-1]
    assert f"DA  - {edited:%Y/%m/%d}" in ris and f"Y2  - {today:%Y/%m/%d}" in ris


@pytest.mark.parametrize(
    ("style", "name", "begins"),
    [("bibtex", "medwiki-asthma-{edit}.bib", "@misc{"), ("ris", "medwiki-asthma-{edit}.ris", "TY  -")],
)
def test_an_entry_is_a_file_of_plain_text(client: Client, asthma, style: str, name: str, begins: str):
    answer = client.get(f"/cite/Asthma?style={style}")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert answer["Content-Disposition"] == f'attachment; filename="{name.format(edit=asthma.current_edit_id)}"'
    assert answer.content.decode().startswith(begins)


@pytest.mark.parametrize("title", ODD)
def test_the_links_of_the_page_lead_to_the_files_whatever_the_title(client: Client, title: str):
    article = factories.article(title)
    page = Page(client.get(f"/cite/{article.get_absolute_url().removeprefix('/wiki/')}"))
    for name in ("BibTeX", "RIS"):
        answer = client.get(page.link(f"Download as {name}"))
        assert answer.status_code == 200 and "attachment" in answer["Content-Disposition"]
    assert page.faults() == []


@pytest.mark.parametrize("style", ["", "apa", "../x", "BIBTEX"])
def test_another_style_is_the_page(client: Client, asthma, style: str):
    assert len(citations(client.get(f"/cite/Asthma?style={style}"))) == 5


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/cite/asthma", 301),
        ("/cite/Angina?version={edit}", 301),
        ("/cite/Nothing", 404),
        ("/cite/Asthma?version=x", 404),
        ("/cite/Asthma?version=99999", 404),
        ("/cite/a%5Bb", 404),
    ],
)
def test_other_spellings_move_and_what_is_not_there_is_not_cited(client: Client, asthma, path: str, status: int):
    factories.article("Angina")
    answer = client.get(path.format(edit=asthma.current_edit_id))
    assert answer.status_code == status
    assert answer.headers.get("Location", "/cite/Asthma").startswith("/cite/Asthma")


def test_a_hidden_version_is_not_cited(client: Client, asthma, second):
    from tests import doors

    with doors.unlocked("there is no page to hide with yet"):
        Edit.objects.filter(pk=asthma.current_edit_id).update(hidden_text=True)
    assert client.get(f"/cite/Asthma?version={asthma.current_edit_id}").status_code == 404
