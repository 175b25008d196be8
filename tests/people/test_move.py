"""A member's dated assignments: what a move does, what it refuses, and how it says so."""

import datetime as dt

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import translation

from muster.access.models import Event
from muster.access.scope import Actor, Forbidden, NotVisible
from muster.people.actions.lines import rebuild_lines
from muster.people.actions.member import members
from muster.people.actions.move import Placement, bulk_place, cancel_move, correct_assignment, move_member
from muster.people.actions.present import apply_moves
from muster.people.models import Assignment, Member, Position, ReportingLine, Unit

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 6, 15)
OPERATOR = Actor.operator("test")


@pytest.fixture(autouse=True)
def day():
    with time_machine.travel(dt.datetime(2026, 6, 15, 4, tzinfo=dt.UTC), tick=False), translation.override("en"):
        yield


def member(name: str, **fields: object) -> Member:
    row = Member(name=name, employee_no=f"E{name}", **{"hired_on": dt.date(2020, 1, 1), **fields})
    row.save()
    return row


def unit(name: str) -> Unit:
    row = Unit(name=name, code=name)
    row.save()
    return row


def place(row: Member, **fields: object) -> None:
    bulk_place(OPERATOR, [Placement(member=row, **fields)])


def spells(row: Member) -> list[tuple[object, ...]]:
    rows = (
        Assignment.objects.unscoped("test").filter(member=row).order_by("valid_from").select_related("unit", "manager")
    )
    return [(one.valid_from, one.valid_to, str(one.unit or "-"), str(one.manager or "-")) for one in rows]


def lines(row: Member) -> dict[str, int]:
    rows = ReportingLine.objects.unscoped("test").filter(descendant=row).select_related("ancestor")
    return {one.ancestor.name: one.depth for one in rows}


def fresh(row: Member) -> Member:
    return Member.objects.unscoped("test").get(pk=row.pk)


def test_a_move_ends_what_ran_and_carries_over_what_is_not_named():
    north, south, boss, zhang = unit("North"), unit("South"), member("Boss"), member("Zhang")
    place(zhang, unit=north, manager=boss)
    move_member(OPERATOR, zhang, unit=south, valid_from=dt.date(2026, 6, 1), reason="Closer to home")
    assert spells(zhang) == [
        (dt.date(2020, 1, 1), dt.date(2026, 6, 1), "North", "Boss"),
        (dt.date(2026, 6, 1), None, "South", "Boss"),
    ]
    assert (fresh(zhang).unit, fresh(zhang).manager) == (south, boss)
    assert lines(zhang) == {"Zhang": 0, "Boss": 1}


def test_a_move_planned_for_later_leaves_the_present_alone_until_its_day():
    north, south, zhang = unit("North"), unit("South"), member("Zhang")
    place(zhang, unit=north)
    move_member(OPERATOR, zhang, unit=south, valid_from=dt.date(2026, 7, 1))
    assert fresh(zhang).unit == north
    assert apply_moves(TODAY) == 0
    assert apply_moves(dt.date(2026, 7, 1)) == 1
    assert fresh(zhang).unit == south
    assert apply_moves(dt.date(2026, 7, 1)) == 0
    event = Event.objects.unscoped("test").filter(action="people.member.move", model="people.member").latest("id")
    assert event.changes == {"unit": [north.pk, south.pk]}


def test_a_move_before_a_planned_one_lasts_until_that():
    north, south, zhang = unit("North"), unit("South"), member("Zhang")
    place(zhang, unit=north)
    move_member(OPERATOR, zhang, unit=south, valid_from=dt.date(2026, 8, 1))
    move_member(OPERATOR, zhang, unit=None, valid_from=dt.date(2026, 7, 1))
    assert [spell[:3] for spell in spells(zhang)] == [
        (dt.date(2020, 1, 1), dt.date(2026, 7, 1), "North"),
        (dt.date(2026, 7, 1), dt.date(2026, 8, 1), "-"),
        (dt.date(2026, 8, 1), None, "South"),
    ]


def test_a_circle_is_refused_with_the_names_and_the_day():
    top, middle, low = member("Top"), member("Middle"), member("Low")
    place(middle, manager=top)
    place(low, manager=middle)
    with pytest.raises(ValidationError) as refused:
        move_member(OPERATOR, top, manager=low)
    [sentence] = refused.value.messages
    assert sentence == (
        "On 2026-06-15 the managers would go round in a circle: Top → Low → Middle → Top. "
        "Choose a manager who does not report to Top."
    )
    assert spells(top) == []
    assert lines(low) == {"Low": 0, "Middle": 1, "Top": 2}


def test_a_circle_that_would_close_on_a_later_day_is_refused_today():
    one, two = member("One"), member("Two")
    place(one, unit=None)
    place(two, unit=None)
    move_member(OPERATOR, one, manager=two, valid_from=dt.date(2026, 9, 1))
    with pytest.raises(ValidationError, match=r"On 2026-09-01 .*Two → One → Two"):
        move_member(OPERATOR, two, manager=one, valid_from=dt.date(2026, 7, 1))
    assert apply_moves(dt.date(2026, 9, 1)) == 1
    assert lines(one) == {"One": 0, "Two": 1}


def test_cancelling_a_move_that_would_close_a_circle_is_refused():
    one, two, three = member("One"), member("Two"), member("Three")
    place(one, manager=two)
    place(two, unit=None)
    move_member(OPERATOR, one, manager=three, valid_from=dt.date(2026, 8, 1))
    move_member(OPERATOR, two, manager=one, valid_from=dt.date(2026, 9, 1))
    planned = Assignment.objects.unscoped("test").get(member=one, manager=three)
    with pytest.raises(ValidationError, match="On 2026-09-01"):
        cancel_move(OPERATOR, planned)


def test_a_planned_move_is_cancelled_and_what_ran_runs_on():
    north, south, zhang = unit("North"), unit("South"), member("Zhang")
    place(zhang, unit=north)
    move_member(OPERATOR, zhang, unit=south, valid_from=dt.date(2026, 7, 1))
    cancel_move(OPERATOR, Assignment.objects.unscoped("test").get(member=zhang, unit=south))
    assert spells(zhang) == [(dt.date(2020, 1, 1), None, "North", "-")]
    event = Event.objects.unscoped("test").filter(action="people.assignment.cancel").get()
    assert event.changes["unit"] == [south.pk, None]


def test_a_move_in_force_is_not_cancelled_but_corrected():
    north, south, zhang = unit("North"), unit("South"), member("Zhang")
    place(zhang, unit=north)
    row = Assignment.objects.unscoped("test").get(member=zhang)
    with pytest.raises(ValidationError, match="in force since 2020-01-01"):
        cancel_move(OPERATOR, row)
    correct_assignment(OPERATOR, row, unit=south)
    assert fresh(zhang).unit == south


def test_correcting_the_first_day_moves_the_end_of_what_ran_before():
    north, south, zhang = unit("North"), unit("South"), member("Zhang")
    place(zhang, unit=north)
    move_member(OPERATOR, zhang, unit=south, valid_from=dt.date(2026, 6, 1))
    row = Assignment.objects.unscoped("test").get(member=zhang, unit=south)
    correct_assignment(OPERATOR, row, valid_from=dt.date(2026, 6, 20))
    assert [spell[:2] for spell in spells(zhang)] == [
        (dt.date(2020, 1, 1), dt.date(2026, 6, 20)),
        (dt.date(2026, 6, 20), None),
    ]
    assert fresh(zhang).unit == north


def test_two_places_at_once_are_refused_by_name():
    north, south, zhang = unit("North"), unit("South"), member("Zhang")
    place(zhang, unit=north)
    move_member(OPERATOR, zhang, unit=south, valid_from=dt.date(2026, 6, 1))
    first = Assignment.objects.unscoped("test").get(member=zhang, unit=north)
    with pytest.raises(ValidationError) as refused:
        correct_assignment(OPERATOR, first, valid_to=dt.date(2026, 7, 1))
    [sentence] = refused.value.messages
    assert sentence == (
        "Zhang would stand in two places at once: “North” from 2020-01-01 until 2026-07-01 "
        "and “South” from 2026-06-01. Change one of the dates."
    )


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        (
            {"valid_from": dt.date(2019, 12, 31)},
            "Zhang was hired on 2020-01-01 and cannot stand anywhere",
        ),
        ({"valid_from": dt.date(2027, 1, 1)}, "Zhang leaves on 2027-01-01 and cannot be moved from 2027-01-01"),
        ({"valid_from": dt.date(2020, 1, 1)}, "Zhang already has an assignment from 2020-01-01"),
        ({}, "Nothing changes by this move"),
    ],
)
def test_impossible_days_are_refused_in_a_sentence(fields, sentence):
    zhang, boss = member("Zhang", left_on=dt.date(2027, 1, 1)), member("Boss")
    place(zhang, manager=boss)
    with pytest.raises(ValidationError, match=sentence):
        move_member(OPERATOR, zhang, manager=boss, **fields)


def test_nobody_is_put_under_a_manager_who_has_left():
    zhang, gone = member("Zhang"), member("Gone", status="left", left_on=dt.date(2026, 1, 1))
    with pytest.raises(ValidationError, match="Gone will have left by 2026-06-15"):
        move_member(OPERATOR, zhang, manager=gone)


def test_moving_needs_the_permission_on_that_member():
    zhang, li = member("Zhang"), member("Li")
    rebuild_lines()
    nobody = Actor(member_id=li.pk, grants={"people.member.view": {"all"}})
    with pytest.raises(Forbidden):
        move_member(nobody, zhang, unit=None)
    blind = Actor(member_id=li.pk, grants={"people.member.view": {"own"}})
    with pytest.raises(NotVisible):
        move_member(blind, zhang, unit=None)
    assert spells(zhang) == []


def test_bulk_placing_twice_changes_nothing():
    north, boss, zhang = unit("North"), member("Boss"), member("Zhang")
    rep = Position(name="Rep", code="rep")
    rep.save()
    placements = [
        Placement(member=boss, unit=north, valid_from=dt.date(2021, 1, 1)),
        Placement(member=zhang, unit=north, position=rep, manager=boss, valid_from=dt.date(2021, 1, 1)),
        Placement(member=zhang, unit=north, valid_from=dt.date(2022, 1, 1)),
    ]
    assert len(bulk_place(OPERATOR, placements)) == 3
    before = spells(zhang)
    assert before == [
        (dt.date(2021, 1, 1), dt.date(2022, 1, 1), "North", "Boss"),
        (dt.date(2022, 1, 1), None, "North", "-"),
    ]
    assert bulk_place(OPERATOR, placements) == []
    assert spells(zhang) == before
    assert Event.objects.unscoped("test").filter(action="people.member.move", model="people.assignment").count() == 3


def test_bulk_placing_names_what_cannot_be_and_writes_nothing():
    one, two = member("One"), member("Two")
    with pytest.raises(ValidationError, match="One → Two → One"):
        bulk_place(OPERATOR, [Placement(member=one, manager=two), Placement(member=two, manager=one)])
    day = dt.date(2021, 1, 1)
    twice = [Placement(member=one, manager=two, valid_from=day), Placement(member=one, valid_from=day)]
    with pytest.raises(ValidationError, match="One would stand in two places at once from 2021-01-01"):
        bulk_place(OPERATOR, twice)
    with pytest.raises(ValidationError, match="cannot be his or her own manager"):
        bulk_place(OPERATOR, [Placement(member=one, manager=one)])
    assert Assignment.objects.unscoped("test").count() == 0


def test_who_is_marked_as_left_did_so_today():
    zhang = members.edit(OPERATOR, member("Zhang"), status="left")
    assert fresh(zhang).left_on == TODAY
    assert members.edit(OPERATOR, member("Li", left_on=dt.date(2026, 1, 1)), status="left").left_on.month == 1
