"""Holidays and make-up days over the API."""

from muster.access.resources import Resource
from muster.people.actions.calendar import calendar_days
from muster.people.records.calendar import CALENDAR_DAYS, CalendarDayForm

RESOURCES = [Resource("calendar-days", CALENDAR_DAYS, CalendarDayForm, calendar_days)]
