import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0173_deals_on_board"),
    ]

    operations = [
        migrations.AddField(
            model_name="account",
            name="source",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="crm.leadsource",
                verbose_name="source",
            ),
        ),
    ]
