from django.db import migrations

from muster.core import search


class Migration(migrations.Migration):
    dependencies = [("people", "0001_initial")]
    operations = [*search.index("people_member"), *search.index("people_unit")]
