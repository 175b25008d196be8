from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('integrations', '0002_import'),
    ]

    operations = [
        migrations.AddField(
            model_name='importbatch',
            name='error_params',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name='importbatch',
            name='started_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='importissue',
            name='params',
            field=models.JSONField(blank=True, default=dict),
        ),
    ]
