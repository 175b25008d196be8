"""Pushes of closing dates over the API; they come from editing deals."""

from muster.access.resources import Resource
from muster.core.listings import Filter, rows_of
from muster.crm.models import DealSlip

RESOURCES = [
    Resource(
        "deal-slips",
        rows_of(DealSlip, Filter("deal", "deal", kind="number", lookup="deal_id"), related=("deal", "member")),
    ),
]
