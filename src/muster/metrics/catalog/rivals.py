"""Metrics of competitors: who was beaten, and who won what we lost. A deal counts once, however many were in on it."""

from typing import Any

import ibis
from django.utils.translation import gettext_lazy as _

from muster.crm.models import Deal, DealCompetitor
from muster.metrics.metric import Metric, register
from muster.metrics.tables import scoped

COMPETITOR = ("competitor_id",)


def _ended(deal_status: str, rival_status: str) -> Any:
    deals, rivals = scoped(Deal), scoped(DealCompetitor)
    deals = deals.filter(deals.status == deal_status)
    rivals = rivals.filter(rivals.status == rival_status)
    return rivals.join(deals, rivals.deal_id == deals.id).select(
        member_id=deals.owner_id,
        day=deals.closed_on,
        value=ibis.literal(1),
        item=deals.id,
        source_id=deals.id,
        currency=ibis.literal(""),
        competitor_id=rivals.competitor_id,
    )


def beaten() -> Any:
    return _ended("won", "beaten")


def lost_to() -> Any:
    return _ended("lost", "won")


def ended_against() -> Any:
    return beaten().union(lost_to())


register(
    Metric(
        "wins_against",
        _("Won against competitors"),
        _("Deals won in the period on which a competitor was known."),
        "count",
        kind="distinct",
        model=Deal,
        facts=beaten,
        dimensions=COMPETITOR,
        parts=True,
    )
)
register(
    Metric(
        "losses_to",
        _("Lost to competitors"),
        _("Deals lost in the period of which it is known that a competitor won them."),
        "count",
        kind="distinct",
        better="down",
        model=Deal,
        facts=lost_to,
        dimensions=COMPETITOR,
        parts=True,
    )
)
register(
    Metric(
        "ended_against",
        _("Ended against competitors"),
        _("Deals on which a competitor was beaten, or that a competitor won."),
        "count",
        kind="distinct",
        model=Deal,
        facts=ended_against,
        dimensions=COMPETITOR,
        parts=True,
        hidden=True,
    )
)
register(
    Metric(
        "win_rate_against",
        _("Win rate"),
        _("Deals won ÷ deals that ended against the competitor, won or lost to him."),
        "ratio",
        kind="ratio",
        model=Deal,
        numerator="wins_against",
        denominator="ended_against",
        dimensions=COMPETITOR,
        hidden=True,
    )
)
