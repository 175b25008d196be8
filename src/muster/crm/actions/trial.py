"""What a rule would have done with the records of a period, and what it said of those it decided."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from muster.access.scope import Actor
from muster.crm.actions.candidates import Candidates, began
from muster.crm.actions.router import as_rule, known_kind
from muster.crm.models import Routing, RoutingRule
from muster.crm.routed import Routed, kind_of
from muster.crm.routing import Memory, Reason, choose
from muster.people.actions.territory import territory_names
from muster.people.models import Member

MOST_TRIED = 1000  # records of a simulation


@dataclass
class Tried:
    row: Any
    member: Member | None
    reason: Reason


@dataclass
class Trial:
    """What a rule would have done with what came in from START up to END."""

    start: dt.date
    end: dt.date
    lines: list[Tried] = field(default_factory=list)
    capped: bool = False
    would: Counter[int] = field(default_factory=Counter)  # member → records the rule gives
    have: Counter[int] = field(default_factory=Counter)  # member → records of these that he has today
    people: dict[int, Member] = field(default_factory=dict)

    @property
    def nobody(self) -> int:
        return sum(one.member is None for one in self.lines)

    @property
    def table(self) -> list[tuple[Member, int, int]]:
        rows = [(one, self.would[pk], self.have[pk]) for pk, one in self.people.items()]
        return sorted(rows, key=lambda one: (-one[1], one[0].sort_name))


def simulate(actor: Actor, rule: RoutingRule, start: dt.date, end: dt.date) -> Trial:
    """Let RULE decide about the records that ACTOR sees and that came in from START up to END, without giving any.

    Skills, territories and units are today's; absences and working hours those of the moment a record came; loads begin
    at what everybody holds today without these records.
    """
    kind, trial = known_kind(rule.kind), Trial(start, end)
    pool, names = Candidates.of(rule, kind), territory_names()
    rows = _came_in(actor, kind, rule, start, end)
    trial.capped = len(rows) > MOST_TRIED
    trial.people = {one.pk: one for one in pool.members}
    trial.have = Counter(one.owner_id for one in rows[:MOST_TRIED] if one.owner_id in trial.people)
    loads = pool.loads - trial.have
    memory, given = Memory(), Counter[tuple[int, dt.date]]()
    for row in rows[:MOST_TRIED]:
        period = began(rule, timezone.localtime(row.created_at).date())
        so_far = Counter({pk: given[pk, period] for pk in trial.people})
        people = pool.candidates(row.created_at, so_far, loads)
        choice = choose(as_rule(rule), people, pool.demand(row, row.created_at, names), memory)
        memory = choice.memory
        if choice.chosen is not None:
            pk = choice.chosen.id
            loads[pk] += 1
            given[pk, period] += 1
            trial.would[pk] += 1
        member = trial.people[choice.chosen.id] if choice.chosen else None
        trial.lines.append(Tried(row, member, choice.reason))
    return trial


def _came_in(actor: Actor, kind: Routed, rule: RoutingRule, start: dt.date, end: dt.date) -> list[Any]:
    """One more than are tried, so that one sees that there are more."""
    model: Any = kind.model
    since, until = (timezone.make_aware(dt.datetime.combine(day, dt.time())) for day in (start, end))
    rows = model.objects.visible_to(actor).filter(created_at__gte=since, created_at__lt=until, archived_at=None)
    return list(kind.narrow(rows, rule.asks).order_by("created_at", "pk")[: MOST_TRIED + 1])


def shown_refusals(actor: Actor, row: Routing) -> list[tuple[Member, Reason]]:
    """Why it did not go to those of whom ACTOR may know it."""
    scopes = actor.scopes("crm.routing.view")
    seen = {pk: why for pk, why in row.refused if any(actor.covers(scope, pk) for scope in scopes)}
    people = Member.objects.visible_to(actor).filter(pk__in=seen)
    return [(one, Reason.read(seen[one.pk])) for one in people]


def record_of(actor: Actor, row: Routing) -> Any:
    """The record it is about, where ACTOR sees it."""
    kind = kind_of(row.kind)
    return kind.model.objects.visible_to(actor).filter(pk=row.object_id).first() if kind else None
