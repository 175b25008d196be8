"""What a dashboard and a day are made of. Each block is one question to `compute`."""

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from muster.access.scope import Actor, Scope, policy_of
from muster.activities.models import Activity, Task
from muster.core.periods import Period, containing, today
from muster.crm.models import Deal
from muster.crm.queries.receivables import to_collect
from muster.metrics import display
from muster.metrics.compute import Cell, Narrow, Result, compute, prepare
from muster.metrics.metric import metric
from muster.metrics.report import counted_members, member_names, stage_names
from muster.people.models import Member, Unit

TILES = (
    "revenue_won",
    "deals_won",
    "win_rate",
    "average_deal",
    "average_cycle",
    "pipeline_open",
    "activities_done",
    "accounts_touched",
    "tasks_on_time",
)
OWN_TILES = ("revenue_won", "deals_won", "pipeline_open", "activities_done")
TREND = ("revenue_won", "deals_won", "activities_done")
RANKING = ("revenue_won", "deals_won", "deals_closed", "activities_done")
KINDS = {kind: f"{kind}s_done" for kind in Activity.Kind.values}  # each with its own metric, to open its rows
FRESH = dt.timedelta(seconds=5)
QUIET_AFTER_DAYS = 14
SOON_DAYS = 7
MOST_RANKED = 20
MOST_LISTED = 8


def sees_others(actor: Actor) -> bool:
    """Does the actor see more deals than his own?"""
    return bool(actor.scopes(policy_of(Deal).view) - {Scope.OWN})


class Dashboard:
    """The numbers of one period, for one person or team or all that the viewer sees."""

    def __init__(
        self,
        actor: Actor,
        period: Period,
        members: QuerySet[Member] | None = None,
        unit: int | None = None,
        query: str = "",
    ) -> None:
        self.actor, self.period, self.before = actor, period, period.previous()
        self.members, self.unit = members, unit
        self.query = query  # who is chosen, as the address says it
        self.oldest = timezone.now()

    def ask(
        self, keys: tuple[str, ...], period: Period | None = None, by: str | None = None, currency: str = ""
    ) -> Result:
        found = compute(
            keys,
            self.actor,
            period or self.period,
            by=by,
            members=self.members,
            unit=self.unit,
            currency=currency,
        )
        self.oldest = min(self.oldest, found.at or self.oldest)
        return found

    def as_of(self) -> dt.datetime | None:
        """When the oldest of the numbers asked for was counted, if that was not just now."""
        return self.oldest if timezone.now() - self.oldest > FRESH else None

    def tiles(self, keys: tuple[str, ...] = TILES) -> list[dict[str, Any]]:
        now = self.ask(keys)
        before = self.ask(keys, self.before, currency=now.currency)
        self.currency = now.currency
        daily = self.ask(TREND, by="day", currency=now.currency) if keys is TILES else None
        self.daily = daily
        return [self._tile(key, now.cell(key), before.cell(key), daily) for key in keys]

    def _tile(self, key: str, now: Cell, before: Cell, daily: Result | None) -> dict[str, Any]:
        one = metric(key)
        delta, tone = display.change(one, now, before)
        spark = [float(cell.value or 0) for cell in self._steps(daily, key)] if daily and key in TREND else None
        was = _("before: %(value)s") % {"value": display.text(one, before)}
        return {
            "key": key,
            "label": one.label,
            "about": one.about,
            "value": display.text(one, now),
            "delta": delta,
            "tone": tone,
            "hint": was,
            "spark": spark,
            "href": self.rows_url(key),
        }

    def rows_url(self, key: str, **more: Any) -> str:
        asked = {name: value for name, value in more.items() if value is not None}
        return display.rows_url(key, self.period, self.query, **asked)

    def _steps(self, daily: Result, key: str) -> list[Cell]:
        """Daily cells put into the steps in which this period is drawn."""
        cells = []
        for step in self.period.buckets(self.period.bucket()):
            within = [day for day in daily.groups(key) if step.start <= day < step.end]
            values = [daily.cell(key, day) for day in within]
            cells.append(
                Cell(sum(int(cell.value or 0) for cell in values), sum(cell.n for cell in values), daily.currency)
            )
        return cells

    def trend(self, key: str = "revenue_won") -> dict[str, Any]:
        """This period beside the one before, step by step."""
        daily = self.daily or self.ask(TREND, by="day")
        earlier = Dashboard(self.actor, self.before, self.members, self.unit)
        past = earlier.ask((key,), by="day", currency=self.currency)
        now, then = self._steps(daily, key), earlier._steps(past, key)
        steps = self.period.buckets(self.period.bucket())
        values, olds = [float(cell.value or 0) for cell in now], [float(cell.value or 0) for cell in then][: len(steps)]
        links = [Dashboard(self.actor, step, query=self.query).rows_url(key) for step in steps]
        return {
            "labels": [_step_label(step) for step in steps],
            "series": [
                {"name": _("This period"), "data": values, "links": links},
                {"name": _("Period before"), "data": olds},
            ],
            "unit": display.scale(metric(key), daily, values + olds),
        }

    def funnel(self) -> dict[str, Any]:
        """Open deals by stage at the end of the period."""
        found = self.ask(("deals_open", "pipeline_open"), by="stage_id", currency=self.currency)
        names = stage_names(metric("deals_open"), self.actor, found.groups("deals_open"))
        items = [
            {
                "name": label,
                "value": int(found.cell("deals_open", stage).value or 0),
                "text": display.text(metric("pipeline_open"), found.cell("pipeline_open", stage)),
                "link": self.rows_url("deals_open", stage=stage),
            }
            for stage, (_key, label) in names.items()
        ]
        return {"items": items, "unit": {"divisor": 1, "suffix": "", "prefix": "", "decimals": 0}}

    def ranking(self) -> list[dict[str, Any]]:
        """Members by revenue won, the silent included."""
        found = self.ask(RANKING, by="member", currency=self.currency)
        names = self._members(found)
        order = sorted(
            names,
            key=lambda pk: (
                -(found.cell("revenue_won", pk).value or 0),
                -found.cell("activities_done", pk).n,
                names[pk][1],
            ),
        )
        most = max((found.cell("revenue_won", pk).value or 0 for pk in order), default=0)
        rows = Member.objects.visible_to(self.actor).in_bulk(order[:MOST_RANKED])
        best = enumerate(order[:MOST_RANKED], start=1)
        return [self._ranked(found, pk, rows.get(pk), names[pk][1], most) | {"place": place} for place, pk in best]

    def _ranked(self, found: Result, pk: int, member: Member | None, label: str, most: Any) -> dict[str, Any]:
        won = found.cell("revenue_won", pk)
        said = _("%(won)s of %(closed)s won · %(work)s activities")
        return {
            "member": member,
            "label": label,
            "value": display.text(metric("revenue_won"), won),
            "share": round(100 * (won.value or 0) / most) if most else 0,
            "text": said
            % {
                "won": found.cell("deals_won", pk).n,
                "closed": found.cell("deals_closed", pk).n,
                "work": found.cell("activities_done", pk).n,
            },
            "href": self.rows_url("revenue_won", member=pk),
            "me": pk == self.actor.member_id,
        }

    def _members(self, found: Result) -> dict[Any, tuple[str, str]]:
        names = member_names(metric("revenue_won"), self.actor, found.groups("revenue_won"))
        if self.members is not None:
            chosen = set(self.members.values_list("pk", flat=True))
            names = {pk: name for pk, name in names.items() if pk in chosen}
        elif self.unit is not None:
            counted = {pk for key in RANKING for pk in found.groups(key)}
            names = {pk: name for pk, name in names.items() if pk in counted}
        return names

    def work(self) -> dict[str, Any]:
        """Activities by kind, this period and the one before."""
        key = "activities_done"
        now, then = self.ask((key,), by="kind"), self.ask((key,), self.before, by="kind")
        return {
            "labels": [str(metric(name).label) for name in KINDS.values()],
            "series": [
                {
                    "name": _("This period"),
                    "data": [now.cell(key, kind).n for kind in KINDS],
                    "links": [self.rows_url(name) for name in KINDS.values()],
                },
                {"name": _("Period before"), "data": [then.cell(key, kind).n for kind in KINDS]},
            ],
            "unit": {"divisor": 1, "suffix": "", "prefix": "", "decimals": 0},
        }


def _step_label(step: Period) -> str:
    return f"{step.start:%m-%d}" if step.kind in ("day", "week") else f"{step.start:%Y-%m}"


def compile_blocks() -> None:
    """Have the questions of dashboards and of the home page compiled before somebody asks them."""
    blocks = [(TILES, None), (TREND, "day"), (OWN_TILES, None), (RANKING, "member"), (("activities_done",), "kind")]
    for keys, by in [*blocks, (("revenue_won",), "day"), (("deals_open", "pipeline_open"), "stage_id")]:
        for chosen in (False, True):
            prepare(keys, by, Narrow(members=chosen))


class Day:
    """What a person has before him today."""

    def __init__(self, actor: Actor) -> None:
        self.actor, self.day, self.me = actor, today(), actor.member_id

    def tasks(self) -> list[Task]:
        mine = Task.objects.visible_to(self.actor).filter(
            owner=self.me, done_on=None, archived_at=None, due_on__lte=self.day
        )
        return list(mine.select_related("account", "deal").order_by("due_on", "-priority", "pk")[:MOST_LISTED])

    def plans(self) -> list[Activity]:
        mine = Activity.objects.visible_to(self.actor).filter(
            owner=self.me, status=Activity.Status.PLANNED, archived_at=None
        )
        until = dt.datetime.combine(self.day + dt.timedelta(days=1), dt.time(), tzinfo=dt.UTC)
        return list(
            mine.filter(planned_at__lt=until).select_related("account", "deal").order_by("planned_at")[:MOST_LISTED]
        )

    def closing(self) -> list[Deal]:
        """My open deals that are to close within a week, or should have."""
        mine = self._open().filter(expected_on__lte=self.day + dt.timedelta(days=SOON_DAYS))
        return list(mine.select_related("account", "stage").order_by("expected_on", "pk")[:MOST_LISTED])

    def quiet(self) -> list[Deal]:
        """My open deals on which nothing was done for a fortnight."""
        since = self.day - dt.timedelta(days=QUIET_AFTER_DAYS)
        old = Q(last_activity_on__lt=since) | Q(last_activity_on=None, opened_on__lt=since)
        return list(
            self._open().filter(old).select_related("account", "stage").order_by("last_activity_on", "pk")[:MOST_LISTED]
        )

    def collecting(self) -> list[dict[str, Any]]:
        """What of my contracts is to be paid within a week, or should have been."""
        rows = to_collect(self.actor, self.day + dt.timedelta(days=SOON_DAYS), MOST_LISTED)
        return [{"row": one, "late": one.due_on < self.day} for one in rows]

    def _open(self) -> QuerySet[Deal]:
        return Deal.objects.visible_to(self.actor).filter(owner=self.me, status=Deal.Status.OPEN, archived_at=None)

    def numbers(self) -> list[dict[str, Any]]:
        """Where I stand this month, beside last month; who leads people, where they stand together."""
        month = containing(self.day, "month")
        if sees_others(self.actor):
            return Dashboard(self.actor, month).tiles(OWN_TILES)
        me = Member.objects.visible_to(self.actor).filter(pk=self.me)
        return Dashboard(self.actor, month, me, query=f"member={self.me}").tiles(OWN_TILES)

    def silent(self) -> list[Member]:
        """Of those whose work I see, who logged nothing in the last seven days."""
        week = Period(self.day - dt.timedelta(days=7), self.day + dt.timedelta(days=1))
        worked = compute(["activities_done"], self.actor, week, by="member").groups("activities_done")
        people = Member.objects.visible_to(self.actor).filter(
            pk__in=counted_members(metric("activities_done"), self.actor)
        )
        people = people.filter(status=Member.Status.ACTIVE, archived_at=None).exclude(pk__in=[*worked, self.me])
        return list(people.select_related("unit", "position").order_by("sort_name", "pk")[:MOST_LISTED])


def choosable_units(actor: Actor) -> list[Unit]:
    """Units a dashboard can be narrowed to, for those who see more than themselves."""
    return list(Unit.objects.visible_to(actor).filter(archived_at=None)[:300]) if sees_others(actor) else []
