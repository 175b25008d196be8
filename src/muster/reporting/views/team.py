"""The manager's day, follow-ups in numbers, who has sent reports."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from muster.access.list_exports import export
from muster.access.list_parts import shown_page
from muster.access.pages import Shown, asked
from muster.access.scope import visible_or_404
from muster.activities.models import Activity
from muster.activities.queries import comment_counts
from muster.core import periods
from muster.core.http import Request
from muster.core.listings import BadInput
from muster.core.periods import DAY, Period, containing, today
from muster.people.models import Unit
from muster.reporting.listings.team import FEED
from muster.reporting.models import Rhythm
from muster.reporting.queries import missing, panels, team
from muster.reporting.views.report import day_of, kind_of, last_worked
from muster.reporting.views.tabs import tabs

CHIPS = replace(FEED, filters=[one for one in FEED.filters if one.key not in ("day", "kind")])  # those two have buttons
ICONS = {
    "visit": ("map-pin", "teal"),
    "call": ("phone", "blue"),
    "email": ("mail", "purple"),
    "meeting": ("users", "amber"),
    "wechat": ("message", "green"),
    "other": ("dots", "pink"),
    "note": ("note", "gray"),
}


def team_day(request: Request) -> HttpResponse:
    """Everything one's people did with customers on a day, to be read and commented in place."""
    day, values = day_of(request), asked(request)
    values = {**values, "day": day.isoformat()}
    if values.get("format") in ("csv", "xlsx"):
        file: HttpResponse = export(request, FEED, values)
        return file
    shown = Shown(CHIPS, request, values)
    if key := values.get("menu"):
        return shown.menu(key)
    page = FEED.page(request.actor, values)
    counts = comment_counts(request.actor, Activity, [one.pk for one in page.rows])
    items = [{"row": one, "comments": counts.get(one.pk, 0), "look": ICONS[one.kind]} for one in page.rows]
    context = {
        "listing": shown,
        "items": items,
        "page": shown_page(request, page),
        "day": day,
        "is_today": day == today(),
        "earlier": _link(values, day - DAY),
        "later": _link(values, day + DAY) if day < today() else "",
        "kinds": _kinds(request, values),
        "panels": panels.panels(request.actor),
        "may_comment": request.actor.has("activities.comment.view"),
    }
    return render(request, "reporting/team_day.html", context)


def _link(values: dict[str, str], day: Any) -> str:
    kept = {key: value for key, value in values.items() if key not in ("cursor", "format") and value}
    return f"?{urlencode({**kept, 'day': day.isoformat()})}"


def _kinds(request: Request, values: dict[str, str]) -> list[dict[str, Any]]:
    chosen = values.get("kind", "")
    kept = {key: value for key, value in values.items() if key not in ("cursor", "format", "kind") and value}
    return [
        {"label": label, "url": f"?{urlencode({**kept, **({'kind': key} if key else {})})}", "active": key == chosen}
        for key, label in [("", _("All")), *Activity.Kind.choices]
    ]


def team_panel(request: Request, key: str) -> HttpResponse:
    one = panels.panel(key)
    if one is None or not request.actor.has(one.permission):
        raise Http404
    return render(request, "reporting/panel.html", {"found": one.lines(request.actor, day_of(request))})


GROUPS = ("member", "kind", "about", "step")


def follow_ups(request: Request) -> HttpResponse:
    """Follow-ups and distinct customers, the silent as 0."""
    period = _period(request, "week")
    by = request.GET.get("by", "member")
    if by not in GROUPS:
        raise BadInput(_("“%(text)s” is no way to group this.") % {"text": by[:20]})
    unit = _unit(request)
    context = {
        "period": period,
        "table": team.follow_ups(request.actor, period, by, unit.pk if unit else None),
        "unit": unit,
        "units": team.units_of(request.actor),
        "by": by,
        "spans": _choices(request, "period", _spans(), period),
        "groups": _groups(request, by),
        "earlier": _changed(request, period=period.previous().key()),
        "later": _changed(request, period=period.next().key()),
        "keep": {"by": by, "period": period.key()},
    }
    return render(request, "reporting/follow_ups.html", context)


def _spans() -> list[tuple[str, str]]:
    return [("day", _("Today")), ("week", _("This week")), ("month", _("This month")), ("year", _("This year"))]


def _groups(request: Request, by: str) -> list[dict[str, Any]]:
    labels = [("member", _("By member")), ("kind", _("By kind")), ("about", _("By object")), ("step", _("By time"))]
    return [{"label": label, "url": _changed(request, by=key), "active": key == by} for key, label in labels]


def _choices(request: Request, name: str, offered: list[tuple[str, str]], now: Period) -> list[dict[str, Any]]:
    return [
        {"label": label, "url": _changed(request, **{name: key}), "active": periods.parse(key) == now}
        for key, label in offered
    ]


def _changed(request: Request, **changed: str) -> str:
    return f"?{urlencode({**request.GET.dict(), **changed})}"


def _period(request: Request, default: str) -> Period:
    try:
        return periods.parse(request.GET.get("period", ""), default)
    except ValueError as error:
        raise BadInput(str(error)) from error


def _unit(request: Request) -> Unit | None:
    text = request.GET.get("unit", "")
    if not text:
        return None
    if not text.isdecimal() or len(text) > 18:
        raise BadInput(_("“%(text)s” is no record number.") % {"text": text[:40]})
    return visible_or_404(Unit, request.actor, pk=int(text))


def report_missing(request: Request) -> HttpResponse:
    """Who has sent, who is missing, who is excused: of those whose reports the viewer follows."""
    kind = kind_of(request.GET.get("kind", Rhythm.DAY))
    period = containing(day_of(request, last_worked()), kind)
    context = {
        "roll": missing.roll(request.actor, kind, period.start),
        "period": period,
        "kinds": [{"label": Rhythm(one).report, "url": f"?kind={one}", "active": one == kind} for one in Rhythm.values],
        "earlier": f"?kind={kind}&day={period.previous().start:%Y-%m-%d}",
        "later": f"?kind={kind}&day={period.end:%Y-%m-%d}" if period.end <= today() else "",
        "tabs": tabs(request, "report_missing"),
    }
    return render(request, "reporting/report_missing.html", context)


def report_statistics(request: Request) -> HttpResponse:
    period, by = _period(request, "month"), request.GET.get("by", "unit")
    if by not in ("unit", "member", "step"):
        raise BadInput(_("“%(text)s” is no way to group this.") % {"text": by[:20]})
    labels = [("unit", _("By unit")), ("member", _("By member")), ("step", _("By week"))]
    context = {
        "period": period,
        "heads": missing.heads(),
        "lines": missing.statistics(request.actor, period, by),
        "groups": [{"label": label, "url": _changed(request, by=key), "active": key == by} for key, label in labels],
        "earlier": _changed(request, period=period.previous().key()),
        "later": _changed(request, period=period.next().key()),
        "tabs": tabs(request, "report_statistics"),
        "back": reverse("report_list"),
    }
    return render(request, "reporting/report_statistics.html", context)
