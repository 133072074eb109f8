"""Deleted pages know since when: the bin shows the latest first. Those of before take it from the log."""

from django.db import migrations, models


def take_from_the_log(apps, schema_editor):
    """Give each deleted page the time of its last deletion, or of its making where none is logged."""
    Article, LogEntry = apps.get_model("articles", "Article"), apps.get_model("articles", "LogEntry")
    deletions = LogEntry.objects.filter(what="article.delete").order_by("number")
    when = dict(deletions.values_list("target", "when"))
    for article in Article.objects.filter(state="deleted", deleted=None).iterator():
        prefix = "" if article.namespace == "article" else f"{article.namespace.capitalize()}:"
        article.deleted = when.get(f"{prefix}{article.title}", article.created)
        article.save(update_fields=["deleted"])


class Migration(migrations.Migration):
    dependencies = [("articles", "0010_protection")]

    operations = [
        migrations.AddField(
            model_name="article",
            name="deleted",
            field=models.DateTimeField(blank=True, help_text="When it was deleted, while it is.", null=True),
        ),
        migrations.RunPython(take_from_the_log, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(condition=models.Q(("deleted__isnull", False)), fields=["-deleted", "-id"], name="the_bin"),
        ),
    ]
