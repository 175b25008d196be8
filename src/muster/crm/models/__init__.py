from muster.crm.models.account import Account, AccountMember, Contact
from muster.crm.models.deal import Deal, StageChange
from muster.crm.models.pool import ClaimLimit, Pool, PoolExtension, PoolLook, PoolRule, PoolSeat, PoolStay
from muster.crm.models.routing import Routing, RoutingRule, RoutingSeat, RoutingSkill
from muster.crm.models.setup import LossReason, Pipeline, Product, Stage

__all__ = [
    "Account",
    "AccountMember",
    "ClaimLimit",
    "Contact",
    "Deal",
    "LossReason",
    "Pipeline",
    "Pool",
    "PoolExtension",
    "PoolLook",
    "PoolRule",
    "PoolSeat",
    "PoolStay",
    "Product",
    "Routing",
    "RoutingRule",
    "RoutingSeat",
    "RoutingSkill",
    "Stage",
    "StageChange",
]
