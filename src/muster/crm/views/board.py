"""The deals of a pipeline as lanes, and moving a card from one to another."""

from typing import Any

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from muster.access.list_parts import opening
from muster.access.pages import Shown, asked, done, lists
from muster.access.queries import views_of
from muster.access.scope import visible_or_404
from muster.core import money
from muster.core.http import Request
from muster.core.listings import BadInput
from muster.core.periods import containing, parse, today
from muster.core.templatetags.ui import day_name
from muster.core.totals import Total
from muster.crm import queries
from muster.crm.actions.deal import default_pipeline, move_deal
from muster.crm.actions.stage_rules import NotReady
from muster.crm.listings.records import DEALS
from muster.crm.models import Deal, Pipeline, Stage

LANE_TONES = {"won": "green", "lost": "gray"}
OPEN_TONES = ("blue", "teal", "purple", "amber", "pink", "red")
ON_BOARD = ("mine", "owner", "product", "account", "closing", "amount_from", "amount_to", "stale")


def switch(active: str) -> list[dict[str, Any]]:
    return [
        {"label": _("List"), "icon": "list", "url": reverse("deal_list"), "active": active == "list"},
        {"label": _("Board"), "icon": "layout-kanban", "url": reverse("deal_board"), "active": active == "board"},
    ]


class BoardShown(Shown):
    """The tools of the list, without what a board has no use for."""

    @property
    def filters(self) -> list[dict[str, Any]]:
        return [self._filter(one) for one in self.spec.filters if one.key in ON_BOARD]

    @property
    def columns(self) -> list[dict[str, Any]]:
        return []

    @property
    def group_menu(self) -> list[dict[str, Any]]:
        return []  # its lanes are its groups


@lists(DEALS)
def deal_board(request: Request) -> HttpResponse:
    values, views = asked(request), views_of(request)
    if opens := opening(request, views):
        return HttpResponseRedirect(opens)
    actor = request.actor
    pipeline = _pipeline(request, values)
    deals = DEALS.rows(actor, {key: values[key] for key in (*ON_BOARD, "q") if key in values})
    period = parse(values["closed"]) if values.get("closed") else containing(today(), "month")
    lanes = queries.lanes(actor, deals, pipeline, period)
    shown = BoardShown(DEALS, request, values, views)
    if key := values.get("menu"):
        return shown.menu(key)
    context = {
        "listing": shown,
        "lanes": [_lane(one, number) for number, one in enumerate(lanes)],
        "pipeline": pipeline,
        "pipelines": _pipelines(request, pipeline),
        "switch": switch("board"),
        "open_total": _open_total(lanes),
        "is_empty": not any(lane.total.count for lane in lanes),
    }
    part = request.htmx and (request.htmx.target or "").rpartition("#")[2] in ("board", "rows")
    return render(request, "crm/deal_board.html#board" if part else "crm/deal_board.html", context)


def _pipeline(request: Request, values: dict[str, str]) -> Pipeline:
    if not values.get("pipeline"):
        return queries.pipeline_in_use(request.actor) or default_pipeline()
    if not values["pipeline"].isdigit() or len(values["pipeline"]) > 18:
        raise BadInput(_("There is no such pipeline."))
    return visible_or_404(Pipeline, request.actor, pk=int(values["pipeline"]))


def _pipelines(request: Request, chosen: Pipeline) -> list[dict[str, Any]]:
    rows = Pipeline.objects.visible_to(request.actor).filter(archived_at=None)
    found = [
        {"label": str(one), "url": f"{request.path}?pipeline={one.pk}", "active": one.pk == chosen.pk} for one in rows
    ]
    return found if len(found) > 1 else []


def _open_total(lanes: list[queries.Lane]) -> str:
    total = Total()
    for lane in lanes:
        if lane.stage.kind == Stage.Kind.OPEN:
            for currency, minor in lane.total.sums.items():
                total.add(0, currency, minor)
            total.count += lane.total.count
    return _("%(n)s open deals, %(amount)s") % {"n": total.count, "amount": total.text or "–"}


def _lane(lane: queries.Lane, number: int) -> dict[str, Any]:
    return {
        "key": str(lane.stage.pk),
        "title": str(lane.stage),
        "count": lane.total.count,
        "total": lane.total.text,
        "tone": LANE_TONES.get(lane.stage.kind, OPEN_TONES[number % len(OPEN_TONES)]),
        "more": lane.more,
        "cards": [_card(one) for one in lane.deals],
    }


def _card(deal: Deal) -> dict[str, Any]:
    is_open = deal.status == Deal.Status.OPEN
    day = deal.expected_on if is_open else deal.closed_on
    return {
        "pk": deal.pk,
        "url": deal.get_absolute_url(),
        "move_url": reverse("deal_move", args=[deal.pk]),
        "version": deal.version,
        "title": deal.name,
        "text": str(deal.account or ""),
        "amount": money.short(deal.amount, deal.currency) if deal.amount is not None else "",
        "date": day_name(day),
        "overdue": is_open and day is not None and day < today(),
        "member": deal.owner,
    }


@require_POST
def deal_move(request: Request, pk: int) -> HttpResponse:
    """Put a deal into another stage. A closing stage asks for its form first: the board opens that in the drawer."""
    deal = visible_or_404(Deal, request.actor, pk=pk)
    wanted = request.POST.get("stage", "")
    if not wanted.isdigit() or len(wanted) > 18:
        raise BadInput(_("There is no such stage."))
    stage = visible_or_404(Stage, request.actor, pk=int(wanted))
    wants_json = "json" in request.headers.get("Accept", "")
    if stage.kind != Stage.Kind.OPEN and deal.status == Deal.Status.OPEN:
        form = reverse("deal_win" if stage.kind == Stage.Kind.WON else "deal_lose", args=[deal.pk])
        return JsonResponse({"drawer": form}) if wants_json else done(request, form, "", go=True)
    try:
        moved = move_deal(request.actor, deal, stage=stage)
    except NotReady:
        check = f"{reverse('deal_check', args=[deal.pk])}?stage={stage.pk}"
        return JsonResponse({"drawer": check}) if wants_json else done(request, check, "", go=True)
    if not wants_json:
        return done(request, deal.get_absolute_url(), _("Now in “%(stage)s”") % {"stage": stage}, go=True)
    return JsonResponse({"version": moved.version, "totals": _totals(request, moved)})


def _totals(request: Request, deal: Deal) -> dict[str, str]:
    """What each lane of the board holds now, under the same filters."""
    rows = Deal.objects.visible_to(request.actor).filter(
        pipeline=deal.pipeline_id, status=Deal.Status.OPEN, archived_at=None
    )
    totals = queries.deal_totals(rows, "stage")
    stages = queries.stages_of(request.actor, deal.pipeline_id)
    return {str(one.pk): totals[one.pk].text if one.pk in totals else "" for one in stages if one.kind == "open"}
