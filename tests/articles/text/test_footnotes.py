"""Footnotes as the parser makes them."""

from articles.text.parsing import parse
from articles.text.rendering import render


def test_references_are_numbered_as_they_stand_on_the_page():
    rendered = render("- one[^1]\n\n## A\n\ntwo[^1]\n\n[^1]: note\n")

    assert 'id="fnref-1"' in rendered.sections[0].html
    assert 'id="fnref2-1"' in rendered.sections[1].html
    assert rendered.footnotes_html.count('class="footnote-backref"') == 2


def test_what_only_looks_like_the_notes_gets_no_way_back():
    parsed = parse('<div class="footnote" markdown="1">\n1. [x](#a)\n</div>\n\na[^1] b[^1]\n\n[^1]: note\n')

    assert "footnote-backref" not in parsed.pieces[0].html
    assert parsed.footnotes.html.count("footnote-backref") == 2


def test_notes_that_notes_define_come_last():
    footnotes = parse("x[^b] y[^a]\n\n[^b]: see[^a]\n\n    [^a]: other\n").footnotes.html

    assert footnotes.index('id="fn-1"') < footnotes.index("see") < footnotes.index('id="fn-2"')
