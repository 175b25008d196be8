"""Where the activities room shows itself."""

from muster.activities.slots import records  # noqa: F401
