import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('wording', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Logo',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(max_length=24, unique=True)),
                ('data', models.BinaryField()),
                ('when', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'default_permissions': (),
            },
        ),
        migrations.RemoveConstraint(
            model_name='wording',
            name='a_wording_is_never_empty',
        ),
        migrations.AlterField(
            model_name='wording',
            name='key',
            field=models.CharField(max_length=40),
        ),
        migrations.AlterField(
            model_name='wording',
            name='text',
            field=models.TextField(blank=True, help_text="Plain text; {name} stands for the site's name, an empty line parts paragraphs."),
        ),
        migrations.AddConstraint(
            model_name='wording',
            constraint=models.CheckConstraint(condition=models.Q(('key__in', ['name', 'disclaimer', 'full_disclaimer']), ('text', ''), _negated=True), name='a_disclaimer_is_never_empty'),
        ),
    ]
