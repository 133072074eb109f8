"""The stub topic of a page: an edit of its stub mark, because the text is the whole truth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from articles import access, choices, editing, renderer, withholding
from articles.models import Article, Author, Edit
from articles.moderation import ChangedMeanwhile, Refused
from articles.text import stubs

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractUser

LOGGED_AS: Final = "article.stub"
LONGEST: Final = 60
_NO_TOPIC: Final = frozenset("{}|[]<>#\n")


def set_topic(*, article: Article, topic: str, base: str, by: AbstractUser, author: Author, why: str) -> Edit:
    """Mark a page as a stub of this topic, or as none when it is empty; the edit and its log entry are one.

    `base` is the edit that was current when the person looked. A page that has few words is a stub without a mark, too.
    Raises PermissionDenied, Refused, ChangedMeanwhile, and what editing.save raises.
    """
    access.require(access.may_moderate(by) and access.may_publish(by, article))
    topic = " ".join(topic.split())
    if len(topic) > LONGEST or not _NO_TOPIC.isdisjoint(topic):
        raise Refused(_("A topic is a few words without brackets and bars."))
    row = Article.objects.select_related("current_edit__blob").get(pk=article.pk)
    current = row.current_edit
    if current is None or str(current.pk) != base or row.state != Article.State.PUBLISHED:
        raise ChangedMeanwhile(_("The page has changed since you opened this form. Look again, then set the topic."))
    if row.is_redirect:
        raise Refused(_("This page only leads to another one: it is no stub."))
    return editing.save(
        editing.Change(
            title=row.full_title,
            base=current.pk,
            section="",
            text=_marked(withholding.text_of(current), topic),
            author=author,
            summary=why,
            minor=True,
            licence=choices.value("WIKI_LICENCE"),
            logged=LOGGED_AS,
        )
    )


def _marked(text: str, topic: str) -> str:
    marked = stubs.with_topic(text, topic)
    if marked == text:
        raise Refused(_("It is marked so already."))
    try:
        found = renderer.render(marked).stub or ""
    except renderer.RenderError as error:
        raise Refused(error.message) from error
    if found != topic:
        raise Refused(_("Its stub mark stands in the middle of the text. Edit the page to change it."))
    return marked
