"""What nobody publishes alone: the write door asks here, at each try, about exactly the text that would be published.

A change of what readers may act on (a dose, a "not", a drug) by anyone below reviewer waits as a proposal. A reviewer's
own is published, marked, and found until another reviewer has looked at it; so is a step back to the version before,
whoever takes it. What comes of several saves, of one person or of some who take turns, is looked at together; a text
in place of a redirect, beside what its readers were led to; a redirect, as the text that it leads to. Imports and
commands are nobody's save and aren't asked about. Other rules raise `Held` with codes of their own.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from itertools import chain, islice
from typing import TYPE_CHECKING, Final, NamedTuple

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles import access, approving, eyes, history, logbook, patrol, reading, renderer, withholding
from articles.models import Article, Edit, Patrol
from articles.text import parsing, risks, titles
from articles.text.risks import Risk
from articles.writing import Merged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.db.models import QuerySet
    from django.utils.functional import _StrPromise

    from articles.access import Person
    from articles.editing import Change, Judge
    from articles.models import ApproverRule, Author
    from articles.models.articles import ArticleQuerySet
    from articles.text.parsing import Mark

# Why a proposal waits although its author may publish; `filter:` and a name is another such reason.
RISK: Final = "risk"
OLDER: Final = "older"
TOGETHER: Final = "together"
RULE: Final = "rule"
PAGE_SIZE: Final = 50
# After that time a version has been read, whoever wrote it: the next one is compared with it.
READ_FOR_LONG: Final = timedelta(days=7)
# So many redirects one after the other are followed, and so many versions looked at for the last that was none.
_MOST_REDIRECTS: Final = 20
_WORDS: Final[dict[str, _StrPromise]] = {
    RISK: gettext_lazy(
        "It changes what readers may act on, such as a dose, a limit, a “not” or a drug. Two people look at such a "
        "change before anybody reads it: everyone makes a slip now and then, and this kind could harm."
    ),
    RULE: gettext_lazy("A rule of this site says who has to approve a change of this page."),
    TOGETHER: gettext_lazy("It does so together with what was saved here lately and no reviewer has looked at yet."),
    OLDER: gettext_lazy("It brings back what an older version said, and that may be out of date."),
}
_PAST: Final = (Edit.Kind.UNDO, Edit.Kind.REVERT, Edit.Kind.ROLLBACK)


class Held(Exception):
    """The change may not be published by this person alone, and waits. `why` are codes, `text` the whole text."""

    def __init__(self, why: tuple[str, ...], text: str, found: tuple[Risk, ...] = ()) -> None:
        super().__init__(", ".join(why))
        self.why = why
        self.text = text
        self.found = found


def judge_of(user: Person) -> Judge:
    """Return what the write door asks about this person's own saves.

    It raises Held where others have to look first, and marks what a reviewer publishes alone.
    """

    def judge(change: Change, merged: Merged) -> tuple[str, ...]:
        verdict = _verdict(user, change.author, change.kind, merged)
        if verdict.why:
            raise Held(verdict.why, merged.text, verdict.found)
        return (Edit.RISKY,) if verdict.is_risky else ()

    return judge


class _Verdict(NamedTuple):
    """Why a change waits (codes, empty where it doesn't), what was found in it, and whether that is grave."""

    why: tuple[str, ...]
    found: tuple[Risk, ...]
    is_risky: bool


def _verdict(
    user: Person, author: Author | None, kind: str, merged: Merged, found: tuple[Risk, ...] | None = None
) -> _Verdict:
    found = risks_in(merged) if found is None else found
    if is_step_back(kind, merged):
        # It waits for nobody, but two people may have agreed on what it takes away.
        return _Verdict((), found, risks.are_grave(found))
    is_grave_alone = risks.are_grave(found)
    if not is_grave_alone:
        found = _together(found, _risks_since_others_looked(author, merged))
    is_risky = risks.are_grave(found)
    why = [] if not is_risky or access.may_review(user) else [RISK] if is_grave_alone else [RISK, TOGETHER]
    if approving.there_are_rules() and _rules_for(merged):
        why.append(RULE)
    if why and is_risky and kind in _PAST:
        why.append(OLDER)
    return _Verdict((*why,), found, is_risky)


def mark(change: Change, merged: Merged) -> tuple[str, ...]:
    """Mark what is risky and hold nothing: what moderators take back in one act must not wait. A Judge as well."""
    return (Edit.RISKY,) if risks.are_grave(risks_in(merged)) else ()


def _rules_for(merged: Merged) -> list[ApproverRule]:
    article = merged.current.article if merged.current is not None else None
    return approving.rules_for(article, titles.full(*merged.parts), merged.text)


def risks_in(merged: Merged) -> tuple[Risk, ...]:
    """Return what in a merged change may harm a reader; what is all new changes nothing that was read.

    A text in place of a redirect is compared with what its readers have been given as well, and so is the text that a
    redirect leads to with the one that it takes the place of: the same doses somewhere else are no risk.
    """
    if merged.current is None:
        return ()
    namespace, text = merged.parts.namespace, _text_given(merged)
    found = risks_between(withholding.text_of(merged.current), merged.text, namespace)
    if text is None:
        return found
    is_redirect = text != merged.text
    given = _given_instead_of(merged.current) or ([merged.current] if is_redirect else [])
    beside = (risks_between(withholding.text_of(each), text, namespace) for each in given)
    return _together(found, (risk for risk in chain(*beside) if not risk.alone)) if given else found


def risks_between(before: str, after: str, namespace: str) -> tuple[Risk, ...]:
    """Return what in a change of a page may harm a reader: in its source, and in what the page shows of that.

    The source tells where; but code is read as well, and what stands in comments, attributes or sort keys isn't. So
    where the change has marks in it by which the two may differ, what readers were given is compared, too.
    """
    found = history.risks_between(before, after, namespace)
    if risks.are_grave(found) or namespace not in history.ON_MEDICINE or not _may_be_shown_otherwise(before, after):
        return found
    try:
        shown = history.risks_between(reading.as_read(before), reading.as_read(after), namespace)
    except renderer.RenderError:
        shown = (risks.UNREAD,)
    return _together(found, (replace(risk, line=0) for risk in shown if not risk.alone))


# What is on the page as it stands in the source, and signs that may stand for something else there.
_SHOWN_AS_IT_IS: Final = re.compile(r"\[\[[^\[\]|:\n]{1,300}\]\]|\[@[^\[\]\n]{1,300}\]|\[\^[^\[\]\n]{1,200}\](?!:)")
_OTHERWISE: Final = re.compile(r"[<>`~{}\[\]|\\&]|!!!")


def _may_be_shown_otherwise(before: str, after: str) -> bool:
    """Whether between the first and the last line that differ anything is marked by which a page may show less, or
    more, than the source says. What such a mark reaches beyond these lines it reached before."""
    old, new = before.split("\n"), after.split("\n")
    first = next((at for at, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    most = min(len(old), len(new)) - first
    pairs = zip(reversed(old), reversed(new), strict=False)
    behind = min(next((at for at, (a, b) in enumerate(pairs) if a != b), most), most)
    lines = [*old[first : len(old) - behind], *new[first : len(new) - behind]]
    return bool(_OTHERWISE.search(_SHOWN_AS_IT_IS.sub("", "\n".join(lines))))


def _risks_since_others_looked(author: Author | None, merged: Merged) -> tuple[Risk, ...]:
    """Return what may harm in all that has changed since a reviewer looked at the page, where this save completes it.

    A dose that is taken out in one save, and another written in the next, is each time nothing but gone, or new: from
    one person, or from two who take turns. What is grave without this save is nothing to hold it for.
    """
    current, text = merged.current, _text_given(merged)
    if current is None or text is None:
        return ()
    namespace = merged.parts.namespace
    return _together(*(_risks_since(then, current, text, namespace) for then in _looked_at(current, author)))


def _risks_since(then: Edit, current: Edit, text: str, namespace: str) -> tuple[Risk, ...]:
    before = withholding.text_of(then)
    found = risks_between(before, text, namespace)
    if not risks.are_grave(found):
        return ()
    there = {_what(risk) for risk in risks_between(before, withholding.text_of(current), namespace)}
    return tuple(risk for risk in found if _what(risk) not in there)


def _text_given(merged: Merged) -> str | None:
    """Return what readers would be given after a change: its text, or as they see it that of the page which it leads
    to; None where that is none."""
    leads_to = parsing.redirect_of(merged.text)
    if leads_to is None or merged.current is None:
        return merged.text
    published = Article.objects.published().exclude(pk=merged.current.article_id).select_related("current_edit__blob")
    pages = list(_led_to(published, leads_to))
    if not pages:
        return None
    with eyes.of(lambda: False):
        text = withholding.text_of(_current_of(pages[-1]))
    return text if parsing.redirect_of(text) is None else None


def _looked_at(current: Edit, author: Author | None) -> list[Edit]:
    """Return the versions to compare with: the one that others have looked at last, where it isn't the current one.

    Where it is a redirect, or the page began as one and nobody else has written in it, those are meant that its readers
    have been given, and what others have looked at of them.
    """
    before = _last_looked_at(current, author)
    began = before or _versions_until(current).order_by("number").first()
    given = _given_instead_of(began) if began is not None else []
    if given:
        others = (_last_looked_at(each, author) for each in given)
        return list({each.pk: each for each in chain(given, others) if each is not None}.values())
    return [before] if before is not None and before.pk != current.pk else []


def _last_looked_at(current: Edit, author: Author | None) -> Edit | None:
    """Return the newest version that another person than this author is known to have looked at, or will: accepted,
    patrolled or marked, or saved by a reviewer. What anybody saved, this author too, has been read for long enough
    after a while.

    Else the oldest of somebody else's; None where nobody else has ever written.
    """
    of_others = ~Q(author=author)
    # Of what a reviewer saves there is no row; of everybody else's there is (see patrol.ask_for).
    looked_at = Q(patrol__by__isnull=False) | Q(patrol__is_risky=True) | (of_others & Q(patrol__isnull=True))
    for_long = Q(time__lt=timezone.now() - READ_FOR_LONG)
    rows = _versions_until(current)
    newest = rows.filter(looked_at | for_long).order_by("-number").first()
    return newest or rows.filter(of_others).order_by("number").first()


def _versions_until(edit: Edit) -> QuerySet[Edit]:
    rows = Edit.objects.visible().select_related("blob", "article")
    return rows.filter(article=edit.article_id, number__lte=edit.number)


def _given_instead_of(edit: Edit) -> list[Edit]:
    """Return the versions that readers have been given at the title of a redirect: what it leads to, what was moved
    away from there, and the last text that the page had itself. None where the version is no redirect."""
    leads_to = parsing.redirect_of(withholding.text_of(edit))
    if leads_to is None:
        return []
    published = Article.objects.published().exclude(pk=edit.article_id).select_related("current_edit__blob")
    moved = published.filter(edits__in=logbook.moved_away_from(edit.article.full_title)).distinct()
    pages = [*_led_to(published, leads_to), *moved]
    own = _versions_until(edit).order_by("-number")[:_MOST_REDIRECTS]
    texts = (each for each in own if parsing.redirect_of(withholding.text_of(each)) is None)
    given = [*(_current_of(page) for page in pages), *islice(texts, 1)]
    return [each for each in given if parsing.redirect_of(withholding.text_of(each)) is None]


def _led_to(published: ArticleQuerySet, leads_to: Mark) -> Iterator[Article]:
    """Yield the page that a redirect leads to, by way of others, too, and these before it."""
    for _step in range(_MOST_REDIRECTS):
        page = published.named(leads_to.fields[0], leads_to.fields[1]).first()
        if page is None:
            return
        yield page
        further = parsing.redirect_of(withholding.text_of(_current_of(page)))
        if further is None:
            return
        leads_to = further


def _current_of(page: Article) -> Edit:
    assert page.current_edit is not None  # As of every published page.
    page.current_edit.article = page  # Known, so that nobody asks for it again.
    return page.current_edit


def _what(risk: Risk) -> tuple[object, ...]:
    """A risk wherever it stands."""
    return risk.kind, risk.lost, risk.gained, risk.alone


def _together(*found: Iterable[Risk]) -> tuple[Risk, ...]:
    """Return all of these, each once, those first that are grave."""
    return tuple(sorted(dict.fromkeys(chain(*found)), key=lambda risk: (risk.alone, risk.line)))


def is_step_back(kind: str, merged: Merged) -> bool:
    """Whether an undo, revert or rollback brings back the very version before the newest edit.

    Whoever stops harm that was just done must not wait; older versions may hold doses that are out of date.
    """
    if kind not in _PAST or merged.current is None or merged.current.parent is None:
        return False
    return merged.text == _text_before(merged.current)


def waits_when_risky(user: Person, mode: str) -> bool:
    """Whether a risky change waits for somebody else though this person may publish; `mode` as of access.mode_of."""
    return mode == "publish" and not access.may_review(user)


def foreseen(user: Person, author: Author | None, merged: Merged) -> list[str]:
    """Return in words why a change of this person's would wait if it were sent now; empty where it wouldn't.

    What filters would say is told to nobody beforehand.
    """
    return reasons(_verdict(user, author, Edit.Kind.EDIT, merged).why)


def foreseen_as_past(
    user: Person, author: Author | None, current: Edit, text: str, found: tuple[Risk, ...]
) -> list[str]:
    """Return in words why an undo, revert or rollback of the current version to this text, in which this was found,
    would wait."""
    parts = titles.TitleParts(current.article.namespace, current.article.title)
    return reasons(_verdict(user, author, Edit.Kind.REVERT, Merged(parts, current, None, text, 0, 0), found).why)


def _text_before(current: Edit) -> str:
    """Return the text of the version before, which there is, as whoever acts may see it."""
    assert current.parent is not None
    current.parent.article = current.article  # Known, so that nobody asks for it again.
    return withholding.text_of(current.parent)


def reasons(codes: Iterable[str]) -> list[str]:
    """Return in words why a proposal waits although its author may publish."""
    return [str(_WORDS[code]) if code in _WORDS else _("A rule of this site asks for a second look.") for code in codes]


# --- What a reviewer published alone ---------------------------------------------------------------------------------


def unseen(*, after: int | None = None, user: Person | None = None) -> list[Edit]:
    """Return a page of the risky edits that one person published and no reviewer has looked at, the oldest first; one
    more than PAGE_SIZE when they go on after the last one's id. With `user`, those that this person may look at."""
    rows = Edit.objects.visible().filter(patrol__by__isnull=True, patrol__is_risky=True)
    if user is not None:
        rows = rows.exclude(author__account=user.pk).exclude(approver__account=user.pk)
    if after is not None:
        rows = rows.filter(patrol__gt=after)
    rows = rows.select_related("article", "author", "approver").defer("outline")
    # By the index of those to do: ordered by their own numbers, SQLite would read and sort them all.
    return list(rows.order_by("patrol")[: PAGE_SIZE + 1])


def count_unseen() -> int:
    """Return how many risky edits no second reviewer has looked at."""
    return Patrol.objects.filter(by__isnull=True, is_risky=True, edit__in=Edit.objects.visible()).count()


def may_look(user: Person, author: Author | None, edit: Edit) -> bool:
    """Whether this person says that they have looked at a risky edit: reviewers, and nobody at their own."""
    return patrol.may_look(user, author, edit)


def look(*, edit: Edit, user: Person, author: Author) -> None:
    """Say that a second reviewer has looked at a risky edit; who was first stays. Raises PermissionDenied."""
    access.require(may_look(user, author, edit))
    patrol.look(numbers=[edit.pk], user=user, author=author)
