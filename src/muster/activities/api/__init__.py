"""The activities room over the API."""

from muster.activities.api import attachments, comments, records, visits

RESOURCES = [
    *records.RESOURCES,
    *attachments.RESOURCES,
    *comments.RESOURCES,
    *visits.RESOURCES,
]
