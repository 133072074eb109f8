"""What the name of an account may be."""

import pytest
from django.core.exceptions import ValidationError

from wiki.accounts import names


@pytest.mark.parametrize(
    "name",
    ["Ada", "Ada Lovelace", "J.R. Smith", "St.John", "Jean-Luc", "O'Brien", "Zoë", "李小龍", "Ünal 2", "Dr. Who"],
)
def test_ordinary_names_are_welcome(name: str):
    names.validate(name)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "empty"),
        ("A" * 300, "long"),
        ("A<b", "character"),
        ("A\N{ZERO WIDTH SPACE}b", "invisible"),
        ("A\N{RIGHT-TO-LEFT OVERRIDE}b", "invisible"),
        ("A/b", "character"),
        ("User:Ada", "character"),
        ("Ada@example.org", "character"),
        ("..", "segment"),
        ("Buy-pills.com", "web_address"),
        ("Visit www.pills", "web_address"),
        ("Pills.ru now", "web_address"),
        ("Ｐills．ｃｏｍ", "web_address"),
        ("Pills。com", "web_address"),
        ("192.0.2.1", "network_address"),
        ("Visitor 7F3K", "visitor"),
        ("Ｖisitor 7F3K", "visitor"),
    ],
)
def test_other_names_are_refused_with_a_reason(name: str, code: str):
    with pytest.raises(ValidationError) as refused:
        names.validate(name)
    assert refused.value.code == code
    assert refused.value.messages[0].endswith(".") or code == "character"


def test_a_name_has_one_spelling():
    assert names.normalised(" ada__lovelace ") == "Ada lovelace"


def test_what_cannot_be_a_name_is_left_for_the_refusal_to_show():
    assert names.normalised("a<b") == "a<b"
