"""Who sees an appointment: who takes part in it, and who leads one who does, unless it is private. Only who invites
changes it. That somebody is busy is no row of these: `queries.calendar` tells it to who may know it."""

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from muster.access import permissions
from muster.access.scope import Actor, Policy, Scope, nothing, register
from muster.activities.models import Appointment, AppointmentChange, CalendarFeed, Guest

BUSY = "activities.appointment.busy"
for _name, _label in [
    ("activities.appointment.view", _("See appointments")),
    (BUSY, _("See when colleagues are busy")),
    ("activities.guest.view", _("See who takes part")),
    ("activities.calendarfeed.view", _("See one's calendar addresses")),
]:
    permissions.register(_name, _label)


@register
class AppointmentPolicy(Policy):
    model = Appointment
    trail_follows_rows = True

    def rows(self, actor: Actor, permission: str) -> Q:
        scopes = actor.scopes(permission)
        if actor.system and Scope.ALL in scopes:
            return Q()
        if not scopes or actor.member_id is None:
            return nothing()
        mine = Q(owner=actor.member_id)
        if permission != self.view:
            return mine
        invited = Guest.objects.unscoped("scope engine").filter(member=actor.member_id, archived_at=None)
        led = Q() if Scope.ALL in scopes else self.owned(actor, scopes)
        return mine | Q(pk__in=invited.order_by().values("appointment")) | (led & Q(is_private=False))


@register
class AppointmentChangePolicy(Policy):
    model = AppointmentChange
    parent = "appointment"
    owner = None
    permission = "activities.appointment.view"
    trail_follows_rows = True


@register
class GuestPolicy(Policy):
    """Seen with the appointment; asked and taken off by who invites; answered by the guest alone."""

    model = Guest
    owner = "member_id"
    trail_follows_rows = True

    def rows(self, actor: Actor, permission: str) -> Q:
        scopes = actor.scopes(permission)
        if actor.system and Scope.ALL in scopes:
            return Q()
        if not scopes or actor.member_id is None:
            return nothing()
        if permission == self.view:
            return Q(appointment__in=Appointment.objects.visible_to(actor))
        if permission == "activities.guest.answer":
            return Q(member=actor.member_id, archived_at=None)
        return Q(appointment__owner=actor.member_id)


@register
class CalendarFeedPolicy(Policy):
    """One's own alone, whatever one's scope."""

    model = CalendarFeed
    owner = "member_id"
    trail_follows_rows = True

    def rows(self, actor: Actor, permission: str) -> Q:
        if actor.system:
            return super().rows(actor, permission)
        return Q(member=actor.member_id) if actor.has(permission) and actor.member_id else nothing()
