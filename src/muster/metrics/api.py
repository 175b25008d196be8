"""Numbers over HTTP: the same computation as on the pages."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from ninja import Router, Schema

from muster.access.resources import refuse_unknown
from muster.access.scope import visible_or_404
from muster.core.http import Request
from muster.core.listings import BadInput
from muster.core.periods import Period, parse
from muster.crm.models import Account
from muster.metrics.funnel import GROUPS, Funnel, pipelines
from muster.metrics.group import Group
from muster.metrics.grouped import BY
from muster.metrics.metric import metrics
from muster.metrics.report import plain, report
from muster.metrics.winloss import WinLoss

router = Router(tags=["metrics"])
VIEW = "metrics.dashboard.view"
DEALS = "crm.deal.view"


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


class WinLossRow(Schema):
    key: str
    label: str
    values: dict[str, int | float | None]


class FunnelStage(Schema):
    stage: str
    label: str
    values: dict[str, int | float | None]


class FunnelRow(Schema):
    key: str
    label: str
    stages: list[FunnelStage]


def _period(text: str) -> Period:
    try:
        return parse(text)
    except ValueError as error:
        raise BadInput(str(error)) from error


def _one_of(text: str, known: set[str]) -> str:
    if text not in known:
        raise BadInput(
            _("“%(text)s” is none of: %(choices)s.")
            % {"text": text[:40], "choices": ", ".join(sorted(filter(None, known)))}
        )
    return text


@router.get(
    "/win-loss",
    response={200: list[WinLossRow]},
    openapi_extra={"x-permission": DEALS},
    operation_id="win_loss",
)
def win_loss(request: Request, period: str = "quarter", by: str = "member") -> Any:
    """What was won and lost over a period by `member`, `product`, `source`, `reason` or `competitor`: values by metric,
    money in minor units."""
    request.actor.require(DEALS)
    refuse_unknown(request, {"period", "by"})
    return WinLoss(request.actor, _period(period), _one_of(by, set(BY))).lines()


@router.get(
    "/funnel",
    response={200: list[FunnelRow]},
    openapi_extra={"x-permission": DEALS},
    operation_id="funnel",
)
def funnel(request: Request, period: str = "quarter", by: str = "", pipeline: str = "") -> Any:
    """How far the deals that came to a stage in a period went, and how long deals stood in it; all together, or by
    `member`, `product`, `source` or `competitor`. `pipeline` is a key; without it the default one."""
    request.actor.require(DEALS)
    refuse_unknown(request, {"period", "by", "pipeline"})
    known = pipelines(request.actor)
    chosen = next((one for one in known if one.key == pipeline or not pipeline), None)
    if pipeline and chosen is None:
        raise Http404
    table = Funnel(request.actor, _period(period), chosen, _one_of(by, {"", *GROUPS}))
    return [
        {
            **line,
            "stages": [
                {"stage": one["stage"].key, "label": str(one["stage"]), "values": one["values"]}
                for one in line["cells"]
            ],
        }
        for line in table.lines()
    ]


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
    group = Group(request.actor, account, _period(period))
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
