"""People are told why they have another role, and that an article was made of the title that they had proposed."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notifications", "0002_letters")]

    operations = [
        migrations.AddField(
            model_name="notification",
            name="why",
            field=models.TextField(blank=True, default="", help_text="The reason for another role."),
        ),
        migrations.AlterField(
            model_name="notification",
            name="kind",
            field=models.CharField(
                choices=[
                    ("accepted", "Accepted"),
                    ("declined", "Declined"),
                    ("returned", "Returned"),
                    ("said", "Said"),
                    ("anew", "Anew"),
                    ("role", "Role"),
                    ("met", "Met"),
                ],
                max_length=16,
            ),
        ),
    ]
