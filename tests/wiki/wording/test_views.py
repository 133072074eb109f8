"""The full disclaimer, and the form by which an administrator changes the wording."""

import pytest
from django.test import Client

from tests.pages import Page
from wiki.wording import words
from wiki.wording.models import Wording

pytestmark = pytest.mark.django_db

OURS = "Ask <b>your</b> doctor & {name}.\n\nTwice."


def test_the_full_disclaimer_is_there_before_anybody_wrote_one(client: Client):
    page = Page(client.get("/disclaimer"))
    assert page.h1 == "Medical disclaimer" and "call your local emergency number" in page.article


def test_a_changed_wording_is_on_the_next_page_as_text(client: Client, administrator_client: Client):
    shown = Page(administrator_client.get("/disclaimer/change")).fields(text=OURS, why="lawyers")
    answer = administrator_client.post("/disclaimer/change", shown)
    assert (answer.status_code, answer["Location"]) == (303, "/disclaimer")
    page = Page(client.get("/"))
    (aside,) = page.with_id("medical-disclaimer")
    assert "Ask <b>your</b> doctor & MedWiki." in "".join(aside.itertext()) and page.faults() == []


@pytest.mark.parametrize("path", ["/", "/nowhere", "/recent", "/accounts/login/", "/disclaimer"])
def test_it_is_on_every_kind_of_page(client: Client, administrator, path: str):
    words.change(key="disclaimer", text="Only ours.", who=administrator.account)
    assert "Only ours." in Page(client.get(path)).words


@pytest.mark.parametrize("text", ["", " \n ", "...", "x" * 20_001, "a\0b"])
def test_what_can_not_be_is_422_with_the_text_and_changes_nothing(administrator_client: Client, text: str):
    answer = administrator_client.post("/disclaimer/change", {"key": "disclaimer", "text": text, "why": "kept"})
    assert answer.status_code == 422 and not Wording.objects.exists()
    assert Page(answer).fields()["why"] == "kept" and Page(answer).faults() == []


def test_earlier_versions_can_be_read_and_say_that_they_are(client: Client, administrator):
    first = words.change(key="full_disclaimer", text="The first.", who=administrator.account)
    words.change(key="full_disclaimer", text="The second.", who=administrator.account)
    old, now = Page(client.get(f"/disclaimer?version={first.pk}")), Page(client.get("/disclaimer"))
    assert "The first." in old.article and "This is an earlier version." in old.words and "noindex" in old.source
    assert "The second." in now.article and f"?version={first.pk}" in [link.href for link in now.links]


@pytest.mark.parametrize("number", ["999", "x", "²", "9" * 30, "-1"])
def test_a_version_that_is_none_is_404(client: Client, number: str, db):
    assert client.get("/disclaimer", {"version": number}).status_code == 404


@pytest.mark.parametrize(
    "who", ["client", "contributor_client", "editor_client", "reviewer_client", "moderator_client"]
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_else_may_change_it(request, who: str, method: str):
    fields = {"key": "disclaimer", "text": "Mine."}
    assert getattr(request.getfixturevalue(who), method)("/disclaimer/change", fields).status_code == 403
    assert not Wording.objects.exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_wording_that_there_is_none_of_is_404(administrator_client: Client, method: str):
    assert getattr(administrator_client, method)("/disclaimer/change", {"key": "motto"}).status_code == 404


def test_the_form_names_its_versions(administrator_client: Client, administrator):
    words.change(key="disclaimer", text="Ours.", who=administrator.account, why="lawyers")
    page = Page(administrator_client.get("/disclaimer/change"))
    assert page.fields()["text"] == "Ours." and "lawyers" in page.words and page.faults() == []
