"""Numbers over HTTP: the same computation as on the pages."""

from typing import Any

from django.http import Http404
from ninja import Router, Schema

from muster.access.resources import refuse_unknown
from muster.access.scope import visible_or_404
from muster.core.http import Request
from muster.core.listings import BadInput
from muster.core.periods import parse
from muster.crm.models import Account
from muster.metrics.group import Group
from muster.metrics.metric import metrics
from muster.metrics.report import plain, report

router = Router(tags=["metrics"])
VIEW = "metrics.dashboard.view"


class MetricRow(Schema):
    key: str
    label: str
    value: int | float | None
    n: int


class MetricAnswer(Schema):
    metric: str
    unit: str
    rows: list[MetricRow]
    total: int | float | None
    currency: str = ""
    totals: dict[str, int | None] = {}


class MetricInfo(Schema):
    key: str
    label: str
    about: str
    unit: str
    version: int


@router.get(
    "/metrics",
    response={200: list[MetricInfo]},
    openapi_extra={"x-permission": VIEW},
    operation_id="metrics_list",
)
def metric_list(request: Request) -> Any:
    """Every metric and what it means."""
    request.actor.require(VIEW)
    refuse_unknown(request, set())
    return [
        {"key": one.key, "label": str(one.label), "about": str(one.about), "unit": one.unit, "version": one.version}
        for one in metrics().values()
        if not one.hidden
    ]


@router.get(
    "/metrics/{key}",
    response={200: MetricAnswer},
    openapi_extra={"x-permission": VIEW},
    operation_id="metrics_get",
)
def metric_get(request: Request, key: str, period: str = "quarter", by: str | None = None, currency: str = "") -> Any:
    """A metric over a period (`quarter`, `last-month`, `2026-01-01..2026-04-01`), by member, unit, day, week, month
    or a
    dimension of its own. Money in minor units."""
    request.actor.require(VIEW)
    refuse_unknown(request, {"period", "by", "currency"})
    if key not in metrics():
        raise Http404
    try:
        return report(key, request.actor, parse(period), by, currency)
    except ValueError as error:
        raise BadInput(str(error)) from error


class Company(Schema):
    id: int
    name: str
    parent: int | None
    depth: int


class GroupTotal(Schema):
    metric: str
    value: int | None
    currency: str


class GroupAnswer(Schema):
    top: int
    period: str
    companies: list[Company]
    more: int
    totals: list[GroupTotal]


@router.get(
    "/accounts/{pk}/group",
    response={200: GroupAnswer},
    openapi_extra={"x-permission": "crm.account.view"},
    operation_id="accounts_group",
)
def account_group(request: Request, pk: int, period: str = "year") -> Any:
    """The group of companies of an account, as far as you see it: each company under its parent, and the totals of all
    in minor units, a line a currency. `more` are companies that are counted and not listed."""
    request.actor.require("crm.account.view")
    refuse_unknown(request, {"period"})
    account = visible_or_404(Account, request.actor, pk=pk)
    try:
        group = Group(request.actor, account, parse(period))
    except ValueError as error:
        raise BadInput(str(error)) from error
    companies = [
        {"id": one.account.pk, "name": one.account.name, "parent": one.account.parent_id, "depth": one.depth}
        for one in group.nodes
    ]
    totals = [
        {"metric": one.metric.key, "value": plain(one.metric, cell), "currency": cell.currency}
        for one in group.totals()
        for cell in (one.cell, *one.others)
    ]
    return {
        "top": group.top.pk,
        "period": group.period.key(),
        "companies": companies,
        "more": group.more,
        "totals": totals,
    }
