"""The activities room over the API."""

from muster.activities.api import attachments, comments, records

RESOURCES = [
    *records.RESOURCES,
    *comments.RESOURCES,
    *attachments.RESOURCES,
]
ROUTES = (attachments.add_attachments,)
