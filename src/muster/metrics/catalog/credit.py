"""Metrics of credit. A deal won counts for whom its credits name, in the parts written down on the day of the win; one
without a split counts for its owner."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from muster.crm.models import Deal, DealCredit
from muster.metrics.metric import Metric, register
from muster.metrics.tables import scoped, structure


def _credits(kind: str) -> Any:
    rows = scoped(DealCredit)
    return rows.filter(rows.credited_on.notnull(), rows.kind == kind)


def credited() -> Any:
    """The revenue parts that the viewer may count, and of deals without a split the whole."""
    rows, deals, divided = _credits("revenue"), scoped(Deal), structure(DealCredit)
    divided = divided.filter(divided.credited_on.notnull(), divided.kind == "revenue")
    deals = deals.filter(deals.status == "won")
    whole = deals.anti_join(divided, deals.id == divided.deal_id)
    return _facts(rows, rows.member_id, rows.credited_on, rows.deal_id).union(
        _facts(whole, whole.owner_id, whole.closed_on, whole.id)
    )


def overlay() -> Any:
    rows = _credits("overlay")
    return _facts(rows, rows.member_id, rows.credited_on, rows.id)


def _facts(rows: Any, member: Any, day: Any, source: Any) -> Any:
    return rows.select(member_id=member, day=day, value=rows.amount, source_id=source, currency=rows.currency)


register(
    Metric(
        "revenue_credited",
        _("Revenue credited"),
        _("Parts of the deals won, for whom each part is, on the day of the win. Without a split all is the owner's."),
        "money",
        model=Deal,
        facts=credited,
        parts=True,
        wider=True,
    )
)
register(
    Metric(
        "overlay_credited",
        _("Overlay credited"),
        _("Credit on top of the revenue of deals won, for whom it is, on the day of the win."),
        "money",
        model=DealCredit,
        facts=overlay,
    )
)
