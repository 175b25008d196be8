from django.db import migrations, models
from django.utils import timezone


class Migration(migrations.Migration):
    dependencies = [("core", "0001_schedule")]

    operations = [
        migrations.CreateModel(
            name="Worker",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=64, unique=True)),
                ("seen_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            "schedule", "claimed_at", models.DateTimeField(default=timezone.now), preserve_default=False
        ),
        migrations.AlterField("schedule", "done_at", models.DateTimeField(null=True)),
    ]
