"""A public pool in numbers, on its page."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from muster.access.scope import visible_or_404
from muster.core.http import Request
from muster.core.periods import parse
from muster.crm.models import Pool, PoolStay
from muster.metrics import display
from muster.metrics.compute import compute
from muster.metrics.metric import metric

TILES = ("pool_in", "pool_out", "pool_claimed", "pool_time")
PERIOD = "quarter"


def pool_numbers(request: Request, pk: int) -> HttpResponse:
    """What went in and out this quarter, beside the one before; why it came and how it left; each opens its rows."""
    pool, period = visible_or_404(Pool, request.actor, pk=pk), parse(PERIOD)
    where = (("pool_id", pool.pk),)
    now = compute(TILES, request.actor, period, where=where)
    before = compute(TILES, request.actor, period.previous(), where=where)

    def url(key: str, **more: Any) -> str:
        return display.rows_url(key, period, pool=pool.pk, **more)

    def lines(key: str, dimension: str, labels: Any) -> list[dict[str, Any]]:
        found = compute([key], request.actor, period, by=dimension, where=where)
        counted = [(word, label, found.cell(key, word).n) for word, label in labels]
        return [{"label": label, "n": n, "url": url(key, **{dimension: word})} for word, label, n in counted if n]

    tiles = []
    for key in TILES:
        one, cell, then = metric(key), now.cell(key), before.cell(key)
        delta, tone = display.change(one, cell, then)
        was = _("before: %(value)s") % {"value": display.text(one, then)}
        said = {"value": display.text(one, cell), "delta": delta, "tone": tone, "hint": was}
        tiles.append({"key": key, "label": one.label, "href": url(key), **said})
    tables = [
        (_("Why they came"), lines("pool_in", "came_by", PoolStay.Came.choices)),
        (_("How they left"), lines("pool_out", "left_by", PoolStay.Left.choices)),
    ]
    opens = request.actor.has("metrics.dashboard.view")
    shown = {"tiles": tiles, "tables": tables, "period": period, "opens": opens}
    return render(request, "metrics/pool_numbers.html", shown)
