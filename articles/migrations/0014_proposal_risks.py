"""A proposal knows what in it may harm a reader, so that the queue reads no text."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("articles", "0013_log_by_deed_and_person")]

    operations = [
        migrations.AddField(
            model_name="proposal",
            name="risks",
            field=models.JSONField(help_text="What in it may harm a reader; null: nobody has asked yet.", null=True),
        ),
    ]
