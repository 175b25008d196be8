"""Who sees which rows of the activities room."""

from muster.activities.policies import attachments, calendar, calls, comments, mail, records, visits  # noqa: F401
