"""Text search over `Searchable` models: trigrams on PostgreSQL, FTS5 on SQLite, one function for both."""

from typing import Any

from django.db import connection, migrations
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

SHORTEST_TRIGRAM = 3
MOST_WORDS = 8


def match(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Rows in whose search text every word of TEXT stands. Two letters or two Chinese characters are too short for a
    trigram
    and are looked for by scanning what the other conditions leave."""
    for word in text.lower().replace("\x00", "").split()[:MOST_WORDS]:
        if connection.vendor == "sqlite" and len(word) >= SHORTEST_TRIGRAM:
            table = rows.model._meta.db_table
            found = RawSQL(  # noqa: S611 - the table is our own model's, the word is a parameter
                f"SELECT rowid FROM {table}_fts WHERE {table}_fts MATCH %s", ['"' + word.replace('"', '""') + '"']
            )
            rows = rows.filter(pk__in=found)
        else:
            rows = rows.filter(search_text__contains=word)
    return rows


def index(table: str) -> list[migrations.RunPython]:
    """Migration operations that index TABLE's search text on the database in use."""

    def make(apps: Any, editor: Any) -> None:
        if editor.connection.vendor == "postgresql":
            editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            editor.execute(f"CREATE INDEX {table}_search ON {table} USING gin (search_text gin_trgm_ops)")
            return
        fts = f"{table}_fts"
        gone = f"INSERT INTO {fts}({fts}, rowid, search_text) VALUES ('delete', old.id, old.search_text);"
        come = f"INSERT INTO {fts}(rowid, search_text) VALUES (new.id, new.search_text);"
        editor.execute(
            f"CREATE VIRTUAL TABLE {fts} "
            f"USING fts5(search_text, content='{table}', content_rowid='id', tokenize='trigram')"
        )
        editor.execute(f"INSERT INTO {fts}({fts}) VALUES ('rebuild')")
        editor.execute(f"CREATE TRIGGER {table}_fts_i AFTER INSERT ON {table} BEGIN {come} END")
        editor.execute(f"CREATE TRIGGER {table}_fts_d AFTER DELETE ON {table} BEGIN {gone} END")
        editor.execute(
            f"CREATE TRIGGER {table}_fts_u AFTER UPDATE OF search_text ON {table} "
            f"WHEN old.search_text <> new.search_text BEGIN {gone} {come} END"
        )

    def drop(apps: Any, editor: Any) -> None:
        if editor.connection.vendor == "postgresql":
            editor.execute(f"DROP INDEX {table}_search")
            return
        for trigger in "idu":
            editor.execute(f"DROP TRIGGER {table}_fts_{trigger}")
        editor.execute(f"DROP TABLE {table}_fts")

    return [migrations.RunPython(make, drop)]
