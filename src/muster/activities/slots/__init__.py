"""Where the activities room shows itself."""

from muster.activities.slots import leads, records  # noqa: F401
