"""The page that gives somebody all that is kept of them."""

import json

import pytest
from django.test import Client

from tests import factories
from tests.pages import Page
from wiki.exports import views

pytestmark = pytest.mark.django_db

PATH = "/accounts/data/"


def test_the_password_is_asked_for_and_then_the_file_comes(contributor_client: Client, contributor):
    page = Page(contributor_client.get(PATH))
    assert page.faults() == [] and "what others wrote" in page.words
    answer = contributor_client.post(PATH, page.fields(password=factories.PASSWORD))
    assert answer.streaming and answer["Content-Type"] == "application/json"
    assert answer["Content-Disposition"].startswith('attachment; filename="own-data-20')
    assert "no-store" in answer["Cache-Control"]
    assert json.loads(answer.getvalue())["account"]["name"] == contributor.name


@pytest.mark.parametrize("password", ["", "wrong"])
def test_without_the_password_nothing_comes(contributor_client: Client, password: str):
    answer = contributor_client.post(PATH, {"password": password, "x": "y"})
    assert answer.status_code == 422 and not answer.streaming and Page(answer).faults() == []


def test_nobody_else_gets_it(client: Client):
    assert client.post(PATH, {"password": factories.PASSWORD}).status_code == 403


def test_it_is_given_so_many_times_an_hour(contributor_client: Client, monkeypatch):
    monkeypatch.setattr(views, "_FILES_AN_HOUR", 1)
    statuses = [contributor_client.post(PATH, {"password": factories.PASSWORD}).status_code for _time in range(2)]
    assert statuses == [200, 429]


def test_the_account_page_and_the_page_to_leave_lead_there(contributor_client: Client):
    assert Page(contributor_client.get("/accounts/")).link("Take your data along") == PATH
    assert Page(contributor_client.get("/accounts/close/")).link("Take your data along") == PATH
