"""Who sees which rows of the activities room."""

from muster.activities.policies import records  # noqa: F401
