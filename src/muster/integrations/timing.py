"""When somebody may be written to: not in his quiet hours, not on his days off, not while he is away."""

import datetime as dt
from zoneinfo import ZoneInfo

from muster.core import workdays
from muster.integrations.models import Level, NoticeSettings

DAYS = 60  # looked ahead at most; nobody is off longer


def is_quiet(wishes: NoticeSettings, clock: dt.time) -> bool:
    """Is CLOCK from `quiet_from` up to `quiet_to`, over midnight where that is earlier? The same twice: never."""
    start, end = wishes.quiet_from, wishes.quiet_to
    return start <= clock < end if start <= end else clock >= start or clock < end


def allowed(wishes: NoticeSettings, zone: str, moment: dt.datetime) -> dt.datetime:
    """MOMENT, or the first one after it at which a mail may go out."""
    here = moment.astimezone(ZoneInfo(zone))
    for _day in range(DAYS):
        if wishes.only_workdays and not workdays.is_workday(here.date()):
            here = _at(here.date() + workdays.DAY, dt.time(0), here)
        elif is_quiet(wishes, here.time()):
            later = wishes.quiet_to <= here.time()  # the quiet hours end tomorrow
            here = _at(here.date() + (workdays.DAY if later else dt.timedelta(0)), wishes.quiet_to, here)
        else:
            break
    return here.astimezone(dt.UTC)


def _at(day: dt.date, clock: dt.time, like: dt.datetime) -> dt.datetime:
    return dt.datetime.combine(day, clock, like.tzinfo)


def due(level: str, wishes: NoticeSettings, zone: str, moment: dt.datetime, *, urgent: bool = False) -> dt.datetime:
    """When a notice of MOMENT goes out by mail: at once, or with the next daily mail."""
    if urgent:
        return moment
    if level == Level.DIGEST:
        here = moment.astimezone(ZoneInfo(zone))
        day = here.date() if here.time() < wishes.digest_at else here.date() + workdays.DAY
        moment = _at(day, wishes.digest_at, here)
    return allowed(wishes, zone, moment)
