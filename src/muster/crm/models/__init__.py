from muster.crm.models.account import Account, AccountMember, Contact
from muster.crm.models.deal import Deal, StageChange
from muster.crm.models.routing import Routing, RoutingRule, RoutingSeat, RoutingSkill
from muster.crm.models.setup import LossReason, Pipeline, Product, Stage
from muster.crm.models.snooze import DealSnooze

__all__ = [
    "Account",
    "AccountMember",
    "Contact",
    "Deal",
    "DealSnooze",
    "LossReason",
    "Pipeline",
    "Product",
    "Routing",
    "RoutingRule",
    "RoutingSeat",
    "RoutingSkill",
    "Stage",
    "StageChange",
]
