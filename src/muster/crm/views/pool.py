"""Public pools: what lies in them, what returns soon, the log, and the settings of who looks after them."""

from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.pages import act_page, create_page, edit_page, list_page
from muster.access.scope import can, visible_or_404
from muster.core import slots
from muster.core.http import Request
from muster.core.listings import Listing
from muster.crm import queries
from muster.crm.actions.pool import claim_limits, pool_rules, pool_seats, pools, switch_pool_rule, unseat
from muster.crm.actions.standing import Standing, standing
from muster.crm.actions.time_asked import KIND
from muster.crm.forms.pool import ClaimLimitForm, PoolForm, PoolRuleForm, SeatOfPoolForm
from muster.crm.listings.pool import DUE, DUE_LEADS, LIMITS, LOG, LYING
from muster.crm.models import ClaimLimit, Pool, PoolRule, PoolSeat, PoolStay
from muster.crm.pooled import kind_of

MOST_POOLS = 100
Shown = dict[str, Any]

pool_create = create_page(PoolForm, pools.create, title=gettext_lazy("New public pool"))
pool_edit = edit_page(PoolForm, pools.edit, "crm.pool.edit")
pool_archive = act_page(
    Pool,
    pools.archive,
    title=gettext_lazy("Archive this pool"),
    text=gettext_lazy("It must be empty. Its log stays."),
    danger=True,
)
pool_restore = act_page(Pool, pools.restore, title=gettext_lazy("Restore this pool"))
rule_create = create_page(PoolRuleForm, pool_rules.create, title=gettext_lazy("New rule"))
rule_edit = edit_page(PoolRuleForm, pool_rules.edit, "crm.poolrule.edit")
rule_archive = act_page(
    PoolRule,
    pool_rules.archive,
    title=gettext_lazy("Archive this rule"),
    text=gettext_lazy("It is switched off and takes nothing back any more."),
    danger=True,
)
rule_restore = act_page(PoolRule, pool_rules.restore, title=gettext_lazy("Restore this rule"))
rule_off = act_page(
    PoolRule,
    lambda actor, row: switch_pool_rule(actor, row, on=False),
    title=gettext_lazy("Switch this rule off"),
    text=gettext_lazy("It takes nothing back any more."),
)
rule_on = act_page(
    PoolRule,
    lambda actor, row: switch_pool_rule(actor, row, on=True),
    title=gettext_lazy("Switch this rule on"),
    text=gettext_lazy("What is due already returns after the days of grace; owners are warned before."),
)
seat_create = create_page(SeatOfPoolForm, pool_seats.create, title=gettext_lazy("Who belongs to the pool"))
seat_edit = edit_page(SeatOfPoolForm, pool_seats.edit, "crm.poolseat.edit")
seat_remove = act_page(
    PoolSeat,
    unseat,
    title=gettext_lazy("Take this line out"),
    text=gettext_lazy("What was claimed stays where it is."),
)
limit_list = list_page(LIMITS)
limit_create = create_page(ClaimLimitForm, claim_limits.create, title=gettext_lazy("New claim limit"))
limit_edit = edit_page(ClaimLimitForm, claim_limits.edit, "crm.claimlimit.edit")
limit_archive = act_page(ClaimLimit, claim_limits.archive, title=gettext_lazy("Archive this limit"))
limit_restore = act_page(ClaimLimit, claim_limits.restore, title=gettext_lazy("Restore this limit"))


def pool_list(request: Request) -> HttpResponse:
    """The pools of the viewer, with what lies in each and what he may still claim today."""
    rows = list(Pool.objects.visible_to(request.actor).filter(archived_at=None)[:MOST_POOLS])
    inside = queries.lying(request.actor, rows)
    lines = [{"pool": one, "count": inside[one.pk], "standing": standing(request.actor, one)} for one in rows]
    context = {
        "lines": lines,
        "switch": everywhere("pool_list", request),
        "may_create": request.actor.has("crm.pool.create"),
    }
    return render(request, "crm/pool_list.html", context)


def everywhere(active: str, request: Request) -> list[Shown]:
    """The pages over all pools."""
    pages = [
        ("pool_list", _("Pools"), "ripple"),
        ("pool_due", _("Soon back in the pool"), "hourglass"),
        ("pool_due_leads", _("Leads soon back"), "user-search"),
        ("pool_log", _("Log"), "history"),
    ]
    seen = [one for one in pages if one[0] != "pool_due_leads" or request.actor.has("crm.lead.view")]
    found: list[Shown] = [
        {"label": label, "url": reverse(name), "icon": icon, "active": name == active} for name, label, icon in seen
    ]
    if request.actor.has("people.approvalrequest.view"):
        asked = f"{reverse('approval_list')}?kind={KIND}"
        found.append({"label": _("Requests for more time"), "url": asked, "icon": "hourglass-empty", "active": False})
    return found


_due_page = list_page(DUE, "crm/pool_over.html")
_due_leads_page = list_page(DUE_LEADS, "crm/pool_over.html")
_log_page = list_page(LOG, "crm/pool_over.html")


def pool_due(request: Request) -> HttpResponse:
    return _due_page(request, tabs=everywhere("pool_due", request))


def pool_due_leads(request: Request) -> HttpResponse:
    return _due_leads_page(request, tabs=everywhere("pool_due_leads", request))


def pool_log(request: Request) -> HttpResponse:
    return _log_page(request, tabs=everywhere("pool_log", request))


def pool_detail(request: Request, pk: int) -> HttpResponse:
    """One pool by its tabs; each is a list of its own, or the settings."""
    pool = visible_or_404(Pool, request.actor, pk=pk)
    here = standing(request.actor, pool)
    tab = request.GET.get("tab", "customers")
    listing = {"due": DUE_LEADS if pool.kind == "crm.lead" else DUE, "log": LOG}.get(tab, LYING)
    shown = {"pool": pool, "standing": here, "tabs": tabs(pool, tab, here)}
    shown |= {"may": {verb: can(request.actor, f"crm.pool.{verb}", pool) for verb in ("edit", "archive", "restore")}}
    if tab == "settings":
        return render(request, "crm/pool_settings.html", shown | settings_of(request, pool))
    if tab == "numbers":
        panels = [one.url(pool.pk) for one in slots.slots("crm.pool", request.actor.has, "main")]
        return render(request, "crm/pool_numbers.html", shown | {"panels": panels})
    return list_page(narrowed(listing, pool, here), "crm/pool_tab.html")(request, **shown)


def narrowed(of: Listing, pool: Pool, here: Standing) -> Listing:
    """The list OF this pool alone, with what the viewer may do in it."""
    link = "pool" if of.model is PoolStay else "due_rule__pool"

    def base(actor: Any) -> Any:
        rows = of.base(actor) if of.base else PoolStay.objects.visible_to(actor)
        return rows.filter(**{link: pool.pk})

    may = {"claim": here.may_claim, "assign": here.looks_after, "move": here.looks_after}
    bulk = tuple(one for one in of.bulk if may.get(one.key, True))
    filters = [one for one in of.filters if one.key != "pool"]
    return replace(of, title=str(pool), base=base, bulk=bulk, filters=filters)


def tabs(pool: Pool, active: str, here: Standing) -> list[Shown]:
    url = reverse("pool_detail", args=[pool.pk])
    found = [
        ("customers", _("In the pool"), "ripple"),
        ("due", _("Soon back"), "hourglass"),
        ("log", _("Log"), "history"),
        ("numbers", _("Pool numbers"), "chart-bar"),
        ("settings", _("Rules and members"), "settings"),
    ]
    known = active if active in {key for key, _label, _icon in found} else "customers"
    return [
        {"label": label, "icon": icon, "url": f"{url}?tab={key}", "active": key == known} for key, label, icon in found
    ]


def settings_of(request: Request, pool: Pool) -> Shown:
    actor, kind = request.actor, kind_of(pool.kind)
    rules = PoolRule.objects.visible_to(actor).filter(pool=pool).order_by("archived_at", "rank", "pk")
    seats = (
        PoolSeat.objects.visible_to(actor)
        .filter(pool=pool, archived_at=None)
        .select_related("member", "unit", "position")
    )
    return {
        "asks": kind.asks.said(pool.asks) if kind else [],
        "rules": [{"rule": one, "asks": kind.asks.said(one.asks) if kind else []} for one in rules[:MOST_POOLS]],
        "seats": seats[:MOST_POOLS],
        "may_set": can(actor, "crm.pool.edit", pool),
        "deals": kind is not None and kind.deals_by is not None,
    }
