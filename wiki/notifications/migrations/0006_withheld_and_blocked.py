import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('articles', '0026_repacked_texts'),
        ('notifications', '0005_approved'),
    ]

    operations = [
        migrations.AddField(
            model_name='notification',
            name='block',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.block'),
        ),
        migrations.AddField(
            model_name='notification',
            name='quarantine',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='articles.quarantine'),
        ),
        migrations.AlterField(
            model_name='notification',
            name='kind',
            field=models.CharField(choices=[('accepted', 'Accepted'), ('declined', 'Declined'), ('returned', 'Returned'), ('said', 'Said'), ('anew', 'Anew'), ('role', 'Role'), ('danger', 'Danger'), ('met', 'Met'), ('approved', 'Approved'), ('withheld', 'Withheld'), ('released', 'Released'), ('blocked', 'Blocked'), ('block_changed', 'Block Changed'), ('unblocked', 'Unblocked')], max_length=16),
        ),
    ]
