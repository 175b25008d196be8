"""Where the activities room shows itself."""

from muster.activities.slots import (  # noqa: F401
    attachments,
    calendar,
    calls,
    comments,
    known,
    leads,
    mail,
    records,
    visits,
)
