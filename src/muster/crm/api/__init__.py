"""The crm room over the API."""

from muster.crm.api import double, leads, merges, records, stakeholders

RESOURCES = [*records.RESOURCES, *leads.RESOURCES, *double.RESOURCES, *merges.RESOURCES, *stakeholders.RESOURCES]
