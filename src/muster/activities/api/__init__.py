"""The activities room over the API."""

from muster.activities.api import attachments, calendar, comments, records, visits

RESOURCES = [
    *records.RESOURCES,
    *calendar.RESOURCES,
    *comments.RESOURCES,
    *attachments.RESOURCES,
    *visits.RESOURCES,
]
ROUTES = (attachments.add_attachments, calendar.add_calendar)
