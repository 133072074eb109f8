"""The site as templates name it: `wiki.name`, `wiki.navigation`, `wiki.sponsor`; made of the words that hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from wiki.wording import colours, rules

# From here on a logo is wide enough to be the name itself; a squarer one stands beside the name.
_WORDMARK: Final = 2


@dataclass(frozen=True)
class Mark:
    """The logo's picture: its address and size in pixels."""

    url: str
    width: int
    height: int

    @property
    def is_wide(self) -> bool:
        """Whether the picture stands for the name, not beside it."""
        return self.width >= _WORDMARK * self.height


@dataclass(frozen=True)
class Sponsor:
    """The sponsor's lines and link, and where somebody is led who wants to advertise."""

    text: str
    link: str
    advertise_label: str
    advertise_link: str


@dataclass(frozen=True)
class StubNotice:
    """What the notice of a stub says: a sentence, an invitation around its link, and what the icon shows."""

    text: str
    before: str
    link: str
    after: str
    icon: str


class Site:
    """What a template may say of the site; every word is plain text, to be escaped."""

    def __init__(self, words: Mapping[str, str]) -> None:
        self._words = words
        self.name = words["name"]
        self.long_name = words["long_name"]
        self.tagline = words["tagline"]
        self.motto = words["motto"]
        self.credits = words["credits"]
        self.licence = words["licence"]
        self.licence_url = words["licence_url"]
        self.registration = words["registration"]

    @property
    def announcements(self) -> list[str]:
        """The lines at the top of every page: what is announced, and that nothing can be saved while that is so."""
        lines = [self._words["announcement"]] if self._words["announcement"] else []
        if "on" in (settings.WIKI_READ_ONLY, self._words["read_only"]):
            lines.append(_("The site is read-only just now: you can read everything, and save nothing."))
        return lines

    @cached_property
    def navigation(self) -> tuple[tuple[str, str], ...]:
        """Label and address of each entry of the navigation row."""
        return rules.entries_of(self._words["navigation"])

    @property
    def sponsor(self) -> Sponsor | None:
        """The sponsor block; None while there is neither a sponsor nor an invitation to become one."""
        link = self._words["advertise_link"]
        if not (self._words["sponsor"] or link):
            return None
        return Sponsor(self._words["sponsor"], self._words["sponsor_link"], self._words["advertise_label"], link)

    @property
    def without_sponsor(self) -> frozenset[str]:
        """The titles, topics and categories that carry no sponsor, as `key_of` writes them."""
        return frozenset(key_of(line) for line in self._words["sponsor_off"].split("\n") if key_of(line))

    @cached_property
    def logo(self) -> Mark | None:
        """The logo, where one was chosen."""
        if not self._words["logo"]:
            return None
        digest, width, height = self._words["logo"].split()
        return Mark(reverse("wording:logo_picture", args=[digest]), int(width), int(height))

    @property
    def colours_url(self) -> str:
        """The address of the chosen accent's stylesheet; empty without one."""
        accent = self._words["accent"]
        return reverse("wording:colours", args=[colours.name_of(accent)]) if accent else ""

    def stub_notice(self, topic: str) -> StubNotice:
        """Return the words of a stub notice of this topic."""
        own, icon = rules.topics_of(self._words["stub_topics"]).get(topic.casefold(), ("", ""))
        before, link, after = rules.linked(self._words["stub_help"])
        return StubNotice((own or self._words["stub"]).replace("{topic}", topic), before, link, after, icon)


def key_of(name: str) -> str:
    """Return a title, topic or category without the differences that people don't see."""
    name = name.replace("_", " ").strip().casefold()
    return name.removeprefix("category:").strip()
