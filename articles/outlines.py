"""What a new article may begin with: the headings that articles of its type have, in their usual order.

Called by views, which offer them, and by whoever takes a text in: an outline that nobody has filled is no article. The
order is that of MediaWiki's medical editors.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from articles.text import titles

# What would be read as emphasis, code or an escape where the title stands in bold.
_MARKS: Final = re.compile(r"([\\*`])")


@dataclass(frozen=True)
class Outline:
    """A type of article: its name in addresses and for people, its first line, its headings, its category."""

    name: str
    label: Promise
    first_line: Promise
    headings: tuple[Promise, ...]
    category: Promise

    def text(self, title: str) -> str:
        """Return the text that an article of this title begins with."""
        first = str(self.first_line) % {"title": _MARKS.sub(r"\\\1", title)}
        headings = (f"## {heading}" for heading in self.headings)
        return "\n\n".join([first, *headings, f"[[Category:{self.category}]]"]) + "\n"


_DISEASE: Final = Outline(
    name="disease",
    label=gettext_lazy("Disease"),
    first_line=gettext_lazy("**%(title)s** is a disease that …"),
    headings=(
        gettext_lazy("Signs and symptoms"),
        gettext_lazy("Causes"),
        gettext_lazy("Mechanism"),
        gettext_lazy("Diagnosis"),
        gettext_lazy("Prevention"),
        gettext_lazy("Treatment"),
        gettext_lazy("Prognosis"),
        gettext_lazy("Epidemiology"),
        pgettext_lazy("of a disease, medicine or procedure", "History"),
        gettext_lazy("Society and culture"),
        gettext_lazy("Research"),
        gettext_lazy("See also"),
    ),
    category=pgettext_lazy("category", "Diseases"),
)
_DRUG: Final = Outline(
    name="drug",
    label=gettext_lazy("Medicine"),
    first_line=gettext_lazy("**%(title)s** is a medicine that is used to …"),
    headings=(
        gettext_lazy("Medical uses"),
        gettext_lazy("Contraindications"),
        gettext_lazy("Adverse effects"),
        gettext_lazy("Overdose"),
        gettext_lazy("Interactions"),
        gettext_lazy("Pharmacology"),
        gettext_lazy("Chemistry"),
        pgettext_lazy("of a disease, medicine or procedure", "History"),
        gettext_lazy("Society and culture"),
        gettext_lazy("Research"),
        gettext_lazy("See also"),
    ),
    category=pgettext_lazy("category", "Drugs"),
)
_PROCEDURE: Final = Outline(
    name="procedure",
    label=gettext_lazy("Procedure or test"),
    first_line=gettext_lazy("**%(title)s** is a procedure in which …"),
    headings=(
        gettext_lazy("Medical uses"),
        gettext_lazy("Contraindications"),
        gettext_lazy("Risks and complications"),
        gettext_lazy("Technique"),
        gettext_lazy("Recovery"),
        pgettext_lazy("of a disease, medicine or procedure", "History"),
        gettext_lazy("Society and culture"),
        gettext_lazy("Research"),
        gettext_lazy("See also"),
    ),
    category=pgettext_lazy("category", "Procedures"),
)
_ANATOMY: Final = Outline(
    name="anatomy",
    label=gettext_lazy("Part of the body"),
    first_line=gettext_lazy("The **%(title)s** is a part of the body that …"),
    headings=(
        gettext_lazy("Structure"),
        gettext_lazy("Variation"),
        gettext_lazy("Development"),
        gettext_lazy("Function"),
        gettext_lazy("Clinical significance"),
        pgettext_lazy("of a disease, medicine or procedure", "History"),
        gettext_lazy("Society and culture"),
        gettext_lazy("See also"),
    ),
    category=pgettext_lazy("category", "Anatomy"),
)
_NUTRITION: Final = Outline(
    name="nutrition",
    label=gettext_lazy("Food, nutrient or diet"),
    first_line=gettext_lazy("**%(title)s** is a food, nutrient or diet that …"),
    headings=(
        gettext_lazy("Composition and sources"),
        gettext_lazy("Role in the body"),
        gettext_lazy("Recommended intake"),
        gettext_lazy("Deficiency"),
        gettext_lazy("Excess"),
        gettext_lazy("Health effects"),
        gettext_lazy("Interactions"),
        pgettext_lazy("of a disease, medicine or procedure", "History"),
        gettext_lazy("Society and culture"),
        gettext_lazy("Research"),
        gettext_lazy("See also"),
    ),
    category=pgettext_lazy("category", "Nutrition"),
)
OUTLINES: Final = (_DISEASE, _DRUG, _PROCEDURE, _ANATOMY, _NUTRITION)


def category_of_drugs() -> str:
    """Return the category that the outline of a medicine ends with: the one whose articles are on drugs."""
    return str(_DRUG.category)


def offered_for(full_title: str) -> tuple[Outline, ...]:
    """Return the outlines that a page of this title may begin with: pages that are no articles have none."""
    return OUTLINES if _is_an_article(full_title) else ()


def text_of(name: str, full_title: str) -> str:
    """Return the text that the outline of this name begins an article with; empty when there is none such."""
    return next((each.text(full_title) for each in offered_for(full_title) if each.name == name), "")


def refusal(text: str, full_title: str) -> str:
    """Return why this text is no article yet: it is an outline that nobody has filled. Empty when it may be one."""
    written = _lines(text)
    if any(written == _lines(each.text(full_title)) for each in offered_for(full_title)):
        return _("Please write something under a heading first.")
    return ""


def _is_an_article(full_title: str) -> bool:
    try:
        return titles.parse(full_title).namespace == "article"
    except titles.TitleError:
        return False


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
