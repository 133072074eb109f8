"""The log in the Django admin: it names the account, and leads to what a row is about."""

import pytest
from django.test import Client

from articles.models import LogEntry, Proposal
from articles.moderation import deleting
from articles.reviewing import deciding
from tests import factories
from tests.pages import Page

pytestmark = pytest.mark.django_db


# --- Names, not numbers -------------------------------------------------------------------------------------------
@pytest.mark.parametrize("query", ["", "?q=Berta"])
def test_the_log_names_the_account_and_leads_to_it(moderator_client: Client, query: str):
    berta = factories.user("editor", "Berta")
    entry = LogEntry.objects.latest("number")
    (table,) = Page(moderator_client.get(f"/admin/articles/logentry/{query}")).with_id("result_list")
    row = Page(moderator_client.get(f"/admin/articles/logentry/{entry.pk}/change/"))
    assert "Berta" in " ".join(table.itertext()) and "the command line" in " ".join(table.itertext())
    assert "Berta" in "".join(row.all("h2")[0].itertext())
    assert row.link("The account") == f"/admin/accounts/user/{berta.pk}/change/"


def test_the_log_leads_to_the_article_that_it_is_about(rows, visitor, moderator_client: Client, article):
    made = Proposal.objects.get(pk=rows["proposal"])
    reviewer = factories.user("reviewer")
    deciding.decline(proposal=made, user=reviewer, author=factories.access.author_of(reviewer), reason="No.")
    row = Page(moderator_client.get(f"/admin/articles/logentry/{LogEntry.objects.latest('number').pk}/change/"))
    assert row.link("The article") == article.get_absolute_url()


def test_the_acts_are_offered_in_words_also_those_that_nobody_did(article, moderator, moderator_client: Client):
    deleting.delete([article], by=moderator.account, why="A test.")
    page = Page(moderator_client.get("/admin/articles/logentry/?what=article.delete"))
    (table,) = page.with_id("result_list")
    assert "A test." in " ".join(table.itertext()) and "account." not in " ".join(table.itertext())
    assert page.link("moved") == "?what=article.move"
