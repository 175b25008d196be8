import muster.core.indexes
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0165_words_of_approvals'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    # By hand until now; SQLite had lost it with the next change of the table.
    operations = [
        migrations.RunSQL("DROP INDEX IF EXISTS member_by_hiring", migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name='member',
            index=models.Index(muster.core.indexes.Largest('hired_on'), models.OrderBy(models.F('id'), descending=True), name='member_by_hiring'),
        ),
    ]
