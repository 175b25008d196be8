"""The crm room over the API."""

from muster.crm.api import contract, double, leads, merges, pool, records, slips, snooze, stage_rules, stakeholders

RESOURCES = [
    *records.RESOURCES,
    *contract.RESOURCES,
    *double.RESOURCES,
    *leads.RESOURCES,
    *merges.RESOURCES,
    *pool.RESOURCES,
    *slips.RESOURCES,
    *snooze.RESOURCES,
    *stage_rules.RESOURCES,
    *stakeholders.RESOURCES,
]
