"""Who sees which rows of the activities room."""

from muster.activities.policies import comments, records  # noqa: F401
