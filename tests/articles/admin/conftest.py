"""A row of each list."""

import pytest

from articles import editing, logbook
from articles.reviewing import proposing
from tests import factories


@pytest.fixture
def rows(article, visitor):
    """The id of a row of each list."""
    proposal = proposing.propose(editing.Change(article.title, article.current_edit_id, "0", "Mine.\n", visitor))
    entry = logbook.record(who=None, what="test", target="x")
    return {
        "article": article.pk,
        "edit": article.current_edit_id,
        "proposal": proposal.pk,
        "logentry": entry.pk,
        "author": visitor.pk,
        "block": factories.block("192.0.2.7").pk,
    }
