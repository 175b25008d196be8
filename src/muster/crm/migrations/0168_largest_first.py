import muster.core.indexes
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('crm', '0167_more_time_by_approval'),
        ('people', '0166_largest_first'),
    ]

    # By hand until now; SQLite had lost them with the next change of the table.
    operations = [
        migrations.RunSQL("DROP INDEX IF EXISTS deal_by_amount", migrations.RunSQL.noop),
        migrations.RunSQL("DROP INDEX IF EXISTS deal_of_owner_by_amount", migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name='deal',
            index=models.Index(muster.core.indexes.Largest('amount'), models.OrderBy(models.F('id'), descending=True), name='deal_by_amount'),
        ),
        migrations.AddIndex(
            model_name='deal',
            index=models.Index(models.F('owner'), muster.core.indexes.Largest('amount'), models.OrderBy(models.F('id'), descending=True), name='deal_of_owner_by_amount'),
        ),
    ]
