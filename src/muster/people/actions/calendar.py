"""Holidays and make-up days as the firm sets them. They win over what is published, everywhere at once."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from muster.access.action import append, make_event
from muster.access.crud import crud
from muster.access.scope import Actor
from muster.core import workdays
from muster.core.periods import today
from muster.people.models import CalendarDay, CalendarYear


def _set(actor: Actor, row: CalendarDay, fields: dict[str, Any]) -> None:
    row.country = row.country.strip().upper()
    if not workdays.has_calendar(row.country):
        message = _("There is no calendar of “%(country)s”: write the code of a country, such as CN.")
        raise ValidationError({"country": message % {"country": row.country}})
    renew()


def _away(actor: Actor, row: CalendarDay, fields: dict[str, Any]) -> None:
    renew()


def _back(actor: Actor, row: CalendarDay, fields: dict[str, Any]) -> None:
    if CalendarDay.objects.unscoped("special days").filter(archived_at=None, country=row.country, day=row.day).exists():
        raise ValidationError(_("This day is set already: change the entry that is there."))
    renew()


calendar_days = crud(CalendarDay, before_save=_set, before_archive=_away, before_restore=_back)


def renew() -> None:
    """Once this is committed the process reads the special days anew."""
    transaction.on_commit(workdays.forget)


def _read() -> workdays.Exceptions:
    rows = CalendarDay.objects.unscoped("special days").filter(archived_at=None)
    return {
        (country, day): workdays.Special(counts_as == CalendarDay.As.WORKED, name)
        for country, day, counts_as, name in rows.values_list("country", "day", "counts_as", "name")
    }


workdays.provide(_read)


def warn_of_missing_year(day: dt.date | None = None) -> int:
    """Say once, from November on, that the calendar of the next year is not known; how many were said."""
    on = day or today()
    year = workdays.missing_year(on)
    if year is None:
        return 0
    with transaction.atomic():
        row, made = CalendarYear.objects.unscoped("missing calendars").get_or_create(
            country=settings.WORK_CALENDAR, year=year, defaults={"said_on": on}
        )
        if made:
            actor = Actor.operator(gettext_noop("reminder"), via="chore")
            append([make_event(actor, "people.calendaryear.missing", row, {})])
    return int(made)
