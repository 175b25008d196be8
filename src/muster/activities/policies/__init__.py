"""Who sees which rows of the activities room."""

from muster.activities.policies import attachments, calls, comments, mail, records, visits  # noqa: F401
