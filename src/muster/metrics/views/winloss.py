"""What was won and lost, and the way deals took, by whatever one wants to learn from."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from muster.core.http import Request
from muster.metrics.asked import PRESETS, period_of, preset_links
from muster.metrics.funnel import GROUPS, SHOWS, Funnel, pipelines
from muster.metrics.grouped import BY
from muster.metrics.queries import choosable_units
from muster.metrics.views.dashboard import chosen
from muster.metrics.winloss import WinLoss


def win_loss(request: Request) -> HttpResponse:
    """A table of a period, of oneself, a team or all one sees."""
    period, who = period_of(request), chosen(request)
    row, query = who.pop("row"), who.pop("query", "")
    by = request.GET.get("by", "")
    by = by if by in BY else "member"
    table = WinLoss(request.actor, period, by, query, **who)
    context = {
        "period": period,
        "row": row,
        "presets": preset_links(PRESETS, period, f"by={by}" + (f"&{query}" if query else "")),
        "tabs": _tabs("by", BY, by, {"period": period.key()}, query),
        "by": BY[by],
        "heads": table.heads(),
        "lines": table.lines(),
        "units": choosable_units(request.actor),
        "unit": who.get("unit"),
    }
    return render(request, "metrics/win_loss.html", context)


def funnel(request: Request) -> HttpResponse:
    """How far deals came and how long they stood in each stage, of oneself, a team or all one sees."""
    period, who = period_of(request), chosen(request)
    row, query = who.pop("row"), who.get("query", "")
    lines = pipelines(request.actor)
    pipeline = next((one for one in lines if str(one.pk) == request.GET.get("pipeline")), lines[0] if lines else None)
    by, show = request.GET.get("by", ""), request.GET.get("show", "")
    by, show = by if by in GROUPS else "", show if show in SHOWS else "stage_reached"
    table = Funnel(request.actor, period, pipeline, by, **who)
    asked = {"period": period.key(), "by": by, "show": show, "pipeline": pipeline.pk if pipeline else ""}
    context = {
        "period": period,
        "row": row,
        "presets": preset_links(PRESETS, period, _kept(asked, "period", query)),
        "tabs": _tabs("by", {"": _("All"), **GROUPS}, by, asked, query),
        "shows": _tabs("show", SHOWS, show, asked, query),
        "pipelines": _tabs("pipeline", {one.pk: str(one) for one in lines}, asked["pipeline"], asked, query),
        "by": GROUPS.get(by, ""),
        "show": show,
        "stages": table.stages,
        "lines": _matrix(table, show) if by else table.lines(),
    }
    return render(request, "metrics/funnel.html", context)


def _matrix(table: Funnel, show: str) -> list[dict[str, Any]]:
    """Lines of a table by group with the one number that is asked for in each stage."""
    return [
        {**line, "cells": [{**one["shown"][show], "label": str(one["stage"])} for one in line["cells"]]}
        for line in table.lines()
    ]


def _kept(asked: dict[str, Any], but: str, query: str) -> str:
    kept = urlencode({key: value for key, value in asked.items() if key != but and value != ""})
    return "&".join(filter(None, (kept, query)))


def _tabs(key: str, labels: dict[Any, Any], active: Any, asked: dict[str, Any], query: str) -> list[dict[str, Any]]:
    kept = _kept(asked, key, query)
    return [
        {"label": label, "url": f"?{urlencode({key: one})}&{kept}", "active": one == active}
        for one, label in labels.items()
    ]
