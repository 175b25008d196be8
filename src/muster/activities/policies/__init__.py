"""Who sees which rows of the activities room."""

from muster.activities.policies import attachments, comments, records  # noqa: F401
