"""Approvals that are not the last, and the rules that say whose it takes."""


import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0018_blocks'),
    ]

    operations = [
        migrations.AddField(
            model_name='proposal',
            name='amended_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.author'),
        ),
        migrations.AddField(
            model_name='proposal',
            name='sent_blob',
            field=models.ForeignKey(help_text='What was sent, before it was amended.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.textblob'),
        ),
        migrations.CreateModel(
            name='ApproverGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=80, unique=True)),
                ('members', models.ManyToManyField(related_name='+', to='articles.author')),
            ],
            options={
                'ordering': ('name',),
                'default_permissions': (),
            },
        ),
        migrations.CreateModel(
            name='ApproverRule',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('category', models.CharField(blank=True, help_text='Of the pages; empty: the level counts.', max_length=255)),
                ('level', models.CharField(blank=True, help_text='At which the pages are protected against edits.', max_length=16)),
                ('number', models.PositiveSmallIntegerField()),
                ('kinds', models.JSONField(default=list, help_text='Roles, and groups as group:1; empty: whoever may decide.')),
                ('one_of_each', models.BooleanField(default=False)),
            ],
            options={
                'ordering': ('id',),
                'default_permissions': (),
                'constraints': [models.CheckConstraint(condition=models.Q(('category', ''), ('level', ''), _connector='XOR'), name='a_rule_is_for_a_topic_or_a_level'), models.CheckConstraint(condition=models.Q(('number__gte', 1)), name='a_rule_asks_for_somebody')],
            },
        ),
        migrations.CreateModel(
            name='Approval',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('made', models.DateTimeField(default=django.utils.timezone.now)),
                ('text_hash', models.CharField(help_text='Of what was approved: another text needs another approval.', max_length=64)),
                ('parts', models.JSONField(default=list, help_text='What was decided on each part; empty: it was approved as a whole.')),
                ('taken_back', models.DateTimeField(null=True)),
                ('author', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='articles.author')),
                ('edit', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='approvals', to='articles.edit')),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='approvals', to='articles.proposal')),
            ],
            options={
                'ordering': ('id',),
                'default_permissions': (),
                'constraints': [models.UniqueConstraint(condition=models.Q(('taken_back', None)), fields=('proposal', 'author', 'text_hash'), name='nobody_approves_twice')],
            },
        ),
    ]
