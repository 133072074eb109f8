"""Indexes of the lists: articles by length, stubs of a topic, authors by name."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0003_search")]

    operations = [
        migrations.AddIndex(
            model_name="article",
            index=models.Index(fields=["redirect_to", "words", "id"], name="articles_by_length"),
        ),
        migrations.AddIndex(
            model_name="article",
            index=models.Index(fields=["redirect_to", "stub_topic", "words", "id"], name="stubs_of_a_topic"),
        ),
        migrations.AddIndex(
            model_name="author",
            index=models.Index(fields=["name"], name="authors_by_name"),
        ),
    ]
