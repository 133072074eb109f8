"""Which HTML survives: the allow-list, alone in its file.

bleach keeps the policy, and nh3 has the last word with the same list, because bleach gets no more security fixes. nh3
also goes first: it drops what is inside scripts and bounds what odd nesting could cost bleach. Behind both stands the
site's Content-Security-Policy.
"""

import hashlib
import re
import threading
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import unquote

import nh3
from bleach import html5lib_shim
from bleach.sanitizer import Cleaner

TAGS: Final = frozenset(
    (  # noqa: SIM905  # reads better than sixty lines
        "a abbr b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl dt em figcaption"
        " figure h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small span strong sub summary sup"
        " table tbody td tfoot th thead tr u ul var wbr"
    ).split()
)
CLASSES: Final = frozenset(
    (  # noqa: SIM905
        "admonition admonition-title note tip hint info important warning caution danger error attention"
        " footnote footnote-ref footnote-backref not-yet"
    ).split()
)
# None of them may ever be allowed, so that neither list can be widened by an oversight.
NEVER: Final = frozenset(
    "script style svg math noscript iframe form input template object embed button select textarea".split()  # noqa: SIM905
)
SCHEMES: Final = frozenset({"http", "https", "mailto", "tel"})
MEDIA: Final = ("/media/", "/static/")

_EVERYWHERE: Final = frozenset({"id", "class", "title", "lang", "dir"})
_ATTRIBUTES: Final[dict[str, frozenset[str]]] = {
    "a": frozenset({"href", "rel"}),
    "img": frozenset({"src", "alt", "width", "height"}),
    "ol": frozenset({"start", "type", "reversed"}),
    "li": frozenset({"value"}),
    "td": frozenset({"align", "colspan", "rowspan", "headers"}),
    "th": frozenset({"align", "colspan", "rowspan", "headers", "scope"}),
    "col": frozenset({"span"}),
    "colgroup": frozenset({"span"}),
    "details": frozenset({"open"}),
}
_VALUES: Final[dict[str, re.Pattern[str]]] = {
    "align": re.compile("left|center|right", re.I),
    "dir": re.compile("ltr|rtl|auto", re.I),
    "lang": re.compile("[a-zA-Z]{2,8}(-[a-zA-Z0-9]{1,8}){0,3}"),
    "scope": re.compile("col|row|colgroup|rowgroup", re.I),
    "type": re.compile("[1aAiI]"),
    "start": re.compile("-?[0-9]{1,6}"),
    "value": re.compile("-?[0-9]{1,6}"),
    "width": re.compile("[0-9]{1,4}"),
    "height": re.compile("[0-9]{1,4}"),
    # A number of cells beyond this is no table, but an attempt to hang the browser.
    "colspan": re.compile("[1-9][0-9]?"),
    "rowspan": re.compile("[1-9][0-9]?"),
    "span": re.compile("[1-9][0-9]?"),
}
_LINK_RELATION: Final = "nofollow ugc noopener"
# The ids that are ours: footnotes and references to them. All others are told apart from the page's own by a prefix.
OUR_IDS: Final = re.compile("(?:fn|fnref[0-9]*)-[0-9]+|user-.*", re.S)
USER_PREFIX: Final = "user-"
# A colon before any slash is a scheme to a browser; it drops tabs, line ends and what is not printed on the way.
_IGNORED_IN_ADDRESS: Final = re.compile("[\x00-\x20\x7f-\xa0\xad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]")
_PLAIN: Final = re.compile("[^<>&\r\x00]*")
_RULES: Final = "2"  # raised when what this file does changes but no list does
POLICY: Final = hashlib.sha256(
    repr((_RULES, sorted(TAGS), sorted(CLASSES), sorted(SCHEMES), MEDIA, sorted(_EVERYWHERE),
          [(tag, sorted(names)) for tag, names in sorted(_ATTRIBUTES.items())],
          [(name, pattern.pattern) for name, pattern in sorted(_VALUES.items())])).encode()
).hexdigest()[:12]  # fmt: skip


def clean(html: str) -> str:
    """The HTML that may be shown: balanced by itself, nothing in it acts or asks another site for anything.

    >>> clean('<b onclick="x()">fine<script>alert(1)</script>')
    '<b>fine</b>'

    Cleaning twice is cleaning once.
    """
    if _PLAIN.fullmatch(html):
        return html
    first = _last_word.clean(html)
    if "<" not in first:
        return first
    return _last_word.clean(_own_cleaner().clean(first))


def is_external(address: str) -> bool:
    r"""Whether a browser would leave the site: a scheme, or two slashes of either kind, whatever blanks hide them.

    >>> is_external("/\\evil.example"), is_external("/wiki/Asthma:_causes")
    (True, False)
    """
    bare = _IGNORED_IN_ADDRESS.sub("", address)
    return bool(re.match(r"[\\/]{2}|[^/\\?#]*:", bare))


def _allowed_attribute(tag: str, name: str, value: str) -> bool:
    if name not in _EVERYWHERE and name not in _ATTRIBUTES.get(tag, frozenset()):
        return False
    pattern = _VALUES.get(name)
    return pattern is None or pattern.fullmatch(value) is not None


def _judged(tag: str, name: str, value: str) -> str | None:
    return value if _allowed_attribute(tag, name, value) else None


class _Ours(html5lib_shim.Filter):  # type: ignore[misc,name-defined]  # bleach's copy of html5lib has no types
    """What must be changed rather than dropped: ids, classes, foreign links, and images of other sites."""

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """The stream of tokens, changed."""
        links = 0
        for token in super().__iter__():
            name = token.get("name")
            if token["type"] in ("StartTag", "EmptyTag"):
                _change_attributes(token["data"])
            if name == "img" and token["type"] in ("StartTag", "EmptyTag"):
                yield from _image(token, inside_link=links > 0)
                continue
            if name == "a":
                links += (token["type"] == "StartTag") - (token["type"] == "EndTag")
                if token["type"] == "StartTag":
                    _change_link(token["data"])
            yield token


_Attributes = dict[tuple[str | None, str], str]


def _change_attributes(attributes: _Attributes) -> None:
    name = attributes.get((None, "id"))
    if name is not None:
        name = re.sub(r"\s+", "_", name.strip())
        attributes[None, "id"] = name if OUR_IDS.fullmatch(name) else USER_PREFIX + name
    classes = attributes.pop((None, "class"), None)
    known = [word for word in (classes or "").split() if word in CLASSES]
    if known:
        attributes[None, "class"] = " ".join(dict.fromkeys(known))


def _change_link(attributes: _Attributes) -> None:
    attributes.pop((None, "rel"), None)
    if is_external(unquote_entities(attributes.get((None, "href"), ""))):
        attributes[None, "rel"] = _LINK_RELATION


def unquote_entities(address: str) -> str:
    """The address with character references read, as the browser does."""
    return html5lib_shim.convert_entities(address) if "&" in address else address


def _image(token: dict[str, Any], *, inside_link: bool) -> Iterator[dict[str, Any]]:
    """An image of our own as it is; any other as a link to it, for it would tell its site who reads what."""
    attributes: _Attributes = token["data"]
    source = unquote_entities(attributes.get((None, "src"), ""))
    if source.startswith(MEDIA) and not is_external(source) and ".." not in unquote(source):
        yield token
        return
    text = attributes.get((None, "alt"), "").strip()
    web = re.match("https?://", source, re.I)
    linked = web and not inside_link
    if linked:
        link = {(None, "href"): attributes[None, "src"], (None, "rel"): _LINK_RELATION}
        yield {"type": "StartTag", "name": "a", "namespace": None, "data": link}
        text = text or source
    if text:
        yield {"type": "Characters", "data": html5lib_shim.convert_entities(text)}
    if linked:
        yield {"type": "EndTag", "name": "a", "namespace": None, "data": {}}


_last_word: Final = nh3.Cleaner(
    tags=set(TAGS),
    clean_content_tags={"script", "style"},
    attributes={"*": set(_EVERYWHERE), **{tag: set(names) for tag, names in _ATTRIBUTES.items()}},
    attribute_filter=_judged,
    strip_comments=True,
    link_rel=None,
    url_schemes=set(SCHEMES),
)
_kept: Final = threading.local()


def _own_cleaner() -> Cleaner:
    """This thread's cleaner: building one is slow, and its parser has a state that two threads must not share."""
    if not hasattr(_kept, "cleaner"):
        _kept.cleaner = Cleaner(
            tags=TAGS,
            attributes=_allowed_attribute,
            protocols=SCHEMES,
            strip=True,
            strip_comments=True,
            filters=[_Ours],
        )
    cleaner: Cleaner = _kept.cleaner
    return cleaner
