"""The crm room over the API."""

from muster.crm.api import contract, records

RESOURCES = [*records.RESOURCES, *contract.RESOURCES]
