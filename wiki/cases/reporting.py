"""What readers do: they report a passage, without an account, and see at a private address what became of it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.core.signing import Signer
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from articles import access, history, limits, reading, withholding
from articles.models import Article, Edit, Section
from articles.renderer import RenderError
from wiki.cases.models import Case
from wiki.cases.signals import case_opened

if TYPE_CHECKING:
    from articles.access import Person

# Of one network address; a report is never lost by it, for the form gives its words back.
REPORTS: Final = (5, 3600)
# After the answer, and after the report where nobody has answered.
_CONTACT_KEPT: Final = timedelta(days=90)
_CONTACT_KEPT_UNANSWERED: Final = timedelta(days=365)


@dataclass(frozen=True)
class Passage:
    """A section that can be reported, as whoever reads now has it."""

    article: Article
    section: Section
    edit: Edit
    heading: str
    text: str
    is_withheld: bool

    @cached_property
    def shown(self) -> Sequence[reading.PageSection]:
        """The section and those within it as readers see them; none where it is kept back or can't be rendered."""
        try:
            return () if self.is_withheld else reading.passage_of(self.edit, self.section.pk)
        except RenderError:
            return ()


def passage(user: Person, section_id: int, edit_id: int | None = None) -> Passage:
    """Return a section of the current version, or of the version in which it was read; 404 when it isn't there."""
    section = Section.objects.select_related("article__current_edit__blob").filter(pk=section_id).first()
    if section is None or section.article.state != Article.State.PUBLISHED or section.article.current_edit is None:
        raise access.NothingThere(_("There is no section of the number %s.") % section_id)
    edit = section.article.current_edit
    if edit_id is not None and edit_id != edit.pk:
        read = access.edit_to_read(user, edit_id)
        edit = read if read.article_id == section.article_id else edit
    edit.article = section.article
    texts = history.texts_of(None, edit, section.pk)
    if not texts.new and section.level:
        raise access.NothingThere(_("This section is not in the article any more."), section.article.full_title)
    is_withheld = section.pk in withholding.blocks_of(edit) and withholding.keeps_back(edit.article)
    # Its heading in this version: what it was called since may be hidden.
    return Passage(section.article, section, edit, texts.section_title, texts.new, is_withheld)


def report(*, passage: Passage, category: str, words: str, contact: str = "", address: str = "") -> Case:
    """Open a case, with the passage as it was read. Raises limits.TooOften."""
    if address:
        limits.take(f"report:{limits.place_of(address)}", times=REPORTS[0], seconds=REPORTS[1])
    now = timezone.now()
    with transaction.atomic():
        case = Case.objects.create(
            article=passage.article,
            section=passage.section,
            edit=passage.edit,
            heading=passage.heading,
            quote=passage.text,
            category=category,
            words=words,
            contact=contact,
            made=now,
            due=now + timedelta(hours=settings.WIKI_CASE_HOURS[category]),
        )
        # A listener that breaks takes no report back.
        transaction.on_commit(lambda: case_opened.send(sender=Case, case=case), robust=True)
    return case


def forget_contacts() -> int:
    """Forget the addresses of readers some time after the answer, or long after the report. Return how many."""
    now = timezone.now()
    unanswered = Q(closed__isnull=True, made__lt=now - _CONTACT_KEPT_UNANSWERED)
    old = Case.objects.filter(Q(closed__lt=now - _CONTACT_KEPT) | unanswered)
    return old.exclude(contact="").update(contact="")


def key_of(case: Case) -> str:
    """Return the secret of the private address at which its reader sees what became of a case."""
    return Signer(salt="wiki.cases").signature(str(case.pk))


def told(number: int, key: str) -> Case:
    """Return a case for whoever holds its secret; 404 for everybody else, whether there is one or not."""
    case = Case.objects.select_related("article").filter(pk=number).first()
    if case is None or not secrets.compare_digest(key_of(case).encode(), key.encode("utf-8", "replace")):
        raise access.NothingThere(_("There is no report at this address. Perhaps it was not copied in whole."))
    return case
