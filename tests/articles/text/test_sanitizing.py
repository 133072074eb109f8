"""What HTML survives."""

import re
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from articles.text import sanitizing
from articles.text.sanitizing import clean

ATTACKS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<img src=x onerror=alert(1)>",
    "<img/src=x/onerror=alert(1)//",
    '<img src="javascript:alert(1)">',
    '<img src="data:image/svg+xml,<svg onload=alert(1)>">',
    "<img src='/media/../accounts/logout/'>",
    "<img srcset='//evil/x 1x'>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="java\tscript:alert(1)">x</a>',
    '<a href="java&#x0A;script:alert(1)">x</a>',
    '<a href="&#106;avascript:alert(1)">x</a>',
    '<a href="\x01javascript:alert(1)">x</a>',
    '<a href=" javascript:alert(1)">x</a>',
    '<a href="JaVaScRiPt&colon;alert(1)">x</a>',
    '<a href="vbscript:x">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="feed:javascript:alert(1)">x</a>',
    '<a href="x" onclick="alert(1)">x</a>',
    "<a href='x' target=_blank ping=//evil download>x</a>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<style>@import '//evil/x.css';</style>",
    "<p style='background:url(//evil)'>x</p>",
    "<div style='position:fixed;top:0'>x</div>",
    "<link rel=stylesheet href=//evil>",
    "<meta http-equiv=refresh content='0;url=//evil'>",
    "<base href=//evil>",
    "<iframe src=//evil></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=//evil></object><embed src=//evil>",
    "<form action=//evil><input name=password><button>go</button></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<video src=//evil autoplay onplay=alert(1)></video><audio src=//evil>",
    "<body onload=alert(1) background=//evil>",
    "<table background=//evil><td background=//evil>x",
    "<template><script>alert(1)</script></template>",
    "<textarea><script>alert(1)</script></textarea>",
    "<title><script>alert(1)</script></title>",
    "<xmp><script>alert(1)</script></xmp>",
    "<plaintext><script>alert(1)</script>",
    "<!--><script>alert(1)</script>-->",
    "<!-- --!><script>alert(1)</script>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?xml version='1.0'?><script>alert(1)</script>",
    "<a title='`onmouseover=alert(1)'>x</a>",
    "<details open ontoggle=alert(1)>x</details>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<x-element onfocus=alert(1) tabindex=1 autofocus>x</x-element>",
    "<p id='medical-disclaimer' hidden>x</p>",
    "<p class='medical-disclaimer notice' aria-hidden=true>x</p>",
    "<td colspan=99999999>x",
    "<dialog open>x</dialog><slot name=a>",
    "<p data-x=y contenteditable itemscope>x</p>",
    "<b\x00 onclick=alert(1)>x",
    "<ſcript>alert(1)</ſcript>",
]
TAG = re.compile(r"<(/?)([a-z0-9]+)((?:[^\">]|\"[^\"]*\")*)>")
ATTRIBUTE = re.compile(r' ([a-z]+)="([^"]*)"')


def holds(html):
    """Nothing in it is outside the lists, and no address leads where none may lead."""
    without_tags = TAG.sub("", html)
    names = {found[2] for found in TAG.finditer(html)}
    attributes = [pair for found in TAG.finditer(html) for pair in ATTRIBUTE.findall(found[3])]
    return (
        "<" not in without_tags
        and names <= sanitizing.TAGS
        and not any(name.startswith("on") or name in {"style", "srcset", "target"} for name, _ in attributes)
        and not any(
            name in {"href", "src"} and re.match(r"(?i)\s*(javascript|data|vbscript)", value)
            for name, value in attributes
        )
        and all(sanitizing.OUR_IDS.fullmatch(value) for name, value in attributes if name == "id")
        and all(set(value.split()) <= sanitizing.CLASSES for name, value in attributes if name == "class")
        and all(value.startswith(sanitizing.MEDIA) for name, value in attributes if name == "src")
    )


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_comes_to_nothing(attack):
    assert holds(clean(attack)), clean(attack)
    assert holds(clean(f"<p>a {attack} b</p>"))


@pytest.mark.parametrize("attack", ["<script>alert(1)</script>", "<style>p {}</style>", "<p>x<script>alert(1)"])
def test_what_is_inside_a_script_or_style_vanishes(attack):
    assert "alert" not in clean(attack)
    assert "{}" not in clean(attack)


pieces = st.one_of(
    st.sampled_from(
        ["a", "<", "&", "&lt;", "&amp;lt;", "<!--", "-->", " ", "\n", "\x00", '"', "'", "&nbsp;", "&#x3c;", "]]>"]
    ),
    st.sampled_from(ATTACKS),
    st.builds(
        "<{}{}{}{}".format,
        st.sampled_from(["", "/"]),
        st.sampled_from(sorted(sanitizing.TAGS | sanitizing.NEVER | {"h1", "font", "center"})),
        st.sampled_from(
            ["", ' href="//x"', " id='a b'", ' class="note x"', " title='<b>'", " src=http://x/ alt='<i>&lt;'"]
        ),
        st.sampled_from([">", "/>", "", " "]),
    ),
)


@settings(max_examples=300, deadline=None)
@given(st.lists(pieces, max_size=12).map("".join))
def test_cleaning_twice_is_cleaning_once(html):
    once = clean(html)

    assert clean(once) == once
    assert holds(once)


def test_no_list_allows_what_must_never_be_allowed():
    names = set(sanitizing._EVERYWHERE).union(*sanitizing._ATTRIBUTES.values())

    assert not sanitizing.TAGS & sanitizing.NEVER
    assert not [name for name in names if name.startswith(("on", "style", "data-"))]


@pytest.mark.parametrize("html", [
    "<p>a <strong>b</strong> <em>c</em> <code>d</code></p>",
    '<table><thead><tr><th align="right">a</th></tr></thead></table>',
    '<dl><dt>a</dt><dd>b</dd></dl>',
    '<abbr title="World Health Organization">WHO</abbr>',
    '<sup id="fnref2-1"><a href="#fn-1" class="footnote-ref">1</a></sup>',
    '<details open=""><summary>a</summary>b</details>',
    '<div class="admonition warning"><p class="admonition-title">a</p></div>',
    '<ol start="3"><li>H<sub>2</sub>O</li></ol>',
    '<a href="/wiki/Asthma:_causes">x</a>',
    "a &amp; b &lt; c &nbsp;",
])  # fmt: skip
def test_honest_html_stays_as_it_is(html):
    assert clean(html) == html


@pytest.mark.parametrize(
    "address",
    [
        "http://e",
        "HTTPS://e",
        "//e",
        "/\\e",
        "\\\\e",
        "/\t/e",
        " //e",
        "mailto:a@e",
        "http:e",
        "&#47;&#47;e",
        "\u00ad//e",
    ],
)
def test_a_link_that_leaves_the_site_is_marked(address):
    assert 'rel="nofollow ugc noopener"' in clean(f'<a href="{address}" rel="follow">x</a>')


@pytest.mark.parametrize("address", ["/wiki/A", "A:_b/c".replace("A:", "./A:"), "#x", "?a=b:c", "/a//b"])
def test_a_link_within_the_site_is_not(address):
    assert "rel" not in clean(f'<a href="{address}" rel="x">x</a>')


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (
            '<img src="http://e/x" alt="a &amp; &lt;b>">',
            '<a href="http://e/x" rel="nofollow ugc noopener">a &amp; &lt;b&gt;</a>',
        ),
        ('<img src="https://e/x">', '<a href="https://e/x" rel="nofollow ugc noopener">https://e/x</a>'),
        ('<a href="/y"><img src="http://e/x" alt="a"></a>', '<a href="/y">a</a>'),
        ('<img src="//e/x" alt="a">', "a"),
        ('<img src="/media/../x" alt="a">', "a"),
        ('<img src="/media/%2e%2e/x" alt="a">', "a"),
        ('<img src="/media/a.png" alt="a">', '<img src="/media/a.png" alt="a">'),
    ],
)
def test_only_our_own_images_are_loaded(html, expected):
    assert clean(html) == expected


def test_what_is_open_is_closed_within_its_own_piece():
    assert clean("<table><tr><td><b>x") == "<table><tbody><tr><td><b>x</b></td></tr></tbody></table>"


def test_placeholders_pass():
    assert clean("<p>\ufdd0L0\ufdd1 &amp;</p>") == "<p>\ufdd0L0\ufdd1 &amp;</p>"


def test_threads_do_not_share_a_cleaner():
    found = []
    threads = [threading.Thread(target=lambda: found.append(id(sanitizing._own_cleaner()))) for _ in range(2)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]

    assert id(sanitizing._own_cleaner()) not in found


def test_the_policy_has_a_short_name():
    assert re.fullmatch("[0-9a-f]{12}", sanitizing.POLICY)
