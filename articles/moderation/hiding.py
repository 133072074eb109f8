"""Text, summary or author of a version, hidden from everybody below moderator; nothing is destroyed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.db import transaction
from django.utils.translation import gettext as _

from articles import stamps
from articles.models import Article, Edit, walks
from articles.moderation import Refused, record
from articles.text.sections import Outline

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

# So many versions are hidden in one act, and so many with the same text are named.
_MOST_VERSIONS: Final = 500
_MOST_NAMED: Final = 20


class TextInUse(Refused):
    """Readers see this text: it can't be hidden before another one is in its place."""


def hide(
    *,
    edit: Edit,
    text: bool,
    summary: bool,
    author: bool,
    by: AbstractBaseUser,
    why: str,
    upto: int | None = None,
) -> int:
    """Hide what is true of an edit, and of those after it up to the number `upto`; show again what isn't.

    Returns how many edits were changed; each has its log entry. Raises TextInUse, Refused.
    """
    flags = {"hidden_text": text, "hidden_summary": summary, "hidden_author": author}
    with transaction.atomic():
        article = Article.objects.select_for_update(of=("self",)).get(pk=edit.article_id)
        rows = Edit.objects.filter(article=article, number__gte=edit.number, number__lte=max(upto or 0, edit.number))
        edits = list(rows.defer("outline", "tags").order_by("number")[: _MOST_VERSIONS + 1])
        if len(edits) > _MOST_VERSIONS:
            raise Refused(_("That are more versions than are hidden in one act: %d at most.") % _MOST_VERSIONS)
        if not text and any(each.erased for each in edits):
            raise Refused(_("What was erased can’t be shown again: its bytes are gone."))
        if text and (in_use := next((each for each in edits if each.blob_id == article.text_id), None)):
            raise TextInUse(_refusal(article, in_use))
        changed = [each for each in edits if any(getattr(each, name) != value for name, value in flags.items())]
        Edit.objects.filter(pk__in=[each.pk for each in changed]).update(**flags)
        for each in changed:
            _log(each, article, flags, by, why)
        if changed:
            Article.objects.filter(pk=article.pk).update(hidden_anchors=hidden_anchors_of(article))
            stamps.raise_stamps([article.full_title])
    return len(changed)


def with_the_same_text(edit: Edit) -> list[Edit]:
    """Return other versions of the article whose text is shown and is this very one."""
    rows = Edit.objects.filter(article=edit.article_id, blob=edit.blob_id, hidden_text=False).exclude(pk=edit.pk)
    return list(rows.only("number", "article")[:_MOST_NAMED])


def _refusal(article: Article, edit: Edit) -> str:
    if edit.pk == article.current_edit_id:
        return _("Readers see this text: it is the current version. Bring an earlier version back first, then hide it.")
    return (
        _("Version %d has the very text that readers see now. Put another text in its place first, then hide it.")
        % edit.number
    )


def _log(edit: Edit, article: Article, flags: dict[str, bool], by: AbstractBaseUser, why: str) -> None:
    # By its number alone: what is hidden must not stand in the log, which others may be shown.
    names = {"text": "hidden_text", "summary": "hidden_summary", "author": "hidden_author"}
    record(
        article=article,
        who=by,
        what="article.hide",
        target=article.full_title,
        why=why,
        before={short: getattr(edit, name) for short, name in names.items()},
        after={"edit": edit.pk, **{short: flags[name] for short, name in names.items()}},
    )


def hidden_anchors_of(article: Article) -> list[str]:
    """Return the anchors of headings that stand in hidden versions only: no page may have them as former ones."""
    hidden: set[str] = set()
    shown: set[str] = set()
    rows = Edit.objects.filter(article=article).only("hidden_text", "outline")
    if not rows.filter(hidden_text=True).exists():
        return []
    for edit in walks.in_order(rows):
        anchors = {entry.anchor for entry in Outline.from_json(edit.outline).entries if entry.anchor}
        (hidden if edit.hidden_text else shown).update(anchors)
    return sorted(hidden - shown)
