from django.db import migrations

from muster.core import search


class Migration(migrations.Migration):
    dependencies = [("crm", "0001_initial")]
    operations = [
        *search.index("crm_account"),
        *search.index("crm_contact"),
        *search.index("crm_product"),
        *search.index("crm_deal"),
    ]
