"""An analysis on a page, in a chart and in a file."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from muster.access.scope import Actor
from muster.core import money
from muster.core.periods import Period, today
from muster.core.templatetags.ui import moment
from muster.crm.models import Product
from muster.metrics import display
from muster.metrics.dimensions import DIMENSIONS, TIMES, label_of
from muster.metrics.metric import Metric, metrics
from muster.metrics.report import plain
from muster.people.models import Unit
from muster.reporting.models import Analysis, AnalysisIssue
from muster.reporting.queries.pivot import ALL, Pivot, unkept

MOST_BARS, MOST_ACROSS = 30, 15
MOST_SERIES = 8


def table(pivot: Pivot) -> dict[str, Any]:
    """Heads and lines for a template: each number in words, with its rows and how strong it is among its likes."""
    columns = [*(pivot.columns.groups or []), *([ALL] if not pivot.columns.key or pivot.row.totals else [])]
    heads = [{"label": pivot.columns.names.get(one, _("Total")), "total": one is ALL} for one in columns]
    most = {one.key: _most(pivot, one) for one in pivot.metrics}
    rows = [*pivot.rows.groups, *([ALL] if pivot.row.totals else [])]
    return {
        "metrics": pivot.metrics,
        "first": label_of(pivot.row.rows),
        "heads": heads if pivot.columns.key else [],
        "width": len(pivot.metrics),
        "lines": [
            {
                "label": pivot.rows.names.get(row, _("Total")),
                "total": row is ALL,
                "cells": [_shown(pivot, one, row, column, most) for column in columns for one in pivot.metrics],
            }
            for row in rows
        ],
        "others": _others(pivot),
    }


def _most(pivot: Pivot, one: Metric) -> float:
    return max((abs(float(pivot.cell(one, *pair).value or 0)) for pair in pivot.pairs()), default=0)


def _shown(pivot: Pivot, one: Metric, row: Any, column: Any, most: dict[str, float]) -> dict[str, Any]:
    cell = pivot.cell(one, row, column)
    inner = row is not ALL and (column is not ALL or not pivot.columns.key)
    share = abs(float(cell.value or 0)) / most[one.key] if inner and most[one.key] else 0
    found = {
        "text": display.text(one, cell),
        "href": pivot.href(one, row, column) if cell.n else "",
        "heat": f"{share:.2f}",
        "empty": not cell.value,
        "total": not inner,
    }
    if column is ALL and (then := pivot.before.get((row, ALL))):
        delta, tone = display.change(one, cell, then(one.key))
        found |= {"delta": delta, "tone": tone, "was": display.text(one, then(one.key))}
    return found


def _others(pivot: Pivot) -> list[str]:
    """Totals in other currencies: never one sum of two moneys."""
    found = []
    for one in pivot.metrics:
        cells = pivot.whole.cells.get(one.key, {}).get(None, {}) if one.unit == "money" else {}
        texts = [display.text(one, cell) for code, cell in cells.items() if code and code != pivot.currency]
        found += [f"{one.label} {text}" for text in texts]
    return found


def charts(pivot: Pivot) -> list[dict[str, Any]]:
    """A small chart for each number, all along the same axis: time where there is some, else the rows."""
    if pivot.row.chart == Analysis.Chart.TABLE or not pivot.rows.groups:
        return []
    turned = pivot.columns.key in TIMES
    along, apart = (pivot.columns, pivot.rows) if turned else (pivot.rows, pivot.columns)
    flat = pivot.row.chart == Analysis.Chart.FLAT
    most = MOST_ACROSS if flat else MOST_BARS
    return [
        {
            "key": one.key,
            "label": str(one.label),
            "kind": _kind(pivot, one),
            "data": _chart(pivot, one, along.groups[:most], apart.groups[:MOST_SERIES], turned),
            "height": max(180, 28 * min(len(along.groups), most)) if flat else 260,
        }
        for one in pivot.metrics
    ]


def _kind(pivot: Pivot, one: Metric) -> str:
    """What does not add up is not stacked."""
    adds = one.kind in ("flow", "stock")
    return "bar" if pivot.row.chart == Analysis.Chart.STACK and not adds else str(pivot.row.chart)


def _chart(pivot: Pivot, one: Metric, along: list[Any], apart: list[Any], turned: bool) -> dict[str, Any]:
    def pair(point: Any, part: Any) -> tuple[Any, Any]:
        return (part, point) if turned else (point, part)

    names = {**pivot.rows.names, **pivot.columns.names}
    series: list[dict[str, Any]] = [
        {
            "name": names.get(part, str(one.label)),
            "data": [None if _ahead(point) else _float(pivot.cell(one, *pair(point, part)).value) for point in along],
            "links": [pivot.href(one, *pair(point, part)) for point in along],
        }
        for part in apart or [ALL]
    ]
    if pivot.row.compare and not pivot.columns.key:
        series[0]["name"] = _("This period")
        past = [pivot.before.get((point, ALL)) for point in along]
        data = [_float(read(one.key).value) if read else None for read in past]
        series.append({"name": _("Period before"), "data": data, "muted": True})
    values = [value for part in series for value in part["data"] if value is not None]
    unit = {"divisor": 0.01, "suffix": " %", "prefix": "", "decimals": 1}
    scale = unit if one.unit == "ratio" else display.scale(one, pivot.whole, values)
    labels = [names[point] if not isinstance(point, Period) else _step(point) for point in along]
    return {"labels": labels, "series": series, "unit": scale}


def _ahead(point: Any) -> bool:
    """Has the step not begun yet? Then there is nothing to draw: a line that falls to nought would be a lie."""
    return isinstance(point, Period) and point.start > today()


def _step(step: Period) -> str:
    return f"{step.start:%m-%d}" if step.kind in ("day", "week") else step.label()


def _float(value: Any) -> float | None:
    return None if value is None else float(value)


def notes(pivot: Pivot) -> list[str]:
    """What a reader should know of the table before him: what was left out, and why."""
    said = []
    if pivot.hidden:
        said.append(_("%(n)s of its numbers are not shown: your role does not read them.") % {"n": pivot.hidden})
    for axis, words in (
        (pivot.rows, _("%(shown)s of %(all)s rows are shown; totals count all of them.")),
        (pivot.columns, _("%(shown)s of %(all)s columns are shown; totals count all of them.")),
    ):
        if axis.left_out:
            said.append(words % {"shown": len(axis.names), "all": axis.found})
    if others := _others(pivot):
        said.append(_("In other currencies besides: %(amounts)s.") % {"amounts": ", ".join(others)})
    return said


def filters_shown(actor: Actor, row: Analysis) -> list[str]:
    """What it is narrowed by, in words; a unit that its reader does not see has no name for him."""
    found = []
    if row.unit_id:
        unit = Unit.objects.visible_to(actor).filter(pk=row.unit_id).first()
        found.append(f"{label_of('unit')}: {unit or '–'}")
    for key, value in row.where.items():
        if key in DIMENSIONS:
            found.append(f"{label_of(key)}: {value_label(actor, key, value, row)}")
    return found


def value_label(actor: Actor, key: str, value: Any, row: Analysis) -> str:
    if key == "product_id" and not Product.objects.visible_to(actor).filter(pk=value).exists():
        return "–"
    first = next((metrics()[one] for one in row.metrics if one in metrics()), None)
    names = DIMENSIONS[key].names(first, actor, [value]) if first else {}
    return names[value][1] if value in names else "–"


def lines_of_file(pivot: Pivot) -> tuple[list[str], list[list[Any]]]:
    """(head, lines) for a spreadsheet: money in units, ratios as fractions; below it whose numbers these are."""
    columns = [*(pivot.columns.groups or []), *([ALL] if not pivot.columns.key or pivot.row.totals else [])]
    head = [label_of(pivot.row.rows)]
    for column in columns:
        before = f"{pivot.columns.names.get(column, _('Total'))} · " if pivot.columns.key else ""
        head += [f"{before}{one.label}{_unit(pivot, one)}" for one in pivot.metrics]
    rows = [*pivot.rows.groups, *([ALL] if pivot.row.totals else [])]
    lines: list[list[Any]] = [
        [
            pivot.rows.names.get(row, _("Total")),
            *(_plain(pivot, one, row, column) for column in columns for one in pivot.metrics),
        ]
        for row in rows
    ]
    return head, [*lines, [], *[[text] for text in [*notes(pivot), mark(pivot)]]]


def _unit(pivot: Pivot, one: Metric) -> str:
    return f" ({pivot.currency})" if one.unit == "money" and pivot.currency else ""


def _plain(pivot: Pivot, one: Metric, row: Any, column: Any) -> Any:
    value = plain(one, pivot.cell(one, row, column))
    return money.major(int(value), pivot.currency) if one.unit == "money" and value is not None else value


def mark(pivot: Pivot) -> str:
    """Whose numbers, of when: what one reader takes out is not what another would."""
    words = _("%(name)s, %(period)s. The numbers are those that %(by)s may see, %(at)s.")
    now = moment(timezone.now())
    return words % {"name": pivot.row.name, "period": pivot.period.label(), "by": pivot.actor.name, "at": now}


def as_json(pivot: Pivot) -> dict[str, Any]:
    """For programs: money in minor units, ratios as decimals."""
    columns = [*(pivot.columns.groups or []), ALL]
    rows = [*pivot.rows.groups, ALL]

    def key(group: Any) -> str:
        return (
            ""
            if group is ALL or group is None
            else group.start.isoformat()
            if isinstance(group, Period)
            else str(group)
        )

    def named(groups: list[Any], names: dict[Any, str]) -> list[dict[str, Any]]:
        return [{"key": key(one), "label": names.get(one, ""), "total": one is ALL} for one in groups]

    return {
        "period": pivot.period.key(),
        "metrics": list(pivot.keys),
        "hidden": pivot.hidden,
        "currency": pivot.currency,
        "rows": named(rows, pivot.rows.names),
        "columns": named(columns, pivot.columns.names),
        "values": {
            one.key: [[plain(one, pivot.cell(one, row, column)) for column in columns] for row in rows]
            for one in pivot.metrics
        },
        "notes": notes(pivot),
    }


def said(issue: AnalysisIssue) -> str:
    """The totals of an issue as one line, in the language of now."""
    known = metrics()
    shown = [(known[one["key"]], unkept(one)) for one in issue.numbers if one["key"] in known]
    return " · ".join(f"{one.label} {display.text(one, cell)}" for one, cell in shown) or _("nothing new")
