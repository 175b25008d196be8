"""The activities room over the API."""

from muster.activities.api import attachments, calendar, calls, comments, mail, records, visits

RESOURCES = [
    *records.RESOURCES,
    *calendar.RESOURCES,
    *comments.RESOURCES,
    *attachments.RESOURCES,
    *visits.RESOURCES,
    *calls.RESOURCES,
    *mail.RESOURCES,
]
ROUTES = (attachments.add_attachments, calendar.add_calendar, calls.add_recordings, mail.add_mail_files)
