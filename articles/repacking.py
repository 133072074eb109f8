"""Old texts packed tightly: each as what differs from one of the same page; its hash is asked before and after.

The texts that pages have now are left as they are, and so is what anything is told from: a text is at most one other
away from itself. Broken off at any moment, nothing is half done, and the next run goes on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from articles.models import Article, Edit, TextBlob

# So many texts of a page are told from the first of them.
_FROM_ONE: Final = 50
_PAGES_AT_ONCE: Final = 100


@dataclass(frozen=True)
class Packed:
    """What became of a text: the bytes it took and takes, or why it was left ("damaged")."""

    sha256: str
    before: int = 0
    after: int = 0
    fault: str = ""


def repack() -> Iterator[Packed]:
    """Pack what isn't yet, page by page; yield each text."""
    last = 0
    while some := list(
        Article.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:_PAGES_AT_ONCE]
    ):
        for article in some:
            yield from _page(article)
        last = some[-1]


def _page(article: int) -> Iterator[Packed]:
    rows = Edit.objects.filter(article=article).order_by("number").values_list("blob", "blob__codec")
    codecs = dict(rows)  # Each text once, where it came first.
    keys = list(codecs)
    for at, key in enumerate(keys):
        if codecs[key] == TextBlob.Codec.ZLIB:
            first = keys[at - at % _FROM_ONE]
            done = _pack(key, first if first != key else None)
            if done is not None:
                yield done


@transaction.atomic
def _pack(key: int, base_key: int | None) -> Packed | None:
    """Pack one text; None where it is to be left: it is some page's present one, or others are told from it."""
    rows = TextBlob.objects.select_for_update().filter(pk__in=[key, base_key or key]).order_by("pk")
    locked = {row.pk: row for row in rows}
    blob, base = locked[key], locked.get(base_key or 0)
    if blob.codec != TextBlob.Codec.ZLIB or Article.objects.filter(text=key).exists():
        return None
    if base is None or not base.stands_alone or blob.deltas.exists():
        base = None
    try:
        text = blob.text
    except Exception:  # Whatever a decoder says of bytes that make no sense.
        return Packed(blob.sha256, fault="damaged")
    if TextBlob.hash_of(text) != blob.sha256:
        return Packed(blob.sha256, fault="damaged")
    before = len(blob.data)
    blob.pack(base)
    if TextBlob.hash_of(blob.text) != blob.sha256:
        return Packed(blob.sha256, fault="does not come out as it went in")
    blob.save(update_fields=["codec", "data", "base"])
    return Packed(blob.sha256, before, len(blob.data))
