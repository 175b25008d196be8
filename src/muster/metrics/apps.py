import datetime as dt
from typing import Any

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _


def _days_between(later: str | None, earlier: str | None) -> int | None:
    if later is None or earlier is None:
        return None
    return (dt.date.fromisoformat(later[:10]) - dt.date.fromisoformat(earlier[:10])).days


def add_functions(connection: Any, **_kwargs: Any) -> None:
    """Ibis writes date differences for SQLite as a function that it adds only to connections of its own."""
    if connection.vendor == "sqlite":
        connection.connection.create_function("_IBIS_DATE_DELTA", 2, _days_between, deterministic=True)


class MetricsConfig(AppConfig):
    name = "muster.metrics"
    label = "metrics"
    verbose_name = _("Results")

    def ready(self) -> None:
        connection_created.connect(add_functions)
