"""How somebody stands, in a few numbers: against himself a quarter ago and against his team."""

from fractions import Fraction
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from muster.access.scope import Actor
from muster.core.periods import DAY, Period, containing, today
from muster.metrics import display
from muster.metrics.compute import Cell, Result, compute
from muster.metrics.metric import Metric, metric
from muster.people.models import Member, Unit
from muster.people.queries import present

SHOWN = ("revenue_won", "deals_won", "win_rate", "activities_done")
PERFORMANCE = "people.member.performance"
TEAM_FLOOR = 3  # of fewer people an average would tell how one colleague stands


def standing(actor: Actor, member: Member) -> dict[str, Any]:
    """The quarter so far beside the same days of the one before, and beside the average of the team."""
    now, before = so_far()
    me = Member.objects.visible_to(actor).filter(pk=member.pk)
    own = compute(SHOWN, actor, now, members=me)
    past = compute(SHOWN, actor, before, members=me, currency=own.currency)
    people = team(actor, member)
    count = people.count()
    theirs = compute(SHOWN, actor, now, members=people, currency=own.currency) if count >= TEAM_FLOOR else None
    lines = [_line(metric(key), own, past, _average(theirs, key, count)) for key in SHOWN]
    for one in lines:
        one["href"] = display.rows_url(one["key"], now, member=member.pk)
    return {"lines": lines, "period": now, "team": count if theirs else 0}


def so_far() -> tuple[Period, Period]:
    """This quarter up to today, and as many days of the one before."""
    whole = containing(today(), "quarter")
    last = whole.previous()
    span = today() + DAY - whole.start
    return Period(whole.start, whole.start + span), Period(last.start, min(last.end, last.start + span))


def team(actor: Actor, member: Member) -> QuerySet[Member]:
    """Those with the same manager, MEMBER among them, of whom ACTOR may see how they stand."""
    seen = Member.objects.visible_to(actor, PERFORMANCE).filter(manager=member.manager_id or 0)
    return present(actor).filter(pk__in=seen.values("pk"))


def _average(found: Result | None, key: str, count: int) -> Cell | None:
    """What one of the team reaches; a ratio is that of all their cases together."""
    if found is None:
        return None
    cell = found.cell(key)
    if metric(key).unit == "ratio" or cell.value is None:
        return cell
    return Cell(Fraction(cell.value, count), cell.n, cell.currency)


def _line(one: Metric, own: Result, past: Result, theirs: Cell | None) -> dict[str, Any]:
    now, before = own.cell(one.key), past.cell(one.key)
    delta, tone = display.change(one, now, before)
    line = {
        "key": one.key,
        "label": one.label,
        "value": display.text(one, now),
        "delta": delta,
        "tone": tone,
        "before": display.text(one, before),
    }
    if theirs is not None:
        line["team"] = _text(one, theirs)
        line["above"] = display.change(one, now, theirs)
    return line


def _text(one: Metric, cell: Cell) -> str:
    """An average of pieces has a digit after the point: 1.4 deals."""
    if one.unit in ("money", "ratio") or cell.value is None:
        return display.text(one, cell)
    return display.decimal(float(cell.value))


def of_team(actor: Actor, member: Member) -> dict[str, Any] | None:
    """For who heads a unit: what he did himself, what the others in it did, and both together, this quarter so far, as
    the unit stood on the days. Own + team = total: each deal has one owner and counts once. None for everybody else,
    and for who may not see how those below stand."""
    unit = _headed(actor, member)
    others = Member.objects.visible_to(actor, PERFORMANCE).exclude(pk=member.pk)
    if unit is None or not others.filter(pk__in=present(actor).values("pk"), manager=member.pk).exists():
        return None
    now, _before = so_far()
    people = Member.objects.visible_to(actor)
    total = compute(SHOWN, actor, now, unit=unit.pk)
    own = compute(SHOWN, actor, now, unit=unit.pk, members=people.filter(pk=member.pk), currency=total.currency)
    team = compute(SHOWN, actor, now, unit=unit.pk, members=people.exclude(pk=member.pk), currency=total.currency)
    parts: tuple[tuple[Result, dict[str, Any]], ...] = (
        (own, {"member": member.pk}),
        (team, {"without": member.pk}),
        (total, {}),
    )
    lines = [
        {
            "label": metric(key).label,
            "cells": [
                (display.text(metric(key), one.cell(key)), display.rows_url(key, now, unit=unit.pk, **who))
                for one, who in parts
            ],
        }
        for key in SHOWN
    ]
    return {
        "unit": unit,
        "lines": lines,
        "heads": [_("Own"), _("Team without %(name)s") % {"name": member}, _("Together")],
    }


def _headed(actor: Actor, member: Member) -> Unit | None:
    """The unit he heads; of several the one that the others lie in, as far as one does."""
    units = list(Unit.objects.visible_to(actor).filter(head=member.pk, archived_at=None).order_by("pk"))
    mine = {one.pk for one in units}
    return next((one for one in units if one.parent_id not in mine), None)
