"""A proposal that waits."""

import pytest

from articles.models import Proposal
from tests.articles.reviewing.proposals import submit


@pytest.fixture
def proposal(article, contributor) -> Proposal:
    return submit(article, contributor, summary="clearer")
