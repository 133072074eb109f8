"""What the edit form sends: its shape is checked, its bytes are kept."""

import pytest

from articles.forms.editing import EditForm

TYPED = ["", " ", "  two blanks  ", "\r\nfirst line empty", "tab\t\n\n", "no end", "&amp; <b>", "\u00a0\ufeff"]


@pytest.mark.parametrize("text", TYPED)
def test_a_text_is_kept_byte_for_byte(text):
    form = EditForm({"text": text})
    assert form.is_valid() and form.cleaned_data["text"] == text


@pytest.mark.parametrize("character", ["\ufdd0", "\ufdef", "\ufffe", "\uffff", "\ud800"])
def test_what_is_no_character_is_refused_by_its_line_and_given_back(character):
    form = EditForm({"text": f"one\ntwo {character}"})
    assert not form.is_valid()
    assert f"Line 2 holds a character that is no text (U+{ord(character):04X})" in form.errors["text"][0]
    assert form["text"].value() == f"one\ntwo {character}"


@pytest.mark.parametrize("field", ["text", "summary", "base", "section"])
def test_nul_is_refused(field):
    form = EditForm({"text": "x", field: "a\x00b"})
    assert not form.is_valid() and field in form.errors


@pytest.mark.parametrize("character", ["\U0010ffff", "\U0001f9d1", "\ufdcf", "\ufdf0", "\u200b", "\u202e"])
def test_characters_that_are_some_are_taken(character):
    # Of the noncharacters only those that are marks here, or end a plane everybody uses, matter.
    assert EditForm({"text": character}).is_valid()


def test_only_the_text_and_nothing_else_must_be_there():
    assert not EditForm({}).is_valid()
    form = EditForm({"text": ""})
    assert form.is_valid()
    assert form.cleaned_data == {
        "text": "",
        "summary": "",
        "minor": False,
        "base": "",
        "section": "",
        "proposal": "",
        "account": "",
        "checked": "",
        "form_key": "",
        "continues": "",
    }


@pytest.mark.parametrize(("field", "longest"), [("summary", 400), ("section", 400), ("proposal", 200)])
def test_a_field_has_its_length(field, longest):
    assert EditForm({"text": "", field: "x" * longest}).is_valid()
    assert not EditForm({"text": "", field: "x" * (longest + 1)}).is_valid()


def test_a_text_has_no_length_here():
    assert EditForm({"text": "x" * 4_000_000}).is_valid()


def test_a_text_that_begins_with_an_empty_line_is_shown_with_it():
    # A browser takes the first line feed of a textarea away.
    assert ">\n\nfirst</textarea>" in EditForm(initial={"text": "\nfirst"})["text"].as_widget().replace("\r", "")
