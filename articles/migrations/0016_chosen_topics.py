"""A reviewer's own topics: the categories whose proposals they want to see."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0015_inbox")]

    operations = [
        migrations.CreateModel(
            name="ChosenTopics",
            fields=[
                (
                    "author",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="chosen_topics",
                        serialize=False,
                        to="articles.author",
                    ),
                ),
                ("names", models.JSONField(default=list, help_text="Names of categories, as titles are spelled.")),
                ("opens_queue", models.BooleanField(default=True, help_text="The queue opens with nothing else.")),
            ],
            options={"verbose_name_plural": "chosen topics", "default_permissions": ()},
        ),
    ]
