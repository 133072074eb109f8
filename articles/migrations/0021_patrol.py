"""Reviewers look at edits: the risky ones had a table of their own; tags are found by name; visits are remembered."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from articles.models import walks

AT_ONCE = 1_000


def are_risky(apps, schema_editor):
    apps.get_model("articles", "Patrol").objects.update(is_risky=True)


def copy_tags(apps, schema_editor):
    edits = apps.get_model("articles", "Edit").objects.only("tags")
    tagged = apps.get_model("articles", "Tagged")
    rows = []
    for edit in walks.in_order(edits):
        rows += [tagged(name=tag, edit_id=edit.pk) for tag in edit.tags]
        if len(rows) >= AT_ONCE:
            tagged.objects.bulk_create(rows)
            rows = []
    tagged.objects.bulk_create(rows)


class Migration(migrations.Migration):
    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("articles", "0020_quarantine"),
    ]

    operations = [
        migrations.RemoveIndex("secondlook", "edits_to_look_at"),
        migrations.RenameModel("SecondLook", "Patrol"),
        migrations.RenameField("patrol", "looked_at", "when"),
        migrations.RenameField("patrol", "looked_at_by", "by"),
        migrations.AlterField(
            "patrol",
            "edit",
            models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                primary_key=True,
                related_name="patrol",
                serialize=False,
                to="articles.edit",
            ),
        ),
        migrations.AlterField(
            "patrol",
            "by",
            models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="articles.author",
            ),
        ),
        migrations.AddField(
            "patrol",
            "by_somebody_new",
            models.BooleanField(default=False, help_text="One of the first edits of its author."),
        ),
        migrations.AddField(
            "patrol",
            "is_risky",
            models.BooleanField(default=False, help_text="It may harm, and one reviewer published it alone."),
        ),
        migrations.AddIndex(
            "patrol", models.Index(fields=["-edit"], name="patrol_to_do", condition=models.Q(by__isnull=True))
        ),
        migrations.AddIndex(
            "patrol",
            models.Index(fields=["-edit"], name="patrol_of_new_people", condition=models.Q(by_somebody_new=True)),
        ),
        migrations.AddIndex(
            "patrol",
            models.Index(
                fields=["edit"],
                name="patrol_of_new_to_do",
                condition=models.Q(by__isnull=True, by_somebody_new=True),
            ),
        ),
        migrations.AddIndex(
            "patrol",
            models.Index(
                fields=["edit"], name="patrol_of_risks_to_do", condition=models.Q(by__isnull=True, is_risky=True)
            ),
        ),
        migrations.RunPython(are_risky, migrations.RunPython.noop, elidable=True),
        migrations.CreateModel(
            name="Tagged",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100)),
                (
                    "edit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="articles.edit"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "tagged",
                "default_permissions": (),
                "indexes": [models.Index(fields=["name", "-edit"], name="edits_of_a_tag")],
            },
        ),
        migrations.CreateModel(
            name="Visit",
            fields=[
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("seen", models.BigIntegerField(help_text="The newest edit of the visit before this one.")),
                ("newest", models.BigIntegerField(help_text="The newest edit of this visit.")),
                ("when", models.DateTimeField()),
            ],
            options={"default_permissions": ()},
        ),
        migrations.RunPython(copy_tags, migrations.RunPython.noop, elidable=True),
    ]
