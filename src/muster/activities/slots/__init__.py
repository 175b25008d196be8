"""Where the activities room shows itself."""

from muster.activities.slots import (  # noqa: F401
    attachments,
    calendar,
    comments,
    leads,
    records,
    visits,
)
