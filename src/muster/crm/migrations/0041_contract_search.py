from django.db import migrations

from muster.core import search


class Migration(migrations.Migration):
    dependencies = [("crm", "0040_contracts")]
    operations = [
        *(one for name in ("contract", "quote", "receipt", "invoice") for one in search.index(f"crm_{name}")),
        *(one for name in ("contract", "quote", "receipt", "invoice") for one in search.pairs(f"crm_{name}")),
    ]
