"""All of the site's words and choices that an administrator may change: one entry each, in the order of *Set up*."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from wiki import disclaimer

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


class Kind(StrEnum):
    """What an entry's text is, and so how it is checked and asked for."""

    LINE = "line"
    TEXT = "text"
    ADDRESS = "address"
    COLOUR = "colour"
    CHOICE = "choice"
    NAVIGATION = "navigation"
    TOPICS = "topics"
    LINKED = "linked"  # A line with its link's words in square brackets.
    LOGO = "logo"
    QUESTION = "question"  # With its answers, between bars.


@dataclass(frozen=True)
class Entry:
    """One of the site's words: where it is said, what it is before anybody has chosen, what it may be."""

    key: str
    group: str
    kind: Kind
    label: StrOrPromise
    help: StrOrPromise
    built_in: StrOrPromise = ""
    # The setting that holds it, and the environment variable of the same name.
    setting: str = ""
    longest: int = 200
    must_speak: bool = False
    # Right for a new site as it comes: nobody has to decide.
    is_optional: bool = True
    choices: tuple[tuple[str, StrOrPromise], ...] = ()

    def in_words(self, text: str) -> str:
        """Return a text of this entry as people read it: a choice by its name, of a logo that there is one."""
        if self.kind == Kind.LOGO:
            return gettext("a picture") if text else ""
        return str(dict(self.choices).get(text, text))


GROUPS: Final[dict[str, StrOrPromise]] = {
    "names": _("Names"),
    "look": _("Look and navigation"),
    "words": _("Disclaimer, credits and licence"),
    "stubs": _("Stubs"),
    "sponsor": _("Sponsor"),
    "people": _("Who may do what"),
    "pages": _("Pages about the site"),
    "running": _("Running it"),
}

_NAVIGATION: Final = """\
Wellness | /wiki/Project:Wellness
Encyclopedia | /index/
Health topics | /wiki/Project:Health_topics
Disease index | /wiki/Project:Disease_index
Drugs | /wiki/Project:Drugs
World directory | /wiki/Project:World_directory
Anatomy | /wiki/Project:Anatomy
Diets | /wiki/Project:Diets
Recipes | /wiki/Project:Recipes"""

_FILLED: Final = _("{name} stands for the site's name.")

CATALOGUE: Final = (
    Entry(
        "name",
        "names",
        Kind.LINE,
        _("Name"),
        _("What the site is called: in the wordmark, in every title and in the disclaimer."),
        setting="WIKI_NAME",
        longest=60,
        must_speak=True,
        is_optional=False,
    ),
    Entry(
        "long_name",
        "names",
        Kind.LINE,
        _("Long name"),
        _("At the foot of every page. {name} stands for the site's name."),
        setting="WIKI_LONG_NAME",
    ),
    Entry(
        "tagline",
        "names",
        Kind.LINE,
        _("Tagline"),
        _("Under the title of each article. {name} stands for the site's name."),
        setting="WIKI_TAGLINE",
    ),
    Entry(
        "motto",
        "names",
        Kind.TEXT,
        _("Motto"),
        _("A line or two at the foot of every page; empty for none."),
        setting="WIKI_MOTTO",
        longest=500,
    ),
    Entry(
        "logo",
        "look",
        Kind.LOGO,
        _("Logo"),
        _("A picture in place of the name at the top of every page; without one, the name itself."),
    ),
    Entry(
        "accent",
        "look",
        Kind.COLOUR,
        _("Accent colour"),
        _("The colour of links and buttons, such as #0d6068; empty for the one that came with the software."),
        longest=7,
    ),
    Entry(
        "navigation",
        "look",
        Kind.NAVIGATION,
        _("Navigation"),
        _("The row of links at the foot of every page. One entry a line: its label, a bar, its address."),
        built_in=_NAVIGATION,
        longest=4_000,
    ),
    Entry(
        "disclaimer",
        "words",
        Kind.TEXT,
        _("Medical disclaimer (on every page)"),
        _("Plain text. {name} stands for the site's name; an empty line parts paragraphs."),
        built_in=disclaimer.DISCLAIMER_TEXT,
        longest=20_000,
        must_speak=True,
        is_optional=False,
    ),
    Entry(
        "full_disclaimer",
        "words",
        Kind.TEXT,
        _("Full disclaimer (its own page)"),
        _("Plain text. {name} stands for the site's name; an empty line parts paragraphs."),
        built_in=disclaimer.FULL_TEXT,
        longest=20_000,
        must_speak=True,
        is_optional=False,
    ),
    Entry(
        "credits",
        "words",
        Kind.TEXT,
        _("Credits"),
        _("Whom the site thanks, at the foot of every page; empty for none."),
        setting="WIKI_CREDITS",
        longest=1_000,
    ),
    Entry(
        "licence",
        "words",
        Kind.LINE,
        _("Licence"),
        _("The licence that people release their words under when they save. Texts saved before keep theirs."),
        setting="WIKI_LICENCE",
        must_speak=True,
    ),
    Entry(
        "licence_url",
        "words",
        Kind.ADDRESS,
        _("Address of the licence"),
        _("Where the licence is read."),
        setting="WIKI_LICENCE_URL",
        must_speak=True,
    ),
    Entry(
        "stub",
        "stubs",
        Kind.LINE,
        _("Stub notice"),
        _("Under an article that is short. {topic} stands for its topic, {name} for the site's name."),
        built_in=_("This article is a stub related to {topic}."),
        must_speak=True,
    ),
    Entry(
        "stub_help",
        "stubs",
        Kind.LINKED,
        _("Invitation in the stub notice"),
        _("Square brackets hold the words that lead to the edit page. {name} stands for the site's name."),
        built_in=_("You can help {name} by [expanding it]!"),
        must_speak=True,
    ),
    Entry(
        "stub_topics",
        "stubs",
        Kind.TOPICS,
        _("Stub notices of single topics"),
        _("One a line: the topic, a bar, its own notice; after another bar, what the icon is called."),
        longest=4_000,
    ),
    Entry(
        "sponsor",
        "sponsor",
        Kind.TEXT,
        _("Sponsor"),
        _("A line or two at the foot of pages, labelled “Ad.”, never inside an article or in print; empty for none."),
        longest=500,
    ),
    Entry("sponsor_link", "sponsor", Kind.ADDRESS, _("Address of the sponsor"), _("Where the lines lead; or empty.")),
    Entry(
        "sponsor_off",
        "sponsor",
        Kind.TEXT,
        _("Pages without the sponsor"),
        _("One a line: the title of an article, a stub topic, or a category whose articles carry no sponsor."),
        longest=10_000,
    ),
    Entry(
        "advertise_label",
        "sponsor",
        Kind.LINE,
        _("“Advertise here”: its words"),
        _FILLED,
        built_in=_("Advertise on {name}"),
        must_speak=True,
    ),
    Entry(
        "advertise_link",
        "sponsor",
        Kind.ADDRESS,
        _("“Advertise here”: its address"),
        _("Where somebody who wants to advertise is led; empty for no such link."),
    ),
    Entry(
        "anonymous_edits",
        "people",
        Kind.CHOICE,
        _("People without an account"),
        _("What somebody may do who has not logged in."),
        setting="WIKI_ANONYMOUS_EDITS",
        choices=(
            ("propose", _("propose changes, which a reviewer lets through")),
            ("publish", _("publish at once")),
            ("off", _("read only")),
        ),
    ),
    Entry(
        "emergency",
        "people",
        Kind.LINE,
        _("In an emergency"),
        _("What is said first where readers report something: whom to call."),
        setting="WIKI_EMERGENCY_LINE",
        longest=300,
        must_speak=True,
    ),
    Entry(
        "visitor_question",
        "people",
        Kind.QUESTION,
        _("Question for people without an account"),
        _("A question, a bar, its answer; behind other bars other right answers. Empty: nobody is asked."),
        setting="WIKI_VISITOR_QUESTION",
        longest=500,
    ),
    Entry(
        "contributor_edits",
        "people",
        Kind.CHOICE,
        _("New accounts"),
        _("What somebody may do who has registered, until they are made an editor."),
        setting="WIKI_CONTRIBUTOR_EDITS",
        choices=(
            ("propose", _("propose changes, which a reviewer lets through")),
            ("publish", _("publish at once")),
        ),
    ),
    Entry(
        "registration",
        "people",
        Kind.CHOICE,
        _("Sign-up"),
        _("Who may make an account."),
        setting="WIKI_REGISTRATION",
        is_optional=False,
        choices=(
            ("open", _("everybody")),
            ("approval", _("everybody, and a moderator lets each one in")),
            ("closed", _("nobody: administrators make the accounts")),
        ),
    ),
    Entry(
        "dashboard",
        "people",
        Kind.CHOICE,
        _("Dashboard of moderators"),
        _("Pictures of how long what waits has waited, and of edits, reverts and reviews by day."),
        setting="WIKI_DASHBOARD",
        choices=(("off", _("there is none")), ("on", _("moderators have one, beside their inbox"))),
    ),
    Entry(
        "indexing",
        "people",
        Kind.CHOICE,
        _("Search engines"),
        _("Whether search engines may list the site. It needs an address of its own first: SITE_URL."),
        setting="WIKI_INDEXING",
        is_optional=False,
        choices=(("on", _("may list its pages")), ("off", _("may not"))),
    ),
    Entry(
        "announcement",
        "running",
        Kind.LINE,
        _("Announcement"),
        _("A line at the top of every page, such as “The site will be read-only from 20:00 UTC.” Empty for none."),
        setting="WIKI_ANNOUNCEMENT",
        longest=300,
    ),
    Entry(
        "read_only",
        "running",
        Kind.CHOICE,
        _("Saving"),
        _(
            "While nothing is saved, everything can be read, and whoever sends something gets it back. You can still "
            "log in and change this line."
        ),
        setting="WIKI_READ_ONLY",
        choices=(("off", _("works as ever")), ("on", _("is switched off: the site is read-only"))),
    ),
)

BY_KEY: Final = {entry.key: entry for entry in CATALOGUE}
BY_SETTING: Final = {entry.setting: entry for entry in CATALOGUE if entry.setting}
