"""Routing: the rules, what they would have done, what they decided, and what waits for a manager."""

import datetime as dt
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.pages import act_page, create_page, edit_page
from muster.access.scope import can, visible_or_404
from muster.core.http import Request
from muster.core.listings import Filter
from muster.core.periods import today
from muster.crm.actions.candidates import Candidates, began, given_since
from muster.crm.actions.routing import (
    require_of_rule,
    route_account,
    rules,
    seat_member,
    settle_routing,
    switch_rule,
    unseat_member,
)
from muster.crm.actions.trial import MOST_TRIED, record_of, shown_refusals, simulate
from muster.crm.forms.records import RequireForm, RoutingRuleForm, SeatForm, TransferForm
from muster.crm.models import Account, Routing, RoutingRule, RoutingSeat, RoutingSkill
from muster.crm.queries.certified import Coverage, coverage
from muster.crm.routed import kind_of, kinds
from muster.crm.routing import Reason

SHOWN = 50
TRIED_SHOWN = 100
MONTH = dt.timedelta(days=30)


def _given_kind(request: Request) -> dict[str, Any]:
    kind = kind_of(request.GET.get("kind", ""))
    return {"kind": kind.key if kind else kinds()[0].key}


rule_create = create_page(RoutingRuleForm, rules.create, title=gettext_lazy("New rule"), initial=_given_kind)
rule_edit = edit_page(RoutingRuleForm, rules.edit, "crm.routingrule.edit")
rule_archive = act_page(
    RoutingRule,
    rules.archive,
    title=gettext_lazy("Archive this rule"),
    text=gettext_lazy("It is switched off. What it decided stays."),
    danger=True,
)
rule_restore = act_page(RoutingRule, rules.restore, title=gettext_lazy("Restore this rule"))
rule_on = act_page(
    RoutingRule,
    lambda actor, row: switch_rule(actor, row, on=True),
    title=gettext_lazy("Switch this rule on"),
    text=gettext_lazy("Within five minutes it begins to give what nobody has. Have you tried it on last month?"),
)
rule_off = act_page(
    RoutingRule,
    lambda actor, row: switch_rule(actor, row, on=False),
    title=gettext_lazy("Switch this rule off"),
    text=gettext_lazy("It gives nothing more. What was given stays where it is."),
)
rule_require = act_page(
    RoutingRule,
    require_of_rule,
    title=gettext_lazy("Ask for a skill"),
    form_class=RequireForm,
    button=gettext_lazy("Save"),
)
rule_seat = act_page(
    RoutingRule, seat_member, title=gettext_lazy("Name a member"), form_class=SeatForm, button=gettext_lazy("Save")
)
seat_remove = act_page(
    RoutingSeat,
    unseat_member,
    title=gettext_lazy("Take this line out"),
    text=gettext_lazy(
        "The member is in the rule as all others of the unit; where only those named take part, not at all."
    ),
)
account_route = act_page(
    Account,
    route_account,
    title=gettext_lazy("Assign by rule"),
    text=gettext_lazy(
        "The first rule that fits chooses the owner. Where nobody is left it waits in the manager's queue."
    ),
)
routing_settle = act_page(
    Routing,
    settle_routing,
    title=gettext_lazy("Give it to somebody"),
    button=gettext_lazy("Give"),
    form_class=TransferForm,
)


def rule_list(request: Request) -> HttpResponse:
    """The rules of each kind in the order in which they decide."""
    actor = request.actor
    rows = (
        RoutingRule.objects.visible_to(actor).select_related("unit", "position").order_by("archived_at", "rank", "pk")
    )
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for row in rows[: SHOWN * 2]:
        kind = kind_of(row.kind)
        said = kind.said(row.asks) if kind else []
        by_kind.setdefault(row.kind, []).append({"rule": row, "asks": said})
    context = {
        "tabs": tabs(request, "routing_rules"),
        "kinds": [(kind, by_kind.get(kind.key, [])) for kind in kinds()],
        "may_create": actor.has("crm.routingrule.create"),
    }
    return render(request, "crm/routing_rules.html", context)


def tabs(request: Request, active: str) -> list[dict[str, Any]]:
    shown = [
        ("routing_queue", _("Waiting for an owner"), "alarm", "crm.routing.settle"),
        ("routing_rules", _("Rules"), "route", "crm.routingrule.view"),
    ]
    return [
        {"label": label, "icon": icon, "url": reverse(name), "active": name == active}
        for name, label, icon, permission in shown
        if request.actor.has(permission)
    ]


def rule_detail(request: Request, pk: int) -> HttpResponse:
    """One rule: what it asks, who takes part and how they stand now, what it decided last."""
    actor = request.actor
    rule = visible_or_404(RoutingRule, actor, "unit", "position", pk=pk)
    kind = kind_of(rule.kind)
    if kind is None:
        raise Http404
    skills = RoutingSkill.objects.visible_to(actor).filter(rule=rule).select_related("skill")
    last = Routing.objects.visible_to(actor).filter(rule=rule).select_related("owner")[:SHOWN]
    verbs = ("edit", "archive", "restore", "switch", "require", "seat")
    context = {
        "rule": rule,
        "kind": kind,
        "asks": kind.said(rule.asks),
        "coverage": _coverage(actor, rule, kind),
        "skills": skills,
        "people": _people(actor, rule, kind),
        "routings": [_line(actor, one) for one in last],
        "may": {verb: can(actor, f"crm.routingrule.{verb}", rule) for verb in verbs},
    }
    return render(request, "crm/routing_rule.html", context)


def _coverage(actor: Any, rule: RoutingRule, kind: Any) -> list[Coverage]:
    """Products the rule may give records of, with how many of its unit hold the certificate they take."""
    asked = str(rule.asks.get("product", ""))
    return coverage(actor, rule.unit_id, int(asked) if asked.isdigit() else None) if kind.product else []


def _people(actor: Any, rule: RoutingRule, kind: Any) -> list[dict[str, Any]]:
    """Who takes part, with what each holds and got, as far as this viewer sees members; those left out come last."""
    pool = Candidates.of(rule, kind)
    given = given_since(rule, began(rule, today()))
    out = RoutingSeat.objects.visible_to(actor).filter(rule=rule, takes_part=False).select_related("member")
    found = [
        {
            "member": one,
            "seat": pool.seats.get(one.pk),
            "load": pool.loads[one.pk],
            "given": given[one.pk],
            "skills": pool.held.get(one.pk, {}),
        }
        for one in pool.members[: SHOWN * 2]
    ]
    return found + [{"member": one.member, "seat": one, "out": True} for one in out]


def _line(actor: Any, row: Routing) -> dict[str, Any]:
    kind = kind_of(row.kind)
    return {
        "row": row,
        "record": record_of(actor, row),
        "kind": kind.label if kind else row.kind,
        "reason": Reason.read(row.reason),
        "may_settle": row.status == Routing.Status.WAITING and can(actor, "crm.routing.settle", row),
    }


def rule_try(request: Request, pk: int) -> HttpResponse:
    """What the rule would have done with what came in in the last 30 days, or between two days."""
    rule = visible_or_404(RoutingRule, request.actor, "unit", pk=pk)
    day = Filter("day", _("day"), kind="date")
    start = day.read(request.GET["from"]) if request.GET.get("from") else today() - MONTH
    end = day.read(request.GET["to"]) if request.GET.get("to") else today()
    trial = simulate(request.actor, rule, start, end + dt.timedelta(days=1))
    context = {
        "rule": rule,
        "trial": trial,
        "start": start,
        "end": end,
        "lines": trial.lines[:TRIED_SHOWN],
        "shown": TRIED_SHOWN,
        "most": MOST_TRIED,
        "top": max([*trial.would.values(), *trial.have.values(), 1]),
    }
    return render(request, "crm/routing_trial.html", context)


def queue(request: Request) -> HttpResponse:
    """What waits for somebody to give it by hand."""
    actor = request.actor
    rows = Routing.objects.visible_to(actor, "crm.routing.settle").filter(status=Routing.Status.WAITING)
    found = [_line(actor, one) for one in rows.select_related("rule", "owner")[: SHOWN * 4]]
    for one in found:
        one["refused"] = shown_refusals(actor, one["row"])
    context = {"tabs": tabs(request, "routing_queue"), "lines": [one for one in found if one["record"]]}
    return render(request, "crm/routing_queue.html", context)


def routing_of(request: Request, kind: str, pk: int) -> HttpResponse:
    """How a record came to its owner: each decision with its reason."""
    found = kind_of(kind)
    if found is None:
        raise Http404
    actor = request.actor
    record = visible_or_404(found.model, actor, pk=pk)
    rows = Routing.objects.visible_to(actor).filter(kind=kind, object_id=record.pk).select_related("rule", "owner")
    lines = [{**_line(actor, one), "refused": shown_refusals(actor, one)} for one in rows[:SHOWN]]
    return render(request, "crm/routing_of.html", {"record": record, "lines": lines})
