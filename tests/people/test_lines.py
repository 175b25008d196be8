"""The closure tables against the plain recursive walk, over random histories."""

import datetime as dt
from itertools import pairwise
from operator import itemgetter

import pytest
import time_machine
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from muster.access.scope import Actor
from muster.people.actions.move import Placement, bulk_place, cancel_move, move_member
from muster.people.actions.present import apply_moves
from muster.people.actions.structure import move_unit, project_units, units
from muster.people.models import Assignment, Member, ReportingLine, Unit, UnitLine

OPERATOR = Actor.operator("test")
TODAY = dt.date(2026, 6, 15)
DAYS = st.integers(-60, 60).map(lambda days: TODAY + dt.timedelta(days=days))
FIVE = st.integers(0, 4)
HISTORY = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))


def frozen(day: dt.date):
    return time_machine.travel(dt.datetime(day.year, day.month, day.day, 4, tzinfo=dt.UTC), tick=False)


def walk_up(parents: dict[int, int | None]) -> set[tuple[int, int, int]]:
    found = set()
    for row in parents:
        at, depth = row, 0
        while at is not None:
            found.add((at, row, depth))
            at, depth = parents[at], depth + 1
            assert depth <= len(parents), "a circle was let in"
    return found


def in_force(rows, day: dt.date) -> list:
    return [row for row in rows if row.valid_from <= day and (row.valid_to is None or day < row.valid_to)]


def reporting_lines() -> set[tuple[int, int, int]]:
    return set(ReportingLine.objects.unscoped("test").values_list("ancestor_id", "descendant_id", "depth"))


def unit_lines(day: dt.date) -> set[tuple[int, int, int]]:
    rows = in_force(UnitLine.objects.unscoped("test"), day)
    assert len({(row.ancestor_id, row.descendant_id) for row in rows}) == len(rows), "two lines between two units"
    return {(row.ancestor_id, row.descendant_id, row.depth) for row in rows}


class Moves(TestCase):
    def setUp(self) -> None:
        self.travel = frozen(TODAY)
        self.travel.start()
        self.addCleanup(self.travel.stop)

    @HISTORY
    @given(
        st.lists(st.tuples(st.sampled_from(["move", "move", "move", "cancel"]), FIVE, FIVE, DAYS), max_size=12), DAYS
    )
    def test_any_history_keeps_lines_projection_and_dates_right(self, steps, later) -> None:
        members = [Member(name=f"M{at}", employee_no=f"E{at}") for at in range(5)]
        for member in members:
            member.save()
        bulk_place(OPERATOR, [Placement(member=one, valid_from=TODAY - dt.timedelta(days=30)) for one in members])
        for kind, who, manager, day in steps:
            try:
                if kind == "move":
                    move_member(OPERATOR, members[who], manager=members[manager], valid_from=day)
                elif planned := Assignment.objects.unscoped("test").filter(member=members[who]).first():
                    cancel_move(OPERATOR, planned)
            except ValidationError:
                continue
        self.check(TODAY)
        with frozen(later):
            apply_moves(later)
            self.check(later)

    def check(self, day: dt.date) -> None:
        rows = list(Assignment.objects.unscoped("test").order_by("valid_from"))
        ahead = {row.valid_from for row in rows} | {day}
        for at in ahead:  # no overlap and no circle on any day
            standing = in_force(rows, at)
            assert len({row.member_id for row in standing}) == len(standing)
            placed = {row.member_id: row.manager_id for row in standing}
            walk_up({pk: placed.get(pk) for pk in Member.objects.unscoped("test").values_list("pk", flat=True)})
        today = {row.member_id: row.manager_id for row in in_force(rows, day)}
        projected = dict(Member.objects.unscoped("test").values_list("pk", "manager_id"))
        assert projected == {pk: today.get(pk) for pk in projected}
        assert reporting_lines() == walk_up(projected)

    @HISTORY
    @given(st.lists(st.tuples(FIVE, st.one_of(st.none(), FIVE), DAYS), max_size=10), DAYS)
    def test_any_history_of_units_has_one_tree_on_every_day(self, steps, later) -> None:
        made = [units.create(OPERATOR, name=f"U{at}", code=f"U{at}") for at in range(5)]
        history: dict[int, list[tuple[dt.date, int | None]]] = {one.pk: [(dt.date.min, None)] for one in made}
        for who, parent, day in steps:
            above = made[parent] if parent is not None else None
            try:
                move_unit(OPERATOR, made[who], parent=above, valid_from=day)
            except ValidationError:
                continue
            kept = [one for one in history[made[who].pk] if one[0] != day]
            steps = sorted([*kept, (day, above and above.pk)], key=itemgetter(0))
            same = [one for before, one in pairwise(steps) if before[1] == one[1]]
            history[made[who].pk] = [one for one in steps if one not in same]
        for day in {day for own in history.values() for day, _parent in own if day != dt.date.min} | {TODAY, later}:
            parents = {pk: [above for start, above in own if start <= day][-1] for pk, own in history.items()}
            assert unit_lines(day) == walk_up(parents)
        with frozen(later):
            project_units(later)
            now = dict(Unit.objects.unscoped("test").values_list("pk", "parent_id"))
            assert now == {pk: [above for start, above in own if start <= later][-1] for pk, own in history.items()}


@pytest.mark.slow
@pytest.mark.django_db
def test_the_lines_of_a_firm_of_five_thousand_are_right() -> None:
    with frozen(TODAY):
        rows = [Member(name=f"M{at}", employee_no=f"E{at}") for at in range(5_000)]
        for row in rows:
            row.fill_search()
        Member.objects.bulk_create(rows)
        placements = [
            Placement(member=row, manager=rows[(at - 1) // 8] if at else None, valid_from=TODAY)
            for at, row in enumerate(rows)
        ]
        bulk_place(OPERATOR, placements)
        parents = dict(Member.objects.unscoped("test").values_list("pk", "manager_id"))
        assert reporting_lines() == walk_up(parents)
