"""One hash over all histories: two databases in which it is equal hold the same versions, to the byte."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC
from typing import Any, Final

from django.db.models import OuterRef, QuerySet, Subquery

from articles.models import Author, Edit, TextBlob, walks

_SAID: Final = ("title", "number", "time", "summary")


def facts() -> Iterator[list[Any]]:
    """Yield of each edit, in the order of their numbers: title, id, number within the article, author, time, summary
    and the hash of its text, which stands for the text itself wherever the text was looked at.
    """
    # Looked up for each row, and not joined: see `walks.in_order`.
    name = Author.objects.filter(pk=OuterRef("author")).values("name")
    sha256 = TextBlob.objects.filter(pk=OuterRef("blob")).values("sha256")
    edits: QuerySet[Any] = Edit.objects.only(*_SAID).annotate(by=Subquery(name), sha256=Subquery(sha256))
    for edit in walks.in_order(edits):
        time = edit.time.astimezone(UTC).isoformat()
        yield [edit.title, edit.pk, edit.number, edit.by, time, edit.summary, edit.sha256]


def digest() -> dict[str, Any]:
    """Return how many edits there are, and the SHA-256 of all that histories say of them."""
    sha256, edits = hashlib.sha256(), 0
    for each in facts():
        sha256.update(json.dumps(each).encode() + b"\n")
        edits += 1
    return {"edits": edits, "sha256": sha256.hexdigest()}
