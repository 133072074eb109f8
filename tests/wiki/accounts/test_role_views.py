"""The page of somebody's role."""

import pytest

from tests import factories
from tests.pages import Page
from wiki.accounts import roles

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", ["reviewer", "moderator", "administrator"])
def test_a_moderator_gives_no_role_above_an_editors_and_takes_none(moderator_client, role: str):
    account = factories.user(role)
    page = Page(moderator_client.get(f"/accounts/role/{account.pk}/"))
    assert "given and taken by administrators" in page.words and page.faults() == []
    answer = moderator_client.post(f"/accounts/role/{account.pk}/", {"role": "editor", "reason": "I say so."})
    assert answer.status_code == 422 and "I say so." in answer.content.decode()
    assert roles.role_of(account) == role


def test_no_other_role_can_be_sent(moderator_client, contributor):
    sent = {"role": "administrator", "reason": "Please."}
    assert moderator_client.post(f"/accounts/role/{contributor.account_id}/", sent).status_code == 422
    assert roles.role_of(contributor.account) == roles.CONTRIBUTOR


def test_a_closed_account_is_offered_no_role(moderator_client, contributor, administrator):
    roles.close(contributor.account, by=administrator.account)
    page = Page(moderator_client.get(f"/accounts/role/{contributor.account_id}/"))
    assert "closed" in page.words and not page.with_id("id_reason")


def test_an_account_that_is_not_there_has_no_page(moderator_client):
    assert moderator_client.get("/accounts/role/999999/").status_code == 404
