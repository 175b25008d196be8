"""The crm room over the API."""

from muster.crm.api import (
    completeness,
    contract,
    credit,
    double,
    leads,
    merges,
    papers,
    pool,
    price_books,
    records,
    rivals,
    slips,
    snooze,
    stage_rules,
    stakeholders,
)

RESOURCES = [
    *records.RESOURCES,
    *completeness.RESOURCES,
    *contract.RESOURCES,
    *credit.RESOURCES,
    *double.RESOURCES,
    *leads.RESOURCES,
    *merges.RESOURCES,
    *papers.RESOURCES,
    *pool.RESOURCES,
    *price_books.RESOURCES,
    *rivals.RESOURCES,
    *slips.RESOURCES,
    *snooze.RESOURCES,
    *stage_rules.RESOURCES,
    *stakeholders.RESOURCES,
]
ROUTES = (papers.add_papers,)
