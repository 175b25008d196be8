"""Public pools over the API."""

from muster.access.resources import Resource, Verb
from muster.core.listings import Filter, rows_of
from muster.crm.actions.claim import assign, claim, reveal
from muster.crm.actions.more_time import ask_account_time, ask_lead_time, spare_account, spare_lead
from muster.crm.actions.pool import claim_limits, pool_rules, pool_seats, pools, switch_pool_rule, unseat
from muster.crm.actions.stay import move_stay, return_account, return_lead
from muster.crm.forms.pool import (
    AssignForm,
    ClaimLimitForm,
    MoreTimeForm,
    MoveForm,
    PoolForm,
    PoolRuleForm,
    ReturnForm,
    SeatOfPoolForm,
    SpareForm,
)
from muster.crm.models import (
    ClaimLimit,
    Pool,
    PoolLook,
    PoolRule,
    PoolSeat,
    PoolStay,
)

_POOL = Filter("pool", "public pool", kind="number", lookup="pool_id")
_LEFT = Filter("left_by", "how it left", kind="text")


# What one does with a customer belongs to the resource “accounts”, with a lead to “leads”.
OF_ACCOUNTS = (
    Verb("return", return_account, "crm.account.return", ReturnForm, "Return it to the public pool"),
    Verb("spare", spare_account, "crm.account.spare", SpareForm, "Keep it out of the public pool"),
    Verb("more-time", ask_account_time, "crm.account.ask_time", MoreTimeForm, "Ask for more time"),
)
OF_LEADS = (
    Verb("return", return_lead, "crm.lead.return", ReturnForm, "Return it to the public pool"),
    Verb("spare", spare_lead, "crm.lead.spare", SpareForm, "Keep it out of the public pool"),
    Verb("more-time", ask_lead_time, "crm.lead.ask_time", MoreTimeForm, "Ask for more time"),
)

RESOURCES = [
    Resource("pools", rows_of(Pool, Filter("kind", "kind", kind="text")), PoolForm, pools),
    Resource(
        "pool-seats",
        rows_of(PoolSeat, _POOL, related=("member", "unit", "position")),
        SeatOfPoolForm,
        pool_seats,
        (Verb("remove", unseat, "crm.poolseat.remove"),),
    ),
    Resource(
        "pool-rules",
        rows_of(PoolRule, _POOL, related=("pool",)),
        PoolRuleForm,
        pool_rules,
        (Verb("switch", switch_pool_rule, "crm.poolrule.switch", takes={"on": bool}),),
    ),
    Resource(
        "pool-stays",
        rows_of(PoolStay, _POOL, _LEFT, Filter("open", "lies in the pool", "bool", lookup="left_at__isnull")),
        verbs=(
            Verb("claim", claim, "crm.poolstay.claim"),
            Verb("assign", assign, "crm.poolstay.assign", AssignForm),
            Verb("move", move_stay, "crm.poolstay.move", MoveForm),
            Verb("reveal", reveal, "crm.poolstay.reveal"),
        ),
    ),
    Resource("pool-looks", rows_of(PoolLook, Filter("member", "member", kind="number", lookup="member_id"))),
    Resource("claim-limits", rows_of(ClaimLimit), ClaimLimitForm, claim_limits),
]
