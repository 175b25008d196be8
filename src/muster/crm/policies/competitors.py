"""Competitors belong to the firm; those on a deal are seen with it."""

from django.utils.translation import gettext_lazy as _

from muster.access import permissions
from muster.access.scope import Policy, register
from muster.crm.models import Competitor, DealCompetitor
from muster.crm.policies.records import OfFirm

permissions.register("crm.competitor.view", _("See competitors"))
permissions.register("crm.dealcompetitor.view", _("See competitors on deals"))


@register
class CompetitorPolicy(OfFirm):
    model = Competitor


@register
class DealCompetitorPolicy(Policy):
    model = DealCompetitor
    owner = None
    parent = "deal"
