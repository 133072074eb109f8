"""Edits taken back: one in the middle by a merge of three versions, or somebody's run at the top. All become edits.

Undoing an edit is merging: its version is the base, the version before it is "mine", the present one is "theirs".
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.utils.translation import gettext as _

from articles import basing, choices, editing, history, withholding
from articles.editing import EditConflict, TextRefused
from articles.models import Article, Author, Edit
from articles.text import identity, merging
from articles.text.merging import Clash
from articles.text.sections import Version

# So many edits in a row are one person's run at the most; nobody reads more before taking them back.
MOST_OF_A_RUN: Final = 500


class NothingBefore(TextRefused):
    """There is no version to go back to: the page was made with this edit, or what was before it is hidden."""


@dataclass(frozen=True)
class Undoing:
    """What taking edits of one article back comes to, put onto its present version.

    `text` is the whole article without them; `undone` and `left` are the edits, newest first. `back_to` is the version
    that the article would be again, where that is one. `conflict` is that of the first that can't be undone by itself.
    """

    current: Edit
    text: str
    undone: tuple[Edit, ...]
    left: tuple[Edit, ...] = ()
    back_to: Edit | None = None
    conflict: EditConflict | None = None

    @property
    def changes_nothing(self) -> bool:
        """Whether the article is without them already."""
        return self.text == withholding.text_of(self.current)


@dataclass(frozen=True)
class Run:
    """One person's edits on top of all others in an article, the newest first, and the version before them."""

    current: Edit
    edits: tuple[Edit, ...]
    before: Edit


def undoing(edits: Iterable[Edit]) -> Undoing:
    """Return what comes of undoing edits of one article, all at once; what clashes with later edits is left.

    Raises NothingBefore when there is nothing to go back to for any of them.
    """
    newest_first = _with_texts(edits)
    current = _current_of(newest_first[0].article_id)
    now, back_to = withholding.version_of(current), None
    undone: list[Edit] = []
    left: list[Edit] = []
    conflict: EditConflict | None = None
    for number, run in enumerate(runs := _runs_of(newest_first)):
        before = _before(run[-1])
        if before is None:
            left += run
            continue
        base, mine = withholding.version_of(run[0]), withholding.version_of(before)
        mine = _with_what_came_back(base, mine, now)
        merge = merging.merge(base, mine, now)
        if merge.clashes:
            title = merge.clashes[0].section_title
            conflict = conflict or EditConflict(Clash(title, base.text, mine.text, now.text), current, "", merge)
            left += run
            continue
        undone += run
        text = merge.resolved()
        back_to = before if run[0].pk == current.pk else (back_to if text == now.text else None)
        if number + 1 < len(runs):
            now = withholding.version_of(before) if text == mine.text else basing.version_after(now, text)
        else:
            now = Version(text, now.outline)  # Nothing more is put onto it.
    if not undone and conflict is None:
        raise NothingBefore(_nothing_before(newest_first[-1]))
    return Undoing(current, now.text, tuple(undone), tuple(left), back_to, conflict)


def undo(*, edit: Edit, base: str | int, author: Author, summary: str = "", judge: editing.Judge | None = None) -> Edit:
    """Undo one edit, wherever in the history it is, as a new edit on `base`, which must be the current one.

    Raises EditConflict, with the pieces where later edits clash, NothingBefore, TextRefused, and what the judge does.
    """
    plan = undoing([edit])
    if str(base) != str(plan.current.pk):
        if _is_undone_by(plan.current, edit, author, base):
            return plan.current  # A second click.
        raise EditConflict(Clash("", "", plan.text, withholding.text_of(plan.current)), plan.current)
    if plan.conflict is not None:
        raise plan.conflict
    return editing.save(_change(plan, Edit.Kind.UNDO, author, summary, restores=plan.undone[0]), judge=judge)


def run_at_top(article: Article) -> Run:
    """Return the run of edits with which the person who changed an article last stands on top. Raises NothingBefore."""
    current = _current_of(article.pk)
    others = Edit.objects.filter(article=article, number__lt=current.number).exclude(author=current.author_id)
    before = others.select_related("blob").order_by("-number").first()
    if before is None or before.hidden_text:
        raise NothingBefore(_nothing_before(current))
    rows = Edit.objects.filter(article=article, number__gt=before.number).select_related(
        "author", "approver", "restores"
    )
    rows = rows.defer("outline", "restores__outline").order_by("-number")[: MOST_OF_A_RUN + 1]
    own = history.with_approvers(rows)
    for edit in (before, *own):
        edit.article = current.article  # Known, so that nobody asks for it again.
    return Run(current, tuple(own), before)


def roll_back(
    *, article: Article, base: str | int, author: Author, summary: str = "", judge: editing.Judge | None = None
) -> Edit:
    """Bring back the version before the last person's run, as a new edit on `base`, which must be the current one.

    Raises EditConflict when the article has changed since, NothingBefore, and what the judge does.
    """
    run = run_at_top(article)
    if str(base) != str(run.current.pk):
        raise EditConflict(
            Clash("", "", withholding.text_of(run.before), withholding.text_of(run.current)), run.current
        )
    plan = Undoing(run.current, withholding.text_of(run.before), run.edits, back_to=run.before)
    return editing.save(_change(plan, Edit.Kind.ROLLBACK, author, summary, restores=run.before), judge=judge)


def take_back(plan: Undoing, *, author: Author, summary: str = "", judge: editing.Judge | None = None) -> Edit:
    """Do what `undoing` came to, as one edit and a row in the log. Raises as editing.save does."""
    if plan.back_to is not None:
        change = _change(plan, Edit.Kind.ROLLBACK, author, summary, restores=plan.back_to)
    else:
        change = _change(plan, Edit.Kind.UNDO, author, summary, restores=plan.undone[0], logged="article.undo")
    return editing.save(change, judge=judge)


def summary_of_undo(edit: Edit) -> str:
    """Return what the summary of an undo begins with: no name, because summaries stay when people leave."""
    return _("Undo edit %(number)d") % {"number": edit.number}


def summary_of_rollback(run: Run) -> str:
    """Return what the summary of a rollback begins with: no name, for the same reason."""
    return _("Back to version %(version)d") % {"version": run.before.number}


def _change(
    plan: Undoing, kind: str, author: Author, summary: str, *, restores: Edit, logged: str = ""
) -> editing.Change:
    return editing.Change(
        title=plan.current.article.full_title,
        base=plan.current.pk,
        section="",
        text=plan.text,
        author=author,
        summary=summary,
        kind=kind,
        restores=restores,
        licence=choices.value("WIKI_LICENCE"),
        logged=logged or ("article.rollback" if kind == Edit.Kind.ROLLBACK else ""),
    )


def _current_of(article_id: int) -> Edit:
    article = Article.objects.select_related("current_edit__blob", "current_edit__article").get(pk=article_id)
    assert article.current_edit is not None  # As of every article that has an edit.
    return article.current_edit


def _with_texts(edits: Iterable[Edit]) -> list[Edit]:
    rows = Edit.objects.select_related("article", "author", "blob", "parent__blob")
    return list(rows.filter(pk__in=[edit.pk for edit in edits]).order_by("-number"))


def _runs_of(newest_first: Sequence[Edit]) -> list[list[Edit]]:
    """The edits in runs of those that follow each other, which are undone as one."""
    runs: list[list[Edit]] = []
    for edit in newest_first:
        if runs and runs[-1][-1].parent_id == edit.pk:
            runs[-1].append(edit)
        else:
            runs.append([edit])
    return runs


def _with_what_came_back(base: Version, mine: Version, now: Version) -> Version:
    """The version before, in which sections that were taken out are those that somebody has put back by hand since.

    Written anew they have other numbers, and would stand in the article twice.
    """
    there = {entry.id for entry in base.outline.entries}
    again = identity.keep_ids(now, mine).entries
    entries = (
        replace(entry, id=now_is.id) if entry.id not in there and now_is.id not in (None, *there) else entry
        for entry, now_is in zip(mine.outline.entries, again, strict=True)
    )
    return Version(mine.text, replace(mine.outline, entries=tuple(entries)))


def _before(edit: Edit) -> Edit | None:
    """The version before an edit, if there is one that may be shown again."""
    if edit.parent is None or edit.parent.hidden_text:
        return None
    edit.parent.article = edit.article  # Known, so that nobody asks for it again.
    return edit.parent


def _nothing_before(edit: Edit) -> str:
    if edit.parent_id is not None:
        return _("The version before it is hidden, so it can’t be brought back.")
    return _("The page was made with this edit: there is no version before it. A moderator can delete the page.")


def _is_undone_by(current: Edit, edit: Edit, author: Author, base: str | int) -> bool:
    """Whether the newest edit is this very undo, of this person, on this base."""
    return (
        current.kind == Edit.Kind.UNDO
        and (current.author_id, current.restores_id) == (author.pk, edit.pk)
        and str(current.parent_id) == str(base)
    )
