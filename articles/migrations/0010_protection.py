"""Who may propose, and who may write a title that has no page; the log of one page is found by its target."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0009_proposals_talked_about'),
    ]

    operations = [
        migrations.CreateModel(
            name='ProtectedTitle',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('namespace', models.CharField(choices=[('article', 'Article'), ('talk', 'Talk'), ('user', 'User'), ('project', 'Project'), ('help', 'Help'), ('category', 'Category'), ('template', 'Template'), ('file', 'File')], max_length=16)),
                ('title', models.CharField(max_length=255)),
                ('level', models.CharField(choices=[('', 'None'), ('contributor', 'Contributor'), ('editor', 'Editor'), ('reviewer', 'Reviewer'), ('moderator', 'Moderator'), ('administrator', 'Administrator')], max_length=16)),
                ('until', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.AddField(
            model_name='article',
            name='propose_protected_until',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='article',
            name='propose_protection',
            field=models.CharField(blank=True, choices=[('', 'None'), ('contributor', 'Contributor'), ('editor', 'Editor'), ('reviewer', 'Reviewer'), ('moderator', 'Moderator'), ('administrator', 'Administrator')], default='', max_length=16),
        ),
        migrations.AlterField(
            model_name='article',
            name='edit_protection',
            field=models.CharField(blank=True, choices=[('', 'None'), ('contributor', 'Contributor'), ('editor', 'Editor'), ('reviewer', 'Reviewer'), ('moderator', 'Moderator'), ('administrator', 'Administrator')], default='', max_length=16),
        ),
        migrations.AlterField(
            model_name='article',
            name='move_protection',
            field=models.CharField(blank=True, choices=[('', 'None'), ('contributor', 'Contributor'), ('editor', 'Editor'), ('reviewer', 'Reviewer'), ('moderator', 'Moderator'), ('administrator', 'Administrator')], default='', max_length=16),
        ),
        migrations.AddIndex(
            model_name='logentry',
            index=models.Index(fields=['target', '-number'], name='log_of_a_target'),
        ),
        migrations.AddConstraint(
            model_name='protectedtitle',
            constraint=models.UniqueConstraint(fields=('namespace', 'title'), name='one_protection_of_a_title'),
        ),
    ]
