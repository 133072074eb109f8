"""HTML that tags write by themselves where a template is too slow: in pieces, escaped in one step."""

from __future__ import annotations

from django.utils.html import format_html
from django.utils.safestring import SafeString


class Pieces:
    """HTML in the making: pieces of it with places in braces, and what stands in these places.

    The pieces are ours, written out where they are added; whatever comes from elsewhere stands in a place and is
    escaped. One format_html for many pieces takes a fraction of the time that one for each does.
    """

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._filled: list[object] = []

    def add(self, piece: str, *filled: object) -> None:
        """Add a piece, with as many things to stand in it as it has places."""
        self._pieces.append(piece)
        self._filled += filled

    def html(self) -> SafeString:
        """Return what the pieces are together."""
        return format_html("".join(self._pieces) + "{}", *self._filled, "")
