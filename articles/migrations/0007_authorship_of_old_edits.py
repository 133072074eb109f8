"""The record of who wrote each word for the edits that were saved before there was one.

Some articles at a time, each lot in a transaction of its own: broken off and run again, it goes on where it was.
"""

import zlib
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, Final, NamedTuple

from django.db import migrations, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from articles.text import authorship

_ARTICLES_AT_ONCE: Final = 200


class _Past(NamedTuple):
    """One of the two versions before the next one."""

    version: Any
    text: str
    runs: authorship.Runs


def retrace(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Record who wrote each word of every version, from the first edit of an article to its last."""
    alias = schema_editor.connection.alias
    unrecorded = apps.get_model("articles", "Edit").objects.using(alias).filter(authorship__isnull=True)
    last = 0
    while True:
        rows = unrecorded.filter(article__gt=last).order_by("article").values_list("article", flat=True).distinct()
        ids = list(rows[:_ARTICLES_AT_ONCE])
        if not ids:
            return
        with transaction.atomic(using=alias):
            _retrace(apps, alias, ids)
        last = ids[-1]


def _retrace(apps: StateApps, alias: str, article_ids: list[int]) -> None:
    names = ("Article", "Edit", "Authorship", "Share")
    article, edit, record, share = (apps.get_model("articles", name) for name in names)
    current = set(article.objects.using(alias).filter(pk__in=article_ids).values_list("current_edit", flat=True))
    edits = edit.objects.using(alias).filter(article__in=article_ids).select_related("blob").defer("outline", "tags")
    in_order = edits.order_by("article", "number").iterator(chunk_size=50)
    records, shares = [], []
    for article_id, versions in groupby(in_order, lambda row: row.article_id):
        ids: dict[int, int] = {}
        for version, runs in _recorded(versions):
            ids[version.number] = version.pk
            records.append(record(edit_id=version.pk, runs=authorship.packed(runs)))
            if version.pk in current:
                words = authorship.words_by_edit(runs) or {version.number: 0}
                shares += [share(edit_id=ids[n], article_id=article_id, words=left) for n, left in words.items()]
    for model, rows in ((record, records), (share, shares)):
        model.objects.using(alias).bulk_create(rows, batch_size=500, ignore_conflicts=True)


def _recorded(versions: Iterable[Any]) -> Iterator[tuple[Any, authorship.Runs]]:
    """The versions of an article in their order, each with its record, as a save would have made it."""
    past: list[_Past] = []
    earlier: dict[int, authorship.Runs] = {}
    for version in versions:
        if version.parent_id is None:
            past, earlier = [], {}  # Its first, or that of a title that had been deleted.
        text = zlib.decompress(bytes(version.blob.data)).decode()
        runs = earlier.get(version.blob_id) or _carried(past, version, text)
        if not version.hidden_text:
            earlier[version.blob_id] = runs
        past = [*past[-1:], _Past(version, text, runs)]
        yield version, runs


def _carried(past: list[_Past], version: Any, text: str) -> authorship.Runs:
    if not past:
        return authorship.begun(text, version.number)
    last = past[-1]
    runs = authorship.carried(last.text, last.runs, text, version.number)
    before = past[0] if last.version.size_change < 0 < version.size - last.version.size else last
    if before is last or before.version.hidden_text:
        return runs
    older = authorship.carried(before.text, before.runs, text, version.number)
    return authorship.brought_back(runs, older, version.number)


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("articles", "0006_authorship")]

    operations = [migrations.RunPython(retrace, migrations.RunPython.noop, atomic=False)]
