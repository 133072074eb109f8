"""The encyclopedia in the Django admin: moderators look things up, nobody changes anything."""

import pytest

from articles import editing, logbook, reviewing
from articles.models import Article, Edit, LogEntry, Proposal

pytestmark = pytest.mark.django_db

LISTS = ["article", "edit", "proposal", "logentry"]


@pytest.fixture
def rows(article, visitor):
    """The id of a row of each list."""
    proposal = reviewing.propose(editing.Change(article.title, article.current_edit_id, "0", "Mine.\n", visitor))
    entry = logbook.record(who=None, what="test", target="x")
    return {"article": article.pk, "edit": article.current_edit_id, "proposal": proposal.pk, "logentry": entry.pk}


@pytest.mark.parametrize("role", ["moderator", "administrator"])
@pytest.mark.parametrize("model", LISTS)
def test_moderators_look_up(rows, model, role, request):
    client = request.getfixturevalue(f"{role}_client")
    assert client.get(f"/admin/articles/{model}/").status_code == 200
    assert client.get(f"/admin/articles/{model}/{rows[model]}/change/").status_code == 200


@pytest.mark.parametrize("model", LISTS)
def test_anything_can_be_searched_for(rows, model, moderator_client):
    assert moderator_client.get(f"/admin/articles/{model}/", {"q": "Asthma 'x\" %"}).status_code == 200


@pytest.mark.parametrize("role", ["contributor", "editor", "reviewer"])
@pytest.mark.parametrize("model", LISTS)
def test_others_are_not_let_in(rows, model, role, request):
    assert request.getfixturevalue(f"{role}_client").get(f"/admin/articles/{model}/").status_code == 403


@pytest.mark.parametrize("model", LISTS)
@pytest.mark.parametrize("act", ["add", "change", "delete"])
def test_nothing_is_made_changed_or_deleted_here(rows, model, act, administrator_client, everything_stored):
    before = everything_stored()
    path = "add" if act == "add" else f"{rows[model]}/{act}"
    answer = administrator_client.post(f"/admin/articles/{model}/{path}/", {"title": "x", "post": "yes"})
    assert answer.status_code == 403
    assert everything_stored() == before


@pytest.mark.parametrize("model", LISTS)
def test_no_action_is_offered(rows, model, administrator_client, everything_stored):
    before = everything_stored()
    sent = {"action": "delete_selected", "_selected_action": rows[model], "post": "yes"}
    administrator_client.post(f"/admin/articles/{model}/", sent)
    assert everything_stored() == before


@pytest.mark.parametrize("model", ["article", "edit", "proposal"])
def test_a_row_leads_to_its_page(rows, model, moderator_client):
    row = {"article": Article, "edit": Edit, "proposal": Proposal}[model].objects.get(pk=rows[model])
    answer = moderator_client.get(f"/admin/articles/{model}/{row.pk}/change/")
    assert row.get_absolute_url() in answer.content.decode()


def test_a_list_costs_as_many_queries_for_many_rows(moderator_client, at_most_queries, moderator):
    moderator_client.get("/admin/articles/logentry/")
    assert [logbook.record(who=moderator.account, what="test", target=str(n)) for n in range(30)]
    with at_most_queries(14):
        moderator_client.get("/admin/articles/logentry/")
    assert LogEntry.objects.count() >= 30
