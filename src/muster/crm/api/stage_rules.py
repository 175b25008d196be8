"""The rules of stages over the API."""

from muster.access.resources import Resource, Verb
from muster.core.listings import Filter, rows_of
from muster.crm.actions.deal import weigh_deal
from muster.crm.actions.stage_rules import criteria, tick_criterion, untick_criterion
from muster.crm.forms.stage_rules import CriterionForm, ProbabilityForm, TickForm
from muster.crm.models import DealTick, StageCriterion

OF_DEALS = (
    Verb("tick", tick_criterion, "crm.deal.tick", TickForm, "Say that an exit criterion is met"),
    Verb("untick", untick_criterion, "crm.deal.untick", TickForm, "Take a tick back"),
    Verb("weigh", weigh_deal, "crm.deal.weigh", ProbabilityForm, "Give a deal a probability of its own"),
)
_STAGE = Filter("stage", "stage", kind="number", lookup="stage_id")
_DEAL = Filter("deal", "deal", kind="number", lookup="deal_id")

RESOURCES = [
    Resource("stage-criteria", rows_of(StageCriterion, _STAGE, related=("stage",)), CriterionForm, criteria),
    Resource("deal-ticks", rows_of(DealTick, _DEAL, related=("criterion", "member"))),
]
