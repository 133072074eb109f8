"""A passage that the law wants gone."""

from articles.forms.erasing import PassageForm


def test_a_passage_that_stands_everywhere_is_refused():
    assert "10 characters" in PassageForm({"passage": "the"}).errors["passage"][0]


def test_a_passage_is_taken_as_texts_are_stored():
    assert PassageForm({"passage": "a line\r\nand another"}).is_valid()
