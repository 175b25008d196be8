"""The day of one's people: what they did, who did nothing, and how much of it with how many customers."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from muster.access.scope import Actor
from muster.activities.models import Activity
from muster.core.periods import Period, containing
from muster.metrics import display
from muster.metrics.compute import Result, compute
from muster.metrics.metric import metric
from muster.metrics.report import counted_members, member_names
from muster.people.models import Member, Unit
from muster.people.policies import units_below
from muster.people.queries import away

KINDS = tuple(f"{kind}s_done" for kind in Activity.Kind.values)
TABLE = (*KINDS, "activities_done", "accounts_touched")
ABOUT = ("deal", "contact", "account", "none")
MOST_MEMBERS = 300


def my_people(actor: Actor) -> QuerySet[Member]:
    """Members with the firm whose work counts for ACTOR, himself left out."""
    rows: QuerySet[Member] = Member.objects.visible_to(actor).filter(
        pk__in=counted_members(metric("activities_done"), actor), archived_at=None
    )
    return rows.exclude(Q(status=Member.Status.LEFT) | Q(status=Member.Status.CANDIDATE) | Q(pk=actor.member_id))


def feed(actor: Actor) -> QuerySet[Activity]:
    """What one's people did with customers."""
    rows: QuerySet[Activity] = Activity.objects.counted_for(actor)
    return rows.filter(status=Activity.Status.DONE).exclude(owner=actor.member_id)


@dataclass
class Silence:
    """Who logged nothing on a day: there, and away."""

    there: list[Member] = field(default_factory=list)
    away: list[Member] = field(default_factory=list)


def silent(actor: Actor, day: dt.date) -> Silence:
    worked = compute(["activities_done"], actor, containing(day, "day"), by="member").groups("activities_done")
    rows = my_people(actor).exclude(pk__in=worked).exclude(hired_on__gt=day).select_related("unit", "position")
    gone, found = set(away(day)), Silence()
    for member in rows.order_by("sort_name", "pk")[:MOST_MEMBERS]:
        (found.away if member.pk in gone else found.there).append(member)
    return found


@dataclass
class Line:
    """One line of the follow-up table: a number for each column, each with the address of its rows."""

    label: str
    cells: list[tuple[int, str]]
    member: Member | None = None


@dataclass
class Table:
    head: list[str]
    lines: list[Line]
    total: Line
    more: int = 0  # members not shown


def follow_ups(actor: Actor, period: Period, by: str, unit: int | None = None) -> Table:
    """Follow-ups and distinct customers over PERIOD: by member (the silent as 0), kind, object or step of time."""
    made = {"member": _by_member, "kind": _by_kind, "about": _by_about}.get(by, _by_step)
    return made(actor, period, unit)


def _head(keys: tuple[str, ...]) -> list[str]:
    return [str(metric(key).label) for key in keys]


def rows_url(key: str, period: Period, **more: Any) -> str:
    return display.rows_url(key, period, **{name: value for name, value in more.items() if value})


def _cells(found: Result, keys: tuple[str, ...], group: Any, period: Period, **more: Any) -> list[tuple[int, str]]:
    return [(int(found.cell(key, group).value or 0), rows_url(key, period, **more)) for key in keys]


def _total(actor: Actor, period: Period, keys: tuple[str, ...], unit: int | None) -> Line:
    """Computed by itself: one customer touched by two members is one."""
    whole = compute(keys, actor, period, unit=unit)
    return Line(_("Total"), _cells(whole, keys, None, period, unit=unit))


def _by_member(actor: Actor, period: Period, unit: int | None) -> Table:
    found = compute(TABLE, actor, period, by="member", unit=unit)
    names = member_names(metric("activities_done"), actor, found.groups("activities_done"))
    if unit is not None:
        below = Member.objects.visible_to(actor).filter(unit__in=units_below(unit)).values_list("pk", flat=True)
        kept = {*below, *found.groups("activities_done")}
        names = {pk: said for pk, said in names.items() if pk in kept}
    order = sorted(names, key=lambda pk: (-found.cell("activities_done", pk).n, names[pk][1]))
    rows = Member.objects.visible_to(actor).in_bulk(order[:MOST_MEMBERS])
    lines = [
        Line(names[pk][1], _cells(found, TABLE, pk, period, member=pk), rows.get(pk)) for pk in order[:MOST_MEMBERS]
    ]
    return Table(_head(TABLE), lines, _total(actor, period, TABLE, unit), max(0, len(order) - MOST_MEMBERS))


PAIR = ("activities_done", "accounts_touched")


def _by_kind(actor: Actor, period: Period, unit: int | None) -> Table:
    found = compute(PAIR, actor, period, by="kind", unit=unit)
    labels = dict(Activity.Kind.choices)
    lines = []
    for kind, key in zip(Activity.Kind.values, KINDS, strict=True):
        counts = [int(found.cell(one, kind).value or 0) for one in PAIR]
        url = rows_url(key, period, unit=unit)
        lines.append(Line(str(labels[kind]), [(count, url) for count in counts]))
    return Table(_head(PAIR), lines, _total(actor, period, PAIR, unit))


def _by_about(actor: Actor, period: Period, unit: int | None) -> Table:
    found = compute(PAIR, actor, period, by="about", unit=unit)
    labels = {
        "deal": _("About a deal"),
        "contact": _("With a contact person"),
        "account": _("With a customer"),
        "none": _("Without a customer"),
    }
    lines = [Line(labels[about], [(int(found.cell(one, about).value or 0), "") for one in PAIR]) for about in ABOUT]
    return Table(_head(PAIR), lines, _total(actor, period, PAIR, unit))


def _by_step(actor: Actor, period: Period, unit: int | None) -> Table:
    """Days of a month, weeks of a quarter, months of a year."""
    lines = []
    for step in period.buckets(period.bucket()):
        found = compute(TABLE, actor, step, unit=unit)
        lines.append(Line(step_label(step), _cells(found, TABLE, None, step, unit=unit)))
    return Table(_head(TABLE), lines, _total(actor, period, TABLE, unit))


def step_label(step: Period) -> str:
    return f"{step.start:%m-%d}" if step.kind == "day" else step.label()


def units_of(actor: Actor) -> list[Unit]:
    return list(Unit.objects.visible_to(actor).filter(archived_at=None)[:MOST_MEMBERS])
