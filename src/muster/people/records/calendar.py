"""The list of special days, and what is typed about one."""

from django.utils.translation import gettext_lazy as _

from muster.core.forms import ActorForm
from muster.core.listings import Column, Filter, Listing
from muster.people.models import CalendarDay

CALENDAR_DAYS = Listing(
    model=CalendarDay,
    key="calendar-days",
    title=_("Holidays and make-up days"),
    columns=[
        Column("title", _("special day"), str, kind="link", order="day"),
        Column("day", _("day"), kind="date", order="day"),
        Column(
            "counts_as",
            _("counts as"),
            CalendarDay.get_counts_as_display,
            "badge",
            tone=lambda row: "red" if row.counts_as == CalendarDay.As.OFF else "blue",
        ),
        Column("name", _("name")),
        Column("country", _("country"), kind="code"),
    ],
    filters=[
        Filter("year", _("year"), kind="number", lookup="day__year"),
        Filter("counts_as", _("counts as"), choices=lambda _actor: CalendarDay.As.choices),
        Filter("archived", _("show archived"), kind="bool", apply=lambda rows, _value, _actor: rows),
    ],
    searchable=False,
    order="-day",
    create_url="calendarday_create",
    create_permission="people.calendarday.create",
    create_label=_("New special day"),
    empty_icon="calendar-off",
    empty_title=_("As published"),
    empty_text=_("No day is set otherwise than the published calendar of the country says."),
)


class CalendarDayForm(ActorForm):
    class Meta:
        model = CalendarDay
        fields = ("day", "counts_as", "name", "country")
