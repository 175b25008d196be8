"""Metrics of selling. A deal counts for its owner, on the business day it was opened or closed."""

from typing import Any

import ibis
from django.utils.translation import gettext_lazy as _

from muster.crm.models import Deal, StageChange
from muster.metrics.metric import Metric, register
from muster.metrics.tables import scoped


def _closed(*statuses: str) -> Any:
    deals = scoped(Deal)
    return deals.filter(deals.status.isin(statuses)) if len(statuses) > 1 else deals.filter(deals.status == statuses[0])


def _facts(deals: Any, day: Any, value: Any, **more: Any) -> Any:
    return deals.select(
        member_id=deals.owner_id,
        day=day,
        value=value,
        source_id=deals.id,
        currency=deals.currency,
        product_id=deals.product_id,
        origin_id=deals.source_id,
        reason_id=deals.loss_reason_id,
        **more,
    )


def revenue_won() -> Any:
    deals = _closed("won")
    return _facts(deals, deals.closed_on, deals.amount)


def won() -> Any:
    deals = _closed("won")
    return _facts(deals, deals.closed_on, ibis.literal(1))


def lost() -> Any:
    deals = _closed("lost")
    return _facts(deals, deals.closed_on, ibis.literal(1))


def closed() -> Any:
    deals = _closed("won", "lost")
    return _facts(deals, deals.closed_on, ibis.literal(1))


def opened() -> Any:
    deals = scoped(Deal)
    return _facts(deals, deals.opened_on, ibis.literal(1))


def open_amount() -> Any:
    """A deal without an opening day counts as open since ever; one without an amount counts nothing yet."""
    deals = scoped(Deal)
    return _facts(deals, deals.opened_on, deals.amount.fill_null(0), until=deals.closed_on, stage_id=deals.stage_id)


def open_deals() -> Any:
    deals = scoped(Deal)
    return _facts(deals, deals.opened_on, ibis.literal(1), until=deals.closed_on, stage_id=deals.stage_id)


def cycle_days() -> Any:
    """Days from opening to winning; a deal without an opening day has no cycle."""
    deals = _closed("won")
    deals = deals.filter(deals.opened_on.notnull())
    return _facts(deals, deals.closed_on, deals.closed_on.delta(deals.opened_on, unit="day"))


def cycles() -> Any:
    deals = _closed("won")
    deals = deals.filter(deals.opened_on.notnull())
    return _facts(deals, deals.closed_on, ibis.literal(1))


def stage_then(facts: Any, day: Any) -> Any:
    """FACTS with the stage in which each deal stood when DAY began: the one that its first step from then on left."""
    steps = scoped(StageChange)
    steps = steps.filter(steps.changed_on >= day, steps.from_stage_id.notnull())
    order = ibis.row_number().over(group_by=steps.deal_id, order_by=[steps.changed_on, steps.id])
    first = steps.mutate(place=order)
    first = first.filter(first.place == 0)
    joined = facts.left_join(first, facts.source_id == first.deal_id)
    kept = [facts[name] for name in facts.columns if name != "stage_id"]
    return joined.select(*kept, stage_id=ibis.coalesce(first.from_stage_id, facts.stage_id))


PRODUCT = ("product_id", "origin_id", "reason_id")
STAGE = ("product_id", "origin_id", "stage_id")

register(
    Metric(
        "revenue_won",
        _("Revenue won"),
        _("Sum of the amounts of deals won, on the day they were won."),
        "money",
        model=Deal,
        facts=revenue_won,
        dimensions=PRODUCT,
    )
)
register(
    Metric(
        "deals_won", _("Deals won"), _("Deals won in the period."), "count", model=Deal, facts=won, dimensions=PRODUCT
    )
)
register(
    Metric(
        "deals_lost",
        _("Deals lost"),
        _("Deals lost in the period."),
        "count",
        better="down",
        model=Deal,
        facts=lost,
        dimensions=PRODUCT,
    )
)
register(
    Metric(
        "deals_closed",
        _("Deals closed"),
        _("Deals won or lost in the period."),
        "count",
        model=Deal,
        facts=closed,
        dimensions=PRODUCT,
        hidden=True,
    )
)
register(
    Metric(
        "deals_opened",
        _("Deals opened"),
        _("Deals opened in the period."),
        "count",
        model=Deal,
        facts=opened,
        dimensions=PRODUCT,
    )
)
register(
    Metric(
        "win_rate",
        _("Win rate"),
        _("Deals won ÷ deals closed in the period, won or lost."),
        "ratio",
        kind="ratio",
        model=Deal,
        numerator="deals_won",
        denominator="deals_closed",
        dimensions=PRODUCT,
    )
)
register(
    Metric(
        "pipeline_open",
        _("Open pipeline"),
        _("Sum of the amounts of the deals open at the end of the period."),
        "money",
        kind="stock",
        model=Deal,
        facts=open_amount,
        dimensions=STAGE,
        then=stage_then,
        group="pipeline",
    )
)
register(
    Metric(
        "deals_open",
        _("Open deals"),
        _("Deals open at the end of the period."),
        "count",
        kind="stock",
        model=Deal,
        facts=open_deals,
        dimensions=STAGE,
        then=stage_then,
        group="pipeline",
    )
)
register(
    Metric(
        "cycle_days",
        _("Days to win"),
        _("Days from opening to winning, summed."),
        "days",
        model=Deal,
        facts=cycle_days,
        hidden=True,
    )
)
register(
    Metric(
        "cycles",
        _("Deals with a cycle"),
        _("Deals won whose opening is known."),
        "count",
        model=Deal,
        facts=cycles,
        hidden=True,
    )
)
register(
    Metric(
        "average_cycle",
        _("Average cycle"),
        _("Days from opening to winning ÷ deals won whose opening is known."),
        "days",
        kind="ratio",
        better="down",
        model=Deal,
        numerator="cycle_days",
        denominator="cycles",
    )
)
register(
    Metric(
        "average_deal",
        _("Average deal"),
        _("Revenue won ÷ deals won."),
        "money",
        kind="ratio",
        model=Deal,
        numerator="revenue_won",
        denominator="deals_won",
        dimensions=PRODUCT,
    )
)
