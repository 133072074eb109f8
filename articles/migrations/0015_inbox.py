"""The inbox has what moderators let be, and finds protections that end soon without reading all articles."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("articles", "0014_proposal_risks"),
    ]

    operations = [
        migrations.CreateModel(
            name="Settled",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(help_text="Which kind of the inbox's items.", max_length=40)),
                ("number", models.BigIntegerField(help_text="Of the row it was about.")),
                (
                    "upto",
                    models.BigIntegerField(
                        default=0, help_text="The last edit that was looked at: later ones count anew."
                    ),
                ),
                (
                    "until",
                    models.DateTimeField(help_text="What ends then was let end; another end counts anew.", null=True),
                ),
                ("when", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                "verbose_name_plural": "settled",
                "default_permissions": (),
            },
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("edit_protected_until__isnull", False)),
                fields=["edit_protected_until"],
                name="ends_of_edit_protection",
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("move_protected_until__isnull", False)),
                fields=["move_protected_until"],
                name="ends_of_move_protection",
            ),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(
                condition=models.Q(("propose_protected_until__isnull", False)),
                fields=["propose_protected_until"],
                name="ends_of_propose_protection",
            ),
        ),
        migrations.AddField(
            model_name="settled",
            name="by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="articles.author"
            ),
        ),
        migrations.AddIndex(
            model_name="settled",
            index=models.Index(fields=["kind", "number"], name="settled_of_a_kind"),
        ),
    ]
