"""Calls are told to the member and to who leads him; so are recordings, for which a right of its own is needed."""

from django.utils.translation import gettext_lazy as _

from muster.access import permissions
from muster.access.scope import Policy, register
from muster.activities.models import Call, Recording

permissions.register("activities.call.view", _("See details of calls"))
permissions.register("activities.recording.view", _("See that a call was recorded, and who agreed"))


@register
class CallPolicy(Policy):
    model = Call
    owner = "member_id"
    trail_follows_rows = True


@register
class RecordingPolicy(Policy):
    model = Recording
    owner = "member_id"
    trail_follows_rows = True
