from django.db import migrations

from muster.core import search


class Migration(migrations.Migration):
    dependencies = [("crm", "0020_public_pools")]
    operations = [*search.index("crm_poolstay"), *search.pairs("crm_poolstay")]
