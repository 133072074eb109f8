"""The ladder's page."""

import pytest
from django.test import Client

from articles.models import LogEntry
from tests import factories
from tests.pages import Page
from wiki.accounts import roles
from wiki.ladder import climbing

pytestmark = pytest.mark.django_db

SENT = {
    "editor-role": "editor",
    "editor-is_on": "on",
    "editor-days": "0",
    "editor-number": "1",
    "editor-share": "50",
    "editor-quiet_days": "0",
    "editor-why": "We know each other.",
}


@pytest.mark.parametrize("who", ["contributor_client", "reviewer_client", "moderator_client"])
def test_it_is_for_administrators(request, who: str):
    browser: Client = request.getfixturevalue(who)
    assert [browser.get("/ladder").status_code, browser.post("/ladder", SENT).status_code] == [403, 403]
    assert not LogEntry.objects.filter(what="ladder.change").exists()


def test_a_step_is_set_and_the_other_is_let_be(administrator_client):
    assert administrator_client.post("/ladder", SENT)["Location"] == "/ladder"
    assert (climbing.step("editor").is_on, climbing.step("editor").number) == (True, 1)
    assert climbing.step("reviewer").number == climbing.DEFAULTS["reviewer"]["number"]


@pytest.mark.parametrize(("wrong", "words"), [({"editor-why": ""}, "Say why"), ({"editor-share": "101"}, "100")])
def test_what_can_not_be_comes_back_as_it_was_sent(administrator_client, wrong: dict[str, str], words: str):
    answer = administrator_client.post("/ladder", SENT | wrong)
    page = Page(answer)
    assert answer.status_code == 422 and words in page.words and page.faults() == []
    assert page.fields()["editor-number"] == "1" and not climbing.step("editor").is_on


def test_nobody_runs_a_ladder_that_is_off(administrator_client, article, contributor):
    factories.proposal(article, contributor)
    administrator_client.post("/ladder", {"run": "yes"})
    assert roles.role_of(contributor.account) == roles.CONTRIBUTOR
