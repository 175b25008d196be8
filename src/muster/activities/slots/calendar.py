"""Where the calendar shows itself, what goes along with customers, and what is held of members in it."""

from django.utils.translation import gettext_lazy as _

from muster.activities.models import Appointment, CalendarFeed, Guest
from muster.core import commands, nav
from muster.crm.actions.belongs import Belonging, register
from muster.people.personal import Line, Part
from muster.people.personal import register as hold_on

nav.register(nav.Item("day", _("Calendar"), "calendar", "calendar", "activities.appointment.view", 25, "k"))
commands.register(
    commands.Command(_("New appointment"), "calendar-plus", "appointment_create", "activities.appointment.create")
)
register(Belonging(Appointment, {"crm.account": "account", "crm.deal": "deal"}, _("Appointments"), order=45))
register(Belonging(Guest, {"crm.contact": "contact"}, _("Invitations"), once=("appointment",), order=46))

_STAYS = _("A record of the firm: it stays, under the number of the member.")
_LINES = (Line("To find times for work with others", "安排会议与拜访时间", basis="interest", months=0),)
for _key, _model, _label, _columns, _link, _order in [
    ("appointments", Appointment, _("Appointments"), ("id", "title", "starts_at", "ends_at"), "owner", 125),
    ("invitations", Guest, _("Invitations"), ("id", "appointment", "answer", "answered_at"), "member", 126),
]:
    hold_on(Part(_key, _model, _label, _LINES, _columns, link=_link, stays=_STAYS, order=_order))
hold_on(
    Part(
        "calendar_addresses",
        CalendarFeed,
        _("Calendar addresses"),
        (Line("To show one's calendar in other programs", "在其他日历软件中查看", months=0),),
        ("id", "name", "shows", "read_at", "archived_at"),
        whole=True,
        order=127,
    )
)
