"""Addresses of public pools."""

from muster.access.routes import route
from muster.crm.views import pool, stay

STAY, RULE, SEAT, LIMIT = (f"crm.{name}" for name in ("poolstay", "poolrule", "poolseat", "claimlimit"))
VERBS = ("edit", "archive", "restore")

urlpatterns = [
    route("pools/", pool.pool_list, name="pool_list", permission="crm.pool.view"),
    route("pools/due/", pool.pool_due, name="pool_due", permission="crm.pool.view"),
    route("pools/due/leads/", pool.pool_due_leads, name="pool_due_leads", permission="crm.lead.view"),
    route("pools/log/", pool.pool_log, name="pool_log", permission=f"{STAY}.view"),
    route("pools/new/", pool.pool_create, name="pool_create", permission="crm.pool.create"),
    route("pools/<int:pk>/", pool.pool_detail, name="pool_detail", permission="crm.pool.view"),
    *(
        route(
            f"pools/<int:pk>/{verb}/", getattr(pool, f"pool_{verb}"), name=f"pool_{verb}", permission=f"crm.pool.{verb}"
        )
        for verb in VERBS
    ),
    route("pools/rules/new/", pool.rule_create, name="poolrule_create", permission=f"{RULE}.create"),
    route("pools/rules/<int:pk>/on/", pool.rule_on, name="poolrule_on", permission=f"{RULE}.switch"),
    route("pools/rules/<int:pk>/off/", pool.rule_off, name="poolrule_off", permission=f"{RULE}.switch"),
    *(
        route(
            f"pools/rules/<int:pk>/{verb}/",
            getattr(pool, f"rule_{verb}"),
            name=f"poolrule_{verb}",
            permission=f"{RULE}.{verb}",
        )
        for verb in VERBS
    ),
    route("pools/seats/new/", pool.seat_create, name="poolseat_create", permission=f"{SEAT}.create"),
    route("pools/seats/<int:pk>/edit/", pool.seat_edit, name="poolseat_edit", permission=f"{SEAT}.edit"),
    route("pools/seats/<int:pk>/remove/", pool.seat_remove, name="poolseat_remove", permission=f"{SEAT}.remove"),
    route("settings/claim-limits/", pool.limit_list, name="claimlimit_list", permission=f"{LIMIT}.view"),
    route("settings/claim-limits/new/", pool.limit_create, name="claimlimit_create", permission=f"{LIMIT}.create"),
    *(
        route(
            f"settings/claim-limits/<int:pk>/{verb}/",
            getattr(pool, f"limit_{verb}"),
            name=f"claimlimit_{verb}",
            permission=f"{LIMIT}.{verb}",
        )
        for verb in VERBS
    ),
    route("pools/cards/claim/", stay.stay_claim_many, name="poolstay_claim_many", permission=f"{STAY}.claim"),
    route("pools/cards/assign/", stay.stay_assign_many, name="poolstay_assign_many", permission=f"{STAY}.assign"),
    route("pools/cards/move/", stay.stay_move_many, name="poolstay_move_many", permission=f"{STAY}.move"),
    route("pools/cards/<int:pk>/", stay.stay_detail, name="poolstay_detail", permission=f"{STAY}.view"),
    *(
        route(
            f"pools/cards/<int:pk>/{verb}/",
            getattr(stay, f"stay_{verb}"),
            name=f"poolstay_{verb}",
            permission=f"{STAY}.{verb}",
        )
        for verb in ("claim", "assign", "move", "reveal")
    ),
    route("customers/return/", stay.account_return_many, name="account_return_many", permission="crm.account.return"),
    route("customers/<int:pk>/return/", stay.account_return, name="account_return", permission="crm.account.return"),
    route("customers/<int:pk>/spare/", stay.account_spare, name="account_spare", permission="crm.account.spare"),
    route(
        "customers/<int:pk>/more-time/", stay.account_extend, name="account_extend", permission="crm.account.ask_time"
    ),
    route("customers/<int:pk>/pool/", stay.account_pool, name="account_pool", permission="crm.account.view"),
    route("leads/return/", stay.lead_return_many, name="lead_return_many", permission="crm.lead.return"),
    route("leads/<int:pk>/return/", stay.lead_return, name="lead_return", permission="crm.lead.return"),
    route("leads/<int:pk>/spare/", stay.lead_spare, name="lead_spare", permission="crm.lead.spare"),
    route("leads/<int:pk>/more-time/", stay.lead_extend, name="lead_extend", permission="crm.lead.ask_time"),
    route("leads/<int:pk>/pool/", stay.lead_pool, name="lead_pool", permission="crm.lead.view"),
    route("members/<int:pk>/pool/", stay.pool_home, name="pool_home", permission="crm.pool.view"),
]
