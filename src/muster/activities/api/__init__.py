"""The activities room over the API."""

from muster.activities.api import comments, records

RESOURCES = [
    *records.RESOURCES,
    *comments.RESOURCES,
]
