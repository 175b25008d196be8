"""Headcount: planned against actual, comings and goings, spans."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from muster.core.http import Request
from muster.metrics.headcount import Headcount
from muster.people.queries import NARROW, WIDE


def headcount(request: Request) -> HttpResponse:
    report = Headcount(request.actor)
    trend = report.trend()
    plain = {"divisor": 1, "suffix": "", "prefix": "", "decimals": 0}
    lines = report.lines()
    top = lines[0] if lines else None
    context = {
        "lines": lines,
        "top": top,
        "spans": report.spans(),
        "wide": WIDE,
        "narrow": NARROW,
        "year": report.year,
        "may_plan": request.actor.has("people.headcountplan.set"),
        "heads": {
            "labels": trend["labels"],
            "series": [{"name": _("Headcount"), "data": trend["headcount"]}],
            "unit": plain,
        },
        "moves": {
            "labels": trend["labels"],
            "series": [
                {"name": _("Joiners"), "data": trend["joiners"]},
                {"name": _("Leavers"), "data": trend["leavers"]},
            ],
            "unit": plain,
        },
    }
    return render(request, "metrics/headcount.html", context)
