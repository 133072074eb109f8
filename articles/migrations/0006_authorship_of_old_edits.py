"""The record of who wrote each word for the edits that were saved before there was one.

Some articles at a time, each lot in a transaction of its own: broken off and run again, it goes on where it was.
"""

import zlib
from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, Final

from django.db import migrations, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from articles.text import authorship

_ARTICLES_AT_ONCE: Final = 200


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
    text = ""
    runs: authorship.Runs = ()
    earlier: dict[int, authorship.Runs] = {}
    for version in versions:
        if version.parent_id is None:
            text, runs, earlier = "", (), {}  # Its first, or that of a title that had been deleted.
        before, text = text, zlib.decompress(bytes(version.blob.data)).decode()
        runs = earlier.get(version.blob_id) or authorship.carried(before, runs, text, version.number)
        if not version.hidden_text:
            earlier[version.blob_id] = runs
        yield version, runs


class Migration(migrations.Migration):
    atomic = False

    dependencies = [("articles", "0005_authorship")]

    operations = [migrations.RunPython(retrace, migrations.RunPython.noop, atomic=False)]
