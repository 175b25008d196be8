"""What happens by itself in the crm room."""

import datetime as dt

from muster.core.jobs.schedule import chore
from muster.crm.actions.completeness import rescore_all
from muster.crm.actions.ladder import climb
from muster.crm.actions.marking import fill_marks
from muster.crm.actions.more_time import lapse_gone
from muster.crm.actions.recycle import recycle
from muster.crm.actions.reminders import remind_of_dues
from muster.crm.actions.router import route_idle


@chore("crm.route_idle", dt.timedelta(minutes=5))
def route_what_is_idle() -> int:
    """Rules give what nobody has. Running it again gives nothing twice: what somebody has is idle no longer."""
    return route_idle()


@chore("crm.recycle", dt.timedelta(days=1))
def recycle_tonight() -> int:
    """What nobody looks after returns to its public pool, and owners are warned. A run that was cut off goes on
    where it ended."""
    taken = recycle()
    lapse_gone()
    return taken


@chore("crm.remind_of_dues", dt.timedelta(hours=6))
def remind_of_payments() -> int:
    """Who has to collect hears of it in time. Running it again tells nobody twice: each instalment knows its last
    step."""
    return remind_of_dues()


@chore("crm.fill_marks", dt.timedelta(minutes=1))
def fill_what_records_are_compared_by() -> int:
    """Records from before there was a check for duplicates, some thousand a minute."""
    return fill_marks()


@chore("crm.lead_ladder", dt.timedelta(hours=1))
def take_leads_up_the_ladder() -> int:
    """Leads that nobody follows up. Each step is taken once: a lead remembers where it stands."""
    return climb()


@chore("crm.completeness", dt.timedelta(days=1))
def note_completeness() -> int:
    """How complete what is known of each customer is, written down where it changed past the forms."""
    return rescore_all()
