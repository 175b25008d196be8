"""A metric as a table: rows with key, label, value and the number of records behind it, and the total."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from muster.access.scope import Actor, Scope, members_within, policy_of
from muster.core.money import rounded
from muster.core.periods import Period
from muster.crm.models import Competitor, LeadSource, LossReason, Product, Stage
from muster.metrics.compute import Cell, compute
from muster.metrics.metric import Metric, metric
from muster.people.models import Member, Unit

STEPS = ("week", "month", "quarter", "year")


def report(key: str, actor: Actor, period: Period, by: str | None = None, currency: str = "") -> dict[str, Any]:
    """KEY over PERIOD as ACTOR sees it. The total is computed by itself, never from the rows. Money in minor units,
    ratios as
    decimals. Raises KeyError and ValueError like `compute`."""
    one = metric(key)
    whole = compute([key], actor, period, currency=currency)
    rows = (
        _steps(one, actor, period, by, whole.currency)
        if by in STEPS
        else _groups(one, actor, period, by, whole.currency)
    )
    answer: dict[str, Any] = {"metric": key, "unit": one.unit, "rows": rows, "total": plain(one, whole.cell(key))}
    if one.unit == "money" and len(whole.currencies()) > 1:  # never one sum of two moneys
        answer["currency"] = whole.currency
        answer["totals"] = {code: plain(one, cell) for code, cell in whole.cells[key].get(None, {}).items()}
    return answer


def plain(one: Metric, cell: Cell) -> int | float | None:
    """For JSON: money as whole minor units (a mean rounded half-even, once), a ratio with four decimals."""
    if cell.value is None or isinstance(cell.value, int):
        return cell.value
    if one.unit == "money":
        return rounded(cell.value)
    return float(round(Decimal(cell.value.numerator) / Decimal(cell.value.denominator), 4))


def _groups(one: Metric, actor: Actor, period: Period, by: str | None, currency: str) -> list[dict[str, Any]]:
    if by is None:
        return []
    result = compute([one.key], actor, period, by=by, currency=currency)
    names = _names(by)(one, actor, result.groups(one.key))
    rows = []
    for group, (key, label) in names.items():
        cell = result.cell(one.key, group)
        rows.append({"key": key, "label": label, "value": plain(one, cell), "n": cell.n})
    return rows


def _steps(one: Metric, actor: Actor, period: Period, by: str | None, currency: str) -> list[dict[str, Any]]:
    rows = []
    for step in period.buckets(str(by)):
        cell = compute([one.key], actor, step, currency=currency).cell(one.key)
        rows.append({"key": step.start.isoformat(), "label": step.label(), "value": plain(one, cell), "n": cell.n})
    return rows


Names = Callable[[Metric, Actor, list[Any]], dict[Any, tuple[str, str]]]


def _names(by: str) -> Names:
    known = {"member": member_names, "unit": unit_names, "product_id": product_names, "stage_id": stage_names}
    return {**known, **MORE}.get(by, plain_names)


def plain_names(one: Metric, actor: Actor, groups: list[Any]) -> dict[Any, tuple[str, str]]:
    return {group: (str(group or ""), str(group or "")) for group in sorted(groups, key=str)}


def member_names(one: Metric, actor: Actor, groups: list[Any]) -> dict[Any, tuple[str, str]]:
    """Everybody whose numbers ACTOR may see, the silent included: nothing done is 0, not missing."""
    rows = Member.objects.unscoped("names of members counted") if actor.system else Member.objects.visible_to(actor)
    rows = rows.filter(Q(pk__in=groups) | (Q(pk__in=counted_members(one, actor)) & ~Q(status=Member.Status.LEFT)))
    return {
        pk: (number, name)
        for pk, number, name in rows.order_by("sort_name", "pk").values_list("pk", "employee_no", "name")
    }


def counted_members(one: Metric, actor: Actor) -> Any:
    """Ids of the members whose rows of this metric ACTOR may see."""
    if actor.system or one.model is None:
        return members_within(actor, frozenset({Scope.ALL}))
    scopes = actor.scopes(policy_of(one.model).view)
    return members_within(actor, scopes) if scopes else []


def unit_names(one: Metric, actor: Actor, groups: list[Any]) -> dict[Any, tuple[str, str]]:
    rows = Unit.objects.unscoped("names of units counted").filter(pk__in=[group for group in groups if group])
    found: dict[Any, tuple[str, str]] = {row.pk: (row.code, row.name) for row in rows}
    return found | ({None: ("", _("Unassigned"))} if None in groups else {})


def product_names(one: Metric, actor: Actor, groups: list[Any]) -> dict[Any, tuple[str, str]]:
    rows = Product.objects.unscoped("names of products counted").filter(pk__in=[group for group in groups if group])
    found: dict[Any, tuple[str, str]] = {row.pk: (row.code, row.name) for row in rows}
    return found | ({None: ("", _("No product"))} if None in groups else {})


def stage_names(one: Metric, actor: Actor, groups: list[Any]) -> dict[Any, tuple[str, str]]:
    rows = Stage.objects.unscoped("names of stages counted").filter(pk__in=[group for group in groups if group])
    return {row.pk: (row.key, str(row)) for row in rows.order_by("pipeline", "position_no")}


def _rows(model: Any, groups: list[Any]) -> list[Any]:
    rows = model.objects.unscoped("names of what deals are counted by")
    return list(rows.filter(pk__in=[group for group in groups if group]).order_by("pk"))


def source_names(one: Metric, actor: Actor, groups: list[Any]) -> dict[Any, tuple[str, str]]:
    found: dict[Any, tuple[str, str]] = {row.pk: (str(row.pk), str(row)) for row in _rows(LeadSource, groups)}
    return found | ({None: ("", _("No source"))} if None in groups else {})


def reason_names(one: Metric, actor: Actor, groups: list[Any]) -> dict[Any, tuple[str, str]]:
    found: dict[Any, tuple[str, str]] = {row.pk: (row.key, str(row)) for row in _rows(LossReason, groups)}
    return found | ({None: ("", _("No reason"))} if None in groups else {})


def competitor_names(one: Metric, actor: Actor, groups: list[Any]) -> dict[Any, tuple[str, str]]:
    return {row.pk: (str(row.pk), str(row)) for row in _rows(Competitor, groups)}


MORE: dict[str, Names] = {
    "origin_id": source_names,
    "reason_id": reason_names,
    "competitor_id": competitor_names,
}
