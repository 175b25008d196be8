"""A stage with its rules, what a deal lacks to go on, and ticking."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from muster.access.pages import act_page, create_page, edit_page
from muster.access.scope import Actor, rights, visible_or_404
from muster.core.http import Request
from muster.core.links import page_url
from muster.core.listings import BadInput
from muster.crm.actions import proofs
from muster.crm.actions.deal import weigh_deal
from muster.crm.actions.stage_rules import (
    Missing,
    NotReady,
    criteria,
    missing_for,
    requirable,
    tick_criterion,
    untick_criterion,
)
from muster.crm.forms.stage_rules import CriterionForm, ProbabilityForm, TickForm
from muster.crm.models import Deal, Stage, StageCriterion
from muster.crm.queries.stage_rules import criteria_of, weighted
from muster.crm.views.record import changed, fact

deal_tick = act_page(Deal, tick_criterion, title=gettext_lazy("Tick a criterion"), form_class=TickForm)
deal_untick = act_page(Deal, untick_criterion, title=gettext_lazy("Take a tick back"), form_class=TickForm)
deal_weigh = act_page(
    Deal,
    weigh_deal,
    title=gettext_lazy("Probability of this deal"),
    text=gettext_lazy("By it the amount is weighted, instead of by the probability of the stage."),
    button=gettext_lazy("Save"),
    form_class=ProbabilityForm,
)
criterion_create = create_page(CriterionForm, criteria.create, title=gettext_lazy("New exit criterion"))
criterion_edit = edit_page(CriterionForm, criteria.edit, "crm.stagecriterion.edit")
criterion_archive = act_page(
    StageCriterion,
    criteria.archive,
    title=gettext_lazy("Archive this criterion"),
    text=gettext_lazy("It is no longer asked for; what was ticked stays on record."),
    button=gettext_lazy("Archive"),
)
criterion_restore = act_page(StageCriterion, criteria.restore, title=gettext_lazy("Restore this criterion"))


def stage_detail(request: Request, pk: int) -> HttpResponse:
    actor = request.actor
    stage = visible_or_404(Stage, actor, "pipeline", pk=pk)
    named = dict(requirable(actor))
    context = {
        "stage": stage,
        "record": _record(actor, stage),
        "required": [named[key] for key in stage.required if key in named],
        "activity": dict(proofs.kinds()).get(stage.needs_activity, ""),
        "criteria": criteria_of(actor, stage),
        "may_edit": actor.has("crm.stage.edit"),
        "may_ask": actor.has("crm.stagecriterion.edit"),
    }
    return render(request, "crm/stage_detail.html", context)


def _record(actor: Actor, stage: Stage) -> dict[str, Any]:
    totals = weighted(actor, stage=stage.pk).get(stage.pk)
    stale = _("%(n)s working days") % {"n": stage.stale_after_days} if stage.stale_after_days else ""
    return {
        "title": str(stage),
        "subtitle": str(stage.pipeline),
        "icon": "filter",
        "badges": [{"label": stage.get_kind_display(), "tone": "blue"}],
        "archived": stage.archived_at is not None,
        "facts": [
            fact(_("Probability"), f"{stage.probability} %"),
            fact(_("Deals in progress"), totals.count if totals else 0, _deals(stage)),
            fact(_("Weighted"), totals.text if totals else ""),
            fact(_("Stale after"), stale),
        ],
        "back_url": reverse("pipeline_list"),
        "back_label": _("Pipelines"),
        "changed": changed(stage),
    }


def _deals(stage: Stage) -> str:
    return f"{reverse('deal_list')}?{urlencode({'stage': stage.pk, 'status': 'open'})}"


def deal_check(request: Request, pk: int) -> HttpResponse:
    """What the deal lacks to go on to a stage, each with the way to mend it."""
    deal = visible_or_404(Deal, request.actor, "stage", "account", pk=pk)
    wanted = request.GET.get("stage", "")
    if not wanted.isdigit() or len(wanted) > 18:
        raise BadInput(_("There is no such stage."))
    stage = visible_or_404(Stage, request.actor, pk=int(wanted), pipeline=deal.pipeline_id)
    missing = missing_for(request.actor, deal, stage)
    context = {
        "deal": deal,
        "stage": stage,
        "sentence": NotReady(stage, missing).messages[0] if missing else "",
        "lines": [_line(deal, one) for one in missing],
        "may_tick": rights(request.actor, deal)("crm.deal.tick"),
        "here": request.get_full_path(),
    }
    return render(request, "crm/deal_check.html", context)


def _line(deal: Deal, one: Missing) -> dict[str, Any]:
    """What is missing, and the address where it is mended."""
    url = ""
    if one.kind == "field":
        url = f"{reverse('deal_edit', args=[deal.pk])}#id_{one.key}"
    elif one.kind == "activity" and (log := page_url("activity_create")):
        about = {"deal": deal.pk, "kind": one.key, **({"account": deal.account_id} if deal.account_id else {})}
        url = f"{log}?{urlencode(about)}"
    return {"what": one, "url": url}
