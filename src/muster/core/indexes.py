"""Orders that an index keeps and that the databases spell differently."""

from typing import Any

from django.db import connection
from django.db.models import F
from django.db.models.expressions import OrderBy
from django.db.models.functions import Collate
from django.db.models.indexes import IndexExpression


class Largest(OrderBy):
    """FIELD from the largest down, rows without one last, as lists show it. SQLite orders so by itself and refuses to
    be told in an index. It stands in the model, because SQLite makes a table anew to change it, and of its indexes
    only those that the model knows of."""

    def __init__(self, field: str | F) -> None:
        super().__init__(F(field) if isinstance(field, str) else field, descending=True, nulls_last=True)

    def as_sqlite(self, compiler: Any, connection: Any) -> Any:
        plain = OrderBy(self.expression, descending=True)
        return plain.as_sql(compiler, connection)


IndexExpression.register_wrappers(OrderBy, Largest, Collate)  # Django asks for the very class, not for its kind


def weigh(**_kwargs: Any) -> None:
    """After a migration: SQLite, once it has been told how large its indexes are, passes over those it has no size of.
    PostgreSQL finds out by itself."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM sqlite_master WHERE name = 'sqlite_stat1'")
        if cursor.fetchone():
            cursor.execute("ANALYZE")
