"""Who sees which rows of the activities room."""

from muster.activities.policies import attachments, calendar, comments, records, visits  # noqa: F401
