"""What somebody looks for."""

import pytest

from articles.forms.search import SearchForm


@pytest.mark.parametrize(
    ("page", "valid"), [("", True), ("1", True), ("50", True), ("0", False), ("51", False), ("x", False)]
)
def test_a_page_of_results_is_a_number_that_can_be(page, valid):
    assert SearchForm({"q": "x", "page": page}).is_valid() == valid
