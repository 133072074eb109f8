"""A text as it is stored: what was typed, byte for byte, and what no database takes marked."""

from __future__ import annotations

import unicodedata
from typing import Final

from articles.text import guarding

DAMAGED: Final = "\N{REPLACEMENT CHARACTER}"


def clean(text: str) -> str:
    """Return the text as it is stored: what was typed, byte for byte, after NFC and LF.

    A text whose accents would hold the process for a minute keeps them as they are; no article takes it, but a draft
    or what was sent in vain may hold it.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    try:
        guarding.check_before_normalising(text)
    except guarding.ShapeError:
        return text
    return unicodedata.normalize("NFC", text)


def storable(text: str) -> str:
    """Return the text as it can be kept: no database stores a lone surrogate and PostgreSQL no NUL; they are marked."""
    return text.encode("utf-8", "replace").decode().replace("\0", DAMAGED)
