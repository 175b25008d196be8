"""Home, dashboards, and the rows behind every number."""

from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from muster.access.pages import list_page
from muster.access.scope import NotVisible, visible_or_404
from muster.activities.models import Activity
from muster.core import nav, periods, slots
from muster.core.http import Request
from muster.core.listings import BadInput
from muster.core.periods import Period
from muster.crm.models import Account, Pool, PoolStay
from muster.crm.queries.group import family
from muster.metrics import compute, display
from muster.metrics.asked import PRESETS, period_of, preset_links
from muster.metrics.group import companies
from muster.metrics.metric import Metric, metrics
from muster.metrics.queries import Dashboard, Day, choosable_units, sees_others
from muster.metrics.rows import listing_of
from muster.metrics.tables import OF_CUSTOMER
from muster.people.models import Member, Unit
from muster.people.queries import to_acknowledge

PERFORMANCE = "people.member.performance"
# How an address names what rows are grouped by.
NUMBERED = (
    ("stage", compute.STAGE, None),
    ("product", "product_id", None),
    ("source", "origin_id", None),
    ("reason", "reason_id", None),
    ("competitor", "competitor_id", None),
    ("pool", "pool_id", Pool),
)
NAMED = {
    "came_by": PoolStay.Came.values,
    "left_by": PoolStay.Left.values,
    "kind": [*Activity.Kind.values, *periods.KINDS],
}


def home(request: Request) -> HttpResponse:
    """A day, not a menu: what is due, who is waiting, where I stand."""
    day, member = Day(request.actor), request.actor.member_id
    context: dict[str, Any] = {"day": day.day, "name": str(request.user), "papers": to_acknowledge(request.actor)}
    if member:
        context["above"] = [one.url(member) for one in slots.slots("home", request.actor.has, "top")]
    if member and request.actor.has("activities.task.view"):
        context |= {
            "tasks": day.tasks(),
            "plans": day.plans(),
            "closing": day.closing(),
            "collecting": day.collecting(),
            "quiet": day.quiet(),
            "numbers": day.numbers(),
            "silent": day.silent() if sees_others(request.actor) else None,
            "works": True,
            "panels": [
                {"key": one.key, "label": one.label, "icon": one.icon, "url": one.url(member)}
                for one in slots.slots("home", request.actor.has, "main")
            ],
        }
    else:
        places = [group for group in nav.items(request) if group["key"] != "day"]
        context["places"] = sorted(places, key=lambda group: -len(group["items"]))  # one's own field comes first
    return render(request, "metrics/home.html", context)


def chosen(request: Request) -> dict[str, Any]:
    """Whom the address asks about: one member, one unit (as it stood on the days, `without` one member or only what
    `member` did there), or everybody the viewer sees."""
    asked = {key: _number(request.GET[key]) for key in ("member", "unit", "without") if request.GET.get(key)}
    found: dict[str, Any] = {"row": None}
    people = Member.objects.visible_to(request.actor)
    if "unit" in asked:
        found |= {"row": visible_or_404(Unit, request.actor, pk=asked["unit"]), "unit": asked["unit"]}
        if "without" in asked:
            found["members"] = people.exclude(pk=member_or_404(request, asked["without"]).pk)
    if "member" in asked:
        row = member_or_404(request, asked["member"])
        found |= {"row": row, "members": people.filter(pk=row.pk)}
    return found | ({"query": urlencode(asked)} if asked else {})


def member_or_404(request: Request, pk: int) -> Member:
    """Whose numbers the viewer may see: a nought for somebody else's work would be a lie."""
    member: Member | None = Member.objects.visible_to(request.actor, PERFORMANCE).filter(pk=pk).first()
    if member is None:
        raise NotVisible(Member._meta.label)
    return member


def _number(text: str) -> int:
    if not text.isdecimal() or len(text) > 18:
        raise BadInput(_("“%(text)s” is no record number.") % {"text": text[:40]})
    return int(text)


def dashboard(request: Request) -> HttpResponse:
    """Numbers of a period, beside the period before, for oneself, a team or all one sees."""
    period, who = period_of(request), chosen(request)
    row = who.pop("row")
    board = Dashboard(request.actor, period, **who)
    tiles = board.tiles()
    context = {
        "period": period,
        "row": row,
        "presets": preset_links(PRESETS, period, who.get("query", "")),
        "earlier": _link(period.previous(), who),
        "later": _link(period.next(), who),
        "units": choosable_units(request.actor),
        "unit": who.get("unit"),
        "tiles": tiles,
        "trend": board.trend(),
        "funnel": board.funnel(),
        "ranking": board.ranking() if sees_others(request.actor) else [],
        "work": board.work(),
        "before": board.before,
        "as_of": board.as_of(),
    }
    return render(request, "metrics/dashboard.html", context)


def _link(period: Period, who: dict[str, Any]) -> str:
    query = who.get("query", "")
    return f"?{urlencode({'period': period.key()})}{'&' + query if query else ''}"


def member_performance(request: Request, pk: int) -> HttpResponse:
    """A member's numbers of the quarter, as a panel of the member page."""
    member = member_or_404(request, pk)
    people = Member.objects.visible_to(request.actor).filter(pk=member.pk)
    board = Dashboard(request.actor, periods.containing(periods.today(), "quarter"), people, query=f"member={pk}")
    context = {
        "member": member,
        "tiles": board.tiles(),
        "trend": board.trend(),
        "period": board.period,
        "work": board.work(),
    }
    return render(request, "metrics/member_performance.html", context)


def metric_rows(request: Request, key: str) -> HttpResponse:
    """The records behind a number, under the same period and choice."""
    one = _metric_or_404(key)
    period, who = period_of(request), chosen(request)
    row = who.pop("row")
    where: dict[str, Any] = {"members": who.get("members"), "unit": who.get("unit")}
    if request.GET.get("company"):
        row, where["customers"] = _company(request, one)
    where["where"] = _where(request, one)
    where["alone"] = bool(request.GET.get("alone") and where["unit"])

    def rows(actor: Any) -> Any:
        return compute.source_rows(key, actor, period, **where)

    listing = listing_of(one.model, one.label, rows)
    shown = display.text(one, compute.compute([key], request.actor, period, **where).cell(key), full=True)
    context = {"metric": one, "value": shown, "period": period, "who": row}
    return list_page(listing, "metrics/rows.html")(request, **context)


def _where(request: Request, one: Metric) -> compute.Where:
    """Values of dimensions that the address names, an empty one where there is none; 404 where the number has no such
    dimension."""
    found: list[tuple[str, Any]] = []
    for name, dimension, model in NUMBERED:
        if name in request.GET:
            number = _number(request.GET[name]) if request.GET[name] else None
            found.append((dimension, visible_or_404(model, request.actor, pk=number).pk if model else number))
    for name, words in NAMED.items():
        if request.GET.get(name) in words:
            found.append((name, request.GET[name]))
    if any(dimension not in one.dimensions for dimension, _value in found):
        raise Http404
    return tuple(found)


def _company(request: Request, one: Metric) -> tuple[Account, QuerySet[Account]]:
    """The company that the address names, and it with its subsidiaries as far as the viewer sees them."""
    if one.model not in OF_CUSTOMER:
        raise Http404
    top = visible_or_404(Account, request.actor, pk=_number(request.GET["company"]))
    return top, companies(request.actor, family(request.actor, top.pk))


def metric_list(request: Request) -> HttpResponse:
    """What every number means."""
    shown = [one for one in metrics().values() if not one.hidden]
    return render(request, "metrics/metric_list.html", {"metrics": shown})


def _metric_or_404(key: str) -> Metric:
    one = metrics().get(key)
    if one is None:
        raise Http404
    return one
