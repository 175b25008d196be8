"""Pushes of closing dates are seen with their deals."""

from django.utils.translation import gettext_lazy as _

from muster.access import permissions
from muster.access.scope import Policy, register
from muster.crm.models import DealSlip

permissions.register("crm.dealslip.view", _("See how closing dates of deals were pushed"))


@register
class DealSlipPolicy(Policy):
    model = DealSlip
    owner = None
    parent = "deal"
