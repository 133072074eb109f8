"""What a test sees of a page: the tree a browser would build of it, and what in that tree no page may have."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement

# The algorithm of the HTML standard, with all that browsers repair, in C: tests read tens of thousands of pages.
from selectolax.lexbor import LexborHTMLParser, LexborNode

DISCLAIMER = "medical-disclaimer"
_ADDRESSES = (
    "href",
    "src",
    "action",
    "formaction",
    "data",
    "poster",
    "srcset",
    "background",
    "ping",
    "cite",
    "xlink:href",
)
_ACTS = {"iframe", "object", "embed", "base", "applet", "frame", "frameset", "svg", "math", "audio", "video", "portal"}


class Link(NamedTuple):
    """A link as a reader could follow it."""

    href: str
    rel: frozenset[str]
    classes: frozenset[str]
    text: str


class Page:
    """An answer's HTML, parsed as a browser does, once something of its tree is asked."""

    def __init__(self, answer: Any) -> None:
        self.source: str = answer if isinstance(answer, str) else answer.content.decode()

    @cached_property
    def tree(self) -> Element:
        """The elements with their text, what a template holds among them; no comments, and names without namespaces."""
        return _tree_of(self.source)

    @cached_property
    def _parents(self) -> dict[Element, Element]:
        return {child: parent for parent in self.tree.iter() for child in parent}

    def all(self, tag: str) -> list[Element]:
        return list(self.tree.iter(tag))

    def elements(self) -> Iterator[Element]:
        return self.tree.iter()

    def with_id(self, name: str) -> list[Element]:
        return [element for element in self.elements() if element.get("id") == name]

    def with_class(self, name: str) -> list[Element]:
        return [element for element in self.elements() if name in (element.get("class") or "").split()]

    @property
    def ids(self) -> list[str]:
        return [found for element in self.elements() if (found := element.get("id"))]

    @property
    def h1(self) -> str:
        return " ".join(words(element) for element in self.all("h1"))

    @property
    def article(self) -> str:
        """The words of the article's text."""
        return " ".join(words(element) for element in self.with_id("article-content"))

    @property
    def words(self) -> str:
        return words(self.all("body")[0])

    @property
    def links(self) -> list[Link]:
        return [_link(element) for element in self.all("a") if element.get("href") is not None]

    def link(self, text: str) -> str:
        """The address of the first link with these words."""
        return next(link.href for link in self.links if link.text == text)

    def fields(self, **changed: str) -> dict[str, str]:
        """What the page's own form would send, its text areas and hidden fields included: that of the text, if any."""
        forms = [form for form in self.all("form") if (form.get("method") or "").lower() == "post" and self._own(form)]
        of_text = (form for form in forms if any(area.get("name") == "text" for area in form.iter("textarea")))
        return {**dict(_fields(next(of_text, forms[0]))), **changed}

    def fields_of(self, name: str, **changed: str) -> dict[str, str]:
        """What the form of this class would send."""
        (form,) = self.with_class(name)
        return {**dict(_fields(form)), **changed}

    def fields_of_each(self, name: str) -> dict[str, list[str]]:
        """What the form around what is of this class would send: of each name all values."""
        element = self.with_class(name)[0]
        while element.tag != "form":
            element = self._parents[element]
        sent: dict[str, list[str]] = {}
        for field, value in _fields(element):
            sent.setdefault(field, []).append(value)
        return sent

    def around(self, element: Element) -> Element:
        """The element that this one stands in."""
        return self._parents[element]

    def is_inside(self, element: Element, name: str) -> bool:
        """Whether the element stands in the one with this id."""
        while (parent := self._parents.get(element)) is not None:
            if parent.get("id") == name:
                return True
            element = parent
        return False

    def _own(self, form: Element) -> bool:
        # Nor is it one of the small ones that only throw a draft away.
        return form.get("action") != "/accounts/logout/" and not (form.get("action") or "").startswith("/drafts/")

    # --- What no page may have -----------------------------------------------------------------------------------
    def faults(self) -> list[str]:
        """What is wrong with any page of ours that has this."""
        # People may use an id of their own twice in a text; it is none of the page's.
        ours = [name for name in self.ids if not name.startswith("user-")]
        repeated = sorted(name for name, times in Counter(ours).items() if times > 1)
        keys = Counter(element.get("accesskey", "") for element in self.elements())
        headings = len(self.all("h1"))
        return [
            *self.disclaimer_faults(),
            *(f"the id {name} is there twice" for name in repeated),
            *(f"the access key {key} leads to {times} places" for key, times in keys.items() if key and times > 1),
            *([f"{headings} h1"] if headings != 1 else []),
            *([] if self.all("html")[0].get("lang") else ["no lang"]),
            *([] if "".join(words(title) for title in self.all("title")[:1]).strip() else ["no title"]),
            *self.live(),
        ]

    def disclaimer_faults(self) -> list[str]:
        found = self.with_id(DISCLAIMER)
        if len(found) != 1:
            return [f"{len(found)} disclaimers"]
        (aside,) = found
        return [
            *(["the disclaimer is inside the article"] if self.is_inside(aside, "article-content") else []),
            *(["the disclaimer is hidden"] if self._is_hidden(aside) else []),
            *([] if "Medical Disclaimer:" in words(aside) else ["the disclaimer says nothing"]),
        ]

    def live(self) -> list[str]:
        """Whatever could act, or ask another site for something."""
        return [f"<{element.tag}>: {fault}" for element in self.elements() for fault in self._acting(element)]

    def _acting(self, element: Element) -> Iterator[str]:
        tag = element.tag
        if tag == "script" and (not element.get("src") or words(element).strip()):
            yield "an inline script"
        if tag == "style":
            yield "an inline style"
        # Icons of ours are drawn in place, and never in an article.
        if tag in _ACTS and (tag != "svg" or self.is_inside(element, "article-content")):
            yield "not ours"
        if tag == "meta" and element.get("http-equiv"):
            yield "a meta that acts"
        for name, value in element.attrib.items():
            if name.startswith("on") or name in ("style", "srcdoc"):
                yield f"{name}={value[:80]}"
            if name in _ADDRESSES:
                yield from self._going(tag, name, value)

    def _going(self, tag: str, name: str, value: str) -> Iterator[str]:
        bare = re.sub(r"[\x00-\x20]", "", value).lower()
        scheme = bare.partition(":")[0] if re.match(r"[a-z][a-z0-9+.-]*:", bare) else ""
        if scheme and scheme not in ("http", "https", "mailto", "tel"):
            yield f"{name}={value[:80]}"
        goes_out = scheme or bare.startswith(("//", "\\\\", "/\\"))
        if tag != "a" and name != "cite" and goes_out and urlsplit(value).hostname != "testserver":
            yield f"another site in {name}={value[:80]}"

    def _is_hidden(self, element: Element) -> bool:
        while element is not None:
            if element.get("hidden") is not None or element.tag in ("details", "template", "noscript", "dialog"):
                return True
            element = self._parents.get(element)  # type: ignore[assignment]
        return False


def words(element: Element) -> str:
    """All text in an element, blanks as one."""
    return re.sub(r"\s+", " ", "".join(element.itertext())).strip()


def _tree_of(source: str) -> Element:
    root = LexborHTMLParser(source).root
    tree = Element(root.tag, _attributes(root))
    waiting = [(root, tree)]  # No recursion: people nest more deeply than Python does.
    while waiting:
        node, element = waiting.pop()
        if element.tag == "template":
            node = node.template_fragments()[0]
        last: Element | None = None
        for child in node.iter(include_text=True):
            if child.is_element_node:
                last = SubElement(element, child.tag, _attributes(child))
                waiting.append((child, last))
            elif child.is_text_node and last is None:
                element.text = (element.text or "") + child.text_content
            elif child.is_text_node:
                last.tail = (last.tail or "") + child.text_content
    return tree


def _attributes(node: LexborNode) -> dict[str, str]:
    return {name: value or "" for name, value in node.attributes.items()}


def _link(element: Element) -> Link:
    return Link(
        element.get("href") or "",
        frozenset((element.get("rel") or "").split()),
        frozenset((element.get("class") or "").split()),
        words(element),
    )


def _fields(form: Element) -> Iterator[tuple[str, str]]:
    for element in form.iter():
        name = element.get("name")
        if not name or element.get("disabled") is not None or element.tag == "button":
            continue
        if element.tag == "textarea":
            yield name, "".join(element.itertext())
        elif element.tag == "select":
            options = list(element.iter("option"))
            chosen = [option for option in options if option.get("selected") is not None] or options[:1]
            yield from ((name, option.get("value") or "") for option in chosen)
        elif element.get("type") not in ("checkbox", "radio", "submit") or element.get("checked") is not None:
            # A box without a value of its own says "on" when it is ticked.
            yield name, element.get("value") or ("on" if element.get("type") == "checkbox" else "")
