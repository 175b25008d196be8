"""The crm room over the API."""

from muster.crm.api import pool, records

RESOURCES = [*records.RESOURCES, *pool.RESOURCES]
