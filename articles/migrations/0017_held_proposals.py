"""A proposal knows why it waits; a risky edit knows whether a second reviewer has looked at it."""


import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0016_chosen_topics'),
    ]

    operations = [
        migrations.AddField(
            model_name='proposal',
            name='why_held',
            field=models.JSONField(default=list, help_text='Why it waits although its author may publish: codes such as risk; empty: they may not.'),
        ),
        migrations.CreateModel(
            name='SecondLook',
            fields=[
                ('edit', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='second_look', serialize=False, to='articles.edit')),
                ('looked_at', models.DateTimeField(null=True)),
                ('looked_at_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.author')),
            ],
            options={
                'default_permissions': (),
                'indexes': [models.Index(condition=models.Q(('looked_at', None)), fields=['edit'], name='edits_to_look_at')],
            },
        ),
    ]
