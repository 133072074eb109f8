"""Whether a change is one that a filter looks for: what is known of it in, yes or no out.

A rule is a row of conditions, and all that are set must hold. What costs little is asked first. A regular expression
gets so much time and no more.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import cached_property, lru_cache
from typing import Any, Final
from urllib.parse import unquote

import regex

# So long may one regular expression look at one text, in seconds.
SECONDS: Final = 0.1
LONGEST_PATTERN: Final = 500
# The roles from the least, as numbers: whoever has no account is 0.
ROLES: Final = ("contributor", "editor", "reviewer", "moderator", "administrator")
_FLAGS: Final = regex.IGNORECASE | regex.MULTILINE | regex.VERSION1
# What a browser takes for an address of another site: of slashes it knows both kinds, and needs few behind a scheme.
_AUTHORITY: Final = re.compile(r"(?:https?:[/\\]*+|(?<![/\\])[/\\]{2,}+)([^\s/?#\\]+)", re.IGNORECASE)
_HOST: Final = re.compile(r"(?:^|@|https?:)([^:@\"'<>()\[\]|]+)", re.IGNORECASE)
# What stands before an @ in an address may hold anything but these, blanks and quotes too.
_ENDS: Final = re.compile(r"[/?#\\]")
_BEGINS: Final = re.compile(r"(?:https?:[/\\]|[/\\]{2})$", re.IGNORECASE)
_SCHEME: Final = re.compile(r"https?:", re.IGNORECASE)
_BEHIND_NAME: Final = re.compile(r"@([^\s:@\"'<>()\[\]|]+)")
# Within an address browsers leave out tabs and line ends, however they are written.
_BLANK: Final = re.compile(r"&(?:Tab;|NewLine;|#0*(?:9|10|13)(?!\d);?|#x0*[9ad](?![\da-f]);?)", re.IGNORECASE)
_DESTINATION: Final = re.compile(r"=\s*(?:\"[^\"]*\"|'[^']*')|\]\([^()\[\]]*\)")
# Before a sign that Markdown gives a meaning, a backslash is not part of the address.
_ESCAPED: Final = re.compile(r"\\([!-/:-@\[-`{-~])")


class TooSlow(Exception):
    """A regular expression did not come to an end in its time; it counts as one that finds nothing."""


class BadPattern(ValueError):
    """A regular expression that is none; `message` says where."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Rule:
    """What a filter looks for; empty, 0 and None ask nothing. Shares are per cent, sizes bytes, times minutes.

    `below` is a role: only people below it are asked about; empty is everybody.
    """

    below: str = "reviewer"
    younger_than: int | None = None
    fewer_edits: int | None = None
    saves: int | None = None
    within: int = 10
    namespace: str = ""
    topic: str = ""
    grows_by: int | None = None
    shrinks_by: int | None = None
    removes: int | None = None
    text_matches: str = ""
    added_matches: str = ""
    summary_matches: str = ""
    added_words: str = ""
    added_links: int | None = None
    added_domains: str = ""

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Rule:
        """Return a rule as it was kept; what a later release no longer knows is left out."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: value for name, value in kept.items() if name in known})

    def to_json(self) -> dict[str, Any]:
        """Return what is kept of it."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @property
    def asks_nothing(self) -> bool:
        """Whether it would hold for every change of these people."""
        return all(getattr(self, name) in (None, "") for name in self.to_json() if name not in ("below", "within"))


@dataclass(frozen=True)
class Standing:
    """Who writes: how many days and edits they have been here, and the number of their role."""

    days: float
    edits: int
    role: int


@dataclass(frozen=True)
class Facts:
    """What a rule may ask about a change; what it takes a look into the wiki to know is asked if need be."""

    before: str
    after: str
    summary: str
    namespace: str
    standing: Callable[[], Standing]
    saves_within: Callable[[int], int]
    is_in: Callable[[str], bool]

    @cached_property
    def size_change(self) -> int:
        """Bytes more, or less."""
        return len(self.after.encode()) - len(self.before.encode())

    @cached_property
    def added(self) -> str:
        """The lines that were not there before."""
        return lines_only_in(self.after, self.before)

    @cached_property
    def removed_share(self) -> float:
        """Of what was there, how much is in lines that are gone, in per cent; a changed line counts by its loss."""
        if not self.before:
            return 0
        lost = len(lines_only_in(self.before, self.after)) - len(self.added)
        return 100 * max(lost, 0) / len(self.before)

    @cached_property
    def hosts_added(self) -> tuple[str, ...]:
        """The hosts of links that were not there before, one for each link."""
        return hosts_added(self.before, self.after)


def holds(rule: Rule, facts: Facts) -> bool:
    """Whether a change is what the rule looks for. Raises TooSlow.

    >>> nobody = Facts("Dust.", "Dust. Buy!", "", "article", lambda: Standing(0, 0, 0), lambda minutes: 0, bool)
    >>> holds(Rule(added_words="buy"), nobody), holds(Rule(added_words="uy"), nobody)
    (True, False)
    """
    return (
        (not rule.namespace or facts.namespace == rule.namespace)
        and (rule.grows_by is None or facts.size_change >= rule.grows_by)
        and (rule.shrinks_by is None or facts.size_change <= -rule.shrinks_by)
        and _is_by_whom(rule, facts)
        and (rule.removes is None or facts.removed_share >= rule.removes)
        and _has_what(rule, facts)
        and (rule.saves is None or facts.saves_within(rule.within) > rule.saves)
        and (not rule.topic or facts.is_in(rule.topic))
    )


def check_pattern(pattern: str) -> None:
    """Raise BadPattern for a regular expression that is none, or too long."""
    if len(pattern) > LONGEST_PATTERN:
        raise BadPattern(f"longer than {LONGEST_PATTERN} characters")
    try:
        _compiled(pattern)
    except (regex.error, RecursionError, OverflowError) as error:
        raise BadPattern(str(error)) from error


def matches(pattern: str, text: str) -> bool:
    """Whether a regular expression finds anything in a text. Raises TooSlow."""
    try:
        return _compiled(pattern).search(text, timeout=SECONDS) is not None
    except TimeoutError as error:
        raise TooSlow from error


def lines_only_in(text: str, other: str) -> str:
    """Return the lines of a text that another has not, or not as often.

    >>> lines_only_in("a\\nb\\nb", "b\\nc")
    'a\\nb'
    """
    there = Counter(other.split("\n"))
    only = []
    for line in text.split("\n"):
        if there[line]:
            there[line] -= 1
        else:
            only.append(line)
    return "\n".join(only)


def hosts_in(text: str) -> Counter[str]:
    """Return the hosts of all addresses in a text, and how often each stands there, however they are written.

    >>> sorted(hosts_in("[a](https://Example.org/x) //ev&#105;l.test \\\\http://no.test"))
    ['evil.test', 'example.org', 'no.test']
    """
    plain = html.unescape(_BLANK.sub("", text))
    plain = _DESTINATION.sub(lambda found: re.sub(r"[\t\r\n]", "", found[0]), plain)
    # In HTML a backslash is itself, in Markdown it may be none: of both readings, whatever has more of a host.
    return _counted(plain) | _counted(html.unescape(_BLANK.sub("", _ESCAPED.sub(r"\1", plain))))


def _counted(plain: str) -> Counter[str]:
    named = (found for authority in _AUTHORITY.findall(plain) for found in _HOST.findall(authority))
    return _hosts(named) | _hosts(_behind_names(plain))


def _hosts(written: Iterable[str]) -> Counter[str]:
    return Counter(host for found in written if "." in (host := _host(found)))


def _behind_names(plain: str) -> Iterator[str]:
    """Yield the hosts of addresses with a name before them, whatever the name holds."""
    at = 0
    for piece in _ENDS.split(plain):
        if "@" in piece and (_BEGINS.search(plain[max(at - 8, 0) : at]) or _SCHEME.search(piece)):
            yield from _BEHIND_NAME.findall(piece)
        at += len(piece) + 1


def hosts_added(before: str, after: str) -> tuple[str, ...]:
    """Return the hosts that a text links to more often than it did before, one for each link more."""
    return tuple((hosts_in(after) - hosts_in(before)).elements())


def is_of(host: str, domain: str) -> bool:
    """Whether a host is of a domain.

    >>> is_of("www.evil.test", "evil.test"), is_of("notevil.test", "evil.test")
    (True, False)
    """
    return host == domain or host.endswith("." + domain)


def domain_of(text: str) -> str:
    """Return the domain that somebody wrote, as an address or alone, in its one spelling; empty when it is none.

    >>> domain_of("https://www.Evil.test/page"), domain_of(" evil.test. "), domain_of("evil"), domain_of("münchen.test")
    ('www.evil.test', 'evil.test', '', 'xn--mnchen-3ya.test')
    """
    written = text.strip()
    found = _AUTHORITY.search(written if "//" in written else f"//{written}")
    named = _HOST.findall(found[1]) if found is not None else []
    host = _host(named[-1]) if named else ""
    return host if re.fullmatch(r"(?:[a-z0-9_-]{1,63}\.)+[a-z0-9-]{2,63}", host) else ""


def words_of(text: str) -> list[str]:
    """Return the entries of a list as somebody wrote it: one a line, or with commas between."""
    return [word for part in re.split(r"[\n,]", text) if (word := part.strip())]


def _host(found: str) -> str:
    host = unquote(found).strip(".").lower()
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return host


def _is_by_whom(rule: Rule, facts: Facts) -> bool:
    if not rule.below and rule.younger_than is None and rule.fewer_edits is None:
        return True
    who = facts.standing()
    return (
        (not rule.below or who.role <= ROLES.index(rule.below))
        and (rule.younger_than is None or who.days < rule.younger_than)
        and (rule.fewer_edits is None or who.edits < rule.fewer_edits)
    )


def _has_what(rule: Rule, facts: Facts) -> bool:
    return (
        (rule.added_links is None or len(facts.hosts_added) >= rule.added_links)
        and (not rule.added_domains or _links_to(rule.added_domains, facts))
        and (not rule.added_words or matches(_any_of(rule.added_words), facts.added))
        and (not rule.summary_matches or matches(rule.summary_matches, facts.summary))
        and (not rule.added_matches or matches(rule.added_matches, facts.added))
        and (not rule.text_matches or matches(rule.text_matches, facts.after))
    )


def _links_to(domains: str, facts: Facts) -> bool:
    listed = [domain_of(domain) for domain in words_of(domains)]
    return any(is_of(host, domain) for host in facts.hosts_added for domain in listed if domain)


@lru_cache(maxsize=64)
def _any_of(words: str) -> str:
    """A regular expression of whole words."""
    return r"(?<!\w)(?:" + "|".join(regex.escape(word) for word in words_of(words)) + r")(?!\w)"


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> regex.Pattern[str]:
    return regex.compile(pattern, _FLAGS)
