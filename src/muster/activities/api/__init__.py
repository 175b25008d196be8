"""The activities room over the API."""

from muster.activities.api import attachments, comments, records, visits

RESOURCES = [
    *records.RESOURCES,
    *comments.RESOURCES,
    *attachments.RESOURCES,
    *visits.RESOURCES,
]
ROUTES = (attachments.add_attachments,)
