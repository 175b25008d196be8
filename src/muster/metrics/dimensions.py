"""By what numbers are broken down where somebody puts a table together himself: what the registry offers, under the
names people know, with how an address says it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.access.scope import Actor, policy_of
from muster.activities.models import Activity
from muster.core import periods
from muster.crm.models import Pool, PoolStay
from muster.metrics import compute  # noqa: F401 - it fills the registry
from muster.metrics.metric import Metric, metric, metrics
from muster.metrics.report import (
    Names,
    competitor_names,
    member_names,
    product_names,
    reason_names,
    source_names,
    stage_names,
    unit_names,
)

TIMES = periods.KINDS
EVERY = ("member", "unit", *TIMES)  # what every number can be broken down by


@dataclass(frozen=True)
class Dimension:
    """`address` is its name in the address of the rows behind a number; `ordered`: its groups have an order of their
    own, others stand by size."""

    key: str
    label: Any
    names: Names
    address: str
    ordered: bool = False


def _of_choices(pairs: Callable[[], Iterable[tuple[str, Any]]]) -> Names:
    """Groups of a fixed choice, in its order."""

    def names(one: Metric, actor: Actor, groups: list[Any]) -> dict[Any, tuple[str, str]]:
        return {key: (key, str(label)) for key, label in pairs() if key in groups}

    return names


def _kinds(one: Metric, actor: Actor, groups: list[Any]) -> dict[Any, tuple[str, str]]:
    """Of activities, or the rhythms of reports."""
    known = {**dict(Activity.Kind.choices), **TIMES}
    return {key: (key, str(label)) for key, label in known.items() if key in groups}


def _pools(one: Metric, actor: Actor, groups: list[Any]) -> dict[Any, tuple[str, str]]:
    rows = Pool.objects.visible_to(actor).filter(pk__in=[group for group in groups if group])
    return {row.pk: (str(row.pk), str(row)) for row in rows.order_by("name", "pk")}


DIMENSIONS = {
    one.key: one
    for one in (
        Dimension("member", _("Member"), member_names, "member"),
        Dimension("unit", _("Unit"), unit_names, "unit"),
        Dimension("product_id", _("Product"), product_names, "product"),
        Dimension("origin_id", _("Source"), source_names, "source"),
        Dimension("stage_id", _("Stage"), stage_names, "stage", ordered=True),
        Dimension("reason_id", _("Reason"), reason_names, "reason"),
        Dimension("competitor_id", _("Competitor"), competitor_names, "competitor"),
        Dimension("kind", _("Kind"), _kinds, "kind", ordered=True),
        Dimension("pool_id", _("Public pool"), _pools, "pool"),
        Dimension("came_by", _("How it came"), _of_choices(lambda: PoolStay.Came.choices), "came_by", ordered=True),
        Dimension("left_by", _("How it left"), _of_choices(lambda: PoolStay.Left.choices), "left_by", ordered=True),
    )
}


def label_of(key: str) -> str:
    return str(TIMES.get(key) or DIMENSIONS[key].label)


def readable(actor: Actor, one: Metric) -> bool:
    """May ACTOR read ONE at all? A nought for what he may not see would be a lie."""
    return one.model is None or actor.has(policy_of(one.model).view)


def offered(actor: Actor) -> list[Metric]:
    """The numbers that ACTOR may put into a table."""
    return [one for one in metrics().values() if not one.hidden and readable(actor, one)]


def dimensions_of(key: str) -> set[str]:
    """What the number KEY can be broken down by; a ratio by what both its parts can."""
    one = metric(key)
    parts = [metric(one.numerator), metric(one.denominator)] if one.kind == "ratio" else [one]
    shared = set.intersection(*(set(part.dimensions) for part in parts))
    return {*EVERY, *(shared & set(DIMENSIONS))}
