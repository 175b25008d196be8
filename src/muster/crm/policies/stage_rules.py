"""Criteria belong to the firm; ticks are seen with their deals."""

from django.utils.translation import gettext_lazy as _

from muster.access import permissions
from muster.access.scope import Policy, register
from muster.crm.models import DealTick, StageCriterion
from muster.crm.policies.records import OfFirm

permissions.register("crm.stagecriterion.view", _("See exit criteria of stages"))
permissions.register("crm.dealtick.view", _("See which criteria of a deal are ticked"))


@register
class StageCriterionPolicy(OfFirm):
    model = StageCriterion


@register
class DealTickPolicy(Policy):
    model = DealTick
    owner = None
    parent = "deal"
