from typing import Any

from django.db import migrations


def make(apps: Any, editor: Any) -> None:
    """Largest first, without an amount last. SQLite orders so by itself and refuses to be told in an index."""
    last = " NULLS LAST" if editor.connection.vendor == "postgresql" else ""
    editor.execute(f"CREATE INDEX deal_by_amount ON crm_deal (amount DESC{last}, id DESC)")
    editor.execute(f"CREATE INDEX deal_of_owner_by_amount ON crm_deal (owner_id, amount DESC{last}, id DESC)")


def drop(apps: Any, editor: Any) -> None:
    editor.execute("DROP INDEX deal_by_amount")
    editor.execute("DROP INDEX deal_of_owner_by_amount")


class Migration(migrations.Migration):
    dependencies = [("crm", "0002_search")]
    operations = [migrations.RunPython(make, drop)]
