from django.db import migrations

from muster.core import search


class Migration(migrations.Migration):
    dependencies = [("crm", "0005_routing")]
    operations = [
        *search.pairs("crm_account"),
        *search.pairs("crm_contact"),
        *search.pairs("crm_product"),
        *search.pairs("crm_deal"),
    ]
