from muster.crm.models.account import Account, AccountMember, Contact
from muster.crm.models.deal import Deal, StageChange
from muster.crm.models.duplicate import DuplicateCheck, JoinRequest
from muster.crm.models.lead import Lead, LeadReason, LeadSource, LeadStep
from muster.crm.models.merge import Merge
from muster.crm.models.routing import Routing, RoutingRule, RoutingSeat, RoutingSkill
from muster.crm.models.setup import LossReason, Pipeline, Product, Stage
from muster.crm.models.stakeholder import AccountTag, Acquaintance, Stakeholder, Tag

__all__ = [
    "Account",
    "AccountMember",
    "AccountTag",
    "Acquaintance",
    "Contact",
    "Deal",
    "DuplicateCheck",
    "JoinRequest",
    "Lead",
    "LeadReason",
    "LeadSource",
    "LeadStep",
    "LossReason",
    "Merge",
    "Pipeline",
    "Product",
    "Routing",
    "RoutingRule",
    "RoutingSeat",
    "RoutingSkill",
    "Stage",
    "StageChange",
    "Stakeholder",
    "Tag",
]
