"""Many new rows at once. PostgreSQL takes them by COPY, which costs a fraction of an INSERT of as many columns."""

from typing import Any

from django.db import connection

from muster.core.fields import Sensitive

FEW = 100  # rows; fewer are not worth two statements
EVERYDAY = {str, int, bool, type(None)}  # of these the same value is prepared once


def insert(model: Any, rows: list[Any], batch_size: int) -> None:
    """Write new ROWS, plain values in all fields, as `bulk_create` does: in their order, and each has its key
    afterwards. Within a transaction."""
    fields = model._meta.concrete_fields
    if connection.vendor != "postgresql" or len(rows) < FEW or any(one.has_db_default() for one in fields):
        model.objects.bulk_create(rows, batch_size=batch_size)
        return
    _number(model, rows)
    columns = [_prepared(field, rows) for field in fields]
    quoted = connection.ops.quote_name
    into = f"{quoted(model._meta.db_table)} ({', '.join(quoted(field.column) for field in fields)})"
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(f"COPY {into} FROM STDIN") as copy:
        for row in zip(*columns, strict=True):
            copy.write_row(row)
    for row in rows:
        row._state.adding, row._state.db = False, connection.alias


def _number(model: Any, rows: list[Any]) -> None:
    """Keys out of the table's own sequence, rising."""
    key = model._meta.pk
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [connection.ops.quote_name(model._meta.db_table), key.column, len(rows)],
        )
        for row, (number,) in zip(rows, sorted(cursor.fetchall()), strict=True):
            setattr(row, key.attname, number)


def _prepared(field: Any, rows: list[Any]) -> list[Any]:
    """The values of one column as the database takes them. What is private is encrypted each time anew."""
    values = [field.pre_save(row, True) for row in rows]
    kinds = set(map(type, values))
    if kinds <= EVERYDAY and len(kinds - {type(None)}) < 2 and not isinstance(field, Sensitive):
        known = {one: field.get_db_prep_save(one, connection) for one in set(values)}
        return [known[one] for one in values]
    return [field.get_db_prep_save(one, connection) for one in values]
