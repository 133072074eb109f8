"""Feeds: what changed lately, in everything, in one article, and which articles are new; in Atom."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final, NamedTuple

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.urls import reverse
from django.utils.encoding import escape_uri_path
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from articles import access, choices, feeds, recent
from articles.forms.history import RecentForm
from articles.templatetags.pages import absolute
from articles.views import right_spelling

if TYPE_CHECKING:
    from articles.models import Edit

# What XML 1.0 has no way to write.
_NOT_IN_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class _Entry(NamedTuple):
    """What a feed tells of an edit: where it leads, and what is said about it."""

    edit: Edit
    link: str
    words: str


@require_safe
def recent_feed(request: HttpRequest) -> HttpResponse:
    """Everybody's newest changes, or those that somebody wants: asked as of the page, and with its query."""
    form = RecentForm(request.GET)
    if not form.is_valid():
        raise Http404(_("There is no such list of recent changes."))
    title = _("Recent changes of %s") % choices.value("WIKI_NAME")
    page = reverse("articles:recent") + (f"?{query}" if (query := request.GET.urlencode()) else "")
    return _feed(request, title, page, map(_change, feeds.changes(recent.Wanted(**form.cleaned_data))))


@require_safe
def new_feed(request: HttpRequest) -> HttpResponse:
    """The newest articles."""
    title = _("New articles of %s") % choices.value("WIKI_NAME")
    return _feed(request, title, reverse("articles:main"), map(_new, feeds.new_articles()))


@require_safe
def history_feed(request: HttpRequest, title: str) -> HttpResponse:
    """An article's newest changes."""
    full_title = access.full_title_of(title)
    elsewhere = right_spelling(request, "articles:history_feed", full_title, title)
    if elsewhere:
        return HttpResponsePermanentRedirect(elsewhere)
    article = access.article_to_read(request.user, full_title)
    page = reverse("articles:history", args=[full_title])
    return _feed(request, _("History of %s") % full_title, page, map(_change, feeds.changes_of(article)))


def _feed(request: HttpRequest, title: str, page: str, entries: Iterable[_Entry]) -> HttpResponse:
    """Answer with the entries; the door adds an ETag, and says 304 to who has them."""
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    address = absolute(request, escape_uri_path(request.path) + query)
    feed = Atom1Feed(
        title=title,
        link=absolute(request, page),
        description=None,
        language=settings.WIKI_LANGUAGE,
        feed_url=address,
        feed_guid=address,
    )
    for entry in entries:
        feed.add_item(
            title=entry.edit.title,
            link=absolute(request, entry.link),
            # Feeds hold HTML here: what people wrote is text, and is shown as they wrote it.
            description=escape(_NOT_IN_XML.sub("", entry.words)),
            author_name=_NOT_IN_XML.sub("", entry.edit.signature) or _("(name hidden)"),
            unique_id=absolute(request, entry.edit.get_absolute_url()),
            pubdate=entry.edit.time,
            updateddate=entry.edit.time,
        )
    response = HttpResponse(content_type=feed.content_type)
    feed.write(response, "utf-8")
    # What is hidden or deleted afterwards must not live on in a cache on the way.
    response.headers["Cache-Control"] = "no-cache"
    return response


def _change(edit: Edit) -> _Entry:
    remark = "" if edit.hidden_summary else edit.remark
    section = f"→ {edit.section_title}" if edit.section_title and not (edit.hidden_summary or edit.is_nameless) else ""
    words = " ".join(filter(None, [section, remark]))
    return _Entry(edit, reverse("articles:compare", args=["previous", edit.pk]), words)


def _new(edit: Edit) -> _Entry:
    return _Entry(edit, edit.article.get_absolute_url(), edit.article.description)
