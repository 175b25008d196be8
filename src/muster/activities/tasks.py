"""What happens by itself in the activities room."""

import datetime as dt

from muster.activities.actions.call import erase_old_recordings
from muster.activities.actions.visit import forget_positions
from muster.core.jobs.schedule import chore


@chore("activities.forget_positions", dt.timedelta(hours=12))
def forget_old_positions() -> int:
    """Where somebody was is kept for a time only; that he was there, and how far from the customer, stays."""
    return forget_positions()


@chore("activities.erase_recordings", dt.timedelta(hours=12))
def erase_recordings() -> int:
    """Recordings go when their days are over; that there was one, and who agreed, stays."""
    return erase_old_recordings()
