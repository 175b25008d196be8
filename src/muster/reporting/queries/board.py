"""Whose dashboard shows what: one's own cards; else those of one's role; else what the roles of the product begin with,
as far as one reads it."""

from typing import Any

from django.db.models import QuerySet

from muster.access.actions.list_export import listing_at
from muster.access.actors import roles_on
from muster.access.models import Role, SavedView
from muster.access.scope import Actor
from muster.core.cells import address
from muster.core.listings import BadInput, visible_columns
from muster.core.periods import parse, today
from muster.metrics import display
from muster.metrics.dimensions import readable
from muster.metrics.metric import Metric, metric, metrics
from muster.metrics.queries import Dashboard, sees_others
from muster.people.models import Member
from muster.reporting.models import Analysis, Widget
from muster.reporting.queries.pivot import ALL, Pivot
from muster.reporting.queries.pivot_shown import charts, table

MOST_LINES = 8
Kind, Width = Widget.Kind, Widget.Width
SPAN = {Width.THIRD: "col-md-6 col-xl-4", Width.HALF: "col-lg-6", Width.FULL: "col-12"}

# What a role begins with: kind, metric, period, width.
_SELLS = [
    (Kind.NUMBER, "revenue_won", "month", Width.THIRD),
    (Kind.NUMBER, "pipeline_open", "month", Width.THIRD),
    (Kind.NUMBER, "activities_done", "month", Width.THIRD),
    (Kind.TREND, "revenue_won", "year", Width.HALF),
    (Kind.FUNNEL, "", "month", Width.HALF),
]
_LEADS = [
    (Kind.NUMBER, "revenue_won", "quarter", Width.THIRD),
    (Kind.NUMBER, "win_rate", "quarter", Width.THIRD),
    (Kind.NUMBER, "pipeline_open", "quarter", Width.THIRD),
    (Kind.TREND, "revenue_won", "year", Width.FULL),
    (Kind.RANKING, "revenue_won", "quarter", Width.HALF),
    (Kind.RANKING, "activities_done", "month", Width.HALF),
    (Kind.FUNNEL, "", "quarter", Width.FULL),
]
_PEOPLE = [
    (Kind.NUMBER, "headcount", "month", Width.THIRD),
    (Kind.NUMBER, "joiners", "quarter", Width.THIRD),
    (Kind.NUMBER, "leavers", "quarter", Width.THIRD),
    (Kind.TREND, "headcount", "year", Width.FULL),
]
_MONEY = [
    (Kind.NUMBER, "collected", "month", Width.THIRD),
    (Kind.NUMBER, "invoiced", "month", Width.THIRD),
    (Kind.NUMBER, "receivables_overdue", "month", Width.THIRD),
    (Kind.TREND, "collected", "year", Width.FULL),
    (Kind.RANKING, "receivables_overdue", "month", Width.FULL),
]
BUILT_IN = {
    "rep": _SELLS,
    "manager": _LEADS,
    "director": _LEADS,
    "salesops": _LEADS,
    "hr": _PEOPLE,
    "sysadmin": _PEOPLE,
    "finance": _MONEY,
}


def own(actor: Actor) -> QuerySet[Widget]:
    return Widget.objects.visible_to(actor).filter(user=actor.user_id or 0, archived_at=None)


def roles() -> QuerySet[Role]:
    """All of the firm: whoever sets with what they begin need not see what they may."""
    return Role.objects.unscoped("with what a role begins").filter(archived_at=None)


def of_role(role: int) -> list[Widget]:
    rows = Widget.objects.unscoped("with what a role begins").filter(role=role, archived_at=None)
    return list(rows.select_related("analysis", "view"))


def built_in(key: str) -> list[Widget]:
    """The cards of the product for the role KEY, kept nowhere."""
    found = BUILT_IN.get(key, _SELLS)
    return [Widget(kind=kind, metric=name, period=period, width=width) for kind, name, period, width in found]


def default_of(role: Role) -> list[Widget]:
    return of_role(role.pk) or built_in(role.key)


def default_for(actor: Actor) -> list[Widget]:
    """What ACTOR begins with: the cards of his roles in their order, of which he reads something."""
    held = roles_on(actor.user_id or 0, today())
    for role in roles().filter(pk__in=held).order_by("pk"):
        if found := [one for one in default_of(role) if shows(actor, one)]:
            return found
    return [one for one in built_in("") if shows(actor, one)]


def cards(actor: Actor) -> list[Widget]:
    """The cards on ACTOR's dashboard, in order."""
    return list(own(actor).select_related("analysis", "view")) or default_for(actor)


def shows(actor: Actor, one: Widget) -> bool:
    """Has this card something to say to ACTOR?"""
    if one.kind == Kind.ANALYSIS:
        return bool(one.analysis_id and Analysis.objects.visible_to(actor).filter(pk=one.analysis_id).exists())
    if one.kind == Kind.VIEW:
        return bool(one.view_id and SavedView.objects.visible_to(actor).filter(pk=one.view_id).exists())
    known = metrics().get("deals_open" if one.kind == Kind.FUNNEL else one.metric)
    return known is not None and readable(actor, known)


def title(one: Widget) -> str:
    if one.kind == Kind.FUNNEL:
        return one.get_kind_display()
    if one.kind in (Kind.ANALYSIS, Kind.VIEW):
        return str(one.analysis or one.view or one.get_kind_display())
    return str(metric(one.metric).label) if one.metric in metrics() else one.get_kind_display()


def card(actor: Actor, one: Widget, key: str) -> dict[str, Any]:
    """What the card shows ACTOR: everything of it goes through his own eyes. KEY tells its chart from others."""
    found: dict[str, Any] = {"widget": one, "key": key, "title": title(one), "kind": one.kind}
    if not shows(actor, one):
        return {**found, "empty": True}
    made = {
        Kind.NUMBER: _number,
        Kind.TREND: _trend,
        Kind.RANKING: _ranking,
        Kind.FUNNEL: _funnel,
        Kind.ANALYSIS: _analysis,
        Kind.VIEW: _view,
    }
    return {**found, **made[Kind(one.kind)](actor, one)}


def _number(actor: Actor, one: Widget) -> dict[str, Any]:
    board = Dashboard(actor, parse(one.period))
    return {"tile": board.tiles((one.metric,))[0], "period": board.period.label()}


def _table(one: Widget, **fields: Any) -> Analysis:
    """A table that is kept nowhere, for a card over one metric."""
    return Analysis(metrics=[one.metric], period=one.period, totals=True, **fields)


def _step(one: Widget) -> str:
    return {"year": "month", "quarter": "week"}.get(parse(one.period).kind, "day")


def _trend(actor: Actor, one: Widget) -> dict[str, Any]:
    pivot = Pivot(actor, _table(one, rows=_step(one), compare=True, chart=Analysis.Chart.LINE))
    return {"chart": charts(pivot)[0], "period": pivot.period.label()}


def _ranking(actor: Actor, one: Widget) -> dict[str, Any]:
    pivot = Pivot(actor, _table(one, rows="member"))
    shown: Metric = pivot.metrics[0]
    cells = [(group, pivot.cell(shown, group, ALL)) for group in pivot.rows.groups[:MOST_LINES]]
    sizes = {group: abs(float(cell.value or 0)) for group, cell in cells}
    most = max(sizes.values(), default=0)
    people = Member.objects.visible_to(actor).in_bulk([group for group, _cell in cells])
    lines = [
        {
            "member": people.get(group),
            "label": pivot.rows.names[group],
            "value": display.text(shown, cell),
            "share": round(100 * sizes[group] / most) if most else 0,
            "href": pivot.href(shown, group, ALL),
        }
        for group, cell in cells
    ]
    return {"lines": lines if sees_others(actor) or len(lines) > 1 else lines[:1], "period": pivot.period.label()}


def _funnel(actor: Actor, one: Widget) -> dict[str, Any]:
    board = Dashboard(actor, parse(one.period))
    board.tiles(("pipeline_open",))
    return {"funnel": board.funnel(), "period": board.period.label()}


def _analysis(actor: Actor, one: Widget) -> dict[str, Any]:
    row: Any = one.analysis
    pivot = Pivot(actor, row)
    found = {"href": row.get_absolute_url(), "period": pivot.period.label()}
    drawn = charts(pivot) if pivot.metrics else []
    return {**found, "chart": drawn[0]} if drawn else {**found, "table": table(pivot), "pivot": pivot}


def _view(actor: Actor, one: Widget) -> dict[str, Any]:
    """The first rows of the list, as its reader sees it now."""
    row: Any = one.view
    found = {"href": row.get_absolute_url(), "period": ""}
    listing = listing_at(row.path, actor)
    if listing is None:
        return {**found, "empty": True}
    try:
        columns = visible_columns(listing, row.values)[:4]
        rows = listing.page(actor, row.values, size=MOST_LINES, columns=columns).rows
    except BadInput:
        return {**found, "empty": True}
    return {**found, "rows": [{"href": address(one), "text": str(one)} for one in rows], "total": len(rows)}
