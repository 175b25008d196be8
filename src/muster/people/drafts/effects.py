"""What a draft would bring, before it is published.

Rights are not worked out here: the draft is rolled out and taken back, and every login's eyes are asked before and
after, through the same policies as every page (`visible_to`). Only what the reader himself sees is counted.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q
from django.utils.text import capfirst

from muster.access.action import trial
from muster.access.actors import actor_for
from muster.access.models import Grant, RoleAssignment, User
from muster.access.scope import Actor, Scope, members_within, policy_of
from muster.people import holdings
from muster.people.actions.rollout import TRIED, as_on, roll_out
from muster.people.models import HeadcountPlan, Member, Skill, StructureDraft, Unit
from muster.people.queries import standing_on, vacant_on
from muster.people.skills.levels import levels
from muster.people.skills.team import SOLID, assessed

CAREERS = "people.assignment.view"  # whom one may look after, not merely know
MOST_ASKED = 60  # logins whose records are counted one by one
Seen = dict[str, set[int]]  # kind of record -> keys


@dataclass
class Sight:
    """Of one kind of record: how many somebody sees before and after."""

    label: Any
    before: int
    after: int
    gained: int
    lost: int


@dataclass
class Manning:
    """One unit itself, without those below."""

    name: str
    before: int
    after: int
    vacant: int
    planned: int | None

    @property
    def over(self) -> bool:
        return self.planned is not None and self.after > self.planned


@dataclass
class Lost:
    """A skill that nobody holds any more in a unit that had it."""

    unit: Unit
    skill: Any
    members: list[Member]


@dataclass
class Effects:
    rights: list[tuple[Member, list[Sight]]] = field(default_factory=list)
    more_rights: int = 0  # logins beyond those shown
    units: list[Manning] = field(default_factory=list)
    spans: list[tuple[Member, int, int]] = field(default_factory=list)
    held: list[tuple[Any, int]] = field(default_factory=list)
    cover: list[Lost] = field(default_factory=list)
    headless: list[Unit] = field(default_factory=list)


def effects_of(actor: Actor, draft: StructureDraft) -> Effects:
    day, found = draft.effective_on, Effects()
    before, seats_before = _places(actor, day), vacant_on(actor, day)
    headed = set(Unit.objects.visible_to(actor).exclude(head=None).values_list("pk", flat=True))
    with trial():
        roll_out(TRIED, draft)
        after, seats = _places(actor, day), vacant_on(actor, day)
        units = Unit.objects.visible_to(actor).filter(archived_at=None).in_bulk()
        found.headless = [one for pk, one in units.items() if one.head_id is None and pk in headed]
    found.units = _headcount(actor, day, (before, after), (seats_before, seats), units)
    found.spans = _spans(actor, before, after)
    moved = [pk for pk, place in after.items() if before.get(pk) != place]
    found.held = _held(actor, moved)
    found.cover = _cover(actor, before, after)
    found.rights, found.more_rights = sight_changes(actor, day, lambda: roll_out(TRIED, draft))
    return found


Places = dict[int, tuple[int | None, int | None]]  # member -> unit, manager


def _places(actor: Actor, day: dt.date) -> Places:
    return {one.member_id: (one.unit_id, one.manager_id) for one in standing_on(actor, day)}


def _headcount(
    actor: Actor, day: dt.date, places: tuple[Places, Places], seats: tuple[list[Any], list[Any]], units: Any
) -> list[Manning]:
    before, after = (Counter(unit for unit, _manager in one.values()) for one in places)
    empty_before, empty = (Counter(one.unit_id for one in rows) for rows in seats)
    rows = HeadcountPlan.objects.visible_to(actor).filter(valid_from__lte=day, archived_at=None)
    planned = dict(rows.order_by("valid_from").values_list("unit_id", "seats"))
    names = {pk: one.name for pk, one in units.items()}
    gone = {pk for pk in before if pk is not None and pk not in names}
    names |= dict(Unit.objects.visible_to(actor).filter(pk__in=gone).values_list("pk", "name"))
    changed = [pk for pk in names if before[pk] != after[pk] or empty_before[pk] != empty[pk]]
    return [Manning(names[pk], before[pk], after[pk], empty[pk], planned.get(pk)) for pk in sorted(changed)]


def _spans(actor: Actor, before: Places, after: Places) -> list[tuple[Member, int, int]]:
    """Leaders whose number of reports changes: (leader, before, after)."""
    was, will = (Counter(manager for _unit, manager in one.values() if manager) for one in (before, after))
    changed = [pk for pk in {*was, *will} if was[pk] != will[pk]]
    people = Member.objects.visible_to(actor).select_related("position", "unit").in_bulk(changed)
    found = [(one, was[pk], will[pk]) for pk, one in people.items()]
    return sorted(found, key=lambda one: (-abs(one[2] - one[1]), one[0].sort_name))


def _held(actor: Actor, moved: list[int]) -> list[tuple[Any, int]]:
    """What the moved members hold and take along: customers and the like, as far as ACTOR sees it."""
    found = []
    for one in holdings.holdings():
        rows = one.model.objects.visible_to(actor).filter(one.in_force, archived_at=None, owner__in=moved)
        if count := rows.count():
            found.append((one.label, count))
    return found


def _cover(actor: Actor, before: Places, after: Places) -> list[Lost]:
    """Skills held at level 3 or above that leave a unit with those who move away."""
    known = set(Member.objects.visible_to(actor).filter(assessed(actor)).values_list("pk", flat=True))
    moved = {pk for pk, place in after.items() if before.get(pk, (None,))[0] != place[0]} & known
    units = {before[pk][0] for pk in moved if pk in before} - {None}
    around = [pk for pk in known if {before.get(pk, (None,))[0], after.get(pk, (None,))[0]} & units]
    had: dict[tuple[int, Any], list[int]] = {}
    has: set[tuple[int | None, Any]] = set()
    for (member, skill), held in levels(actor, Q(member__in=around)).items():
        if held.level < SOLID:
            continue
        if (unit := before.get(member, (None,))[0]) in units and unit is not None:
            had.setdefault((unit, skill), []).append(member)
        has.add((after.get(member, (None,))[0], skill))
    return _named(actor, {key: who for key, who in had.items() if key not in has})


def _named(actor: Actor, lost: dict[tuple[int, Any], list[int]]) -> list[Lost]:
    units = Unit.objects.visible_to(actor).in_bulk([unit for unit, _skill in lost])
    skills = Skill.objects.visible_to(actor).in_bulk([skill for _unit, skill in lost])
    people = Member.objects.visible_to(actor).in_bulk([pk for who in lost.values() for pk in who])
    return [
        Lost(units[unit], skills[skill], [people[pk] for pk in who])
        for (unit, skill), who in lost.items()
        if unit in units and skill in skills
    ]


def sight_changes(reader: Actor, day: dt.date, run: Callable[[], Any]) -> tuple[list[tuple[Member, list[Sight]]], int]:
    """Who would see more or less on DAY after RUN, and how many beyond those shown. First whose circle of people
    changes, which is cheap to ask; then, of those alone, every kind of record."""
    members = _askable(reader)
    with as_on(day):
        was = {one.pk: _circle(_eyes(one)) for one in members}
    with as_on(day, run):
        every = [one for one in members if _circle(_eyes(one)) != was[one.pk]]
        changed = every[:MOST_ASKED]
        after = {one.pk: _seen(reader, one) for one in changed}
    with as_on(day):
        before = {one.pk: _seen(reader, one) for one in changed}
    found = [(one, _sights(before[one.pk], after[one.pk])) for one in changed]
    return [(one, rows) for one, rows in found if rows], len(every) - len(changed)


def _askable(reader: Actor) -> list[Member]:
    """Members whose login holds a right that depends on where people stand. Who sees only his own, or everything, sees
    the same in any structure."""
    between = Grant.objects.unscoped("whose sight a draft may change").exclude(scope__in=[Scope.OWN, Scope.ALL])
    held = RoleAssignment.objects.unscoped("whose sight a draft may change").filter(role__in=between.values("role"))
    rows = Member.objects.visible_to(reader).filter(user__in=held.values("user"), user__is_active=True)
    return list(rows.select_related("position").order_by("sort_name", "pk"))


def _eyes(member: Member) -> Actor:
    return actor_for(User(pk=member.user_id))


def _circle(eyes: Actor) -> dict[frozenset[str], frozenset[int]]:
    """The members whose records are within EYES' rights, for each set of scopes that they hold."""
    wanted = {eyes.scopes(one) for one in (CAREERS, *(policy_of(kind.model).view for kind in holdings.holdings()))}
    return {scopes: frozenset(members_within(eyes, scopes)) for scopes in wanted if scopes and Scope.ALL not in scopes}


def _seen(reader: Actor, member: Member) -> Seen:
    """Keys of what MEMBER sees and READER too, by kind."""
    eyes = _eyes(member)
    found = {"": set(Member.objects.visible_to(eyes, CAREERS).values_list("pk", flat=True))}
    for one in holdings.holdings():
        both = one.model.objects.visible_to(reader).values("pk")
        rows = one.model.objects.visible_to(eyes, policy_of(one.model).view).filter(archived_at=None, pk__in=both)
        found[one.key] = set(rows.values_list("pk", flat=True))
    return found


def _sights(before: Seen, after: Seen) -> list[Sight]:
    models = {"": Member} | {one.key: one.model for one in holdings.holdings()}
    labels = {key: capfirst(model._meta.verbose_name_plural) for key, model in models.items()}
    return [
        Sight(labels[key], len(was), len(after[key]), len(after[key] - was), len(was - after[key]))
        for key, was in before.items()
        if was != after[key]
    ]
