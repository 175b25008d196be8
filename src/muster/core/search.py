"""Text search over `Searchable` models: trigrams on PostgreSQL, FTS5 on SQLite, one function for both.

Two characters are no trigram, and the most usual search in Chinese. So PostgreSQL keeps beside the search text each two
of its neighbours as a word of their own (“ 物流 流公 ”), where a trigram index finds them. SQLite reads the rows.
"""

from collections.abc import Callable
from typing import Any

from django.db import connection, migrations
from django.db.models import CharField, Lookup, QuerySet, TextField
from django.db.models.expressions import RawSQL

SHORTEST_TRIGRAM = 3
MOST_WORDS = 8


def match(rows: QuerySet[Any], text: str) -> QuerySet[Any]:
    """Rows in whose search text every word of TEXT stands. What no index holds (one letter, mostly) is looked for by
    scanning what the other conditions leave."""
    for word in text.lower().replace("\x00", "").split()[:MOST_WORDS]:
        if connection.vendor == "sqlite" and len(word) >= SHORTEST_TRIGRAM:
            table = rows.model._meta.db_table
            found = RawSQL(  # noqa: S611 - the table is our own model's, the word is a parameter
                f"SELECT rowid FROM {table}_fts WHERE {table}_fts MATCH %s", ['"' + word.replace('"', '""') + '"']
            )
            rows = rows.filter(pk__in=found)
        elif connection.vendor == "postgresql" and _is_pair(word, rows.model.latin_pairs):
            rows = rows.filter(search_text__pair=word)
        else:
            rows = rows.filter(search_text__contains=word)
    return rows


def _is_pair(word: str, latin: bool) -> bool:
    """Two characters that `pairs` keeps."""
    return len(word) == 2 and (word.isalnum() if latin else word.isalpha() and not any(map(str.isascii, word)))


@TextField.register_lookup
class Pair(Lookup):
    """PostgreSQL only: the two characters stand beside each other in the search text."""

    lookup_name = "pair"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        table = compiler.quote_name_unless_alias(self.lhs.alias)
        return f"{table}.search_pairs LIKE %s", (f"% {self.rhs} %",)


def _follow(execute: Callable[[str], Any], table: str) -> None:
    """Fill the index of TABLE on SQLite, and have it follow the table from here on."""
    fts = f"{table}_fts"
    gone = f"INSERT INTO {fts}({fts}, rowid, search_text) VALUES ('delete', old.id, old.search_text);"
    come = f"INSERT INTO {fts}(rowid, search_text) VALUES (new.id, new.search_text);"
    execute(f"INSERT INTO {fts}({fts}) VALUES ('rebuild')")
    execute(f"CREATE TRIGGER {fts}_i AFTER INSERT ON {table} BEGIN {come} END")
    execute(f"CREATE TRIGGER {fts}_d AFTER DELETE ON {table} BEGIN {gone} END")
    execute(
        f"CREATE TRIGGER {fts}_u AFTER UPDATE OF search_text ON {table} "
        f"WHEN old.search_text <> new.search_text BEGIN {gone} {come} END"
    )


def mend(**_kwargs: Any) -> None:
    """After a migration: a table of SQLite that was made anew (as Django does to add a link) has lost the triggers that
    its index follows. Where they are gone they are made again, and the index is filled anew."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type IN ('trigger', 'table')")
        there = {name for (name,) in cursor.fetchall()}
        for fts in sorted(name for name in there if name.endswith("_fts") and f"{name}_i" not in there):
            _follow(cursor.execute, fts.removesuffix("_fts"))


def index(table: str) -> list[migrations.RunPython]:
    """Migration operations that index TABLE's search text on the database in use."""

    def make(apps: Any, editor: Any) -> None:
        if editor.connection.vendor == "postgresql":
            editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
            editor.execute(f"CREATE INDEX {table}_search ON {table} USING gin (search_text gin_trgm_ops)")
            return
        editor.execute(
            f"CREATE VIRTUAL TABLE {table}_fts "
            f"USING fts5(search_text, content='{table}', content_rowid='id', tokenize='trigram')"
        )
        _follow(editor.execute, table)

    def drop(apps: Any, editor: Any) -> None:
        if editor.connection.vendor == "postgresql":
            editor.execute(f"DROP INDEX {table}_search")
            return
        for trigger in "idu":
            editor.execute(f"DROP TRIGGER {table}_fts_{trigger}")
        editor.execute(f"DROP TABLE {table}_fts")

    return [migrations.RunPython(make, drop)]


def pairs(table: str, latin: bool = False) -> list[migrations.RunPython]:
    """Migration operations that index the neighbours in TABLE's search text, on PostgreSQL; those of Latin letters and
    digits only if LATIN, because there are many of them."""

    def make(apps: Any, editor: Any) -> None:
        if editor.connection.vendor != "postgresql":
            return
        editor.execute(PAIRS)
        kept = f"text GENERATED ALWAYS AS (muster_pairs(search_text, {1 if latin else 2})) STORED"
        editor.execute(f"ALTER TABLE {table} ADD COLUMN search_pairs {kept}")
        editor.execute(f"CREATE INDEX {table}_pairs ON {table} USING gin (search_pairs gin_trgm_ops)")

    def drop(apps: Any, editor: Any) -> None:
        if editor.connection.vendor == "postgresql":
            editor.execute(f"ALTER TABLE {table} DROP COLUMN search_pairs")

    return [migrations.RunPython(make, drop)]


# Of characters that take at least so many bytes each: 2 leaves out the Latin ones.
PAIRS = """
CREATE OR REPLACE FUNCTION muster_pairs(words text, bytes int) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS
$$ SELECT ' ' || string_agg(pair, ' ') || ' '
   FROM (SELECT substr(words, at, 2) AS pair FROM generate_series(1, length(words) - 1) AS at) AS found
   WHERE strpos(pair, ' ') = 0 AND octet_length(pair) >= 2 * bytes $$
"""


@TextField.register_lookup
@CharField.register_lookup
class Alike(Lookup):
    """PostgreSQL only: the texts share so many trigrams that its index holds them for alike."""

    lookup_name = "alike"

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        left, values = self.process_lhs(compiler, connection)
        return f"{left} %% %s", (*values, str(self.rhs))


def alike(rows: QuerySet[Any], column: str, text: str, most: int) -> QuerySet[Any]:
    """At most MOST of ROWS that an index finds to look like TEXT in COLUMN, roughly: the caller compares them exactly.
    A text shorter than a trigram is like none. SQLite asks the index of the search text, which holds the same words."""
    if len(text) < SHORTEST_TRIGRAM:
        return rows.none()
    if connection.vendor == "postgresql":
        return rows.filter(**{f"{column}__alike": text})[:most]
    table = rows.model._meta.db_table
    parts = {text[at : at + SHORTEST_TRIGRAM] for at in range(len(text) - SHORTEST_TRIGRAM + 1)}
    wanted = " OR ".join('"' + one.replace('"', '""') + '"' for one in sorted(parts))
    found = RawSQL(  # noqa: S611 - the table is our own model's, the words are a parameter
        f"SELECT rowid FROM {table}_fts WHERE {table}_fts MATCH %s ORDER BY rank LIMIT %s", [wanted, most]
    )
    return rows.filter(pk__in=found)[:most]


def trigrams(table: str, column: str) -> list[migrations.RunPython]:
    """Migration operations that index COLUMN of TABLE for `alike`, on PostgreSQL."""
    name = f"{table}_{column}_trigrams"

    def make(apps: Any, editor: Any) -> None:
        if editor.connection.vendor == "postgresql":
            editor.execute(f"CREATE INDEX {name} ON {table} USING gin ({column} gin_trgm_ops)")

    def drop(apps: Any, editor: Any) -> None:
        if editor.connection.vendor == "postgresql":
            editor.execute(f"DROP INDEX {name}")

    return [migrations.RunPython(make, drop)]
