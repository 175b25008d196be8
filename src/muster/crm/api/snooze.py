"""Snoozes over the API; they are made at their deal."""

from muster.access.resources import Resource
from muster.core.listings import Filter, rows_of
from muster.crm.models import DealSnooze

RESOURCES = [
    Resource(
        "deal-snoozes",
        rows_of(DealSnooze, Filter("deal", "deal", kind="number", lookup="deal_id"), related=("deal", "member")),
    ),
]
