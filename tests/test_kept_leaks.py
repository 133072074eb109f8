"""Words that were taken away are in no page that was kept at the door before: hidden, deleted, erased, under review.

Beside test_leaks.py, for here the wiki is made while somebody reads it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from articles.models import Edit
from articles.moderation import deleting, erasing, hiding, quarantining
from tests import test_leaks
from tests.kept import KeptSite

pytestmark = pytest.mark.django_db


def test_pages_kept_before_a_word_was_taken_away_show_none_of_it(tmp_path: Path, monkeypatch, settings):
    site, seen = KeptSite(tmp_path), set()
    readers = [{}, *({"HTTP_COOKIE": _session_of(role)} for role in ("contributor", "editor"))]
    pages = [
        f"/wiki/{title}{form}" for title in test_leaks._OF_A_TITLE for form in ("", "?printable=yes", "?from=Leading")
    ]
    pages += [f"/history/{title}" for title in test_leaks._OF_A_TITLE]

    def read_before(room: Any, name: str) -> None:
        work = getattr(room, name)

        def deed(*args: Any, **kwargs: Any) -> Any:
            said = _said(site, pages, readers)
            seen.update(word for word in test_leaks.WORDS if word in said)
            return work(*args, **kwargs)

        monkeypatch.setattr(room, name, deed)

    for room, name in ((hiding, "hide"), (deleting, "delete"), (erasing, "erase"), (quarantining, "quarantine")):
        read_before(room, name)
    test_leaks._a_wiki_with_secrets()

    assert seen >= {test_leaks.DELETED, test_leaks.BEFORE, test_leaks.ERASED, test_leaks.WITHHELD}
    for _time in range(2):
        said = _said(site, pages, readers)
        assert [word for word in test_leaks.WORDS if word in said] == []


def _said(site: KeptSite, pages: list[str], readers: list[dict[str, str]]) -> str:
    """All that these readers see: nobody in particular, and people of the roles that see no more of a text."""
    answers = [site.get(page, **reader) for page in pages for reader in readers]
    answers += [site.get_kept(f"/compare/previous/{edit}") for edit in Edit.objects.values_list("pk", flat=True)]
    return "".join(answer.text for answer in answers).lower()


def _session_of(role: str) -> str:
    return f"sessionid={test_leaks._browser(role).cookies['sessionid'].value}"
