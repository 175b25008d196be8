"""The present: what a member's dated assignments say for today, written into the member."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import Model, OuterRef, Q, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from muster.access.action import add_event, snapshot
from muster.access.scope import Actor
from muster.people.actions.lines import relink
from muster.people.models import Assignment, Member

PLACE = ("unit", "position", "grade", "manager")
COLUMNS = tuple(f"{name}_id" for name in PLACE)
BATCH = 1_000


def one_move_at_a_time() -> None:
    """Two moves at once could each be sound and make a circle together, so the second waits for the first."""
    first = Member.objects.unscoped("one move at a time").order_by("pk")[:1]
    list(first.select_for_update(of=("self",), no_key=True))


def date_problem(member: Member, day: dt.date) -> str:
    """Why the member cannot begin an assignment on DAY; empty when he can."""
    if member.hired_on and day < member.hired_on:
        return _("%(name)s was hired on %(hired)s and cannot stand anywhere on %(day)s: choose a later day.") % {
            "name": member.name,
            "hired": member.hired_on,
            "day": day,
        }
    if member.left_on and day >= member.left_on:
        return _("%(name)s leaves on %(left)s and cannot be moved from %(day)s: choose an earlier day.") % {
            "name": member.name,
            "left": member.left_on,
            "day": day,
        }
    return ""


def in_force(day: dt.date) -> Q:
    return Q(valid_to=None, valid_from__lte=day) | Q(valid_to__gt=day, valid_from__lte=day)


def written(row: Model) -> dict[str, Any]:
    return {key: [None, value] for key, value in snapshot(row).items() if value not in (None, "")}


def project(members: list[int] | None, day: dt.date, *, emptied: bool = False) -> list[Member]:
    """Write into MEMBERS (None: all) where their assignments put them on DAY, and renew the reporting lines of those
    whose manager changed. Who has no assignments at all is left alone, unless they were just taken from him
    (EMPTIED). Returns the members that changed."""
    rows = Assignment.objects.unscoped("projection of the present")
    people = Member.objects.unscoped("projection of the present")
    if members is not None:
        rows, people = rows.filter(member__in=members), people.filter(pk__in=members)
    places = {row[0]: row[1:] for row in rows.filter(in_force(day)).values_list("member_id", *COLUMNS)}
    known = set(rows.values_list("member_id", flat=True).distinct())
    nowhere = (None,) * len(COLUMNS)
    changed, moved = [], []
    for member in people.only("pk", "name", "version", *PLACE):
        if member.pk not in known and not emptied:
            continue
        place, manager = places.get(member.pk, nowhere), member.manager_id
        if place != tuple(getattr(member, column) for column in COLUMNS):
            for column, value in zip(COLUMNS, place, strict=True):
                setattr(member, column, value)
            changed.append(member)
            moved += [member.pk] if member.manager_id != manager else []
    _write([member.pk for member in changed], day)
    if moved:
        relink(moved)
    return changed


def _write(changed: list[int], day: dt.date) -> None:
    standing = Assignment.objects.unscoped("projection of the present").filter(in_force(day), member=OuterRef("pk"))
    values = {name: Subquery(standing.values(name)[:1]) for name in PLACE}
    for at in range(0, len(changed), BATCH):
        rows = Member.objects.unscoped("projection of the present").filter(pk__in=changed[at : at + BATCH])
        rows.update(**values)


def apply_moves(day: dt.date) -> int:
    """Members whose planned move takes effect on DAY stand in their new place. Doing it twice does nothing."""
    actor = Actor.operator(gettext_noop("planned moves"), via="job")
    with transaction.atomic():
        one_move_at_a_time()
        before = dict_of_places()
        changed = project(None, day)
        for member in changed:
            now = {name: getattr(member, f"{name}_id") for name in PLACE}
            was = before[member.pk]
            add_event(
                actor,
                "people.member.move",
                member,
                {name: [was[name], now[name]] for name in PLACE if was[name] != now[name]},
                day=day.isoformat(),
            )
    return len(changed)


def dict_of_places() -> dict[int, dict[str, int | None]]:
    rows = Member.objects.unscoped("projection of the present").values_list("pk", *COLUMNS)
    return {row[0]: dict(zip(PLACE, row[1:], strict=True)) for row in rows}
