"""Fields that several forms share: texts kept byte for byte, and what ticked boxes send."""

from __future__ import annotations

import re
from typing import Final

from django import forms
from django.utils.translation import gettext_lazy as _

# What no text is made of: they are placeholders' marks here, and Unicode keeps them for no character ever.
_NO_CHARACTERS = re.compile("[\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]")


class TextField(forms.CharField):
    """A text kept byte for byte: nothing is stripped; what can't be text is refused, never cut."""

    def __init__(self, **kwargs: object) -> None:
        super().__init__(strip=False, **kwargs)  # type: ignore[arg-type]  # Passed through as they are.

    def clean(self, value: object) -> str:
        """Return the text; refuse noncharacters and lone surrogates (NUL is refused by Django)."""
        if value is None:
            # An empty text takes a section away; one that isn't there, or came as a file, must not.
            raise forms.ValidationError(_("The text did not arrive. Please send it again."))
        text: str = super().clean(value)
        found = _NO_CHARACTERS.search(text)
        if found:
            raise forms.ValidationError(
                _("Line %(line)d holds a character that is no text (U+%(code)s). Please take it out."),
                params={"line": text.count("\n", 0, found.start()) + 1, "code": f"{ord(found[0]):04X}"},
            )
        return text


class NumbersField(forms.Field):
    """Several numbers, as ticked boxes of one name send them; what could name no row is refused."""

    widget = forms.MultipleHiddenInput
    most: Final = 100

    def clean(self, value: list[str] | None) -> list[int]:
        """Return the numbers, each once; refuse none at all, and more than one page shows."""
        sent = list(dict.fromkeys(value or ()))
        if not sent:
            raise forms.ValidationError(self.error_messages["required"])
        if len(sent) > self.most or not all(each.isascii() and each.isdigit() and len(each) < 19 for each in sent):
            raise forms.ValidationError(_("What was ticked can't be read. Please tick again."))
        return [int(each) for each in sent]


class KeysField(forms.Field):
    """Several names of items such as "proposal-12", as ticked boxes of one name send them."""

    widget = forms.MultipleHiddenInput
    most: Final = 100

    def clean(self, value: list[str] | None) -> list[str]:
        """Return the names, each once; refuse none at all, and more than one page shows."""
        sent = list(dict.fromkeys(value or ()))
        if not sent:
            raise forms.ValidationError(self.error_messages["required"])
        if len(sent) > self.most or not all(re.fullmatch("[a-z_-]{1,40}-[0-9]{1,18}", each) for each in sent):
            raise forms.ValidationError(_("What was ticked can't be read. Please tick again."))
        return sent
