"""The nightly run: what has no owner's attention goes back into its pool, after warnings, and never while the owner is
away. Candidates are found by the database in one statement a rule; writes go in batches, each complete in itself, so
that a run that was cut off goes on where it ended and a second run takes nothing twice."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, TruncDate
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from muster.access.action import append, make_event
from muster.access.models import Event
from muster.access.scope import Actor
from muster.core.periods import today
from muster.core.workdays import DAY
from muster.crm.actions.stay import Came, put_in, sweep
from muster.crm.clocks import Allowance, Spans, Window, latest_of
from muster.crm.models import Deal, PoolRule, PoolStay
from muster.crm.pooled import Pooled, kinds
from muster.crm.routing import Reason
from muster.people.models import Absence

WHY = gettext_noop("recycling")
BATCH = 500
STAMPED = 10_000  # records whose clock is set at once
NEAR = 7  # days ahead for which the day of return is kept, where a rule warns no earlier
LEAST = dt.date(1, 1, 1)
Trigger = PoolRule.Trigger
SAID = {
    Trigger.FOLLOW_UP: gettext_lazy(
        "No effective follow-up for more than %(days)s days, the last on %(since)s (%(rule)s)"
    ),
    Trigger.DEAL: gettext_lazy("No new deal for more than %(days)s days, since %(since)s (%(rule)s)"),
    Trigger.WON: gettext_lazy("Nothing sold for more than %(days)s days, since %(since)s (%(rule)s)"),
    Trigger.HELD: gettext_lazy("Held for more than %(days)s days, since %(since)s (%(rule)s)"),
    Trigger.CONTRACT: gettext_lazy("The contract ended on %(since)s, more than %(days)s days ago (%(rule)s)"),
}


@dataclass(frozen=True)
class Due:
    """When a record returns, by which rule, and the day from which its days are counted."""

    on: dt.date
    rule: PoolRule
    since: dt.date

    def reason(self) -> Reason:
        words = {"days": self.rule.days, "since": self.since, "rule": self.rule.name}
        return Reason(SAID[Trigger(self.rule.trigger)], words)


def live_rules(kind: Pooled) -> list[PoolRule]:
    rows = PoolRule.objects.unscoped("recycling").filter(is_on=True, archived_at=None, pool__archived_at=None)
    return list(rows.filter(pool__kind=kind.key).select_related("pool").order_by("rank", "pk"))


@dataclass
class Clock:
    """Reckons for one kind of record, with its rules and the absences (of `owners`, else of everybody) read once.
    `ahead`: days looked forward."""

    kind: Pooled
    ahead: int = NEAR
    owners: list[int] | None = None
    rules: list[PoolRule] = field(default_factory=list)
    away: dict[int, Spans] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.day = today()
        self.rules = live_rules(self.kind)
        self.ahead = max([self.ahead, *(most for rule in self.rules for most in rule.warns)])
        self.windows: dict[tuple[int, Spans], Window] = {}
        since = self.day - DAY * max((one.days * 2 + 60 for one in self.rules), default=0)
        rows = (
            Absence.objects.unscoped("recycling")
            .filter(archived_at=None, ends_on__gte=since)
            .order_by("starts_on", "pk")
        )
        rows = rows if self.owners is None else rows.filter(member__in=self.owners)
        for member, start, end in rows.values_list("member", "starts_on", "ends_on"):
            self.away[member] = (*self.away.get(member, ()), (start, end))

    def window(self, rule: PoolRule, owner: int) -> Window:
        away = self.away.get(owner, ()) if rule.freezes_on_leave else ()
        key = (rule.pk, away)
        if key not in self.windows:
            self.windows[key] = Window(Allowance(rule.days, rule.counts, away), self.day, self.ahead)
        return self.windows[key]

    def due(self, only: list[int] | None = None) -> dict[int, Due]:
        """Key → when it returns, of all records whose day lies in the window, or of those among ONLY."""
        found: dict[int, Due] = {}
        before: dict[str, list[PoolRule]] = defaultdict(list)
        for rule in self.rules:
            for pk, one in self._of(rule, before[rule.trigger], only):
                if pk not in found or one.on < found[pk].on:
                    found[pk] = one
            before[rule.trigger].append(rule)
        return found

    def _of(self, rule: PoolRule, before: list[PoolRule], only: list[int] | None) -> Iterator[tuple[int, Due]]:
        """Records of RULE that no rule BEFORE it decides about."""
        cut = self.day + DAY * self.ahead - DAY * (rule.days + 1)  # no clock is later, whoever was away
        rows = self._candidates(rule, before, cut)
        rows = rows if only is None else rows.filter(pk__in=only)
        grace = (rule.on_since or self.day) + DAY * rule.grace_days
        for pk, owner, spared, *days in rows.values_list("pk", "owner", "spared_until", *self._days(rule)):
            since = latest_of([LEAST, *days])
            earliest = max(grace, self.day, spared + DAY if spared else self.day)
            on = self.window(rule, owner).due(since, earliest)
            if on is not None:
                yield pk, Due(on, rule, since)

    def _days(self, rule: PoolRule) -> list[str]:
        """Columns whose latest day sets the clock."""
        if rule.trigger == Trigger.CONTRACT:
            return ["began", "contract_ends_on"]
        if rule.trigger == Trigger.FOLLOW_UP:
            return ["began", *touching(rule)]
        return ["began", "deal_on"] if rule.trigger in (Trigger.DEAL, Trigger.WON) else ["began"]

    def _candidates(self, rule: PoolRule, before: list[PoolRule], cut: dt.date) -> QuerySet[Any]:
        """Everything that the database can tell: owned, not spared, fits the rule, and no clock later than CUT."""
        model = self.kind.model
        rows = model.objects.unscoped("recycling").filter(self.kind.live, archived_at=None, owner__isnull=False)
        rows = self.kind.asks.narrow(rows.order_by(), rule.asks)
        for one in before:
            fitting = self.kind.asks.narrow(model.objects.unscoped("recycling").order_by(), one.asks)
            rows = rows.exclude(pk__in=fitting.values("pk")) if one.asks else rows.none()
        rows = rows.annotate(began=_began()).filter(Q(owned_since__lte=cut) | Q(owned_since=None))
        rows = _with_clock(self.kind, rows, rule, cut)
        if rule.spares_open:
            rows = rows.exclude(Exists(self.kind.deals(OuterRef("pk")).filter(status=Deal.Status.OPEN)))
        if rule.spares_won:
            rows = rows.exclude(Exists(self.kind.deals(OuterRef("pk")).filter(status=Deal.Status.WON)))
        if rule.spares_contract and rule.trigger != Trigger.CONTRACT:
            rows = rows.exclude(contract_ends_on__gte=self.day)
        return rows


def touching(rule: PoolRule) -> list[str]:
    return [f"last_{one}_on" for one in rule.touches]


def _began() -> Any:
    return Coalesce("owned_since", TruncDate("created_at"))


def _with_clock(kind: Pooled, rows: QuerySet[Any], rule: PoolRule, cut: dt.date) -> QuerySet[Any]:
    """ROWS whose clock by the trigger of RULE is no later than CUT."""
    if rule.trigger == Trigger.FOLLOW_UP:
        for column in touching(rule):
            rows = rows.filter(Q(**{column: None}) | Q(**{f"{column}__lte": cut}))
    elif rule.trigger == Trigger.CONTRACT:
        rows = rows.filter(contract_ends_on__lte=cut)
    elif rule.trigger in (Trigger.DEAL, Trigger.WON):
        column = "opened_on" if rule.trigger == Trigger.DEAL else "closed_on"
        deals = kind.deals(OuterRef("pk"))
        deals = deals.filter(status=Deal.Status.WON) if rule.trigger == Trigger.WON else deals
        last = deals.order_by().values("archived_at").annotate(last=Max(column)).values("last")
        rows = rows.annotate(deal_on=Subquery(last)).filter(Q(deal_on=None) | Q(deal_on__lte=cut))
    return rows


def stamp(kind: Pooled) -> None:
    """The clock of what changed hands in bulk begins anew; of what never had one it began when the record was made."""
    rows = kind.model.objects.unscoped("recycling").filter(owner__isnull=False).order_by()
    changed = rows.exclude(clock_owner=None).exclude(clock_owner=F("owner"))
    changed.update(clock_owner=F("owner"), owned_since=today(), due_on=None, due_rule=None, warned_for=None)
    while keys := list(rows.filter(clock_owner=None).values_list("pk", flat=True)[:STAMPED]):
        rows.filter(pk__in=keys).update(clock_owner=F("owner"), owned_since=_began())


def recycle() -> int:
    """Everything that is due today returns, what is due soon is warned of; how many returned. Safe to repeat."""
    taken = 0
    for kind in kinds():
        sweep(kind)
        clock = Clock(kind)
        if clock.rules:
            stamp(kind)
        found = clock.due()
        keep(kind, found)
        keys = sorted(pk for pk, one in found.items() if one.on <= clock.day)
        for at in range(0, len(keys), BATCH):
            taken += _take(clock, keys[at : at + BATCH])
        warn(clock)
    return taken


def keep(kind: Pooled, found: dict[int, Due], only: list[int] | None = None) -> None:
    """Write down the day of return where it changed; a new day is warned of anew."""
    rows = kind.model.objects.unscoped("recycling").order_by()
    near = rows.exclude(due_on=None) if only is None else rows.filter(pk__in=only)
    kept = {pk: (on, rule) for pk, on, rule in near.values_list("pk", "due_on", "due_rule")}
    changed: dict[tuple[Any, Any], list[int]] = defaultdict(list)
    for pk in kept:
        if pk not in found and kept[pk] != (None, None):
            changed[None, None].append(pk)
    for pk, one in found.items():
        if kept.get(pk) != (one.on, one.rule.pk):
            changed[one.on, one.rule.pk].append(pk)
    for (on, rule), keys in changed.items():
        for at in range(0, len(keys), BATCH):
            part = rows.filter(pk__in=keys[at : at + BATCH])
            part.update(due_on=on, due_rule=rule, warned_for=None)


@transaction.atomic
def _take(clock: Clock, keys: list[int]) -> int:
    """One batch: what is still due when its rows are locked lies in its pool afterwards, with a reason and an event."""
    model = clock.kind.model
    locked = list(
        model.objects.unscoped("recycling").select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk")
    )
    found = clock.due([one.pk for one in locked])
    by_pool: dict[int, list[Any]] = defaultdict(list)
    for row in locked:
        if row.pk in found and found[row.pk].on <= clock.day:
            by_pool[found[row.pk].rule.pool_id].append(row)
    events: list[Event] = []
    for rows in by_pool.values():
        pool = found[rows[0].pk].rule.pool
        rules = {row.pk: found[row.pk].rule.pk for row in rows}
        stays = put_in(clock.kind, rows, pool, Came.RECYCLED, lambda row: found[row.pk].reason(), rules)
        events += _told(clock, rows, stays, found)
    append(events)
    return len(events) // 2


def _told(clock: Clock, rows: list[Any], stays: list[PoolStay], found: dict[int, Due]) -> list[Event]:
    """Of each record what happened to it, and to its former owner where he reads why."""
    actor, events = Actor.operator(WHY, via="chore"), []
    model, label = clock.kind.model, clock.kind.key
    model.objects.unscoped("recycling").filter(pk__in=[row.pk for row in rows]).update(version=F("version") + 1)
    for row, stay in zip(rows, stays, strict=True):
        row.version += 1
        actor.name = spoken(found[row.pk].rule)
        gone = {"owner": [stay.former_owner_id, None], "pool": [None, stay.pool_id]}
        event = make_event(actor, f"{label}.recycle", row, gone, stay=stay.pk)
        events += [event, make_event(actor, "crm.poolstay.open", stay, {}, pool=str(stay.pool))]
        event.owner_id = stay.former_owner_id
    return events


def warn(clock: Clock) -> int:
    """Tell owners of what returns in as many days as the rule says; each step once, a missed night is made good."""
    rows = clock.kind.model.objects.unscoped("recycling").filter(
        due_on__gt=clock.day, owner__isnull=False, archived_at=None
    )
    rules = {rule.pk: rule for rule in clock.rules}
    steps: dict[int, list[Any]] = defaultdict(list)
    for row in rows.order_by("pk").iterator(chunk_size=2_000):
        left = (row.due_on - clock.day).days
        said = [most for most in rules[row.due_rule_id].warns if left <= most] if row.due_rule_id in rules else []
        if said and (row.warned_for is None or row.warned_for > min(said)):
            steps[min(said)].append(row)
    for step, found in steps.items():
        for at in range(0, len(found), BATCH):
            _warn(clock, step, found[at : at + BATCH])
    return sum(len(found) for found in steps.values())


@transaction.atomic
def _warn(clock: Clock, step: int, rows: list[Any]) -> None:
    actor = Actor.operator(WHY, via="chore")
    keys, rules, events = [row.pk for row in rows], {rule.pk: rule for rule in clock.rules}, []
    clock.kind.model.objects.unscoped("recycling").filter(pk__in=keys).update(warned_for=step)
    for row in rows:
        actor.name = spoken(rules[row.due_rule_id])
        said = {"days": (row.due_on - clock.day).days, "on": f"{row.due_on}"}
        events.append(make_event(actor, f"{clock.kind.key}.due", row, {}, **said))
    append(events)


def spoken(rule: PoolRule) -> str:
    """The trail names the rule, in the language of the installation."""
    with translation.override(settings.LANGUAGE_CODE):
        return _("Rule: %(name)s") % {"name": rule.name}


def settle(kind: Pooled, keys: list[int]) -> None:
    """Bring the kept day of return of a few records up to date: after a follow-up, an extension, an exemption."""
    owners = (
        kind.model.objects.unscoped("recycling").filter(pk__in=keys).exclude(owner=None).values_list("owner", flat=True)
    )
    keep(kind, Clock(kind, owners=list(owners)).due(keys), keys)


def touched(kind: Pooled, pk: int, what: str, on: dt.date) -> None:
    """Somebody did WHAT ('visit', 'call', …) with the record on a day: its clock begins anew by the rules to which that
    is an effective follow-up. What is none (a note) changes nothing."""
    column = f"last_{what}_on"
    if column not in kind.model.touch_columns:
        return
    rows = kind.model.objects.unscoped("recycling").filter(pk=pk)
    moved = rows.filter(Q(**{column: None}) | Q(**{f"{column}__lt": on})).update(**{column: on})
    if moved and rows.exclude(due_on=None).exists():
        settle(kind, [pk])
