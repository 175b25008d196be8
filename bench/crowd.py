"""A large sales force of people alone, written in bulk over the demo company: units, careers, reporting lines."""

from random import Random
from typing import Any

from django.db import connection

from muster.activities.models import Task
from muster.core.periods import today
from muster.crm.models import Account, Contact, Deal
from muster.people.actions.lines import rebuild_lines
from muster.people.models import Assignment, Grade, Member, Position, Unit
from muster.web.seed import words
from muster.web.seed.people import CITY_NAMES

BATCH = 2_000
TEAM, TEAMS = 10, 12  # people of a team with who leads it; teams of a branch
REASON = "入职"


def grow(members: int) -> None:
    """Branches of some hundred and twenty people each under the company's head, until there are MEMBERS in all."""
    random = Random(members)  # the same each time
    head = Member.objects.unscoped("bench").filter(manager=None).earliest("pk")
    top = Unit.objects.unscoped("bench").get(code="BC-S")
    places = {one.code: one for one in Position.objects.unscoped("bench")}
    grades = {one.code: one for one in Grade.objects.unscoped("bench")}
    have = Member.objects.unscoped("bench").count()
    layers: list[list[Member]] = [[], [], []]
    for number in range(have, members):
        seat = (number - have) % (TEAM * TEAMS + 1)
        layer = 0 if seat == 0 else 1 if seat % TEAM == 1 else 2
        city = CITY_NAMES[((number - have) // (TEAM * TEAMS + 1)) % len(CITY_NAMES)]
        layers[layer].append(_person(random, number, city))
    _chiefs(layers[0], top, head, places["branch"], grades["P5"])
    _leads(layers[1], layers[0], places["lead"], grades["P4"])
    _saved(_under(layers[2], layers[1], TEAM - 1, places["rep"], grades["P2"]))
    _careers([*layers[0], *layers[1], *layers[2]])
    rebuild_lines()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")


def _person(random: Random, number: int, city: str) -> Member:
    given = "".join(random.sample(words.GIVEN, random.choice([1, 2, 2])))
    row = Member(
        employee_no=f"C{number:06d}",
        name=random.choice(words.SURNAMES) + given,
        work_email=f"c{number:06d}@example.com",
        phone=f"138{random.randint(10_000_000, 99_999_999)}",
        hired_on=today().replace(year=today().year - random.randint(1, 8), day=1),
        work_place=city,
    )
    row.fill_search()
    return row


def _chiefs(chiefs: list[Member], top: Unit, head: Member, place: Position, grade: Grade) -> None:
    for chief, unit in zip(chiefs, _units(chiefs, [top] * len(chiefs), "分公司"), strict=True):
        chief.unit, chief.manager, chief.position, chief.grade = unit, head, place, grade
    _saved(chiefs)


def _leads(leads: list[Member], chiefs: list[Member], place: Position, grade: Grade) -> None:
    _under(leads, chiefs, TEAMS, place, grade)
    for lead, unit in zip(leads, _units(leads, [one.unit for one in leads], "组"), strict=True):
        lead.unit = unit
    _saved(leads)


def _under(people: list[Member], above: list[Member], each: int, place: Position, grade: Grade) -> list[Member]:
    for at, one in enumerate(people):
        boss = above[min(at // each, len(above) - 1)]
        one.unit, one.manager, one.position, one.grade = boss.unit, boss, place, grade
    return people


def _units(heads: list[Member], parents: list[Any], ending: str) -> list[Unit]:
    rows = [
        Unit(name=f"{one.work_place}{one.employee_no[1:]}{ending}", code=f"U{one.employee_no}", parent=parent)
        for one, parent in zip(heads, parents, strict=True)
    ]
    for row in rows:
        row.fill_search()
    return list(Unit.objects.bulk_create(rows, batch_size=BATCH))


def _saved(rows: list[Member]) -> None:
    Member.objects.bulk_create(rows, batch_size=BATCH)


def _careers(members: list[Member]) -> None:
    rows = [
        Assignment(
            member=one,
            unit=one.unit,
            position=one.position,
            grade=one.grade,
            manager=one.manager,
            valid_from=one.hired_on,
            reason=REASON,
        )
        for one in members
    ]
    Assignment.objects.bulk_create(rows, batch_size=BATCH)


def burden(member: Member, records: int) -> int:
    """Give MEMBER about RECORDS customers, contacts, open deals and open tasks, copied from those there are."""
    kinds = [(Account, {}), (Contact, {}), (Deal, {"status": Deal.Status.OPEN}), (Task, {"done_on": None})]
    made = 0
    for model, live in kinds:
        found = list(model.objects.unscoped("bench").filter(archived_at=None, **live).order_by("pk"))
        rows = []
        for at in range(records // len(kinds)):
            row = model(**{one.attname: getattr(found[at % len(found)], one.attname) for one in model._meta.fields})
            row.pk, row.owner_id = None, member.pk
            rows.append(row)
        made += len(model.objects.bulk_create(rows, batch_size=BATCH))
    return made
