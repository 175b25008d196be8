"""Holidays and make-up days as the firm sets them."""

from django.http import HttpResponse
from django.utils.translation import gettext_lazy

from muster.access.pages import act_page, create_page, edit_page, list_page, lists
from muster.core import workdays
from muster.core.http import Request
from muster.core.periods import today
from muster.people.actions.calendar import calendar_days
from muster.people.models import CalendarDay
from muster.people.records.calendar import CALENDAR_DAYS, CalendarDayForm

_list = list_page(CALENDAR_DAYS, "people/calendarday_list.html")
calendarday_create = create_page(CalendarDayForm, calendar_days.create, title=gettext_lazy("New special day"))
calendarday_edit = edit_page(
    CalendarDayForm, calendar_days.edit, "people.calendarday.edit", template="people/calendarday_form.html"
)
calendarday_archive = act_page(
    CalendarDay,
    calendar_days.archive,
    title=gettext_lazy("Archive this day"),
    text=gettext_lazy("It counts again as the published calendar says."),
    danger=True,
)
calendarday_restore = act_page(CalendarDay, calendar_days.restore, title=gettext_lazy("Set this day again"))


@lists(CALENDAR_DAYS)
def calendarday_list(request: Request) -> HttpResponse:
    return _list(request, missing=workdays.missing_year(today()))
