"""The firm's calendar: for all to see."""

from django.utils.translation import gettext_lazy as _

from muster.access import permissions
from muster.access.scope import Policy, register
from muster.people.models import CalendarDay, CalendarYear

permissions.register("people.calendarday.view", _("See holidays and make-up days"))
permissions.register_event("people.calendaryear.missing", _("Calendar of the next year missing"))


@register
class CalendarDayPolicy(Policy):
    model = CalendarDay
    owner = None


@register
class CalendarYearPolicy(Policy):
    model = CalendarYear
    owner = None
    permission = "people.calendarday.view"
