"""The steps of the ladder."""

from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies: list[tuple[str, str]] = []

    operations = [
        migrations.CreateModel(
            name="Step",
            fields=[
                (
                    "role",
                    models.CharField(
                        help_text="The role that it leads to.", max_length=16, primary_key=True, serialize=False
                    ),
                ),
                ("is_on", models.BooleanField(default=False)),
                ("days", models.PositiveIntegerField(help_text="Since the account was made.")),
                (
                    "number",
                    models.PositiveIntegerField(help_text="Of accepted proposals; of an editor, of published edits."),
                ),
                (
                    "share",
                    models.PositiveSmallIntegerField(
                        help_text="Percent of what was decided that was accepted, or stayed."
                    ),
                ),
                (
                    "quiet_days",
                    models.PositiveIntegerField(
                        help_text="So long nothing of theirs was taken back, nor were they blocked."
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("share__lte", 100)), name="a_share_is_at_most_all")
                ],
            },
        ),
    ]
