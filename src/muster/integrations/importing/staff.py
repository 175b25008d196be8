"""Members with a past, as systems of personnel hold them: departments by dates, a manager, territories by dates.

Of the past such tables know the department; position and manager they know of today alone, so only the latest place
gets them. Whoever was here before his manager stands without one until the manager's first day.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from hashlib import sha256
from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from muster.core.periods import today
from muster.integrations.importing import parsing
from muster.integrations.importing.engine import Changed, Entry, Made, Plan, Ref, Run, keys_of
from muster.integrations.importing.reading import Sheet
from muster.integrations.importing.sentences import Wrong
from muster.people.actions.placing import Placement, bulk_place
from muster.people.models import Assignment, Member, Position, Territory, TerritoryAssignment, Unit

# The order of an import, and what an undo takes away backwards.
ORDER: list[type[models.Model]] = [Unit, Position, Territory, Member, TerritoryAssignment]
NEEDS = (
    *(f"people.{name}.{verb}" for name in ("unit", "position", "territory", "member") for verb in ("create", "edit")),
    *("people.member.move", "people.territoryassignment.create", "people.territoryassignment.end"),
)
ROOT = "company"
DAY = dt.timedelta(days=1)
CODE = 32


@dataclass
class Spell:
    """In a unit, or with a territory, from `since` up to, not including, `until`."""

    where: str
    since: dt.date
    until: dt.date | None
    number: int
    raw: Mapping[str, str]


@dataclass
class Person:
    key: str
    name: str
    sheet: str
    number: int
    raw: Mapping[str, str]
    hired: dt.date | None = None
    title: str = ""
    manager: str = ""
    values: dict[str, Any] = field(default_factory=dict)
    spells: list[Spell] = field(default_factory=list)


class Staff:
    """Collects people, units and territories, and makes a plan of them."""

    def __init__(self, source: str, prefix: str, company: str) -> None:
        self.plan, self.prefix = Plan(source), prefix
        self.people: dict[str, Person] = {}
        self.units: set[str] = set()
        self.territories: set[str] = set()
        self.held: set[str] = set()
        self.unit(ROOT, company, None)

    def code(self, key: str) -> str:
        text = f"{self.prefix}-{parsing.bare(key)}"
        return text if len(text) <= CODE else f"{text[: CODE - 9]}-{sha256(key.encode()).hexdigest()[:8]}"

    def unit(self, key: str, name: str, parent: str | None) -> None:
        above = Ref(Unit, parent) if parent else None
        self.units.add(key)
        self.plan.add(Entry(Unit, key, {"name": name[:100], "code": self.code(key), "parent": above}))

    def territory(self, key: str, name: str, parent: str | None) -> None:
        above = Ref(Territory, parent) if parent else None
        self.territories.add(key)
        self.plan.add(Entry(Territory, key, {"name": name[:100], "code": self.code(key), "parent": above}))

    def unused(self, sheet: Sheet, used: Iterable[str]) -> None:
        if extra := [one for one in sheet.head if one and one not in set(used)]:
            self.plan.oddity(sheet, 1, Wrong(_("Columns that are not used: %(names)s."), names=extra))

    def person(self, sheet: Sheet, found: Person) -> None:
        """Take one in; a second row of the same number is refused."""
        if not found.key or not found.name:
            self.plan.refuse(sheet, found.number, Wrong(_("The row has no number or no name.")), found.raw)
        elif found.key in self.people:
            self.plan.refuse(sheet, found.number, Wrong(_("%(name)s stands there twice."), name=found.key), found.raw)
        else:
            self.people[found.key] = found

    def spells(self, sheet: Sheet, key: str, found: list[Spell]) -> list[Spell]:
        """FOUND in order of time. Refuses, with its row, what cannot be: unknown person, before hiring, overlapping."""
        kept: list[Spell] = []
        for spell in sorted(found, key=lambda one: one.since):
            if wrong := self._wrong(key, spell, kept[-1] if kept else None):
                self.plan.refuse(sheet, spell.number, wrong, spell.raw)
            else:
                kept.append(spell)
        return kept

    def _wrong(self, key: str, spell: Spell, before: Spell | None) -> Wrong | None:
        person = self.people.get(key)
        if person is None:
            return Wrong(_("There is no member with the number %(name)s."), name=key or "–")
        if spell.until is not None and spell.until <= spell.since:
            return Wrong(_("It ends before it begins."))
        if person.hired and spell.since < person.hired:
            return Wrong(_("It begins before %(name)s was hired on %(day)s."), name=person.name, day=person.hired)
        if before and (before.until is None or before.until > spell.since):
            return Wrong(_("It overlaps row %(row)s: one person stands in one place at a time."), row=before.number)
        return None

    def hold(self, sheet: Sheet, key: str, spell: Spell, reason: str = "") -> None:
        """A territory in somebody's hands."""
        if spell.where not in self.territories:
            wrong = Wrong(_("There is no territory %(name)s."), name=spell.where or "–")
            self.plan.refuse(sheet, spell.number, wrong, spell.raw)
            return
        values = {
            "member": Ref(Member, key),
            "territory": Ref(Territory, spell.where),
            "valid_from": spell.since,
            "valid_to": spell.until,
            "reason": reason or gettext("Import"),
        }
        self.held.add(spell.where)
        name = f"{key}/{spell.where}/{spell.since}"
        self.plan.add(Entry(TerritoryAssignment, name, values, sheet.name, spell.number, spell.raw))

    # -- the plan ----------------------------------------------------------------------------------------------------

    def members(self) -> None:
        """People with their positions and managers; to be called once all are read."""
        self._taken()
        for title in dict.fromkeys(one.title for one in self.people.values() if one.title):
            self.plan.add(Entry(Position, title, {"name": title[:100], "code": self.code(title)}))
        for one in self.people.values():
            self._manager(one)
        self._circles()
        for one in self.people.values():
            number = self._number(one.key)
            values = {"name": one.name[:100], "employee_no": number, "hired_on": one.hired, **one.values}
            entry = Entry(Member, one.key, values, one.sheet, one.number, one.raw)
            entry.also = {"spells": [[one.where, str(one.since), str(one.until or "")] for one in one.spells]}
            entry.also |= {"position": Ref(Position, one.title)} if one.title else {}
            entry.also |= {"manager": Ref(Member, one.manager)} if one.manager else {}
            self.plan.add(entry)
        self.plan.after = {Member: self.place}

    def _number(self, key: str) -> str:
        return f"{self.prefix.upper()}-{key}"[:CODE]

    def _taken(self) -> None:
        """An employee number that somebody else has here already is said, not overwritten."""
        mine = {pk for pk, _digest in keys_of(self.plan.source, Member).values()}
        wanted = {self._number(key): key for key in self.people}
        rows = Member.objects.unscoped("import").filter(employee_no__in=list(wanted)).exclude(pk__in=mine)
        for number in rows.values_list("employee_no", flat=True):
            one = self.people.pop(wanted[number])
            message = Wrong(_("The employee number %(number)s belongs to somebody here already."), number=number)
            self.plan.refuse(one.sheet, one.number, message, one.raw)

    def _manager(self, one: Person) -> None:
        if one.manager and (one.manager not in self.people or one.manager == one.key):
            message = Wrong(
                _("The manager %(name)s of %(who)s is not in the table: left empty."), name=one.manager, who=one.name
            )
            self.plan.oddity(one.sheet, one.number, message, one.raw)
            one.manager = ""
        above = self.people.get(one.manager)
        last = one.spells[-1] if one.spells else None
        if above and last and above.hired and above.hired > last.since:
            message = Wrong(
                _("%(name)s was here before the manager %(manager)s: without a manager until %(day)s."),
                name=one.name,
                manager=above.name,
                day=above.hired,
            )
            self.plan.oddity(one.sheet, one.number, message, one.raw)

    def _circles(self) -> None:
        for one in self.people.values():
            at, seen = one, {one.key}
            while at.manager and at.manager not in seen:
                seen.add(at.manager)
                at = self.people[at.manager]
            if at.manager == one.key:
                message = Wrong(_("The managers go round in a circle at %(name)s: left empty."), name=one.name)
                self.plan.oddity(one.sheet, one.number, message, one.raw)
                one.manager = ""

    def stretches(self, one: Person) -> list[tuple[Spell, bool, bool]]:
        """Each place with whether it has today's position, and today's manager."""
        if not one.spells:
            return []
        *past, last = one.spells
        found = [(spell, False, False) for spell in past]
        above = self.people.get(one.manager)
        begins = above.hired if above else None
        if above is None or begins is None or begins <= last.since:
            return [*found, (last, True, above is not None)]
        if last.until is not None and begins >= last.until:
            return [*found, (last, True, False)]
        without = Spell(last.where, last.since, begins, last.number, last.raw)
        since = Spell(last.where, begins, last.until, last.number, last.raw)
        return [*found, (without, True, False), (since, True, True)]

    def place(self, run: Run, made: Made, changed: Changed) -> None:
        """Where the new ones stood and stand; of others what is not written yet."""
        rows, stood = _rows(run), _stood([row.pk for _entry, row, _changes in changed])
        plans = {entry.external_id: self._placements(rows, entry.external_id, row) for entry, row in made}
        for entry, row, _changes in changed:
            known = stood.get(row.pk, {})
            found = self._placements(rows, entry.external_id, row)
            fresh = [one for one in found if known.get(one.valid_from) != (one.unit and one.unit.pk)]
            plans[entry.external_id] = fresh or _today(row, found)
        try:
            bulk_place(run.actor, [one for found in plans.values() for one in found])
        except ValidationError:
            self._one_by_one(run, plans, [*made, *((entry, row) for entry, row, _changes in changed)])

    def _one_by_one(self, run: Run, plans: dict[str, list[Placement]], entries: Made) -> None:
        """One of them cannot be: the others can."""
        for entry, _row in entries:
            try:
                bulk_place(run.actor, plans[entry.external_id])
            except ValidationError as error:
                run.refuse(entry, error)

    def _placements(self, rows: dict[Any, dict[str, Any]], key: str, member: Member) -> list[Placement]:
        one = self.people[key]
        return [
            Placement(
                member,
                rows[Unit].get(spell.where),
                rows[Position].get(one.title) if known else None,
                None,
                rows[Member].get(one.manager) if managed else None,
                spell.since,
                spell.until,
                gettext("Import"),
            )
            for spell, known, managed in self.stretches(one)
        ]


def _stood(members: list[int]) -> dict[int, dict[dt.date | None, int | None]]:
    """From which days on they stand in which unit: what an earlier import knew of the past is not written again."""
    found: dict[int, dict[dt.date | None, int | None]] = {}
    rows = Assignment.objects.unscoped("import").filter(member__in=members)
    for member, since, unit in rows.values_list("member_id", "valid_from", "unit_id"):
        found.setdefault(member, {})[since] = unit
    return found


def _today(member: Member, found: list[Placement]) -> list[Placement]:
    """A new position or manager comes without a date: it holds from today on."""
    last = found[-1] if found else None
    if last is None or last.valid_to is not None or (last.valid_from or today()) >= today():
        return []
    place = (last.position and last.position.pk, last.manager and last.manager.pk)
    return [] if place == (member.position_id, member.manager_id) else [replace(last, valid_from=today())]


def _rows(run: Run) -> dict[Any, dict[str, Any]]:
    """What stands so far, by the numbers of the source."""
    found: dict[Any, dict[str, Any]] = {}
    for model in (Unit, Position, Member):
        keys: Any = run.keys.get(model, {})
        rows: Any = model.objects.unscoped("import").in_bulk([pk for pk, _digest in keys.values()])
        found[model] = {key: rows[pk] for key, (pk, _digest) in keys.items() if pk in rows}
    return found


def after(text: str) -> dt.date | None:
    """The day after the last one, which is what tables call the end; None while it lasts."""
    last = parsing.day(text)
    return last + DAY if last else None


def needed(text: str) -> dt.date:
    found = parsing.day(text)
    if found is None:
        raise Wrong(_("The day on which it begins is missing."))
    return found


def gaps(spells: list[Spell]) -> list[tuple[dt.date, dt.date]]:
    """Days between two places on which nobody knows where he stood."""
    return [(one.until, two.since) for one, two in pairwise(spells) if one.until and one.until < two.since]
