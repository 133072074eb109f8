"""What keeps a change from being saved, in words; whoever raises it, its author gets the text back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from typing import Final

from django.utils.translation import gettext as _

from articles import renderer
from articles.models import Article, Edit
from articles.text import cleaning, guarding, parsing, titles
from articles.text.merging import Clash, Merge
from articles.text.rendering import Rendered

# So many redirects are followed to see whether they lead back; who reads is never taken further than one.
_MOST_REDIRECTS: Final = 20


class TextRefused(Exception):
    """The text can't be saved as it is; `message` says why and, where it can, in which line."""

    status = 422

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class TextTooLarge(TextRefused):
    """The text is larger than an article may be."""

    status = 413


class ChangedHere(TextRefused):
    """People have changed an imported text here, so what comes from outside leaves it alone."""


class TitleRefused(TextRefused):
    """The title can't be used: it is no title, or looks like one that exists (`existing`)."""

    def __init__(self, message: str, existing: str = "") -> None:
        super().__init__(message)
        self.existing = existing


class EditConflict(Exception):
    """Two people changed the same piece. `clash` has both texts as wholes; `current` is the edit to go on from.

    `section` names in that edit what the change is about; "new" when it is gone from there. `merge` is all that could
    be put together, and the pieces that could not, where the two texts have a common base.
    """

    def __init__(self, clash: Clash, current: Edit | None, section: str = "", merge: Merge | None = None) -> None:
        super().__init__(clash.section_title)
        self.clash = clash
        self.current = current
        self.section = section
        self.merge = merge


class BaseMissing(EditConflict):
    """The save doesn't name the edit it started from, or names one that isn't of this article."""


def refuse_too_large(text: str) -> None:
    """Raise TextTooLarge for what no article can hold."""
    if len(text.encode("utf-8", "surrogatepass")) > guarding.MAX_TEXT:
        raise _too_long()


def parts_of_title(title: str) -> titles.TitleParts:
    """Return the parts of a title; raise TitleRefused for what is none."""
    try:
        return titles.parse(title)
    except titles.TitleError as error:
        raise TitleRefused(error.message) from error


def sound(text: str) -> str:
    """Return the text as it would be stored; refuse what no article may hold."""
    try:
        guarding.check_before_normalising(text)
        stored = cleaning.clean(text)
        guarding.check_shape(stored)
    except guarding.ShapeError as error:
        if error.code == "size":
            raise _too_long() from error
        raise TextRefused(_refusal(error)) from error
    return stored


def _too_long() -> TextTooLarge:
    return TextTooLarge(
        _("The text is too long: an article has room for 512 KB, about 80,000 words. Divide it into several articles.")
    )


def refuse_damage(mine: str, before: str = "") -> None:
    """Raise TextRefused for characters that were lost on the way, and not before."""
    if cleaning.DAMAGED in mine and cleaning.DAMAGED not in before:
        raise TextRefused(
            _("Some characters were damaged on the way: look for \N{REPLACEMENT CHARACTER} and type what was there.")
        )


def refuse_circle(parts: titles.TitleParts, text: str) -> None:
    """Refuse a redirect that leads, itself or by way of others, back to its own page."""
    own = titles.full(*parts)
    first = target = _target_of(text)
    for _step in range(_MOST_REDIRECTS):
        if target == own and first == own:
            raise TextRefused(_("This page would lead to itself. Name another page in it, or write a text instead."))
        if target == own:
            raise TextRefused(
                _("“%s” leads back to this page, so readers would go round in a circle. Name another page.") % first
            )
        if not target:
            return
        named = Article.objects.published().named(*titles.parse(target))
        target = (named.values_list("redirect_to", flat=True).first() or "").partition("#")[0]


def _target_of(text: str) -> str:
    """Return the full title of the page that a redirect's text names; empty when it is no redirect."""
    mark = parsing.redirect_of(text)
    return titles.full(mark.fields[0], mark.fields[1]) if mark is not None else ""


def render(text: str) -> Rendered:
    """Return the rendered form of a text; raise TextRefused for what can't be rendered."""
    return _rendered(lambda: renderer.render(text))


def begin_to_render(text: str) -> Callable[[], Rendered]:
    """Begin to render a text, and return what waits for its rendered form; that raises as `render` does."""
    form = renderer.begin(text)
    return lambda: _rendered(form)


def _rendered(form: Callable[[], Rendered]) -> Rendered:
    try:
        return form()
    except renderer.RenderError as error:
        refused = TextTooLarge if error.code == "size" else TextRefused
        raise refused(_refusal(error)) from error


def normalised(mine: str) -> str:
    """Return the submitted text with its underlined headings turned into `#` ones."""
    try:
        return renderer.normalise_headings(mine)
    except renderer.RenderError as error:
        raise TextRefused(_refusal(error)) from error


def _refusal(error: guarding.ShapeError | renderer.RenderError) -> str:
    if error.line:
        return _("Line %(line)d: %(reason)s") % {"line": error.line, "reason": error.message}
    return error.message


def refused_for_law() -> TextRefused:
    """Return the refusal of a text that was erased for law."""
    return TextRefused(_("This very text was erased, as the law asked: it can’t come back as it was."))


def refuse_look_alikes(parts: titles.TitleParts, *, besides: Collection[int] = ()) -> None:
    """Raise TitleRefused for a title that looks like that of another page; `besides` are numbers of pages that go."""
    alike = Article.objects.in_namespace(parts.namespace).filter(skeleton=titles.skeleton(parts.title))
    rows = alike.exclude(pk__in=besides)
    refuse_look_alike_of(parts, rows.values_list("title", flat=True))


def refuse_look_alike_of(parts: titles.TitleParts, existing: Iterable[str]) -> None:
    """Raise TitleRefused for a title that looks like one of these."""
    for title in existing:
        if titles.look_alike(parts.title, title):
            full_title = titles.full(parts.namespace, title)
            message = _("This title looks like one that exists: “%s”. Change that article, or choose another title.")
            raise TitleRefused(message % full_title, full_title)
