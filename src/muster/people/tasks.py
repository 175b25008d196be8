"""What happens by itself each day."""

import datetime as dt

from muster.core.jobs.schedule import chore
from muster.core.periods import today
from muster.people.actions.present import apply_moves
from muster.people.actions.structure import project_units


@chore("people.project_present", dt.timedelta(hours=1))
def project_present(day: dt.date | None = None) -> int:
    """Let the moves of members and units whose day has come take effect. Running it twice does nothing more."""
    on = day or today()
    return apply_moves(on) + project_units(on)
