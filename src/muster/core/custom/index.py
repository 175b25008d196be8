"""For migrations: the index that answers equality on every custom field of a table at once. PostgreSQL only; SQLite
reads the rows it has to."""

from typing import Any

from django.db import migrations


def over_values(table: str) -> migrations.RunPython:
    """Rows without custom values are not in it, so it costs nothing where nobody uses them."""
    name = f"{table}_custom"

    def make(apps: Any, editor: Any) -> None:
        if editor.connection.vendor == "postgresql":
            editor.execute(f"CREATE INDEX {name} ON {table} USING gin (custom jsonb_path_ops) WHERE custom IS NOT NULL")

    def drop(apps: Any, editor: Any) -> None:
        if editor.connection.vendor == "postgresql":
            editor.execute(f"DROP INDEX {name}")

    return migrations.RunPython(make, drop)
