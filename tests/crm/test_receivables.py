"""What is overdue, how old it is, and who is told when."""

import datetime as dt

import pytest
import time_machine
from factories import actor_of, operator

from muster.access.models import Event
from muster.crm.actions.contract import contracts, sign_contract, terminate_contract
from muster.crm.actions.plan import Part, set_plan
from muster.crm.actions.reminders import remind_of_dues, step_on
from muster.crm.models import Contract
from muster.crm.queries.receivables import (
    ageing,
    bucket_of,
    in_bucket,
    money_of,
    open_instalments,
    to_collect,
)
from tests.crm.money import make_contract, receive

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 6, 15)


def due(owner, days, amount=100_00, **fields):
    """A signed contract with one payment that is DAYS over its day."""
    contract = make_contract(owner, total=amount, shares=(), signed=None, **fields)
    set_plan(operator, contract, plan=[Part(TODAY - dt.timedelta(days=days))])
    sign_contract(operator, contract, on=dt.date(2026, 1, 5))
    return contract


@pytest.mark.parametrize(
    ("days", "bucket"),
    [
        (-40, "current"),
        (0, "current"),
        (1, "1-30"),
        (30, "1-30"),
        (31, "31-60"),
        (60, "31-60"),
        (61, "61-90"),
        (90, "61-90"),
        (91, "over-90"),
        (900, "over-90"),
    ],
)
def test_each_age_lies_in_exactly_one_bucket(firm, days, bucket):
    due(firm.wang, days)
    rows = open_instalments(actor_of(firm.wang))
    found = [key for key in ("current", "1-30", "31-60", "61-90", "over-90") if in_bucket(rows, key, TODAY).exists()]
    assert found == [bucket] == [bucket_of(days)]


def test_ages_are_summed_by_bucket_and_only_what_is_open_counts(firm):
    receive(due(firm.wang, 10, 100_00), 40_00, on=TODAY)
    due(firm.wang, 45, 50_00)
    due(firm.li, 45, 70_00)
    terminate_contract(operator, due(firm.wang, 45, 1_000_00), reason="Off")
    contracts.create(operator, name="Draft", account=due(firm.wang, -5, 10_00).account, owner=firm.wang, amount=9_00)
    mine = {one.key: one.sums.get("CNY", 0) for one in ageing(open_instalments(actor_of(firm.wang)), TODAY)}
    assert mine == {"current": 10_00, "1-30": 60_00, "31-60": 50_00, "61-90": 0, "over-90": 0}
    team = {one.key: one.count for one in ageing(open_instalments(actor_of(firm.boss)), TODAY)}
    assert team == {"current": 1, "1-30": 1, "31-60": 2, "61-90": 0, "over-90": 0}
    assert [one.due_on for one in to_collect(actor_of(firm.wang), TODAY, 8)] == [
        dt.date(2026, 5, 1),
        dt.date(2026, 6, 5),
    ]
    rows = Contract.objects.visible_to(actor_of(firm.wang))
    assert money_of(actor_of(firm.wang), rows)["CNY"] == {
        "signed": 1_160_00,
        "received": 40_00,
        "invoiced": 0,
        "open": 120_00,
        "overdue": 110_00,
    }


def test_steps_are_a_week_before_on_the_day_and_after_working_days():
    due_on = dt.date(2026, 9, 30)  # before the holidays of October: 1 to 7 October are free, 10 October is worked
    days = ["2026-09-22", "2026-09-23", "2026-09-29", "2026-09-30", "2026-10-09", "2026-10-10", "2026-10-15"]
    days += ["2026-10-16", "2026-10-27", "2026-10-28"]
    steps = [step_on(due_on, dt.date.fromisoformat(day)) for day in days]
    assert steps[:4] == [None, -1, -1, 0]
    assert steps == sorted(steps, key=lambda one: -2 if one is None else one)
    assert (steps[4], steps[-1]) == (0, 3)


def told():
    rows = Event.objects.unscoped("tests").filter(action__startswith="crm.instalment.").order_by("pk")
    return [(one.action.rpartition(".")[2], one.context["receivers"]) for one in rows]


def test_reminders_climb_the_ladder_and_each_is_said_once(firm):
    due(firm.wang, -7)
    for _again in range(2):
        remind_of_dues()
    assert told() == [("due", [firm.wang.pk])]
    after = [7, 8, 13, 14, 20, 25, 40]
    for days in after:
        with time_machine.travel(dt.datetime(2026, 6, 15, 4, tzinfo=dt.UTC) + dt.timedelta(days=days), tick=False):
            remind_of_dues()
            remind_of_dues()
    assert told() == [
        ("due", [firm.wang.pk]),
        ("due", [firm.wang.pk]),
        ("late", [firm.wang.pk]),
        ("late", [firm.wang.pk, firm.boss.pk]),
        ("late", [firm.wang.pk, firm.boss.pk]),
    ]


def test_nobody_is_reminded_of_what_is_paid(firm):
    receive(due(firm.wang, 3), 100_00, on=TODAY)
    assert remind_of_dues() == 0
