from muster.crm.models.account import Account, AccountMember, Contact
from muster.crm.models.amendment import ContractAmendment
from muster.crm.models.competitor import Competitor, DealCompetitor
from muster.crm.models.completeness import AccountScore, CompletenessWeight
from muster.crm.models.contract import Contract, ContractLine
from muster.crm.models.credit import DealCredit
from muster.crm.models.deal import Deal, StageChange
from muster.crm.models.duplicate import DuplicateCheck, JoinRequest
from muster.crm.models.instalment import Instalment, PlanChange
from muster.crm.models.invoice import AccountInvoiceData, Invoice, InvoiceReceipt
from muster.crm.models.lead import Lead, LeadReason, LeadSource, LeadStep
from muster.crm.models.merge import Merge
from muster.crm.models.paper import Letterhead
from muster.crm.models.pool import ClaimLimit, Pool, PoolLook, PoolRule, PoolSeat, PoolStay
from muster.crm.models.price_book import DealLine, PriceBook, PriceBookEntry
from muster.crm.models.quote import Quote, QuoteLine
from muster.crm.models.receipt import Allocation, Receipt
from muster.crm.models.routing import Routing, RoutingRule, RoutingSeat, RoutingSkill
from muster.crm.models.series import NumberSeries
from muster.crm.models.setup import LossReason, Pipeline, Product, Stage
from muster.crm.models.slip import DealSlip
from muster.crm.models.snooze import DealSnooze
from muster.crm.models.stage_rule import DealTick, StageCriterion
from muster.crm.models.stakeholder import AccountTag, Acquaintance, Stakeholder, Tag

__all__ = [
    "Account",
    "AccountInvoiceData",
    "AccountMember",
    "AccountScore",
    "AccountTag",
    "Acquaintance",
    "Allocation",
    "ClaimLimit",
    "Competitor",
    "CompletenessWeight",
    "Contact",
    "Contract",
    "ContractAmendment",
    "ContractLine",
    "Deal",
    "DealCompetitor",
    "DealCredit",
    "DealLine",
    "DealSlip",
    "DealSnooze",
    "DealTick",
    "DuplicateCheck",
    "Instalment",
    "Invoice",
    "InvoiceReceipt",
    "JoinRequest",
    "Lead",
    "LeadReason",
    "LeadSource",
    "LeadStep",
    "Letterhead",
    "LossReason",
    "Merge",
    "NumberSeries",
    "Pipeline",
    "PlanChange",
    "Pool",
    "PoolLook",
    "PoolRule",
    "PoolSeat",
    "PoolStay",
    "PriceBook",
    "PriceBookEntry",
    "Product",
    "Quote",
    "QuoteLine",
    "Receipt",
    "Routing",
    "RoutingRule",
    "RoutingSeat",
    "RoutingSkill",
    "Stage",
    "StageChange",
    "StageCriterion",
    "Stakeholder",
    "Tag",
]
