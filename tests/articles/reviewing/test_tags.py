"""What an edit's tags are called."""

import pytest

from articles.models import Edit
from articles.reviewing import tags

pytestmark = pytest.mark.django_db


def test_each_tag_that_is_offered_has_a_name():
    offered = dict(tags.offered())
    assert offered[tags.AMENDED] == "changed by the reviewer"
    assert Edit.RISKY in offered and "" not in offered.values()


def test_a_tag_of_a_release_that_is_gone_has_none():
    assert tags.names_of(["gone:tag", tags.IN_PART]) == ["accepted in part"]
