"""What somebody may choose when he puts an analysis together."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from muster.access.scope import Actor, policy_of
from muster.activities.models import Activity
from muster.core.periods import KINDS
from muster.crm.models import Competitor, LeadSource, LossReason, Pool, PoolStay, Product, Stage
from muster.metrics.dimensions import DIMENSIONS, TIMES, dimensions_of, offered
from muster.metrics.metric import Metric

MOST_VALUES = 300
MODELS: dict[str, Any] = {
    "product_id": Product,
    "origin_id": LeadSource,
    "stage_id": Stage,
    "reason_id": LossReason,
    "competitor_id": Competitor,
    "pool_id": Pool,
}
FIXED: dict[str, Any] = {
    "kind": [*Activity.Kind.choices, *KINDS.items()],
    "came_by": PoolStay.Came.choices,
    "left_by": PoolStay.Left.choices,
}
FILTERS = (*MODELS, *FIXED)
GROUPS = ("results", "pipeline", "customers", "leads", "work", "reports", "people")


def group_label(key: str) -> str:
    known = {
        "results": _("Results"),
        "pipeline": pgettext("numbers", "Open deals"),
        "customers": _("Customers"),
        "leads": _("Leads"),
        "work": _("Work done"),
        "reports": _("Reports"),
        "people": _("People"),
    }
    return known.get(key, key)


def metrics_by_group(actor: Actor) -> list[tuple[str, list[Metric]]]:
    """The numbers ACTOR may read, under the headings of the catalogue."""
    found: dict[str, list[Metric]] = {key: [] for key in GROUPS}
    for one in offered(actor):
        found.setdefault(one.group, []).append(one)
    return [(group_label(key), rows) for key, rows in found.items() if rows]


def values(actor: Actor, key: str) -> list[tuple[str, str]]:
    """The values of the dimension KEY that ACTOR may narrow by."""
    if key in FIXED:
        return [(value, str(label)) for value, label in FIXED[key]]
    model = MODELS[key]
    if not actor.has(policy_of(model).view):
        return []
    rows = model.objects.visible_to(actor).filter(archived_at=None).order_by("pk")
    return [(str(row.pk), str(row)) for row in rows[:MOST_VALUES]]


def axes() -> list[tuple[str, Any]]:
    """Everything rows and columns can be; which fit depends on the numbers."""
    return [*((one.key, one.label) for one in DIMENSIONS.values()), *TIMES.items()]


def fitting(keys: list[str]) -> set[str]:
    """What all of the numbers KEYS can be broken down by."""
    found = [dimensions_of(key) for key in keys]
    return set.intersection(*found) if found else {*DIMENSIONS, *TIMES}
