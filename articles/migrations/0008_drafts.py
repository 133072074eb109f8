"""Drafts are of an opened form; a submission knows the form it came from."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0007_authorship_of_old_edits")]

    operations = [
        migrations.AddField(
            model_name="submission",
            name="form_key",
            field=models.CharField(blank=True, db_index=True, default="", help_text="Of the opened form it came from.", max_length=32),
            preserve_default=False,
        ),
        migrations.RemoveConstraint(model_name="draft", name="one_draft_of_a_section"),
        migrations.AddField(
            model_name="draft",
            name="form_key",
            # No draft was ever made before this.
            field=models.CharField(default="", help_text="Of the opened form. A visitor's begins with their visit.", max_length=32),
            preserve_default=False,
        ),
        migrations.AddField(model_name="draft", name="minor", field=models.BooleanField(default=False)),
        migrations.AddField(
            model_name="draft",
            name="proposal",
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to="articles.proposal"),
        ),
        migrations.AddConstraint(
            model_name="draft",
            constraint=models.UniqueConstraint(fields=["author", "form_key"], name="one_draft_of_an_opened_form"),
        ),
        migrations.AddIndex(
            model_name="draft",
            index=models.Index(fields=["namespace", "title", "changed"], name="drafts_of_a_title"),
        ),
    ]
