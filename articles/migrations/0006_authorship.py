"""Who wrote each word of a version, and how many words of its article's current text each edit brought."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0005_successors")]

    operations = [
        migrations.CreateModel(
            name="Authorship",
            fields=[
                (
                    "edit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="authorship",
                        serialize=False,
                        to="articles.edit",
                    ),
                ),
                (
                    "runs",
                    models.BinaryField(help_text="Words and numbers of edits, as articles.text.authorship packs them."),
                ),
            ],
            options={"default_permissions": ()},
        ),
        migrations.CreateModel(
            name="Share",
            fields=[
                (
                    "edit",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="share",
                        serialize=False,
                        to="articles.edit",
                    ),
                ),
                (
                    "words",
                    models.PositiveIntegerField(
                        help_text="0 for the last edit of a text in which there are no words."
                    ),
                ),
                (
                    "article",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="shares", to="articles.article"
                    ),
                ),
            ],
            options={"default_permissions": ()},
        ),
    ]
