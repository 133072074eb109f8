"""The form for readers gives back what was typed; the private address tells its reader alone."""

import pytest
from django.test import Client

from articles.models import Section
from articles.moderation import quarantining
from articles.renderer import RenderError
from tests import factories
from tests.pages import Page
from wiki.cases import reporting
from wiki.cases.models import Case

pytestmark = pytest.mark.django_db


@pytest.fixture
def way(article) -> str:
    return f"/report/{Section.objects.get(article=article, title='Causes').pk}"


def test_the_emergency_line_comes_first_and_the_passage_is_quoted(client: Client, way: str):
    page = Page(client.get(way))
    assert page.words.index("In an emergency") < page.words.index("Dust.")


def test_the_passage_is_shown_as_readers_see_it_and_its_links_lead_to_the_article(client: Client, article, editor):
    text = (
        "## Causes\n\n**Dust** of the [[Heart]].[^1]\n\n### Indoors\n\nMites.\n\n## Signs\n\nCough.\n\n[^1]: A book.\n"
    )
    factories.edit(article, text, author=editor)
    section = Section.objects.get(article=article, title="Causes").pk
    page = Page(client.get(f"/report/{section}"))
    (passage,) = page.with_class("quoted")
    assert "".join(passage.itertext()).split() == ["Dust", "of", "the", "Heart.1IndoorsMites."]
    assert all(link.get("href", "").startswith("/wiki/") for link in passage.iter("a"))


def test_a_passage_that_cant_be_rendered_is_quoted_as_it_was_written(client: Client, way: str, monkeypatch):
    def fail(*args: object) -> None:
        raise RenderError("x", "x")

    monkeypatch.setattr(reporting.reading, "passage_of", fail)
    assert "## Causes\n\nDust." in client.get(way).content.decode()


@pytest.mark.parametrize("wrong", [{"category": ""}, {"contact": "nobody"}, {"website": "x"}])
def test_a_refused_report_gives_its_words_back(client: Client, way: str, wrong: dict[str, str]):
    answer = client.post(way, {"category": "wrong", "words": "There is no dust.", **wrong})
    assert answer.status_code == 422 and "There is no dust." in answer.content.decode()
    assert not Case.objects.exists()


def test_a_report_is_heard_when_its_section_has_been_put_under_review_meanwhile(client: Client, way: str, moderator):
    section = Section.objects.get(pk=way.rpartition("/")[2])
    quarantining.quarantine(article=section.article, section=section.pk, by=moderator.account, why="x")
    wrong = client.post(way, {"category": "", "words": "There is no dust."})
    assert wrong.status_code == 422 and "There is no dust." in wrong.content.decode()
    assert client.post(way, {"category": "wrong", "words": "There is no dust."}).status_code == 303
    assert Case.objects.get().words == "There is no dust."


def test_where_no_reports_are_taken_none_is(client: Client, way: str, settings):
    settings.WIKI_REPORTS = "off"
    assert client.get(way).status_code == 404
    assert client.post(way, {"category": "wrong", "words": "There is no dust."}).status_code == 404
    assert not Case.objects.exists()


def test_too_often_gives_them_back_too(client: Client, way: str, monkeypatch):
    monkeypatch.setattr(reporting.limits, "take", _refuse)
    answer = client.post(way, {"category": "wrong", "words": "There is no dust."})
    assert answer.status_code == 429 and answer["Retry-After"] == "7" and "There is no dust." in answer.content.decode()


def _refuse(*args: object, **kwargs: object) -> None:
    raise reporting.limits.TooOften(7)


def test_a_reader_is_told_by_when_in_utc(client: Client, article):
    case = factories.case(article)
    words = Page(client.get(f"/accounts/report/{case.pk}/{reporting.key_of(case)}/")).words
    assert f"{case.made:%H:%M} UTC" in words and f"{case.due:%H:%M} UTC" in words


def test_a_private_address_of_somebody_else_is_not_found(client: Client, article):
    case, other = factories.case(article), factories.case(article)
    assert client.get(f"/accounts/report/{case.pk}/{reporting.key_of(case)}/").status_code == 200
    assert client.get(f"/accounts/report/{case.pk}/{reporting.key_of(other)}/").status_code == 404


def test_a_moderator_who_gives_no_reason_is_asked_for_one(article, moderator_client: Client):
    case = factories.case(article)
    answer = moderator_client.post(f"/cases/{case.pk}", {"deed": "withhold"})
    assert answer.status_code == 422 and "Say why" in Page(answer).words


def test_who_comes_too_late_is_told(article, moderator_client: Client):
    case = factories.case(article)
    assert moderator_client.post(f"/cases/{case.pk}", {"deed": "take"}).status_code == 303
    assert moderator_client.post(f"/cases/{case.pk}", {"deed": "take"}).status_code == 409


def test_no_link_to_a_report_where_none_are_taken(client: Client, article, settings):
    assert "/report/" in client.get(article.get_absolute_url()).content.decode()
    settings.WIKI_REPORTS = "off"
    assert "/report/" not in client.get(article.get_absolute_url()).content.decode()
