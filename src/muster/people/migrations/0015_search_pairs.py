from django.db import migrations

from muster.core import search


class Migration(migrations.Migration):
    dependencies = [("people", "0014_handover_rules")]
    operations = [*search.pairs("people_member", latin=True), *search.pairs("people_unit"), *search.pairs("people_skill")]
