import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _


def _days_between(later: str | None, earlier: str | None) -> int | None:
    if later is None or earlier is None:
        return None
    return (dt.date.fromisoformat(later[:10]) - dt.date.fromisoformat(earlier[:10])).days


def _local(zone: str | None, moment: str | None) -> str | None:
    """PostgreSQL's timezone(zone, moment): a UTC moment as the clocks of ZONE show it."""
    if zone is None or moment is None:
        return None
    here = dt.datetime.fromisoformat(moment).replace(tzinfo=dt.UTC).astimezone(ZoneInfo(zone))
    return here.replace(tzinfo=None).isoformat(" ")


def add_functions(connection: Any, **_kwargs: Any) -> None:
    """Ibis writes date differences for SQLite as a function that it adds only to connections of its own."""
    if connection.vendor == "sqlite":
        connection.connection.create_function("_IBIS_DATE_DELTA", 2, _days_between, deterministic=True)
        connection.connection.create_function("TIMEZONE", 2, _local, deterministic=True)


class MetricsConfig(AppConfig):
    name = "muster.metrics"
    label = "metrics"
    verbose_name = _("Results")

    def ready(self) -> None:
        connection_created.connect(add_functions)
