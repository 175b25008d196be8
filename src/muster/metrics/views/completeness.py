"""How complete what is known of customers is: over the months, by unit and by member."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from muster.core import periods
from muster.core.http import Request
from muster.core.periods import Period
from muster.metrics import display
from muster.metrics.compute import Result, compute
from muster.metrics.metric import metric
from muster.metrics.report import member_names, unit_names

KEY = "account_completeness"
MONTHS = 6
MOST_NAMED = 50


def completeness_trend(request: Request) -> HttpResponse:
    """The number of this month, how it came to that, and whose customers are how complete; each opens its rows."""
    actor, month = request.actor, periods.containing(periods.today(), "month")
    whole = compute([KEY], actor, month)
    context = {
        "value": display.text(metric(KEY), whole.cell(KEY)),
        "n": whole.cell(KEY).n,
        "url": _rows(month),
        "trend": _trend(actor, month),
        "tables": [
            (_("By unit"), _lines(compute([KEY], actor, month, by="unit"), unit_names, "unit", actor, month)),
            (_("By member"), _lines(compute([KEY], actor, month, by="member"), member_names, "member", actor, month)),
        ],
        "list_url": reverse("completeness_list"),
    }
    return render(request, "metrics/completeness.html", context)


def _trend(actor: Any, month: Period) -> dict[str, Any]:
    months = [month]
    while len(months) < MONTHS:
        months.insert(0, months[0].previous())
    cells = [compute([KEY], actor, one).cell(KEY) for one in months]
    data = [None if cell.value is None else round(float(cell.value) * 100, 1) for cell in cells]
    series = {"name": str(metric(KEY).label), "data": data, "links": [_rows(one) for one in months]}
    unit = {"divisor": 1, "suffix": " %", "prefix": "", "decimals": 0}
    return {"labels": [f"{one.start:%Y-%m}" for one in months], "series": [series], "unit": unit}


def _lines(found: Result, names: Any, choice: str, actor: Any, month: Period) -> list[dict[str, Any]]:
    """Those of whom something is asked, the least complete first."""
    labels = names(metric(KEY), actor, found.groups(KEY))
    lines = [
        {
            "label": label,
            "value": found.cell(KEY, group).value,
            "text": display.text(metric(KEY), found.cell(KEY, group)),
            "n": found.cell(KEY, group).n,
            "url": _rows(month, **{choice: group}) if group else "",
        }
        for group, (_key, label) in labels.items()
        if found.cell(KEY, group).n
    ]
    lines.sort(key=lambda line: (line["value"] is None, line["value"], line["label"]))
    return lines[:MOST_NAMED]


def _rows(period: Period, **chosen: Any) -> str:
    return display.rows_url(KEY, period, **chosen)
