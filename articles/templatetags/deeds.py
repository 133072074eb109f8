"""How rows of the log are told: in words for people, where we know the act; as they stand, where we don't."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django import template
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from articles.text import titles

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from articles.models import LogEntry

register = template.Library()

DEEDS: Final[dict[str, _StrPromise]] = {
    "account.approve": _("let an account in"),
    "account.close": _("closed an account"),
    "account.details": _("changed an account’s displayed name or e-mail address"),
    "account.leave": _("closed an account for good"),
    "account.make": _("made an account"),
    "account.reopen": _("reopened an account"),
    "account.reset_link": _("made a link for a new password"),
    "account.role": _("changed a role"),
    "account.second_factor_removed": _("removed a second factor"),
    "address.look_up": _("looked up addresses"),
    "approvers.change": _("changed who has to approve"),
    "article.delete": _("deleted"),
    "article.hide": _("hid or showed a version"),
    "article.move": _("moved"),
    "article.protect": _("changed the protection"),
    "article.quarantine": _("put a section under review"),
    "article.release": _("released a section from review"),
    "article.restore": _("restored"),
    "article.revert": _("brought a version back"),
    "article.rollback": _("rolled back"),
    "article.stub": _("set the stub topic"),
    "article.undo": _("undid an edit"),
    "block.change": _("changed a block"),
    "block.lift": _("lifted a block"),
    "block.make": _("blocked"),
    "domains.change": _("changed the domains that nothing may link to"),
    "filter.change": _("changed a filter"),
    "filter.make": _("made a filter"),
    "filter.switch": _("switched a filter"),
    "ladder.change": _("changed the ladder of trust"),
    "case.close": _("closed a report"),
    "case.quarantine": _("put the section of a report under review"),
    "case.reopen": _("reopened a report"),
    "case.take": _("took a report"),
    "proposal.accept": _("accepted a proposal"),
    "proposal.approve": _("approved a proposal, not as the last"),
    "proposal.changes": _("asked for changes of a proposal"),
    "proposal.unapprove": _("took an approval back"),
    "proposal.decline": _("declined a proposal"),
    "text.erase": _("erased a passage for law"),
    "wording.change": _("changed the site’s words"),
    "wording.put_back": _("put the site’s words back"),
}
_OF_A_BLOCK: Final[dict[str, _StrPromise]] = {
    "block": _("number"),
    "level": _("kept from"),
    "no_accounts": _("no new accounts"),
    "accounts_too": _("accounts, too"),
    "catches": _("their addresses, too"),
    "page": _("only on the page"),
    "topic": _("only in the category"),
    "until": _("until"),
}
_OF_A_FILTER: Final[dict[str, _StrPromise]] = {
    "name": _("name"),
    "action": _("what happens"),
    "message": _("message"),
    "is_on": _("is on"),
    "version": _("version"),
    "below": _("people below"),
    "text_matches": _("text matches"),
    "added_matches": _("added text matches"),
    "summary_matches": _("summary matches"),
    "added_words": _("added words"),
    "added_domains": _("added domains"),
    "added_links": _("added links"),
    "younger_than": _("accounts younger than (days)"),
    "fewer_edits": _("fewer edits than"),
    "saves": _("more saves than"),
    "within": _("in so many minutes"),
    "namespace": _("kind of page"),
    "topic": _("category"),
    "grows_by": _("grows by (bytes)"),
    "shrinks_by": _("shrinks by (bytes)"),
    "removes": _("removes (per cent)"),
    "tag": _("mark"),
    "times": _("let through"),
    "minutes": _("of throttling, in so many minutes"),
    "hours": _("blocked for (hours)"),
}
_OF_A_PROPOSAL: Final[dict[str, _StrPromise]] = {"proposal": _("number"), "edit": _("edit")}
_NAMES: Final[dict[str, dict[str, _StrPromise]]] = {
    "domains.change": {"domains": _("domains")},
    **dict.fromkeys(("filter.make", "filter.change", "filter.switch"), _OF_A_FILTER),
    **dict.fromkeys(("block.make", "block.change", "block.lift"), _OF_A_BLOCK),
    "article.protect": {
        "edit": _("publishing"),
        "edit_until": _("until"),
        "move": _("moving"),
        "move_until": _("until"),
        "propose": _("proposing"),
        "propose_until": _("until"),
        "create": _("writing it"),
        "create_until": _("until"),
    },
    "article.move": {"title": _("title"), "edit": _("edit"), "mended": _("redirects mended")},
    "article.quarantine": {"section": _("section"), "quarantine": _("quarantine")},
    "article.release": {"section": _("section"), "quarantine": _("quarantine")},
    "text.erase": {"versions": _("versions"), "proposals": _("proposals"), "others": _("other places")},
    "article.delete": {"edit": _("edit"), "state": _("state")},
    "article.restore": {"edit": _("edit"), "state": _("state")},
    **dict.fromkeys((deed for deed in DEEDS if deed.startswith("proposal.")), _OF_A_PROPOSAL),
    "account.make": {"role": _("role")},
    "account.role": {"role": _("role")},
    "article.hide": {"edit": _("edit"), "text": _("text"), "summary": _("summary"), "author": _("author")},
}
_THINGS: Final[dict[str, _StrPromise]] = {
    "account": _("account"),
    "block": _("block"),
    "case": _("report"),
    "erasure": _("erasure"),
    "filter": _("filter"),
}
_LONGEST: Final = 120
_FORMULAS: Final = ("=", "+", "-", "@", "\t", "\r")
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?\+00:00")


@register.filter
def deed(what: str) -> str:
    """Return the words for an act of the log; its own name for one that we have no words for.

    >>> str(deed("article.delete")), deed("clock.wind")
    ('deleted', 'clock.wind')
    """
    return str(DEEDS.get(what, what))


@register.filter
def is_page(target: str) -> bool:
    """Whether the target of an act names a page, and no account, setting or part of the site."""
    try:
        return titles.full(*titles.parse(target)) == target
    except titles.TitleError:
        return False


@register.filter
def thing(target: str) -> str:
    """Return what an act was about in words, where it has a number; another target as it stands.

    >>> thing("case:4"), thing("tagline")
    ('report 4', 'tagline')
    """
    kind, _colon, number = target.partition(":")
    return f"{_THINGS[kind]} {number}" if kind in _THINGS else target


@register.filter
def changes(entry: LogEntry) -> list[tuple[str, str, str]]:
    """Return what an act changed: each value's name, what it was, and is now, cut to a line's length.

    What it was is empty where the act made the thing: there was nothing to be told of it before.
    """
    before, after = (
        value if isinstance(value, dict) else {} if value is None else {"": value}
        for value in (entry.before, entry.after)
    )
    names = _NAMES.get(entry.what, {})
    return [
        (str(names.get(key, key)), _shown(before[key]) if key in before else "", _shown(after.get(key)))
        for key in dict.fromkeys([*before, *after])
        if _differs(before.get(key), after.get(key))
    ]


def as_csv(entries: Iterable[LogEntry], *, with_personal: bool) -> Iterator[str]:
    """Yield the log as a table, a line at a time. No cell begins like a formula: spreadsheets would work it out."""
    for number, entry in enumerate(entries):
        row = _row_of(entry, with_personal=with_personal)
        if number == 0:
            yield _csv_line(row)
        yield _csv_line(
            value if isinstance(value, str) else "" if value is None else json.dumps(value) for value in row.values()
        )


def as_json_lines(entries: Iterable[LogEntry], *, with_personal: bool) -> Iterator[str]:
    """Yield the log as JSON, a line for each row: with its hash, so that the chain can be followed elsewhere, too."""
    for entry in entries:
        yield json.dumps(_row_of(entry, with_personal=with_personal), ensure_ascii=False) + "\n"


def _row_of(entry: LogEntry, *, with_personal: bool) -> dict[str, object]:
    row = {
        "number": entry.number,
        "when": entry.when.isoformat(timespec="microseconds"),
        "who": entry.who.get_username() if entry.who else "",
        "who_id": entry.who_id,
        "what": entry.what,
        "target": entry.target,
        "why": entry.why,
        "before": entry.before,
        "after": entry.after,
        "previous_hash": entry.previous_hash,
        "hash": entry.hash,
    }
    return {**row, "personal": entry.personal} if with_personal else row


def _csv_line(cells: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(f"'{cell}" if cell.startswith(_FORMULAS) else cell for cell in cells)
    return line.getvalue()


def _differs(was: object, is_now: object) -> bool:
    if isinstance(was or is_now, (dict, list)):
        return False
    # A thing that was made without this hasn't gained it.
    return was != is_now and not (was is None and is_now in ("", False))


def _shown(value: object) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return str(_("yes")) if value else str(_("no"))
    if isinstance(value, str) and _TIME.fullmatch(value):
        return date_format(datetime.fromisoformat(value), "j F Y, H:i")
    return Truncator(str(value)).chars(_LONGEST)
