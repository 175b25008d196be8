"""What was won and lost, by whatever one wants to learn from."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render

from muster.core.http import Request
from muster.metrics.queries import choosable_units
from muster.metrics.views.dashboard import PRESETS, chosen, period_of, preset_links
from muster.metrics.winloss import BY, WinLoss


def win_loss(request: Request) -> HttpResponse:
    """A table of a period, of oneself, a team or all one sees."""
    period, who = period_of(request), chosen(request)
    row, query = who.pop("row"), who.pop("query", "")
    by = request.GET.get("by", "")
    by = by if by in BY else "member"
    table = WinLoss(request.actor, period, by, **who)
    kept = {"period": period.key()}
    tabs = [
        {"label": label, "url": f"?{urlencode({**kept, 'by': key})}&{query}", "active": key == by}
        for key, label in BY.items()
    ]
    context = {
        "period": period,
        "row": row,
        "presets": preset_links(PRESETS, period, f"by={by}" + (f"&{query}" if query else "")),
        "tabs": tabs,
        "by": BY[by],
        "heads": table.heads(),
        "lines": table.lines(),
        "units": choosable_units(request.actor),
        "unit": who.get("unit"),
    }
    return render(request, "metrics/win_loss.html", context)
