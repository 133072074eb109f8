"""Filters made, changed, tried out on past edits, and switched on; the domains that nothing may link to."""

from __future__ import annotations

import os
import sys
import time
from collections import OrderedDict, defaultdict, deque
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from subprocess import DEVNULL, Popen
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction
from django.db.models import Count, F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import filters, history, places, withholding
from articles.lists import Listing
from articles.models import (
    Author,
    BlockedDomain,
    Dependency,
    DryRun,
    Edit,
    Filter,
    FilterHit,
    LogEntry,
    TextBlob,
    TextErased,
)
from articles.moderation import ChangedMeanwhile, Refused, record
from articles.text import cleaning, filtering
from articles.text.filtering import Facts, Rule, Standing

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

    from articles.text.comparing import Comparison

PAGE_SIZE: Final = 50
# So many hits are brought together by filter and author.
_MOST_UNSEEN: Final = 500
# A dry run looks at so many of the newest edits, keeps the ids of the first so many that are found, and goes on by
# slices, after each of which its progress is seen.
MOST: Final = 50_000
_MOST_FOUND: Final = 1_000
_SLICE: Final = 500
_TEXTS_AT_HAND: Final = 2_000
# A run of which nothing was heard for so long has died, and may be taken up by somebody else.
_SILENT: Final = timedelta(seconds=60)
# Whose expressions were cut off so often is not tried any further.
_MOST_CUT_OFF: Final = 20
_SETTINGS: Final = ("name", "action", "tag", "message", "times", "minutes", "hours")
# Versions of the past, and what no person wrote, are not asked about: live, neither are they.
_NOT_ASKED: Final = ("import", "rename", "undo", "revert", "rollback")


# --- Filters -----------------------------------------------------------------------------------------------------


def all_filters() -> list[Filter]:
    """Return all filters, those that are on first, with the number of their hits of the last week."""
    week = Count("hits", filter=Q(hits__time__gte=timezone.now() - timedelta(days=7)))
    return list(Filter.objects.annotate(week=week).order_by("-is_on", "name"))


def one(number: int) -> Filter | None:
    """Return a filter by its number."""
    return Filter.objects.filter(pk=number).first()


def make(*, rule: Rule, by: AbstractBaseUser, why: str, **settings: Any) -> Filter:
    """Make a filter, which is off. Raises Refused."""
    _refuse_bad(rule, settings)
    with transaction.atomic():
        if Filter.objects.filter(name=settings["name"]).exists():
            raise Refused(_("There is a filter of this name already."))
        made = Filter.objects.create(rule=rule.to_json(), **settings)
        _log(made, "filter.make", by, why, after=_as_logged(made))
    return made


def change(*, filter_id: int, version: int, rule: Rule, by: AbstractBaseUser, why: str, **settings: Any) -> bool:
    """Change a filter, which is off then until it has been tried out again; whether anything was changed.

    `version` is the one that was looked at. Raises Refused, ChangedMeanwhile.
    """
    _refuse_bad(rule, settings)
    with transaction.atomic():
        row = _locked(filter_id, version)
        before = _as_logged(row)
        row.rule = rule.to_json()
        for name, value in settings.items():
            setattr(row, name, value)
        if _as_logged(row) == before:
            return False
        if Filter.objects.filter(name=row.name).exclude(pk=row.pk).exists():
            raise Refused(_("There is a filter of this name already."))
        row.version, row.is_on, row.cut_off = row.version + 1, False, 0
        row.save()
        _log(row, "filter.change", by, why, before=before, after=_as_logged(row))
    return True


def switch(*, filter_id: int, version: int, on: bool, by: AbstractBaseUser, why: str) -> None:
    """Switch a filter on, once this version of it was tried out on past edits, or off. Raises Refused."""
    with transaction.atomic():
        row = _locked(filter_id, version)
        if on and not is_tried(row):
            raise Refused(_("Try it out on past edits first: then you know what it would do."))
        if row.is_on == on:
            return
        row.is_on = on
        row.save(update_fields=["is_on"])
        _log(row, "filter.switch", by, why, before={"is_on": not on}, after={"is_on": on, "version": row.version})


def is_tried(row: Filter) -> bool:
    """Whether a dry run of this very version came to its end."""
    return DryRun.objects.filter(filter=row, version=row.version, ended__isnull=False, done=F("total")).exists()


def target_of(row: Filter) -> str:
    """Return how the log names a filter."""
    return f"filter:{row.pk}"


def hits(*, filter_id: int | None = None, after: int | None = None) -> Listing[FilterHit]:
    """Return what filters found, the latest first; of one filter, or of all."""
    rows = FilterHit.objects.all() if filter_id is None else FilterHit.objects.filter(filter=filter_id)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    # The filters by a question of their own: SQLite would begin with the one wanted, and sort all that it found.
    rows = rows.select_related("author").prefetch_related("filter").order_by("-pk")
    found = list(rows[: PAGE_SIZE + 1])
    return Listing(found[:PAGE_SIZE], str(found[PAGE_SIZE - 1].pk) if len(found) > PAGE_SIZE else "")


def hit(number: int) -> FilterHit | None:
    """Return one hit."""
    rows = FilterHit.objects.select_related("filter", "author", "edit", "proposal", "submission", "looked_at_by")
    return rows.filter(pk=number).first()


def unseen_hits() -> list[FilterHit]:
    """Return the oldest hits that no moderator has looked at, of the held ones none: those wait as proposals."""
    rows = FilterHit.objects.filter(looked_at_by__isnull=True).exclude(action=Filter.Action.HOLD)
    return list(rows.select_related("filter", "author").order_by("pk")[:_MOST_UNSEEN])


def look_at(number: int, *, by: Author) -> int:
    """Let a hit be, and those before it that the same filter found of the same author; return how many that were."""
    row = FilterHit.objects.filter(pk=number).first()
    if row is None:
        return 0
    waiting = FilterHit.objects.filter(filter=row.filter_id, author=row.author_id, pk__lte=number)
    waiting = waiting.filter(looked_at_by__isnull=True).exclude(action=Filter.Action.HOLD)
    return waiting.update(looked_at_by=by, looked_at=timezone.now())


def comparison_of(row: FilterHit) -> Comparison | None:
    """Return what a change that was found would have changed; None when it is not kept any more."""
    if row.submission is None:
        return None
    base = Edit.objects.select_related("blob").filter(pk=int(row.base) if row.base.isdigit() else 0).first()
    before = ""
    if base is not None and row.section != "new" and not base.hidden_text:
        try:
            before = places.text_named(withholding.version_of(base), row.section)
        except TextErased:
            return None
    return history.changes_of("article", before, cleaning.clean(row.submission.text))


def _refuse_bad(rule: Rule, settings: Mapping[str, Any]) -> None:
    for pattern in (rule.text_matches, rule.added_matches, rule.summary_matches):
        try:
            filtering.check_pattern(pattern)
        except filtering.BadPattern as error:
            message = _("“%(pattern)s” is no regular expression: %(reason)s.")
            raise Refused(message % {"pattern": pattern[:60], "reason": error.message}) from error
    if rule.asks_nothing:
        raise Refused(_("Set a condition at least: it would find every change."))
    if settings["action"] == Filter.Action.TAG and not settings["tag"]:
        raise Refused(_("Say what the edits are marked with."))


def _locked(number: int, version: int) -> Filter:
    row = Filter.objects.select_for_update().get(pk=number)
    if row.version != version:
        raise ChangedMeanwhile(_("Somebody else has changed this filter. Look at it as it is now."))
    return row


def _as_logged(row: Filter) -> dict[str, Any]:
    return {**{name: getattr(row, name) for name in _SETTINGS}, **row.rule}


def _log(row: Filter, what: str, by: AbstractBaseUser, why: str, **states: Any) -> LogEntry:
    name = {"name": _("filter “%s”") % row.name}
    return record(article=None, who=by, what=what, target=target_of(row), why=why, personal=name, **states)


# --- Trying out --------------------------------------------------------------------------------------------------


def begin(row: Filter) -> DryRun:
    """Begin to try a filter out on the newest edits; `go_on` does it. Raises Refused while another is being tried."""
    if DryRun.objects.filter(ended__isnull=True, beat__gt=timezone.now() - _SILENT).exists():
        raise Refused(_("Another filter is being tried out at this moment. Wait until it has come to its end."))
    newest = Edit.objects.order_by("-pk")
    upto = newest.values_list("pk", flat=True).first() or 0
    ids = newest.values_list("pk", flat=True)[MOST - 1 : MOST]
    first = next(iter(ids), 0)
    total = Edit.objects.filter(pk__gte=first, pk__lte=upto).count()
    return DryRun.objects.create(
        filter=row, version=row.version, rule=row.rule, reached=max(first - 1, 0), upto=upto, total=total
    )


def start(run: DryRun) -> None:
    """Let a process of its own go on with a dry run, so that no page waits for it."""
    Popen(  # noqa: S603  # Our own command, run by our own interpreter.
        [sys.executable, "-m", "django", "dry_run_filter", str(run.pk)],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": os.environ.get("DJANGO_SETTINGS_MODULE", "wiki.settings")},
        stdin=DEVNULL,
        stdout=DEVNULL,
        start_new_session=True,
    )


def run_of(number: int) -> DryRun | None:
    """Return a dry run by its number, with its filter."""
    return DryRun.objects.select_related("filter").filter(pk=number).first()


def is_silent(run: DryRun) -> bool:
    """Whether nothing goes on with a run that has not ended."""
    return run.ended is None and run.beat < timezone.now() - _SILENT


def found_by(run: DryRun, after: int = 0) -> tuple[list[Edit], int | None]:
    """Return a page of the edits that a dry run found, and where the next one goes on."""
    ids = run.edits[after : after + PAGE_SIZE]
    rows = Edit.objects.of_pages_there().filter(pk__in=ids).select_related("article", "author", "approver")
    following = after + PAGE_SIZE
    return list(rows.defer("outline").order_by("-pk")), following if following < len(run.edits) else None


def go_on(run: DryRun, *, seconds: float | None = None) -> DryRun:
    """Look at the edits that a dry run has not reached, slice by slice, until its end or for so many seconds."""
    until = time.monotonic() + seconds if seconds is not None else None
    past = _Past(run.reached)
    rule = Rule.from_json(run.rule)
    while run.ended is None and (until is None or time.monotonic() < until):
        edits = _slice_after(run)
        past.load(edit for edit in edits if _is_asked_about(edit, rule))
        for edit in edits:
            _look_at(edit, rule, run, past)
        run.done += len(edits)
        run.reached = edits[-1]["pk"] if edits else run.upto
        run.beat = timezone.now()
        if run.reached >= run.upto or run.cut_off >= _MOST_CUT_OFF:
            run.ended = run.beat
        run.save()
    return run


def _slice_after(run: DryRun) -> list[dict[str, Any]]:
    rows = Edit.objects.filter(pk__gt=run.reached, pk__lte=run.upto).order_by("pk")
    names = ("pk", "kind", "author_id", "article_id", "time", "summary", "size_change", "blob_id", "hidden_text")
    return list(rows.values(*names, namespace=F("article__namespace"), before=F("parent__blob_id"))[:_SLICE])


def _look_at(edit: dict[str, Any], rule: Rule, run: DryRun, past: _Past) -> None:
    past.count(edit)
    if not _is_asked_about(edit, rule):
        return
    try:
        if not filtering.holds(rule, past.facts(edit)):
            return
    except filtering.TooSlow:
        run.cut_off += 1
        return
    run.found += 1
    if len(run.edits) < _MOST_FOUND:
        run.edits.append(edit["pk"])


def _is_asked_about(edit: dict[str, Any], rule: Rule) -> bool:
    """Whether a filter would have been asked, and the known size speaks not against it: else no text is read."""
    change = edit["size_change"]
    return (
        edit["kind"] not in _NOT_ASKED
        and (rule.grows_by is None or change >= rule.grows_by)
        and (rule.shrinks_by is None or change <= -rule.shrinks_by)
    )


class _Past:
    """What was known of each author when they made an edit, counted along the way."""

    def __init__(self, reached: int) -> None:
        counted = Edit.objects.filter(pk__lte=reached).values("author").annotate(number=Count("pk")).order_by()
        self._edits: dict[int, int] = defaultdict(int, counted.values_list("author", "number"))
        self._times: dict[int, deque[datetime]] = defaultdict(lambda: deque(maxlen=500))
        self._people: dict[int, tuple[datetime | None, int]] = {}
        self._topics: dict[str, set[int]] = {}
        self._texts: OrderedDict[int, str] = OrderedDict()

    def load(self, edits: Iterable[dict[str, Any]]) -> None:
        """Read the texts before and after each of these edits at once; the next edits begin with some of them."""
        wanted = {blob for edit in edits for blob in (edit["before"], edit["blob_id"]) if blob}
        for blob in TextBlob.objects.filter(pk__in=wanted - self._texts.keys()):
            try:
                self._texts[blob.pk] = blob.text
            except TextErased:
                self._texts[blob.pk] = ""
        for blob_id in wanted:
            self._texts.move_to_end(blob_id)
        while len(self._texts) > max(len(wanted), _TEXTS_AT_HAND):
            self._texts.popitem(last=False)

    def count(self, edit: dict[str, Any]) -> None:
        """Count an edit as one that its author has made."""
        self._edits[edit["author_id"]] += 1
        self._times[edit["author_id"]].append(edit["time"])

    def facts(self, edit: dict[str, Any]) -> Facts:
        """Return what a rule may ask about an edit."""
        author, when = edit["author_id"], edit["time"]

        def standing() -> Standing:
            joined, role = self._person(author)
            days = (when - joined).total_seconds() / 86_400 if joined is not None else 0
            return Standing(max(days, 0), self._edits[author] - 1, role)

        def saves_within(minutes: int) -> int:
            since = when - timedelta(minutes=minutes)
            return sum(1 for moment in self._times[author] if moment >= since)

        return Facts(
            self._texts[edit["before"]] if edit["before"] else "",
            self._texts[edit["blob_id"]],
            edit["summary"],
            edit["namespace"],
            standing,
            saves_within,
            lambda topic: edit["article_id"] in self._in(topic),
        )

    def _person(self, author: int) -> tuple[datetime | None, int]:
        """When somebody's account was made, and their role as it is now: what it was is in no table."""
        if author not in self._people:
            account: Any = Author.objects.select_related("account").get(pk=author).account
            self._people[author] = (None, 0) if account is None else (account.date_joined, filters.role_number(account))
        return self._people[author]

    def _in(self, topic: str) -> set[int]:
        if topic not in self._topics:
            rows = Dependency.objects.filter(kind=Dependency.Kind.CATEGORY, target=topic)
            self._topics[topic] = set(rows.values_list("article", flat=True))
        return self._topics[topic]


# --- Domains -----------------------------------------------------------------------------------------------------


def blocked_domains() -> list[BlockedDomain]:
    """Return the domains that nothing may link to, in alphabetical order."""
    return list(BlockedDomain.objects.order_by("domain"))


def as_lines(rows: Iterable[BlockedDomain]) -> str:
    """Return the list as it is edited: a domain a line, and behind a space why."""
    return "".join(f"{row.domain} {row.why}".rstrip() + "\n" for row in rows)


def keep_domains(*, lines: str, seen: str, by: AbstractBaseUser, why: str) -> tuple[int, int]:
    """Make the list what these lines say; return how many domains came, and how many went.

    `seen` is the list as it was looked at. Raises Refused for what is no domain, ChangedMeanwhile.
    """
    wanted = _domains_in(lines)
    with transaction.atomic():
        there = {row.domain: row.why for row in BlockedDomain.objects.select_for_update()}
        if _domains_in(seen) != there:
            raise ChangedMeanwhile(_("Somebody else has changed the list. Below is yours; look at theirs first."))
        gone, come = there.keys() - wanted.keys(), wanted.keys() - there.keys()
        changed = {domain for domain in there.keys() & wanted.keys() if there[domain] != wanted[domain]}
        if not (gone or come or changed):
            return 0, 0
        BlockedDomain.objects.filter(domain__in=gone).delete()
        for domain in come | changed:
            BlockedDomain.objects.update_or_create(domain=domain, defaults={"why": wanted[domain]})
        record(
            article=None,
            who=by,
            what="domains.change",
            target="domains",
            why=why,
            before={"domains": ", ".join(sorted(gone | changed))},
            after={"domains": ", ".join(sorted(come | changed))},
        )
    return len(come), len(gone)


def _domains_in(lines: str) -> dict[str, str]:
    found = {}
    for number, line in enumerate(lines.splitlines(), 1):
        written, _space, why = line.strip().partition(" ")
        if not written:
            continue
        domain = filtering.domain_of(written)
        if not domain:
            raise Refused(_("Line %(line)d is no domain: “%(text)s”.") % {"line": number, "text": written[:100]})
        found[domain] = why.strip()[:400]
    return found
