"""The log is asked by deed and by person."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0012_hidden_anchors'),
    ]

    operations = [
        migrations.AddIndex(
            model_name='logentry',
            index=models.Index(fields=['what', '-number'], name='log_of_a_deed'),
        ),
        migrations.AddIndex(
            model_name='logentry',
            index=models.Index(fields=['who', '-number'], name='log_of_a_person'),
        ),
    ]
