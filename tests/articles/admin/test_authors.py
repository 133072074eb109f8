"""Authors in the Django admin: what each has made is their history."""

import pytest

from tests import factories
from tests.pages import Page

pytestmark = pytest.mark.django_db


def test_the_history_of_an_author_is_what_they_wrote(moderator_client, article, editor):
    edit = factories.edit(article, "Another lead.\n", section="0", author=editor, summary="Put right")
    page = Page(moderator_client.get(f"/admin/articles/author/{editor.pk}/history/"))
    assert "Put right" in page.words and edit.get_absolute_url() in [link.href for link in page.links]
