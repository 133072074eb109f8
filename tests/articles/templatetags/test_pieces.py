"""HTML in pieces: what stands in their places is escaped, once."""

from django.utils.html import format_html
from django.utils.safestring import SafeData

from articles.templatetags.pieces import Pieces


def test_what_people_wrote_is_escaped_and_what_is_html_already_is_not():
    pieces = Pieces()
    pieces.add("<p>{}</p>", "<script>{0}</script>")
    pieces.add("<p>{} {}</p>", format_html("<b>{}</b>", "&"), 5)
    assert pieces.html() == "<p>&lt;script&gt;{0}&lt;/script&gt;</p><p><b>&amp;</b> 5</p>"
    assert isinstance(pieces.html(), SafeData)


def test_nothing_added_is_nothing():
    assert Pieces().html() == ""


def test_a_piece_without_a_place_stands_as_it_is():
    pieces = Pieces()
    pieces.add("</td>\n")
    assert pieces.html() == "</td>\n"
