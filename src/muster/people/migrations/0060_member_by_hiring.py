from typing import Any

from django.db import migrations


def make(apps: Any, editor: Any) -> None:
    """Latest first, without a day last. SQLite orders so by itself and refuses to be told in an index."""
    last = " NULLS LAST" if editor.connection.vendor == "postgresql" else ""
    editor.execute(f"CREATE INDEX member_by_hiring ON people_member (hired_on DESC{last}, id DESC)")


def drop(apps: Any, editor: Any) -> None:
    editor.execute("DROP INDEX member_by_hiring")


class Migration(migrations.Migration):
    dependencies = [("people", "0015_search_pairs")]
    operations = [migrations.RunPython(make, drop)]
