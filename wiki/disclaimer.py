"""The medical disclaimer's built-in wording, its HTML, and where in a page it goes; asks no database, no template.

For the outermost middleware and for what the WSGI door refuses: it must work when nothing else does.
"""

import re
from html import escape
from http import HTTPStatus
from typing import Final

from django.conf import settings

DISCLAIMER_TEXT: Final = (
    "{name} is not a substitute for professional medical advice. "
    "The information on {name} is provided as an information resource only, may be incorrect, outdated or misleading, "
    "and is not to be used or relied on for any diagnostic or treatment purposes. "
    "Please consult your health care provider before making any health care decision, or for guidance about a specific "
    "medical condition. "
    "{name} expressly disclaims responsibility, and shall have no liability, for any damages, loss, injury or "
    "liability whatsoever suffered as a result of your reliance on the information contained in {name}. "
    "By visiting {name} you agree to these terms and conditions, which {name} may change or supplement from time to "
    "time. "
    "If you do not agree to them, you should not enter or use {name}."
)

FULL_TEXT: Final = """\
{name} is not a substitute for professional medical advice. No page of {name} is a diagnosis, a prescription or a \
treatment plan, and reading or writing here makes no one your doctor, nurse, pharmacist or therapist.

In an emergency, call your local emergency number at once. Do not look for help on {name} first.

The information on {name} is provided as an information resource only. It is written by many people, most of whom \
{name} does not know. It may be incorrect, outdated or misleading, incomplete, or changed a moment ago, \
and it is not to be used or relied on for any diagnostic or treatment purposes. Doses, interactions and warnings \
differ from country to country, from product to product and from person to person.

Please consult your health care provider before making any health care decision, or for guidance about a specific \
medical condition. Never disregard professional advice, put off seeking it, or start, change or stop a treatment \
because of something you have read on {name}.

A page that says it was medically reviewed tells who looked at which version and when, not that it is right for you. \
{name} does not recommend or endorse any test, medicine, product, procedure, provider or opinion that it names or \
links to.

{name} expressly disclaims responsibility, and shall have no liability, for any damages, loss, injury or liability \
whatsoever suffered as a result of your reliance on the information contained in {name}. Nothing here limits a \
liability that the law does not allow to be limited.

By visiting {name} you agree to these terms and conditions, which {name} may change or supplement from time to time; \
each version is kept. If you do not agree to them, you should not enter or use {name}."""

_PAGE: Final = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>{heading} - {name}</title>
<link rel="icon" type="image/svg+xml" href="/static/img/favicon.svg">
</head>
<body>
<main>
<h1>{heading}</h1>
<p>{sentence}</p>
<p><a href="/">To the main page of {name}</a></p>
</main>
<footer>
{aside}
</footer>
</body>
</html>
"""


def built_in(name: str) -> str:
    """Return the built-in wording, plain text, with the site's name in it."""
    return DISCLAIMER_TEXT.replace("{name}", name)


def aside(text: str) -> str:
    """Return the disclaimer's HTML: `text` is plain text whose paragraphs an empty line parts."""
    first, *others = [escape(part.strip()) for part in re.split(r"\n\s*\n", text.strip())]
    paragraphs = [f"<strong>Medical Disclaimer:</strong> {first}", *others]
    paragraphs[-1] += ' <a href="/disclaimer">See full disclaimer</a>.'
    body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
    return f'<aside id="medical-disclaimer" aria-label="Medical disclaimer">{body}</aside>'


def placed(content: bytes, text: str, place: bytes) -> bytes:
    """Return an HTML page with the disclaimer at its place, once.

    `place` is the comment that only this answer knows. Pages of other makers, such as the admin, have none: there the
    disclaimer goes before the last `</body>`, or to the end.
    """
    # References, so that the page's own character encoding doesn't matter.
    notice = aside(text).encode("ascii", "xmlcharrefreplace")
    before, found, after = content.partition(place)
    if found:
        return before + notice + after.replace(place, b"")
    end = content.lower().rfind(b"</body")
    return content + notice if end < 0 else content[:end] + notice + content[end:]


def refusal_page(status: int, heading: str, sentence: str, *, name: str = "", text: str = "") -> bytes:
    """Return a page that stands alone: for refusals made outside of Django.

    `name` and `text` are the site's name and the disclaimer where they are known; else the built-in ones.
    """
    name = name or settings.WIKI_NAME
    title = heading or HTTPStatus(status).phrase
    return _PAGE.format(
        heading=escape(title), sentence=escape(sentence), name=escape(name), aside=aside(text or built_in(name))
    ).encode()
