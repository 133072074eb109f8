"""The changes of one author, found by typing the name."""

import pytest
from django.test import Client

from tests.pages import Page

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("model", ["edit", "proposal"])
def test_the_changes_of_one_author_are_found_by_typing_the_name(rows, visitor, moderator_client: Client, model: str):
    asked = {"app_label": "articles", "model_name": model, "field_name": "author", "term": visitor.name[:5]}
    found = moderator_client.get("/admin/autocomplete/", asked).json()["results"]
    assert {"id": str(visitor.pk), "text": visitor.name} in found
    page = Page(moderator_client.get(f"/admin/articles/{model}/?author__id__exact={visitor.pk}&minor__exact=0&q=a"))
    kept = {field.get("name"): field.get("value") for field in page.all("input") if field.get("type") == "hidden"}
    assert kept["minor__exact"] == "0" and kept["q"] == "a"
    assert [option.get("value") for option in page.with_id("by-author")[0] if option.get("selected") is not None] == [
        str(visitor.pk)
    ]


@pytest.mark.parametrize("value", ["abc", "0", "999999999", "1,2"])
def test_an_author_who_is_none_breaks_no_list(rows, moderator_client: Client, value: str):
    assert moderator_client.get(f"/admin/articles/edit/?author__id__exact={value}", follow=True).status_code == 200


def test_a_field_that_asks_as_one_types_takes_every_sign(rows, visitor, moderator_client: Client):
    asked = {"app_label": "articles", "model_name": "edit", "field_name": "author", "term": f"{visitor.name}\0"}
    assert moderator_client.get("/admin/autocomplete/", asked).json()["results"][0]["text"] == visitor.name
