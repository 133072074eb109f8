"""Headings that only hidden versions had: no page leads by their anchors any more."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0011_the_bin'),
    ]

    operations = [
        migrations.AddField(
            model_name='article',
            name='hidden_anchors',
            field=models.JSONField(default=list, help_text='Of headings that only versions had whose text is hidden.'),
        ),
    ]
