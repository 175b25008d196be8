"""The crm room over the API."""

from muster.crm.api import records

RESOURCES = [*records.RESOURCES]
