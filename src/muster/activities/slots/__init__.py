"""Where the activities room shows itself."""

from muster.activities.slots import comments, records  # noqa: F401
