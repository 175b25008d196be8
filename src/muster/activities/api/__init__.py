"""The activities room over the API."""

from muster.activities.api import records

RESOURCES = [
    *records.RESOURCES,
]
