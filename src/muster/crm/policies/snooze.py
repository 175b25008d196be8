"""Snoozes are seen with their deals."""

from django.utils.translation import gettext_lazy as _

from muster.access import permissions
from muster.access.scope import Policy, register
from muster.crm.models import DealSnooze

permissions.register("crm.dealsnooze.view", _("See why stale deals may wait"))


@register
class DealSnoozePolicy(Policy):
    model = DealSnooze
    owner = None
    parent = "deal"
