"""Metrics of public pools: what went in, for whose it was; what came out, for whose it is. A move from pool to pool is
neither."""

from typing import Any

import ibis
from django.utils.translation import gettext_lazy as _

from muster.crm.models import PoolStay
from muster.metrics.metric import Metric, register
from muster.metrics.tables import scoped

BY = ("pool_id", "came_by", "left_by")


def _facts(rows: Any, member: Any, day: Any, value: Any) -> Any:
    kept = {name: rows[name] for name in BY}
    return rows.select(member_id=member, day=day, value=value, source_id=rows.id, currency=ibis.literal(""), **kept)


def came() -> Any:
    rows = scoped(PoolStay)
    rows = rows.filter(rows.came_on.notnull(), rows.came_by != "moved")
    return _facts(rows, rows.former_owner_id, rows.came_on, ibis.literal(1))


def _gone() -> Any:
    rows = scoped(PoolStay)
    return rows.filter(rows.left_on.notnull(), rows.came_on.notnull(), rows.left_by != "moved")


def left() -> Any:
    rows = _gone()
    return _facts(rows, rows.new_owner_id, rows.left_on, ibis.literal(1))


def claimed() -> Any:
    rows = _gone()
    rows = rows.filter(rows.left_by == "claimed")
    return _facts(rows, rows.new_owner_id, rows.left_on, ibis.literal(1))


def days() -> Any:
    rows = _gone()
    return _facts(rows, rows.new_owner_id, rows.left_on, rows.left_on.delta(rows.came_on, unit="day"))


def _add(key: str, label: Any, about: Any, unit: str, **more: Any) -> None:
    register(Metric(key, label, about, unit, model=PoolStay, dimensions=BY, group="customers", **more))


_add(
    "pool_in",
    _("Into the public pool"),
    _("Customers and leads that came into a public pool in the period, for who had them; no moves between pools."),
    "count",
    better="down",
    facts=came,
)
_add(
    "pool_out",
    _("Out of the public pool"),
    _("Customers and leads that left the public pools in the period, for who has them now."),
    "count",
    facts=left,
)
_add(
    "pool_claimed",
    _("Claimed from the public pool"),
    _("Customers and leads that members claimed in the period."),
    "count",
    facts=claimed,
)
_add(
    "pool_days",
    _("Days in the public pool"),
    _("Days in the pool of what left it, summed."),
    "days",
    facts=days,
    hidden=True,
)
_add(
    "pool_time",
    _("Time in the public pool"),
    _("Days from coming into the pool to leaving it ÷ what left it in the period."),
    "days",
    kind="ratio",
    better="down",
    numerator="pool_days",
    denominator="pool_out",
)
