"""The crm room over the API."""

from muster.crm.api import contract, pool, records

RESOURCES = [*records.RESOURCES, *contract.RESOURCES, *pool.RESOURCES]
