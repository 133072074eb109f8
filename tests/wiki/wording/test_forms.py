"""What may come in: a new version of a wording, a picture for the logo."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from wiki.wording.catalogue import BY_KEY
from wiki.wording.forms import LogoForm, WordingForm

DISCLAIMER = BY_KEY["disclaimer"]


def test_a_wording_is_taken_with_the_version_that_was_seen():
    form = WordingForm(DISCLAIMER, {"text": " Ask a doctor.\r\n", "base": "3"})
    assert form.is_valid() and form.cleaned_data == {"text": "Ask a doctor.", "put_back": False, "why": "", "base": 3}


@pytest.mark.parametrize(
    ("field", "value"), [("text", ""), ("text", "\0"), ("text", "x" * 20_001), ("why", "x" * 401), ("base", "")]
)
def test_anything_else_is_refused_at_its_field(field: str, value: str):
    form = WordingForm(DISCLAIMER, {"text": "Ask a doctor.", "base": "0", field: value})
    assert list(form.errors) == [field]


def test_a_choice_is_chosen_and_a_long_text_has_room():
    assert "<select" in str(WordingForm(BY_KEY["registration"])["text"])
    assert "<textarea" in str(WordingForm(DISCLAIMER)["text"]) and "<input" in str(WordingForm(BY_KEY["name"])["text"])


@pytest.mark.parametrize("chosen", [{"again": "7"}, {"remove": "yes"}])
def test_an_earlier_logo_or_none_needs_no_file(chosen: dict[str, str]):
    assert LogoForm({"base": "0", **chosen}).is_valid()


def test_a_picture_comes_as_its_bytes_and_no_more_of_them_than_are_taken():
    file = SimpleUploadedFile("logo.png", b"x" * (3 * 1024 * 1024))
    form = LogoForm({"base": "0"}, {"picture": file})
    assert form.is_valid() and len(form.cleaned_data["picture"]) == 2 * 1024 * 1024 + 1


def test_a_form_that_says_nothing_is_refused():
    assert list(LogoForm({"base": "0"}).errors) == ["picture"]
